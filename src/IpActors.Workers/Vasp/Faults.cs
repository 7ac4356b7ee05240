using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using IpActors.Workers.Programs;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>
/// The faults of VASP as a table of data, with pure functions over it. Facts (which text means what, what is tried next, how often) from custodian, aiida-vasp and parsevasp, all MIT; wording and form are ours.
/// </summary>
public static class VaspFaults
{
    /// <summary>VASP's own values of the tags that the table looks at.</summary>
    public static readonly IReadOnlyDictionary<string, string> Defaults = new (string Tag, string Value)[]
    {
        ("ALGO", "Normal"), ("AMIN", "0.1"), ("AMIX", "0.4"), ("BMIX", "1.0"), ("EDIFF", "1E-4"), ("IBRION", "-1"), ("ICHARG", "2"), ("IMIX", "4"), ("ISIF", "2"), ("ISMEAR", "1"), ("ISPIN", "1"), ("ISYM", "2"), ("KPAR", "1"), ("LPEAD", "F"),
        ("LREAL", "F"), ("MDALGO", "0"), ("NCORE", "1"), ("NELM", "60"), ("NSW", "0"), ("POTIM", "0.5"), ("PREC", "Normal"), ("SIGMA", "0.2"), ("SYMPREC", "1E-5"),
    }.ToDictionary(t => $"INCAR.{t.Tag}", t => t.Value);

    /// <summary>Energies before and after such a change belong to different schemes, or the run may end in another phase.</summary>
    static readonly HashSet<string> Scheme = [.. "ISMEAR SIGMA ENCUT ENAUG NGX NGY NGZ PREC KSPACING KGAMMA LREAL".Split(' ').Select(t => $"INCAR.{t}"), "KPOINTS.mesh", "KPOINTS.centre", "POSCAR.strain"];

    static readonly ImmutableArray<Rung<VaspEvidence>> Memory = [Step(FromLastState, Calculated("KPAR", "KPAR / 2", c => Math.Floor(c.Number("KPAR") / 2))).If(Above("KPAR", 1))];

    public static readonly FaultTable<VaspEvidence> Table = new([
        .. CommonFaults.Certain(Memory), .. FaultsOfInputs.Rows, .. FaultsOfSymmetry.Rows, .. FaultsOfKpoints.Rows, .. FaultsOfElectrons.Rows, .. FaultsOfLayout.Rows, .. FaultsOfIons.Rows, .. FaultsOfResults.Rows,
        .. CommonFaults.LastResort(Memory), .. FaultsOfResults.LastResort,
    ], Defaults, Scheme.Contains);

    /// <inheritdoc cref="FaultTable{T}.Diagnose"/>
    public static ImmutableArray<FoundFault> Diagnose(VaspEvidence evidence) => Table.Diagnose(evidence);

    /// <inheritdoc cref="FaultTable{T}.Correct"/>
    public static Correction? Correct(FoundFault found, ImmutableSortedDictionary<string, string> settings, VaspEvidence evidence, IReadOnlyDictionary<string, int> met) => Table.Correct(found, settings, evidence, met);

    /// <inheritdoc cref="FaultTable{T}.Decide"/>
    public static ProgramOutcome.Failed? Decide(VaspEvidence evidence, ImmutableSortedDictionary<string, string> settings, IReadOnlyDictionary<string, int> met) => Table.Decide(evidence, settings, met);
}
