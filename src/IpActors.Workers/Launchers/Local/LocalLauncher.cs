using System.Diagnostics;
using System.Globalization;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Launchers.Local;

/// <summary>
/// Runs on this machine, each under a <see cref="Guardian"/> in a session of its own. A crash of the engine leaves them running; they are found again by folder, nonce and process identity.
/// </summary>
/// <param name="guardian">The command that guards the folder given after it.</param>
/// <param name="graceSeconds">From SIGTERM to SIGKILL.</param>
/// <param name="lease">A file that a node touches while it holds its lease, and how long a run outlives the last touch.</param>
public sealed class LocalLauncher(ImmutableArray<string> guardian, double graceSeconds = 30, (string File, double Seconds)? lease = null, TimeSpan? interval = null) : ILauncher
{
    /// <summary>For a guardian that somebody else has started, and for our own: it may be slow on a busy machine, and as long as it lives the run must not count as not started, or its slot would be given to another.</summary>
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60), OwnStartDeadline = TimeSpan.FromMinutes(10);

    public string Name => "local";
    public TimeSpan Interval { get; } = interval ?? TimeSpan.FromSeconds(1);

    public async Task<Job> Start(LaunchOrder order, CancellationToken cancel)
    {
        var folder = order.Folder;
        if (GuardFiles.Read<GuardOrder>(folder, GuardFiles.Order) is null)
            GuardFiles.Write(folder, GuardFiles.Order, new GuardOrder(order.Nonce, order.Command, order.Stdout, order.Stderr, order.Environment.SetItem(ProcessIdentity.Variable, order.Nonce), graceSeconds, order.WalltimeSeconds, lease?.File, lease?.Seconds ?? 0));
        var own = 0;
        if (!File.Exists(Path.Combine(folder, GuardFiles.Guardian)))
            try { own = Posix.Spawn([.. guardian, folder], folder, null, Path.Combine(folder, "guardian.err"), Posix.Environment([new(ProcessIdentity.Variable, order.Nonce), new("DOTNET_gcServer", "0"), new("DOTNET_GCHeapHardLimit", "0x4000000")]), ownSession: true); }
            catch (System.ComponentModel.Win32Exception e) { throw new LaunchException($"{guardian[0]} could not be started: {e.Message}", e); }
        var since = Stopwatch.StartNew();
        while (GuardFiles.Read<GuardedProcess>(folder, GuardFiles.Started) is null && GuardFiles.Read<GuardedExit>(folder, GuardFiles.Exit) is null)
        {
            if (own != 0 && Posix.Wait(own, block: false) is { } child && child.Pid == own)
            {
                own = 0;
                if (child.Code != Guardian.AlreadyGuarded && !File.Exists(Path.Combine(folder, GuardFiles.Guardian))) break; // it died before it guarded anything; Look says so
            }
            if (GuardFiles.Read<GuardedProcess>(folder, GuardFiles.Guardian) is { } g && g.Host == Environment.MachineName && !g.Process.IsAlive) break; // likewise
            if (since.Elapsed > (own == 0 ? StartDeadline : OwnStartDeadline))
            {
                if (own != 0) ProcessIdentity.Of(own)?.Signal(Posix.SigKill);
                throw new LaunchException($"the run in {folder} did not come up within {since.Elapsed.TotalSeconds:0} s");
            }
            await Task.Delay(10, cancel);
        }
        var started = GuardFiles.Read<GuardedProcess>(folder, GuardFiles.Started);
        return new(folder, order.Nonce, started?.Host ?? Environment.MachineName, (started?.Process.Pid ?? 0).ToString(CultureInfo.InvariantCulture));
    }

    public Task<JobState> Look(Job job, CancellationToken cancel) => Task.FromResult(Look(job));

    static JobState Look(Job job)
    {
        var guard = GuardFiles.Read<GuardedProcess>(job.Folder, GuardFiles.Guardian);
        if (guard is not null && guard.Host == Environment.MachineName && !guard.Process.IsOfEarlierBoot) Posix.Wait(guard.Process.Pid, block: false); // a child of ours is let go
        var alive = guard?.Process.IsAlive == true;
        if (GuardFiles.Read<GuardedExit>(job.Folder, GuardFiles.Exit) is { } exit) return Of(exit);
        if (guard is not null && guard.Host != Environment.MachineName) return new JobState.Waiting($"it runs on {guard.Host}, and only its guardian there can tell how it goes; start the campaign there, or delete {job.Folder} once it is certain that it has ended");
        if (alive) return new JobState.Running(guard!.Host);
        Guardian.Clear(job.Nonce, TimeSpan.Zero); // nobody would notice its end any more
        return new JobState.Broken(guard is null ? LaunchFaults.Lost(Why("its guardian never came up")) : guard.Process.IsOfEarlierBoot ? LaunchFaults.Lost("the machine was started anew meanwhile") : LaunchFaults.Lost("its guardian was killed; what was left of the run has been ended"));

        string Why(string what) => File.Exists(Path.Combine(job.Folder, "guardian.err")) && File.ReadLines(Path.Combine(job.Folder, "guardian.err")).FirstOrDefault() is { } line ? $"{what}: {line}" : what;
    }

    static JobState Of(GuardedExit exit) => exit switch
    {
        { Error: { } error } => new JobState.Broken(LaunchFaults.Infrastructure("not-started", $"the program could not be started: {error}")),
        { Stopped: GuardFiles.StoppedByWalltime } => new JobState.Broken(LaunchFaults.Walltime("the time given to it was over")),
        { Stopped: GuardFiles.StoppedByLease } => new JobState.Broken(LaunchFaults.NodeLost("its node did not renew its lease")),
        _ => new JobState.Ended(new ProgramExit(exit.Code, exit.Signal, exit.Stopped) { Leftovers = exit.Leftovers ?? 0 }),
    };

    public async Task End(Job job, string reason, CancellationToken cancel)
    {
        var guard = GuardFiles.Read<GuardedProcess>(job.Folder, GuardFiles.Guardian);
        if (guard is not null && guard.Host != Environment.MachineName && GuardFiles.Read<GuardedExit>(job.Folder, GuardFiles.Exit) is null) throw new LaunchException($"the run in {job.Folder} is on {guard.Host} and cannot be ended from here");
        guard?.Process.Signal(Posix.SigTerm);
        var since = Stopwatch.StartNew();
        while (guard?.Process.IsAlive == true && since.Elapsed.TotalSeconds < graceSeconds + 15)
        {
            Posix.Wait(guard.Process.Pid, block: false);
            await Task.Delay(20, cancel);
        }
        await Task.Run(() => Guardian.Clear(job.Nonce, TimeSpan.Zero), cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
