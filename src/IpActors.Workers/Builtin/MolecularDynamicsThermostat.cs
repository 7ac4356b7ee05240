using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Canonical sampling by velocity rescaling (Bussi, Donadio and Parrinello, J. Chem. Phys. 126, 014101 (2007), Eq. A7): the kinetic energy K, with N_f degrees of freedom and mean K̄, becomes
/// α²K with α² = c + (1-c)(S + R²) K̄/(N_f K) + 2 R (c(1-c) K̄/(N_f K))^½, c = exp(-Δt/τ), R normal, S a sum of N_f - 1 squares of normals. Momentum stays zero.
/// </summary>
public sealed class MolecularDynamicsThermostat(double temperatureK, double tauPs, SeededRandom random)
{
    public void Apply(MolecularDynamics system, double dtPs)
    {
        var c = Math.Exp(-dtPs / tauPs);
        var ratio = 0.5 * MolecularDynamics.BoltzmannEvPerK * temperatureK / system.KineticEv; // K̄ / (N_f K)
        var r = random.NextGaussian();
        var squared = c + (1 - c) * (SumOfSquares(system.Freedom - 1) + r * r) * ratio + 2 * r * Math.Sqrt(c * (1 - c) * ratio);
        system.ScaleVelocities(Math.Sqrt(squared));
    }

    /// <summary>χ² with n degrees of freedom as twice a gamma variate of shape n/2 (Marsaglia and Tsang, ACM TOMS 26, 363 (2000)).</summary>
    double SumOfSquares(int n)
    {
        var d = 0.5 * n - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextGaussian();
            var v = 1 + c * x;
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v)) return 2 * d * v;
        }
    }
}
