using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using IpActors.Workers.Programs;
using static IpActors.Workers.Cp2k.FaultsTerms;

namespace IpActors.Workers.Cp2k;

/// <summary>The faults of CP2K as a table of data, with pure functions over it. Facts from custodian and aiida-cp2k (MIT) and from CP2K 2023.1 itself, which ends with exit code 0 where nothing converged.</summary>
public static class Cp2kFaults
{
    /// <summary>CP2K's own values of the keywords that the table looks at.</summary>
    public static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>
    {
        [RunTypeKey] = "ENERGY_FORCE", [$"{Ot}/MINIMIZER"] = "CG", [$"{Ot}/LINESEARCH"] = "2PNT", [$"{Ot}/ALGORITHM"] = "STRICT", [$"{Ot}/PRECONDITIONER"] = "FULL_KINETIC", [$"{Ot}/PRECOND_SOLVER"] = "DEFAULT", [$"{Ot}/STEPSIZE"] = "-1", [$"{Ot}/ROTATION"] = "F",
        [$"{Scf}/MAX_SCF"] = "50", [$"{Scf}/OUTER_SCF/MAX_SCF"] = "50", [$"{Scf}/CHOLESKY"] = "RESTORE", [$"{Mixing}/METHOD"] = "DIRECT_P_MIXING", [$"{Mixing}/ALPHA"] = "0.4", [$"{Mixing}/BETA"] = "0.5", [$"{Mixing}/NBUFFER"] = "4",
        [$"{Qs}/EPS_DEFAULT"] = "1E-10", [$"{Dft}/XC/XC_GRID/USE_FINER_GRID"] = "F", ["CP2K.MOTION/GEO_OPT/OPTIMIZER"] = "BFGS", ["CP2K.MOTION/CELL_OPT/OPTIMIZER"] = "BFGS", ["CP2K.MOTION/GEO_OPT/MAX_ITER"] = "200", ["CP2K.MOTION/CELL_OPT/MAX_ITER"] = "200",
    };

    /// <summary>Energies before and after such a change belong to different schemes.</summary>
    static bool IsScheme(string key) => key.StartsWith($"{Scf}/SMEAR", StringComparison.Ordinal) || key.StartsWith($"{Dft}/MGRID", StringComparison.Ordinal) || key.StartsWith($"{Dft}/KPOINTS", StringComparison.Ordinal)
        || key.StartsWith($"{Dft}/XC/", StringComparison.Ordinal) || key.EndsWith("/BASIS_SET", StringComparison.Ordinal) || key.EndsWith("/POTENTIAL", StringComparison.Ordinal);

    public static readonly FaultTable<Cp2kEvidence> Table = new([.. CommonFaults.Certain<Cp2kEvidence>([]), .. FaultsOfScf.Rows, .. FaultsOfRuns.Rows, .. CommonFaults.LastResort<Cp2kEvidence>([]), .. FaultsOfRuns.LastResort], Defaults, IsScheme);

    /// <inheritdoc cref="FaultTable{T}.Diagnose"/>
    public static ImmutableArray<FoundFault> Diagnose(Cp2kEvidence evidence) => Table.Diagnose(evidence);

    /// <inheritdoc cref="FaultTable{T}.Correct"/>
    public static Correction? Correct(FoundFault found, ImmutableSortedDictionary<string, string> settings, Cp2kEvidence evidence, IReadOnlyDictionary<string, int> met) => Table.Correct(found, settings, evidence, met);

    /// <inheritdoc cref="FaultTable{T}.Decide"/>
    public static ProgramOutcome.Failed? Decide(Cp2kEvidence evidence, ImmutableSortedDictionary<string, string> settings, IReadOnlyDictionary<string, int> met) => Table.Decide(evidence, settings, met);
}
