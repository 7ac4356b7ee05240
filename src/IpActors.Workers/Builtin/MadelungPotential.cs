using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// The electrostatic potential of all other point charges at each atom, in eV per e (tin-foil Ewald, neutralising background left out: a common
/// constant). Truncated below 1e-9 eV. O(N²), for the few hundred atoms of a band gap.
/// </summary>
static class MadelungPotential
{
    public static double[] At(Structure s, double[] charges)
    {
        const double cut = 5.2; // in units of 1/α and 2α: e^(-27) = 2e-12
        var (cell, _) = LatticeReduction.Minkowski(s.Cell);
        // the balance of both sums, in whole hundredths so that no platform's power function shows in the bits
        var alpha = Math.Round(177.0 * Math.Pow(s.Count / (s.VolumeA3 * s.VolumeA3), 1.0 / 6)) / 100;
        var potential = new double[s.Count];
        var r = Enumerable.Range(0, s.Count).Select(s.Cartesian).ToArray();
        Real(cell, r, charges, alpha, cut / alpha, potential);
        Reciprocal(cell, r, charges, alpha, 2 * alpha * cut, potential);
        for (var i = 0; i < s.Count; i++) potential[i] = PairInteraction.CoulombConstant * (potential[i] - 2 * alpha / Math.Sqrt(Math.PI) * charges[i]);
        return potential;
    }

    static void Real(in Mat3 cell, Vec3[] r, double[] charges, double alpha, double cutoff, double[] potential)
    {
        foreach (var (i, j, shift) in Images.Pairs(cell, r, cutoff))
        {
            var d = (r[j] + shift - r[i]).Length;
            potential[i] += charges[j] * VectorMath.Erfc(alpha * d) / d;
        }
    }

    static void Reciprocal(in Mat3 cell, Vec3[] r, double[] charges, double alpha, double cutoff, double[] potential)
    {
        var basis = cell.Inverse.Transposed;
        var f = Array.ConvertAll(r, v => v * basis.Transposed);
        Vec3 a = 2 * Math.PI * basis.A, b = 2 * Math.PI * basis.B, c = 2 * Math.PI * basis.C;
        int hMax = (int)(cutoff * cell.A.Length / (2 * Math.PI)), kMax = (int)(cutoff * cell.B.Length / (2 * Math.PI)), lMax = (int)(cutoff * cell.C.Length / (2 * Math.PI));
        var (cos, sin) = (new double[r.Length], new double[r.Length]);
        for (var h = 0; h <= hMax; h++)
            for (var k = h == 0 ? 0 : -kMax; k <= kMax; k++)
                for (var l = h == 0 && k == 0 ? 1 : -lMax; l <= lMax; l++)
                {
                    var g = h * a + k * b + l * c;
                    if (g.LengthSquared > cutoff * cutoff) continue;
                    double re = 0, im = 0;
                    for (var i = 0; i < r.Length; i++)
                    {
                        (cos[i], sin[i]) = VectorMath.CosSinTwoPi(h * f[i].X + k * f[i].Y + l * f[i].Z);
                        re += charges[i] * cos[i];
                        im += charges[i] * sin[i];
                    }
                    var weight = 8 * Math.PI / Math.Abs(cell.Determinant) * VectorMath.Exp(-g.LengthSquared / (4 * alpha * alpha)) / g.LengthSquared;
                    for (var i = 0; i < r.Length; i++) potential[i] += weight * (re * cos[i] + im * sin[i]);
                }
    }
}
