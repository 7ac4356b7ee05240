using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>Linear algebra, memory and how the work is laid out over processes.</summary>
static class FaultsOfLayout
{
    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("zpotrf", Physics, Live, Stdout, "a Cholesky decomposition failed (ZPOTRF): atoms too close, or too many processes") with
        {
            Triggers = ["LAPACK: Routine ZPOTRF failed", "Routine ZPOTRF ZTRTRI"],
            Ladder =
            [
                Step(Set("NCORE", "1"), Unset("NPAR")).If(Holds("fewer than 5 atoms", c => c.Evidence.Sites < 5) & Holds("NCORE or NPAR > 1", c => c.Number("NCORE") > 1 || c.Number("NPAR") > 1)),
                Step(Set("ISYM", "0"), Drop("CHGCAR WAVECAR")).If(IsNot("ISYM", 0)),
                Step(new Change<VaspEvidence>("all lengths of POSCAR x 1.2", _ => [("POSCAR.strain", "1.2")])).If(Relaxes & Holds("no ionic step is finished", c => c.Evidence.Steps.IsEmpty)),
                Step(Times("POTIM", 0.5), Drop("CHGCAR WAVECAR")).If(IonsMove & Holds("an ionic step is finished", c => !c.Evidence.Steps.IsEmpty)),
            ],
        },
        Row("pzstein", Physics, Live, Stdout | Stderr, "parallel eigenvectors failed (PZSTEIN)") with { Triggers = ["PZSTEIN parameter number had an illegal value"], Ladder = [Step(UseAlgo("Normal")), Step(Set("NCORE", "1"), Unset("NPAR"))], Cap = 2, Source = "parsevasp" },
        Row("fock_acc", Physics, Live, Stdout | Stderr, "exact exchange does not fit the k mesh or the layout (FOCK_ACC)") with { Triggers = ["internal error in FOCK_ACC"], Ladder = [Step(Set("NCORE", "1"), Unset("NPAR")), Step(Set("KPAR", "1"))], Cap = 2, Source = "parsevasp" },
        Row("out_of_memory", Infrastructure, Live, Stderr, "an allocation exceeds the memory") with { Triggers = ["Allocation would exceed memory limit"], Guard = Above("KPAR", 1), Ladder = [Step(Calculated("KPAR", "KPAR / 2", c => Math.Floor(c.Number("KPAR") / 2)))] },
        Row("set_indpw_full", Infrastructure, Live, Stdout | Stderr, "memory for the plane waves is insufficient: fewer processes on a node") with
            { Triggers = ["internal error in SET_INDPW_FULL: insufficient"], Ladder = [Step(Calculated("KPAR", "KPAR / 2", c => Math.Floor(c.Number("KPAR") / 2))).If(Above("KPAR", 1))], Source = "parsevasp" },
    ];
}
