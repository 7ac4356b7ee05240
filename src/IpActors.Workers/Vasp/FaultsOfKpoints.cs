using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>The k mesh and the smearing over it. A shifted mesh is centred first, as that keeps the smearing.</summary>
static class FaultsOfKpoints
{
    static readonly ImmutableArray<Rung<VaspEvidence>> Fermi =
    [
        Step(Set("KGAMMA", ".TRUE.")).If(Given("KSPACING") & Holds("KGAMMA is .FALSE.", c => c.Settings.IsSet("INCAR.KGAMMA") && !c.Settings.Flag("INCAR.KGAMMA"))), Step(Centre("gamma")).If(Centred("monkhorst")),
        Step(NewMesh("k mesh 10 % denser", (_, m) => m.Select(n => (int)Math.Ceiling(1.1 * n)))).If(Holds("fewer than 50 atoms", c => c.Evidence.Sites < 50) & Holds("at least 4 k points", c => c.Evidence.Kpoints >= 4)).UpTo(2),
        Step(Smear),
    ];

    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("tetirr", Physics, Live, Stdout, "tetrahedra cannot be made from a shifted mesh") with { Triggers = ["Routine TETIRR needs special values"], Guard = Centred("monkhorst"), Ladder = [Step(Centre("gamma"))], Cap = 1 },
        Row("incorrect_shift", Physics, Live, Stdout, "the mesh's shift does not fit the lattice") with { Triggers = ["Could not get correct shifts"], Guard = Centred("monkhorst"), Ladder = [Step(Centre("gamma"))], Cap = 1 },
        Row("tet", Physics, Live, Stdout, "the tetrahedron method fails with this mesh") with { Triggers = ["Tetrahedron method fails", "Tetrahedron method fails (number of k-points < 4)", "Routine TETIRR needs special values", "BZINTS"], Ladder = [Step(Smear)], Cap = 1 },
        Row("dentet", Physics, End, Stdout, "the tetrahedron method finds no Fermi level") with { Triggers = ["DENTET"], Weight = FaultWeight.Warning, Ladder = Fermi, Climbs = "dentet" },
        Row("denmp", Physics, End, Stdout, "the smearing finds no Fermi level") with { Triggers = ["WARNING: DENMP: can't reach specified precision"], Weight = FaultWeight.Warning, Ladder = Fermi, Climbs = "dentet", Source = "parsevasp" },
        Row("kpoints_trans", Physics, Live, Stderr, "k points do not transform into each other") with { Triggers = ["internal error in GENERATE_KPOINTS_TRANS: number of G-vector changed in star"], Ladder = [Step(CubicMesh).UpTo(1)], Cap = 1 },
        Row("mesh_symmetry", Physics, End, Stdout, "the k mesh belongs to another class of lattices than the cell") with
            { Triggers = ["Reciprocal lattice and k-lattice belong to different class of lattices."], Weight = FaultWeight.Warning, Guard = Above("ISYM", 0) & NotSet("KSPACING") & HasMesh, Ladder = [Step(CubicMesh)], Cap = 1 },
    ];
}
