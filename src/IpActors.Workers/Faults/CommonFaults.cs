using IpActors.Domain.DftRuns;
using static IpActors.Workers.Faults.FaultWhere;

namespace IpActors.Workers.Faults;

/// <summary>Faults of the machine, whatever the program: scheduler, memory, disk, licences, MPI. None of them spends an attempt of physics.</summary>
static class CommonFaults
{
    const string Ours = "own list";

    /// <summary>What is known for certain: first in every table.</summary>
    /// <param name="memory">What a program can do about its memory.</param>
    public static ImmutableArray<FaultRow<T>> Certain<T>(ImmutableArray<Rung<T>> memory) where T : RunEvidence =>
    [
        new("hung_at_end", FaultKind.Infrastructure, FaultWhen.Live, Facts, "the program has finished and does not go") { Test = new("finished, and quiet for 300 s", c => c.Evidence is { Ended: false, Finished: true, QuietSeconds: > 300 }), Action = FaultAction.EndAndRead, Source = Ours },
        new("node_failed", FaultKind.Infrastructure, FaultWhen.End, Stderr | Scheduler, "the node failed") { States = ["NODE_FAIL", "BOOT_FAIL"], Triggers = ["DUE TO NODE FAILURE"], Ladder = GoOn<T>(), Cap = int.MaxValue, Source = Ours },
        new("preempted", FaultKind.Infrastructure, FaultWhen.End, Stderr | Scheduler, "the job was preempted") { States = ["PREEMPTED"], Triggers = ["DUE TO PREEMPTION"], Ladder = GoOn<T>(), Cap = int.MaxValue, Source = Ours },
        new("oom_killed", FaultKind.Infrastructure, FaultWhen.End, Stderr | Scheduler, "the job was killed for its memory") { States = ["OUT_OF_MEMORY"], Triggers = ["oom-kill", "oom_kill", "Exceeded job memory", "exceeded memory limit"], Ladder = [.. memory, .. GoOn<T>()], Cap = int.MaxValue, Source = Ours },
        new("timed_out", FaultKind.Infrastructure, FaultWhen.End, Stderr | Scheduler, "the scheduler ended the job at its time limit") { States = ["TIMEOUT", "DEADLINE"], Triggers = ["DUE TO TIME LIMIT"], Ladder = GoOn<T>(), Cap = int.MaxValue, Source = Ours },
        new("cancelled", FaultKind.Infrastructure, FaultWhen.End, Stderr | Scheduler, "the scheduler or a person cancelled the job") { States = ["CANCELLED", "REVOKED"], Triggers = ["CANCELLED AT"], Test = new("we did not end it", c => c.Evidence.StoppedBy is null), Ladder = GoOn<T>(), Cap = int.MaxValue, Source = Ours },
        new("disk_full", FaultKind.Infrastructure, FaultWhen.Live, Stdout | Stderr, "no space is left on the disk") { Triggers = ["No space left on device", "Disk quota exceeded"], Source = Ours },
        new("device_busy", FaultKind.Infrastructure, FaultWhen.Live, Stderr, "a file or device is still in use by an earlier process") { Triggers = ["Device or resource busy"], Source = Ours },
        new("file_system", FaultKind.Infrastructure, FaultWhen.Live, Stderr, "the file system failed") { Triggers = ["Stale file handle", "Input/output error", "Transport endpoint is not connected"], Source = Ours },
        new("licence", FaultKind.Infrastructure, FaultWhen.End, Stdout | Stderr, "no licence is to be had") { Triggers = ["Could not checkout", "license server", "License checkout failed", "FLEXlm error"], Source = Ours },
        new("environment", FaultKind.Infrastructure, FaultWhen.End, Stderr, "the program's modules or libraries are missing on that node")
            { Triggers = ["error while loading shared libraries", "cannot open shared object file", "Lmod has detected the following error", "ModuleCmd_Load", "module: command not found", "command not found", "cannot execute binary file"], Source = Ours },
    ];

    /// <summary>What says little by itself: last in every table.</summary>
    public static ImmutableArray<FaultRow<T>> LastResort<T>(ImmutableArray<Rung<T>> memory) where T : RunEvidence =>
    [
        new("killed", FaultKind.Infrastructure, FaultWhen.End, Facts, "the program was killed, not by us (often for its memory)")
            { Test = new("signal 9 or 15, not ours", c => c.Evidence.StoppedBy is null && (c.Evidence.Signal is 9 or 15 || c.Evidence.ExitCode is 137 or 143)), Ladder = [.. memory, .. GoOn<T>()], Cap = int.MaxValue, Weight = FaultWeight.LastResort, Source = Ours },
        new("crashed", FaultKind.Infrastructure, FaultWhen.End, Stderr | Facts, "the program crashed (a stack limit, memory, or a defect of its build)")
            { Test = new("signal 4, 6, 7, 8 or 11", c => c.Evidence.Signal is 4 or 6 or 7 or 8 or 11 || c.Evidence.ExitCode is 132 or 134 or 135 or 136 or 139), StopsWhenExhausted = true, Ladder = [new([Again<T>()]) { Until = 2 }], Weight = FaultWeight.LastResort, Source = Ours },
        new("mpi_terminated", FaultKind.Infrastructure, FaultWhen.End, Stdout | Stderr, "MPI ended the program")
            { Triggers = ["BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES", "BAD TERMINATION", "mpirun noticed that process rank", "MPI_ABORT was invoked", "PMPI_Abort", "application called MPI_Abort"], StopsWhenExhausted = true, Ladder = [new([Again<T>()]) { Until = 2 }], Weight = FaultWeight.LastResort, Source = Ours },
        new("zombie_ranks", FaultKind.Infrastructure, FaultWhen.End, Facts, "the program ended and left processes behind") { Test = new("processes were left", c => c.Evidence.Leftovers > 0), Weight = FaultWeight.LastResort, Source = Ours },
    ];

    static ImmutableArray<Rung<T>> GoOn<T>() where T : RunEvidence => [new([Resume<T>("all")])];

    /// <summary>Once more with the same settings, from the same start.</summary>
    public static Change<T> Again<T>() where T : RunEvidence => new("once more, unchanged", _ => [], Moves: true);

    /// <summary>From the newest earlier state.</summary>
    public static Change<T> Resume<T>(string what) where T : RunEvidence => new(what == "all" ? "go on from the last structure, wave functions and charge" : "go on from the last structure", c => c.Settings.Raw("resume") == "all" && what == "structure" ? [] : [("resume", what)], Moves: true);
}
