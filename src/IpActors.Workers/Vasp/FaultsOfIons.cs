using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;
using static IpActors.Workers.Vasp.FaultsTerms;

namespace IpActors.Workers.Vasp;

/// <summary>Ions that move: line searches, time steps, convergence, time itself.</summary>
static class FaultsOfIons
{
    /// <summary>|T·S| per atom that a smearing may cost, eV.</summary>
    public const double EntropyLimitEvPerAtom = 1e-3;
    const double JumpEvPerAtom = 1, FrozenSeconds = 21600;

    /// <summary>The geometry explodes: from the last structure, then with a safer optimiser.</summary>
    public static readonly ImmutableArray<Rung<VaspEvidence>> Exploding = [Step(FromLastStructure).UpTo(1), Step(FromLastStructure, Set("IBRION", "2")).If(Is("IBRION", 1))];

    static readonly Guard<VaspEvidence> Finer = Above("EDIFF", 1.0000001e-8);

    static double LargestJump(FaultContext<VaspEvidence> c) => c.Evidence.Sites is > 0 and var n ? c.Evidence.Steps.Zip(c.Evidence.Steps.Skip(1), (a, b) => Math.Abs(b.EnergyEv - a.EnergyEv) / n).DefaultIfEmpty(0).Max() : 0;

    static bool IsFrozen(FaultContext<VaspEvidence> c) => !c.Evidence.Ended && c.Evidence.QuietSeconds > Math.Max(FrozenSeconds, 20 * c.Evidence.SlowestElectronicSeconds);

    static bool UsedAllSteps(VaspIonicStep s, FaultContext<VaspEvidence> c) => s.ElectronicSteps >= c.Number("NELM");

    static readonly Rung<VaspEvidence> SoftMixing = Step(Set("AMIN", "0.01")).If(LongAxis), HybridAll = Step(UseAlgo("All")).If(HybridOrMeta & AnyAlgo("VeryFast", "Fast", "Normal", "Exact"));
    static readonly ImmutableArray<Rung<VaspEvidence>> Solvers =
    [
        Step(UseAlgo("Fast")).If(AnyAlgo("VeryFast")), Step(UseAlgo("Normal")).If(AnyAlgo("Fast")), Step(UseAlgo("All")).If(AnyAlgo("Normal") & Above("ISMEAR", -0.5)),
    ];

    static readonly Guard<VaspEvidence> UsualMixing = Above("BMIX", 0.0010000001);

    /// <summary>After custodian's ladder that of aiida-vasp: more steps, gentler mixing.</summary>
    static readonly ImmutableArray<Rung<VaspEvidence>> Electronic =
    [
        SoftMixing, HybridAll, Step(UseAlgo("Damped"), Set("TIME", "0.5")).If(HybridOrMeta & AnyAlgo("All")), .. Solvers.Select(s => s.If(PlainDft & UsualMixing)),
        Step(Calculated("NBANDS", "10 % more", c => Math.Ceiling(1.1 * c.Evidence.Bands!.Value))).If(Holds("the highest band is occupied", c => c.Evidence is { TopBandOccupied: true, Bands: > 0 })),
        Step(Set("ISTART", "1"), UseAlgo("Normal"), Set("NELMDL", "-6"), Set("BMIX", "0.001"), Set("AMIX_MAG", "0.8"), Set("BMIX_MAG", "0.001")).If(PlainDft & UsualMixing),
        Step(Set("NELM", "150")).If(Below("NELM", 150)),
        Step(Set("AMIX", "0.2"), Plus("NELM", 20)).If(Above("AMIX", 0.2000001)), Step(Set("AMIX", "0.1"), Plus("NELM", 20)).If(Above("AMIX", 0.1000001)), Step(Set("AMIX", "0.05"), Plus("NELM", 20)).If(Above("AMIX", 0.0500001)),
    ];

    public static readonly ImmutableArray<FaultRow<VaspEvidence>> Rows =
    [
        Row("zbrent", Physics, Live, Stdout, "the line search failed near the minimum (ZBRENT)") with
        {
            Triggers = ["ZBRENT: fatal internal in", "ZBRENT: fatal error in bracketing"],
            Ladder =
            [
                Step(FromLastStructure, Calculated("EDIFF", "1E-6, or a tenth down to 1E-8", c => c.Number("EDIFF") > 1.0000001e-6 ? 1e-6 : Math.Max(1e-8, c.Number("EDIFF") / 10)), Set("NELMIN", "8")).If(Finer).UpTo(1),
                Step(FromLastStructure, Set("IBRION", "1")).If(NoDynamics & IsNot("IBRION", 1)),
                Step(FromLastStructure, Calculated("EDIFF", "a tenth, down to 1E-8", c => Math.Max(1e-8, c.Number("EDIFF") / 10))).If(Finer),
            ],
            Cap = 8,
        },
        Row("brions", Physics, Live, Stdout, "the step of the ions is too small (BRIONS)") with
        {
            Triggers = ["BRIONS problems: POTIM should be increased"], Cap = 8,
            Ladder = [Step(FromLastStructure, Plus("POTIM", 0.1)).UpTo(1), Step(FromLastStructure, Set("IBRION", "2"), Set("POTIM", "0.5")).If(Is("IBRION", 1)), Step(FromLastStructure, Plus("POTIM", 0.1)).If(Is("IBRION", 2))],
        },
        Row("potim", Physics, Live, Facts, "the energy jumps between ionic steps: the step is too long") with
        {
            Test = Holds("a jump of more than 1 eV/atom between finished ionic steps", c => LargestJump(c) > JumpEvPerAtom), Guard = IonsMove,
            Ladder = [Step(Set("IBRION", "3"), Set("SMASS", "0.75")).If(NoDynamics & IsNot("IBRION", 3) & Below("POTIM", 0.2)), Step(Set("SYMPREC", "1E-8")).If(Below("POTIM", 0.1)), Step(Times("POTIM", 0.5))],
        },
        Row("positive_energy", Physics, Live, Facts, "the energy is positive") with
        {
            // The first steps of dynamics and relaxations may be.
            Test = Holds("the last finished step's energy is positive, after 3 steps or at the end", c => c.Evidence.Steps is [.., { EnergyEv: > 0 }] && (c.Evidence.Ended || c.Evidence.Steps.Length >= 3)), Weight = FaultWeight.Quality,
            Ladder = [Step(UseAlgo("Normal")).If(Holds("ALGO is not Normal", c => Algo(c) != "Normal")), Step(Times("POTIM", 0.5)).If(IonsMove)],
        },
        Row("nonconverging", Physics, Live, Facts, "the electrons never converge") with
        {
            Test = Holds("each of the last 10 finished ionic steps used all NELM", c => c.Evidence.Steps.Length >= 10 && c.Evidence.Steps.TakeLast(10).All(s => UsedAllSteps(s, c))),
            Ladder =
            [
                Step(Smear).If(Below("ISMEAR", 0) & AnyAlgo("All", "Damped")), SoftMixing, HybridAll, .. Solvers.Select(s => s.If(PlainDft)),
                Step(Set("AMIX", "0.1"), Set("BMIX", "0.01"), Set("ICHARG", "2")).If(Holds("AMIN, BMIX are not yet 0.01, 3", c => c.Number("BMIX") != 3)),
                Step(Set("AMIN", "0.01"), Set("BMIX", "3")),
            ],
            Cap = 8,
        },
        Row("frozen", Physics, Live, Facts, "no output for hours") with
            { Test = Holds("no growth of any output for 21600 s and for 20 electronic steps", IsFrozen), Ladder = [Step(UseAlgo("Normal")).If(AnyAlgo("Fast", "VeryFast")), Step(Set("SYMPREC", "1E-8"))], Cap = 2 },
        Row("large_sigma", Physics, Live, Facts, "the smearing costs too much energy") with
        {
            Test = Holds("|T·S| > 1 meV/atom in a finished ionic step", c => Entropy(c) > EntropyLimitEvPerAtom), Guard = Above("ISMEAR", -0.5), Weight = FaultWeight.Quality,
            Ladder =
            [
                Step(Calculated("SIGMA", "0.8 SIGMA √(1 meV / |T·S|), at least 0.001", c => Math.Max(0.001, 0.8 * Math.Sqrt(EntropyLimitEvPerAtom / Entropy(c)) * c.Number("SIGMA")))).If(Above("SIGMA", 0.0010000001)),
                Step(Smear).If(IsNot("ISMEAR", 0)),
            ],
        },
        Row("walltime", Infrastructure, Live, Facts, "the job's time ends before the next step would") with
        {
            Action = FaultAction.AskToStop, Ladder = [Step(FromLastState)], Cap = int.MaxValue,
            Test = Holds("time left below 3 ionic steps, or 300 s (a tenth of the walltime where that is less)", c => !c.Evidence.AskedToStop && !c.Evidence.Ended && c.Evidence.SecondsLeft < c.Evidence.ReserveSeconds),
        },
        Row("stopped_run", Infrastructure, End, Facts, "the run ended after the step at which it was asked to") with { Test = Holds("asked to stop, and not at its end", c => c.Evidence.AskedToStop), Ladder = [Step(FromLastState)], Cap = int.MaxValue },
        Row("psmaxn", Physics, End, FaultWhere.Outcar, "the cutoff is small for the non-local projectors, and the run did not converge") with { Triggers = ["PSMAXN for non-local potential too small"], Guard = RealSpace, Weight = FaultWeight.Warning, Ladder = [Step(Set("LREAL", ".FALSE."))], Cap = 1 },
        Row("unconverged_electronic", Physics, End, Facts, "the electrons did not converge") with
            { Test = Holds("the last ionic step used all NELM", c => c.Evidence is { Finished: true, Steps.Length: > 0 } && UsedAllSteps(c.Evidence.Steps[^1], c)), Ladder = Electronic, Climbs = "unconverged_electronic", Cap = 12 },
        Row("nelm_breach", Physics, End, Facts, "the electrons did not converge in most ionic steps") with
        {
            Test = Holds("more than half of the ionic steps used all NELM", c => c.Evidence is { Finished: true, Steps.Length: > 1 } && 2 * c.Evidence.Steps.Count(s => UsedAllSteps(s, c)) > c.Evidence.Steps.Length), Weight = FaultWeight.Quality,
            Ladder = Electronic, Climbs = "unconverged_electronic", Cap = 12, Source = "aiida-vasp",
        },
        Row("unconverged_ionic", Physics, End, Facts, "the relaxation did not converge in its steps") with
        {
            Test = Holds("NSW steps used, or the accuracy not reached", c => c.Evidence is { Finished: true, IsRelaxation: true, AskedToStop: false, IonicConverged: false }), Source = "custodian, aiida-vasp",
            Ladder =
            [
                Step(FromLastStructure, Set("IBRION", "1")).If(Is("IBRION", 2)).UpTo(1), Step(FromLastStructure).UpTo(3),
                Step(FromLastStructure, Set("IBRION", "2"), Set("POTIM", "0.3")).If(Is("IBRION", 1) & Holds("the energy still falls by more than 1E-5 eV/atom", StillFalls)),
            ],
        },
    ];

    static double Entropy(FaultContext<VaspEvidence> c) => c.Evidence.Sites is > 0 and var n ? c.Evidence.Steps.Select(s => Math.Abs(s.EntropyEv ?? 0) / n).DefaultIfEmpty(0).Max() : 0;

    static bool StillFalls(FaultContext<VaspEvidence> c) => c.Evidence is { Steps: [.., var a, var b], Sites: > 0 and var n } && a.EnergyEv - b.EnergyEv > 1e-5 * n;
}
