namespace IpActors.Workers.Builtin;

/// <summary>
/// How the Coulomb sum is split. With α > 0: Ewald's Gaussians exp(-α² r²), real-space cutoff (Å), reciprocal cutoff (1/Å), all in double precision. With α = 0: the
/// <see cref="ProlateSplit"/> with the same two cutoffs, pair energies from tables, forces summed in single precision: for molecular dynamics.
/// </summary>
public sealed record EwaldSettings(double AlphaPerA, double RealCutoffA, double ReciprocalCutoffPerA)
{
    /// <summary>For energies and relaxations: a change of α and cutoffs moves the energy of a cell by less than 1e-8 eV.</summary>
    public static readonly EwaldSettings Converged = new(0.53, 9.0, 5.2);
    /// <summary>For molecular dynamics: force error 1e-4 to 2e-4 eV/Å rms (forces are 1 to 3 eV/Å); measured in docs/molecular-dynamics.md.</summary>
    public static readonly EwaldSettings Dynamics = Prolate(5.2, 12.5);
    /// <summary>The same accuracy with the balance of the two sums that is fastest for so many atoms: the reciprocal one grows with their square.</summary>
    public static EwaldSettings DynamicsOf(int atoms) => atoms <= 200 ? Dynamics : Prolate(Math.Min(9, 5.2 * Math.Cbrt(Math.Sqrt(atoms / 200.0))), 12.5);

    /// <summary>A prolate split: the error depends on the bandwidth r_c k_c alone, the balance of the two sums on r_c. A force field whose repulsion reaches beyond r_c takes a longer one and the same bandwidth.</summary>
    public static EwaldSettings Prolate(double realCutoffA, double bandwidth) => new(0, realCutoffA, bandwidth / realCutoffA);

    public bool IsProlate => AlphaPerA == 0;

    internal EwaldSettings Reaching(double realCutoffA) => IsProlate && realCutoffA > RealCutoffA ? Prolate(realCutoffA, RealCutoffA * ReciprocalCutoffPerA) : this;
}
