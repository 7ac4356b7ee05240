namespace IpActors.FakeVasp.Outputs;

/// <summary>The electronic steps that VASP would show on its way to an energy: as many, with energies that come near it by a factor a step.</summary>
static class ElectronicSteps
{
    const double First = 30, Factor = 0.22;

    public static int Count(bool isFirst, bool restarted, double ediff, int nelm, bool converges)
    {
        if (!converges) return nelm;
        var needed = (int)Math.Ceiling(Math.Log(ediff / (isFirst && !restarted ? First : 0.3)) / Math.Log(Factor)) + 2;
        return Math.Clamp(needed, 3, Math.Max(1, nelm - 1));
    }

    /// <summary>The energy at electronic step k of n; the last is the energy itself, unless it never settles.</summary>
    public static double Energy(double energy, int k, int n, bool isFirst, bool converges) =>
        k == n && converges ? energy : energy + (converges ? (isFirst ? First : 0.3) * Math.Pow(Factor, k - 1) : 0.5 * Math.Cos(2.4 * k) + 0.1);
}
