using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Stochastic cell rescaling of all cell vectors at zero pressure (Bernetti and Bussi, J. Chem. Phys. 153, 114107 (2020); anisotropic: Del Tatto, Raiteri, Bernetti and Bussi, Appl. Sci. 12, 1139 (2022)):
/// dε = β/(3τ) (P + k_B T/V) dt + (2 β k_B T / (3 V τ))^½ dW, cell and positions → exp(dε), velocities → exp(-dε). dε is symmetrised, so the cell does not turn. β only sets the
/// pace: 1/(30 GPa).
/// </summary>
public sealed class MolecularDynamicsBarostat(double temperatureK, double tauPs, SeededRandom random)
{
    /// <summary>Å³/eV.</summary>
    const double Compressibility = 160.2177 / 30;

    public void Apply(MolecularDynamics system, double dtPs)
    {
        var thermal = MolecularDynamics.BoltzmannEvPerK * temperatureK / system.VolumeA3;
        var pace = Compressibility / (3 * tauPs) * dtPs;
        var noise = Math.Sqrt(2 * pace * thermal);
        var diagonal = noise;
        var shear = noise * Math.Sqrt(0.5); // half the sum of two independent elements
        var p = pace * (system.PressureTensor + thermal * Mat3.Identity);
        double xx = p[0, 0] + diagonal * random.NextGaussian(), yy = p[1, 1] + diagonal * random.NextGaussian(), zz = p[2, 2] + diagonal * random.NextGaussian();
        double xy = p[0, 1] + shear * random.NextGaussian(), xz = p[0, 2] + shear * random.NextGaussian(), yz = p[1, 2] + shear * random.NextGaussian();
        var strain = new Mat3(new(xx, xy, xz), new(xy, yy, yz), new(xz, yz, zz));
        system.Deform(Exponential(strain), Exponential(-1 * strain));
    }

    /// <summary>Series to third order: strains of a step are far below 1 %.</summary>
    static Mat3 Exponential(Mat3 e) => Mat3.Identity + e + 0.5 * (e * e) + (1.0 / 6) * (e * e * e);
}
