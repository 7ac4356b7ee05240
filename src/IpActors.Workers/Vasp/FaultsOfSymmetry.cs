using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>Symmetry that VASP finds in one place and misses in another: tighten or loosen SYMPREC, then do without.</summary>
static class FaultsOfSymmetry
{
    static readonly Rung<VaspEvidence> Without = Step(Set("ISYM", "0")).If(Above("ISYM", 0));
    static readonly ImmutableArray<Rung<VaspEvidence>> Lattice = [Step(Calculated("SYMPREC", "the smaller of SYMPREC / 10 and 1E-6", c => Math.Min(c.Number("SYMPREC") / 10, 1e-6))).If(Above("SYMPREC", 1.0000001e-6)), Without];
    static readonly ImmutableArray<Rung<VaspEvidence>> Positions = [Step(Times("SYMPREC", 0.1)).UpTo(1), Step(Times("SYMPREC", 100)).UpTo(2), Without];
    static readonly Guard<VaspEvidence> HasSymmetry = Above("ISYM", 0);

    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("ksymm", Physics, Live, Stdout, "the k mesh has another symmetry than the lattice") with { Triggers = ["Fatal error detecting k-mesh", "Fatal error: unable to match k-point"], Ladder = Lattice, Climbs = "bravais" },
        Row("bravais", Physics, Live, Stdout, "the lattice's type is not clear") with { Triggers = ["Inconsistent Bravais lattice"], Ladder = Lattice, Climbs = "bravais" },
        Row("inv_rot_mat", Physics, Live, Stdout, "a rotation of the lattice is missing") with { Triggers = ["rotation matrix was not found (increase SYMPREC)"], Guard = Above("SYMPREC", 1.0000001e-8), Ladder = [Step(Set("SYMPREC", "1E-8"))], Cap = 1 },
        Row("rot_matrix", Physics, Live, Stdout, "a rotation does not fit the k mesh") with { Triggers = ["Found some non-integer element in rotation matrix", "SGRCON"], Ladder = [Step(Centre("gamma")).If(Centred("monkhorst")), Without], Climbs = "rot_matrix" },
        Row("sgrcon_6", Physics, Live, Stdout, "a rotation does not fit the k mesh (VASP 6)") with { Triggers = ["VERY BAD NEWS! internal error in subroutineSGRCON"], Ladder = [Step(Centre("gamma")).If(Centred("monkhorst")), Without], Climbs = "rot_matrix", Source = "parsevasp" },
        Row("pricel", Physics, Live, Stdout, "the primitive cell is not clear") with { Triggers = ["internal error in subroutine PRICEL"], Guard = Above("SYMPREC", 1.0000001e-8), Ladder = [Step(Set("SYMPREC", "1E-8"), Set("ISYM", "0"))], Cap = 1 },
        Row("pricelv", Physics, Live, Stdout, "the lattice and the primitive one do not fit") with { Triggers = ["PRICELV: current lattice and primitive lattice are incommensurate"], Ladder = Positions, Climbs = "posmap" },
        Row("posmap", Physics, Live, Stdout, "symmetry-equivalent atoms are not found") with { Triggers = ["POSMAP"], Ladder = Positions, Climbs = "posmap" },
        Row("rhosyg", Physics, Live, Stdout, "the charge cannot be made symmetric") with { Triggers = ["RHOSYG"], Ladder = [Step(Set("SYMPREC", "1E-4")).If(Below("SYMPREC", 0.9999999e-4)), Without] },
        Row("point_group", Physics, Live, Stdout, "an operation of the point group is missing") with { Triggers = ["group operation missing"], Guard = HasSymmetry, Ladder = [Without], Cap = 1 },
        Row("symprec_noise", Physics, Live, Stdout, "the symmetry depends strongly on SYMPREC") with { Triggers = ["determination of the symmetry of your systems shows a strong"], Guard = HasSymmetry, Ladder = [Step(Set("SYMPREC", "1E-6")).UpTo(1), Without] },
        Row("invgrp", Physics, Live, Stdout | Stderr, "the inverse of an operation is missing") with { Triggers = ["internal error in subroutine INVGRP"], Ladder = Positions, Climbs = "posmap", Source = "parsevasp" },
        Row("ibzkpt", Physics, Live, Stdout, "the k mesh breaks operations of the point group") with { Triggers = ["not all point group operations"], Ladder = [Without, Step(Set("SYMPREC", "1E-6"))] },
        Row("ibzkpt_generic", Physics, End, Stdout, "the reduction of the k mesh failed") with { Triggers = ["internal error in subroutine IBZKPT"], Weight = FaultWeight.Warning, Ladder = [Without, Step(Set("SYMPREC", "1E-6"))], Climbs = "ibzkpt", Source = "parsevasp" },
        Row("hnform", Physics, Live, Stdout, "the k points' lattice cannot be made") with { Triggers = ["HNFORM: k-point generating"], Guard = HasSymmetry, Ladder = [Without], Cap = 1 },
        Row("kset_change", Physics, Live, Stdout | Stderr, "VASP asks for another set of k points on the way") with { Triggers = ["VASP internal routines have requested a change of the k-point set"], Ladder = [Step(Set("NCORE", "1"), Unset("NPAR")).UpTo(1), Step(Set("ISYM", "0")).If(IsNot("ISYM", 0))], Source = "parsevasp" },
    ];
}
