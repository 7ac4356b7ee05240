using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>Electronic minimisation: mixing, eigensolvers, bands, projectors.</summary>
static class FaultsOfElectrons
{
    static readonly ImmutableArray<Rung<VaspEvidence>> Solver = [Step(FromLastStructure, UseAlgo("Normal")).If(AnyAlgo("Fast", "VeryFast")), Step(FromLastStructure, UseAlgo("Exact")).If(AnyAlgo("Normal"))];
    static readonly ImmutableArray<Rung<VaspEvidence>> Reciprocal = [Step(Set("LREAL", ".FALSE."))];
    static readonly ImmutableArray<Rung<VaspEvidence>> ToNormal = [Step(UseAlgo("Normal"))];
    static readonly Guard<VaspEvidence> NotNormal = Holds("ALGO is not Normal", c => Algo(c) != "Normal");
    static readonly Guard<VaspEvidence> Direct = AnyAlgo("All", "Conjugate", "Damped");

    /// <summary>Meshes that can be exchanged, as KPOINTS or as KSPACING.</summary>
    static readonly ImmutableArray<Rung<VaspEvidence>> Mixing =
    [
        Step(Set("ISTART", "1"), FromLastState).If(Holds("OUTCAR is finished", c => c.Evidence.Finished)).UpTo(1),
        Step(Set("IMIX", "1")).UpTo(2),
        Step(Centre("monkhorst"), Unset("IMIX")).If(Centred("gamma")).UpTo(3),
        Step(Centre("gamma"), NewMesh("even divisions + 1", (_, m) => m.Select(n => n % 2 == 0 ? n + 1 : n)), Unset("IMIX")).If(Centred("monkhorst")).UpTo(4),
        Step(Set("KGAMMA", ".TRUE."), Unset("IMIX")).If(Given("KSPACING")).UpTo(4),
        Step(Set("ISYM", "0"), Centre("gamma"), Drop("CHGCAR WAVECAR")),
    ];

    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("brmix", Physics, Live, Stdout, "the charge mixer found very serious problems") with { Triggers = ["BRMIX: very serious problems"], Guard = NotSet("NELECT"), Ladder = Mixing, Cap = 6 },
        Row("too_few_bands", Physics, Live, Stdout, "too few bands") with
            { Triggers = ["TOO FEW BANDS"], Ladder = [Step(Calculated("NBANDS", "10 % more", c => Math.Max((int)(1.1 * Bands(c)), Bands(c) + 1))).If(Holds("NBANDS is known", c => Bands(c) > 0))] },
        Row("nbands_not_sufficient", Physics, Live, Stdout, "the bands are not enough for the electrons") with
        {
            Triggers = ["number of bands is not sufficient"], Guard = Holds("electrons and atoms are known", c => Electrons(c) > 0 && c.Evidence.Sites > 0), Cap = 2,
            Ladder = [Step(Calculated("NBANDS", "for NELECT and atoms, a multiple of NCORE", c => Math.Ceiling(Math.Ceiling(Math.Max(Electrons(c) / 2 + c.Evidence.Sites!.Value / 2.0, 0.6 * Electrons(c))) / c.Number("NCORE")) * c.Number("NCORE")))],
        },
        Row("real_optlay", Physics, Live, Stdout, "the projectors in real space failed") with { Triggers = ["REAL_OPTLAY: internal error", "REAL_OPT: internal ERROR"], Guard = RealSpace, Ladder = Reciprocal, Cap = 1 },
        Row("rspher", Physics, Live, Stdout, "the projectors in real space failed (RSPHER)") with { Triggers = ["ERROR RSPHER"], Guard = RealSpace, Ladder = Reciprocal, Cap = 1 },
        Row("nicht_konv", Physics, Live, Stdout, "the projectors in real space did not converge") with { Triggers = ["ERROR: SBESSELITER : nicht konvergent"], Guard = RealSpace, Ladder = Reciprocal, Cap = 1 },
        Row("subspacematrix", Physics, End, Stdout, "the subspace matrix is not hermitian") with { Triggers = ["WARNING: Sub-Space-Matrix is not hermitian in DAV"], Weight = FaultWeight.Warning, Ladder = [Step(Set("LREAL", ".FALSE.")), Step(Set("PREC", "Accurate"))], Cap = 2 },
        Row("amin", Physics, Live, Stdout, "a lattice vector beyond 50 Å with the usual mixing") with { Triggers = ["One of the lattice vectors is very long (>50 A), but AMIN"], Guard = Above("AMIN", 0.01), Ladder = [Step(Set("AMIN", "0.01"))], Cap = 1 },
        Row("pssyevx", Physics, Live, Stdout, "the rotation in the subspace failed (PSSYEVX)") with { Triggers = ["ERROR in subspace rotation PSSYEVX"], Guard = NotNormal, Ladder = ToNormal, Cap = 1 },
        Row("pdsyevx", Physics, Live, Stdout, "the rotation in the subspace failed (PDSYEVX)") with { Triggers = ["ERROR in subspace rotation PDSYEVX"], Guard = NotNormal, Ladder = ToNormal, Cap = 1 },
        Row("eddrmm", Physics, Live, Stdout, "RMM-DIIS failed (ZHEGV)") with
            { Triggers = ["WARNING in EDDRMM: call to ZHEGV failed"], Ladder = [Step(FromLastStructure, UseAlgo("Normal"), Drop("CHGCAR WAVECAR")).If(AnyAlgo("Fast", "VeryFast")), Step(FromLastStructure, Times("POTIM", 0.5), Drop("CHGCAR WAVECAR"))] },
        Row("edddav", Physics, Live, Stdout, "Davidson's method failed (ZHEGV)") with
        {
            Triggers = ["Error EDDDAV: Call to ZHEGV failed"],
            Ladder =
            [
                Step(FromLastStructure, Calculated("NCORE", "2 NCORE", c => 2 * c.Number("NCORE")), Unset("NPAR"), Drop("CHGCAR")).If(Holds("fewer electrons than cores", c => Electrons(c) < c.Evidence.Cores)).UpTo(2),
                Step(FromLastStructure, UseAlgo("All"), Set("ISEARCH", "1"), Drop("CHGCAR")).If(Holds("ALGO is not All", c => Algo(c) != "All")),
            ],
        },
        Row("algo_tet", Physics, Live, Stdout, "direct minimisation fails with tetrahedra") with { Triggers = ["ALGO=A and IALGO=5X tend to fail"], Guard = Direct & Below("ISMEAR", 0), Ladder = [Step(UseAlgo("Fast")).UpTo(1), Step(Smear)], Cap = 2 },
        Row("grad_not_orth", Physics, Live, Stdout, "the gradient is not orthogonal (often a compiler's fault)") with
            { Triggers = ["EDWAV: internal error, the gradient is not orthogonal"], Guard = Direct, Ladder = [Step(UseAlgo("Fast")).If(PlainDft), Step(UseAlgo("Normal")).If(HybridOrMeta)], Cap = 1 },
        Row("zheev", Physics, Live, Stdout, "the diagonalisation failed (ZHEEV)") with { Triggers = ["ERROR EDDIAG: Call to routine ZHEEV failed!"], Ladder = Solver, Climbs = "zheev" },
        Row("eddiag", Physics, Live, Stdout, "the diagonalisation failed") with { Triggers = ["ERROR in EDDIAG: call to ZHEEV/ZHEEVX/DSYEV/DSYEVX failed"], Ladder = Solver, Climbs = "zheev" },
        Row("fexcf", Physics, Live, Stdout, "the charge is beyond the exchange-correlation table: the geometry explodes") with { Triggers = ["supplied exchange-correlation table"], Ladder = FaultsOfIons.Exploding, Climbs = "fexcf" },
        Row("fexcp", Physics, Live, Stdout, "the charge is beyond the exchange table: the geometry explodes") with { Triggers = ["ERROR FEXCP: supplied Exchange"], Ladder = FaultsOfIons.Exploding, Climbs = "fexcf", Source = "parsevasp" },
        Row("cnormn", Fatal, End, Stdout, "wave functions of negative norm (CNORMN)") with { Triggers = ["WARNING: CNORMN"], Weight = FaultWeight.Warning, Source = "parsevasp" },
        Row("auto_nbands", Fatal, End, Stdout, "VASP raised the number of bands beyond twice the electrons: too many cores for the cell") with
            { Triggers = ["The number of bands has been changed"], Weight = FaultWeight.Warning, Test = Holds("NBANDS > 2 NELECT", c => c.Evidence.Bands > 2 * Electrons(c)) },
    ];

    static double Bands(FaultContext<VaspEvidence> c) => c.Settings.IsSet("INCAR.NBANDS") ? c.Number("NBANDS") : c.Evidence.Bands ?? 0;
    static double Electrons(FaultContext<VaspEvidence> c) => c.Settings.IsSet("INCAR.NELECT") ? c.Number("NELECT") : c.Evidence.Electrons ?? double.NaN;
}
