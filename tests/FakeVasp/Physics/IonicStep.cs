using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.FakeVasp.Physics;

/// <summary>One ionic step: the structure, its energy (eV), forces (eV/Å), dE/dε (eV); of dynamics the temperature, kinetic energy and velocities (Å/ps); whether it is the last because all is converged.</summary>
sealed record IonicStep(Structure Structure, double EnergyEv, double[] Forces, Mat3 StrainDerivative, bool Converged = false)
{
    public double TemperatureK { get; init; }
    public double KineticEv { get; init; }
    public double[]? Velocities { get; init; }
    /// <summary>In kB, positive where the cell wants to grow.</summary>
    public Mat3 StressKb => (-1602.1766208 / Structure.VolumeA3) * StrainDerivative;
}
