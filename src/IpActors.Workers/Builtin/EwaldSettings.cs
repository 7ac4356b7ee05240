namespace IpActors.Workers.Builtin;

/// <summary>
/// How the Coulomb sum is split: exp(-α² r²) screening, real-space cutoff (Å), reciprocal cutoff (1/Å). With <see cref="Tabulated"/> the pair energies are
/// read from cubic tables in r² whose derivative is the force (so that both agree exactly), exact below 1.2 Å.
/// </summary>
public sealed record EwaldSettings(double AlphaPerA, double RealCutoffA, double ReciprocalCutoffPerA, bool Tabulated = false)
{
    /// <summary>For energies and relaxations: a change of α and cutoffs moves the energy of a cell by less than 1e-8 eV.</summary>
    public static readonly EwaldSettings Converged = new(0.53, 9.0, 5.2);
    /// <summary>For molecular dynamics: force error 1.4e-4 to 1.9e-4 eV/Å rms, at most 8e-4 (Li3OCl, 135 atoms, displaced by up to 0.8 Å); energy error below 1e-4 eV per atom, pressure 0.02 GPa.</summary>
    public static readonly EwaldSettings Dynamics = new(0.42, 7.2, 2.6, Tabulated: true);
}
