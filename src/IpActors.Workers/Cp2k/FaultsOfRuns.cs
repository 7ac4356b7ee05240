using IpActors.Domain.DftRuns;
using IpActors.Workers.Faults;
using static IpActors.Domain.DftRuns.FaultKind;
using static IpActors.Workers.Cp2k.FaultsTerms;
using static IpActors.Workers.Faults.FaultWhen;
using static IpActors.Workers.Faults.FaultWhere;

namespace IpActors.Workers.Cp2k;

/// <summary>Runs of CP2K that end too early, too late or not at all.</summary>
static class FaultsOfRuns
{
    const double FrozenSeconds = 3600;
    const int MaxSteps = 200;

    static string Section(FaultContext<Cp2kEvidence> c) => c.Evidence.RunType == "CELL_OPT" ? "CP2K.MOTION/CELL_OPT" : "CP2K.MOTION/GEO_OPT";

    static readonly Change<Cp2kEvidence> OtherOptimiser = new("BFGS and CG exchanged", c => [($"{Section(c)}/OPTIMIZER", c.Settings.Text($"{Section(c)}/OPTIMIZER").Equals("CG", StringComparison.OrdinalIgnoreCase) ? "BFGS" : "CG")]);

    /// <summary>20 more, or 1.4 times where that is more.</summary>
    static readonly Change<Cp2kEvidence> MoreSteps = new("MAX_ITER + 20 or x 1.4", c => [($"{Section(c)}/MAX_ITER", SettingsView.Written(Math.Min(MaxSteps, Math.Max(c.Settings.Number($"{Section(c)}/MAX_ITER") + 20, Math.Ceiling(1.4 * c.Settings.Number($"{Section(c)}/MAX_ITER"))))))]);

    static readonly Guard<Cp2kEvidence> Stuck = Holds("the output ends with the head of an SCF table", c => c.Evidence.StopsAtScfHead);

    public static readonly ImmutableArray<FaultRow<Cp2kEvidence>> Rows =
    [
        Row("input_error", Fatal, End, Stdout, "CP2K does not understand its input: the campaign's settings are wrong, not the compound") with { Triggers = ["unknown keyword", "unknown subsection", "unknown section", "found an unknown", "could not find section"], Source = "own list" },
        Row("frozen", Physics, Live, Facts, "no output for an hour") with
        {
            Test = Holds("no growth of any output for 3600 s and for 20 SCF steps", c => c.Evidence is { Ended: false, Finished: false } && c.Evidence.QuietSeconds > Math.Max(FrozenSeconds, 20 * c.Evidence.SlowestElectronicSeconds)), Cap = 3,
            Ladder =
            [
                Step(Set($"{Ot}/PRECONDITIONER", "FULL_ALL")).If(Stuck & UsesOt & Is($"{Ot}/PRECONDITIONER", "FULL_SINGLE_INVERSE")), Step(Set($"{Ot}/PRECOND_SOLVER", "DIRECT")).If(Stuck & UsesOt & IsNot($"{Ot}/PRECOND_SOLVER", "DIRECT")),
                Step(FromLastState),
            ],
        },
        Row("geo_opt_unconverged", Physics, Live, Stdout | Facts, "the optimisation used up its steps") with
        {
            Test = Holds("steps used up", c => c.Evidence is { Optimises: true, GeometryCompleted: false }), Cap = 10, Source = "custodian, aiida-cp2k",
            Ladder = [Step(FromLastState, OtherOptimiser, MoreSteps).If(Holds("fewer than 200 steps in all", c => c.Evidence.GeometrySteps < MaxSteps))],
        },
        Row("walltime", Infrastructure, End, Stdout, "CP2K ended at its own time limit") with { Triggers = ["exceeded requested execution time"], Ladder = [Step(FromLastState)], Cap = int.MaxValue },
        Row("time_left", Infrastructure, Live, Facts, "the job's time ends before the next step would") with
        {
            Action = FaultAction.AskToStop, Ladder = [Step(FromLastState)], Cap = int.MaxValue, Source = "own list",
            Test = Holds("time left below 3 steps, or 300 s (a tenth of the walltime where that is less)", c => !c.Evidence.AskedToStop && !c.Evidence.Ended && c.Evidence.SecondsLeft < c.Evidence.ReserveSeconds),
        },
        Row("stopped_run", Infrastructure, End, Stdout | Facts, "the run ended at the step at which it was asked to") with { Triggers = ["terminated by external request"], Ladder = [Step(FromLastState)], Cap = int.MaxValue, Source = "own list" },
    ];

    public static readonly ImmutableArray<FaultRow<Cp2kEvidence>> LastResort =
    [
        Row("cp2k_crash", Infrastructure, End, Stderr, "CP2K crashed (memory, stack or a defect)") with { Triggers = ["SIGSEGV", "insufficient virtual memory", "SIGABRT"], Weight = FaultWeight.LastResort, StopsWhenExhausted = true, Ladder = [Step(OnceMore).UpTo(2)], Cap = 2 },
        Row("abort", Physics, End, Stdout, "CP2K aborted for a reason that the table does not know") with { Triggers = ["[ABORT]"], Weight = FaultWeight.LastResort, Ladder = [Step(FromLastState).If(Holds("there is a restart file", c => c.Evidence.CanRestart)).UpTo(1), Step(OnceMore).UpTo(1)], Cap = 1, Source = "aiida-cp2k" },
        Row("did_not_finish", Infrastructure, End, Facts, "CP2K ended before its end") with
        {
            Test = Holds("no PROGRAM ENDED", c => !c.Evidence.Finished), Weight = FaultWeight.LastResort, StopsWhenExhausted = true, Cap = 2, Source = "custodian, aiida-cp2k",
            Ladder = [Step(FromLastState).If(Holds("there is a restart file", c => c.Evidence.CanRestart)).UpTo(2), Step(OnceMore).UpTo(1)],
        },
        Row("output", Fatal, End, Facts, "the run ended without what was asked for") with { Test = Holds("SCF or geometry not converged", c => !c.Evidence.Converged), Weight = FaultWeight.LastResort },
    ];
}
