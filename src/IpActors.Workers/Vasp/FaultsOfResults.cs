using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>Results that cannot be trusted, or are not there.</summary>
static class FaultsOfResults
{
    const int NegativeCoreDensities = 100;

    /// <summary>The mean length of the drift over the last three steps against the limit on forces.</summary>
    static bool Drifts(FaultContext<VaspEvidence> c)
    {
        double[] drift = [.. c.Evidence.Steps.TakeLast(3).Select(s => s.DriftEvPerA ?? double.NaN)];
        return drift.Length == 3 && drift.Average() > -c.Number("EDIFFG");
    }

    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("aliasing", Physics, Live, Stdout, "the FFT grids wrap around") with
        {
            Triggers = ["WARNING: small aliasing (wrap around) errors must be expected"], Guard = Holds("OUTCAR advises a grid", c => c.Evidence.AdvisedGrid is not null), Cap = 1, Weight = FaultWeight.Quality,
            Ladder = [Step(new Change<VaspEvidence>("NGX, NGY, NGZ as OUTCAR advises", c => c.Evidence.AdvisedGrid is { } g ? [("INCAR.NGX", $"{g.X}"), ("INCAR.NGY", $"{g.Y}"), ("INCAR.NGZ", $"{g.Z}")] : []), Drop("CHGCAR WAVECAR"))],
        },
        Row("aliasing_incar", Physics, Live, Stdout, "the FFT grids of INCAR are not sufficient") with { Triggers = ["Your FFT grids (NGX,NGY,NGZ) are not sufficient for an accurate"], Weight = FaultWeight.Quality, Ladder = [Step(Unset("NGX", "NGY", "NGZ"), Drop("CHGCAR WAVECAR"))], Cap = 1 },
        Row("drift", Physics, End, Facts, "the forces drift by more than they may be") with
        {
            Test = Holds("mean |drift| of the last 3 steps > -EDIFFG", Drifts), Guard = Below("EDIFFG", 0) & Above("NSW", 1), Weight = FaultWeight.Quality, Cap = 3,
            Ladder =
            [
                Step(FromLastStructure, Set("PREC", "High"), Calculated("ENAUG", "2 ENCUT", c => 2 * c.Number("ENCUT"))).If(NotSet("ENAUG") & Given("ENCUT")), Step(FromLastStructure, Set("PREC", "High")).If(NotSet("ENAUG")).UpTo(1),
                Step(FromLastStructure, Times("ENAUG", 2)).If(Given("ENAUG")),
            ],
        },
        Row("incorrect_smearing", Physics, End, Facts, "a metal relaxed with tetrahedra") with { Test = Holds("no gap, ISMEAR < -3, NSW > 1", c => c.Evidence.GapEv <= 0 && c.Number("ISMEAR") < -3 && c.Number("NSW") > 1), Weight = FaultWeight.Quality, Ladder = [Step(Set("ISMEAR", "2"), Set("SIGMA", "0.2"))], Cap = 1 },
        Row("kspacing_metal", Physics, End, Facts, "a metal with too few k points") with { Test = Holds("no gap, KSPACING > 0.22", c => c.Evidence.GapEv <= 0 && c.Number("KSPACING") > 0.22), Weight = FaultWeight.Quality, Ladder = [Step(Set("KSPACING", "0.22"))], Cap = 1 },
        Row("npt", Fatal, End, Facts, "constant pressure was asked for (MDALGO = 3) and this VASP does not do it: build it with -Dtbdyn") with { Test = Holds("MDALGO = 3 is set and OUTCAR does not repeat it", c => c.Number("MDALGO") == 3 && c.Evidence is { Finished: true, EchoedMdAlgo: not 3 }), Weight = FaultWeight.Quality },
        Row("aeccar", Fatal, End, Facts, "core densities with many negative values") with { Test = Holds("more than 100 negative values in AECCAR0 + AECCAR2", c => c.Evidence.NegativeCoreDensities > NegativeCoreDensities), Weight = FaultWeight.Quality },
        Row("xml_overflow", Fatal, End, Facts, "numbers in vasprun.xml did not fit their columns (***)") with { Test = Holds("*** in vasprun.xml", c => c.Evidence.XmlHasOverflow), Weight = FaultWeight.Quality, Source = "aiida-vasp" },
    ];

    static readonly ImmutableArray<Rung<VaspEvidence>> GoOnOnceOrTwice = [Step(FromLastState).If(Relaxes & Holds("an ionic step is finished", c => !c.Evidence.Steps.IsEmpty)).UpTo(2), Step(OnceMore).UpTo(1)];

    public static readonly ImmutableArray<FaultRow<VaspEvidence>> LastResort =
    [
        Row("did_not_execute", Infrastructure, End, Facts, "VASP wrote nothing at all") with { Test = Holds("no output", c => c.Evidence.Stdout.Length == 0 && c.Evidence.Outcar.Length == 0 && c.Evidence.Steps.IsEmpty && c.Evidence.MissingFiles.Contains("OUTCAR")), StopsWhenExhausted = true, Weight = FaultWeight.LastResort, Ladder = [Step(OnceMore).UpTo(1)], Cap = 1, Climbs = "nostart", Source = "aiida-vasp" },
        Row("nostart", Infrastructure, End, Facts, "VASP did not start") with { Test = Holds("stdout never names its version (vasp.)", c => !c.Evidence.Stdout.Contains("vasp.", StringComparison.OrdinalIgnoreCase) && c.Evidence.Steps.IsEmpty), StopsWhenExhausted = true, Weight = FaultWeight.LastResort, Ladder = [Step(OnceMore).UpTo(1)], Cap = 1, Climbs = "nostart", Source = "parsevasp" },
        Row("internal_error", Physics, End, Stdout | Stderr | FaultWhere.Outcar, "an internal error of VASP that the table does not know") with { Triggers = ["VERY BAD NEWS! internal error", "internal error in", "internal ERROR"], Weight = FaultWeight.LastResort, Ladder = [Step(OnceMore).UpTo(1)], Cap = 1, Source = "own list" },
        Row("sick_job", Fatal, End, Stdout | Stderr, "VASP refuses to go on, for a reason that the table does not know") with { Triggers = ["I REFUSE TO CONTINUE WITH THIS SICK JOB"], Weight = FaultWeight.LastResort, Source = "own list, aiida-vasp" },
        Row("did_not_finish", Infrastructure, End, Facts, "VASP ended before its end") with { Test = Holds("no closing table of times, or no finished step", c => !c.Evidence.Finished || c.Evidence.Steps.IsEmpty), StopsWhenExhausted = true, Weight = FaultWeight.LastResort, Ladder = GoOnOnceOrTwice, Cap = 2, Source = "aiida-vasp" },
        Row("files", Infrastructure, End, Facts, "CONTCAR, OSZICAR or OUTCAR is missing") with { Test = Holds("a file is missing", c => c.Evidence.MissingFiles.Any(f => f is "CONTCAR" or "OSZICAR" or "OUTCAR")), StopsWhenExhausted = true, Weight = FaultWeight.LastResort, Ladder = [Step(OnceMore).UpTo(1)], Cap = 1 },
        Row("vasprun", Infrastructure, End, Facts, "vasprun.xml is cut or damaged") with { Test = Holds("it does not parse", c => c.Evidence.XmlIsBroken), StopsWhenExhausted = true, Weight = FaultWeight.LastResort, Ladder = GoOnOnceOrTwice, Cap = 2, Climbs = "did_not_finish" },
    ];
}
