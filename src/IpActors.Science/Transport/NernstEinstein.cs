namespace IpActors.Science.Transport;

/// <summary>Ionic conductivity from diffusion (Eq. 6), σ = c z² F² D / (R T), with c the molar concentration of the ion (the paper's text says mass density, which has the wrong units).</summary>
public static class NernstEinstein
{
    public const double FaradayCPerMol = 96485.33212;
    public const double GasJPerMolK = 8.314462618;
    public const double AvogadroPerMol = 6.02214076e23;

    /// <summary>c = N / (N_A V) in mol/cm³.</summary>
    public static double MolPerCm3(int ions, double volumeA3) => ions / (AvogadroPerMol * volumeA3 * 1e-24);

    /// <summary>σ in S/cm from c in mol/cm³ and D in cm²/s at T in K; Haven ratio 1.</summary>
    public static double SiemensPerCm(double molPerCm3, double diffusionCm2PerS, double temperatureK, int charge = 1) =>
        molPerCm3 * charge * charge * FaradayCPerMol * FaradayCPerMol * diffusionCm2PerS / (GasJPerMolK * temperatureK);
}
