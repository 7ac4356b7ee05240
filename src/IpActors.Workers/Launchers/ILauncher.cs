using IpActors.Domain.DftRuns;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Launchers;

/// <summary>
/// Brings programs to run somewhere and tells what became of them. One class a place: this machine, Slurm. Everything is idempotent by the run's folder: to start again what was started before is to find it again.
/// </summary>
public interface ILauncher : IAsyncDisposable
{
    /// <summary>Its name in campaign files, such as <c>slurm</c>.</summary>
    string Name { get; }
    /// <summary>Starts the order in its folder, unless a start was ever begun there: then that one is found again, whether it runs, has ended or was lost. Returns once it is certain that there is one and only one.</summary>
    Task<Job> Start(LaunchOrder order, CancellationToken cancel);
    /// <summary>How it stands; cheap, as it is asked often.</summary>
    Task<JobState> Look(Job job, CancellationToken cancel);
    /// <summary>Ends it: asks, then kills, and returns only when it is certain that nothing of it runs any more (or throws <see cref="LaunchException"/>).</summary>
    Task End(Job job, string reason, CancellationToken cancel);
    /// <summary>How long a worker waits between two looks.</summary>
    TimeSpan Interval { get; }
}

/// <summary>What is to run: the folder with all inputs, the argument list, where its output goes, and what it may take.</summary>
/// <param name="Nonce">Of the attempt: every process of the run carries it in its environment as IPACTORS_RUN.</param>
/// <param name="Label">For people: the compound, the part and the attempt.</param>
/// <param name="WalltimeSeconds">Null: as long as it takes.</param>
public sealed record LaunchOrder(string Folder, string Nonce, ImmutableArray<string> Command, string Stdout, string Stderr, string Label, int Cores, double? WalltimeSeconds = null)
{
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = Texts.None;
}

/// <summary>A started run, as its launcher finds it again.</summary>
/// <param name="Id">A process id, a scheduler's job id.</param>
public sealed record Job(string Folder, string Nonce, string Host, string Id);

public abstract record JobState
{
    public sealed record Waiting(string Why) : JobState;
    public sealed record Running(string Host) : JobState;
    public sealed record Ended(ProgramExit Exit) : JobState;
    /// <summary>It is over, and not by the program's own doing: node lost, time over, memory, pre-emption.</summary>
    public sealed record Broken(Fault Fault) : JobState;
    /// <summary>Nobody can say just now (a scheduler that does not answer): asked again later.</summary>
    public sealed record Unknown(string Why) : JobState;
}

/// <summary>The launcher itself failed: no scheduler, no program. Tried again with back-off, and never a fault of the compound.</summary>
public sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Faults of the machinery, by stable codes.</summary>
public static class LaunchFaults
{
    public static Fault Infrastructure(string code, string message) => new(code, FaultKind.Infrastructure, message);
    public static Fault Lost(string how) => Infrastructure("lost", how);
    public static Fault Walltime(string how) => Infrastructure(WalltimeCode, how);
    public static Fault Memory(string how) => Infrastructure("out-of-memory", how);
    public static Fault NodeLost(string how) => Infrastructure("node-lost", how);
    public static Fault Preempted(string how) => Infrastructure("preempted", how);
    public const string WalltimeCode = "walltime";
}
