using System.Diagnostics;
using System.Runtime.InteropServices;

namespace IpActors.Workers.Launchers.Local;

/// <summary>
/// A small process beside each run on this machine: starts the program in a process group of its own, outlives the engine, ends the program when it is asked to (SIGTERM), when its time is over or when its node's lease is not
/// renewed, and writes down how it ended, once nothing of it is left.
/// </summary>
public static class Guardian
{
    public const int AlreadyGuarded = 3;

    /// <summary>Guards the run of that folder from beginning to end; <see cref="AlreadyGuarded"/> where another guardian ever did.</summary>
    public static int Run(string folder)
    {
        var order = GuardFiles.Read<GuardOrder>(folder, GuardFiles.Order) ?? throw new LaunchException($"{folder} has no readable {GuardFiles.Order}");
        if (!GuardFiles.TryClaim(folder, GuardFiles.Guardian, new GuardedProcess(Environment.MachineName, ProcessIdentity.Of(Environment.ProcessId)!))) return AlreadyGuarded;
        using var stop = new Stopping();
        Posix.BecomeSubreaper();
        int pid;
        try { pid = Posix.Spawn(order.Command, folder, order.Stdout, order.Stderr, Posix.Environment(order.Environment), ownSession: false); }
        catch (System.ComponentModel.Win32Exception e)
        {
            GuardFiles.Write(folder, GuardFiles.Exit, new GuardedExit(null, null, null, $"{order.Command[0]}: {e.Message}"));
            return 1;
        }
        if (ProcessIdentity.Of(pid) is { } process) GuardFiles.Write(folder, GuardFiles.Started, new GuardedProcess(Environment.MachineName, process)); // else it has ended already
        var ended = new TaskCompletionSource<(int? Code, int? Signal)>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Reap(pid, ended), 256 << 10) { IsBackground = true }.Start();
        if (order.WalltimeSeconds is { } walltime) stop.After(walltime, GuardFiles.StoppedByWalltime);
        if (order.LeaseFile is { } lease) stop.WithoutLease(lease, order.LeaseSeconds);
        Task.WaitAny(ended.Task, stop.Asked);
        var reason = ended.Task.IsCompleted ? null : stop.Asked.Result;
        if (reason is not null) Ask(order, ended.Task);
        var left = reason is null ? Left(order.Nonce) : 0;
        Clear(order.Nonce, TimeSpan.FromSeconds(reason is null ? 2 : 0));
        var (code, signal) = ended.Task.Wait(TimeSpan.FromSeconds(10)) ? ended.Task.Result : (null, null);
        GuardFiles.Write(folder, GuardFiles.Exit, new GuardedExit(code, signal, reason, null, left > 0 ? left : null));
        return 0;
    }

    /// <summary>Collects every descendant that ends; the program's own end is what counts.</summary>
    static void Reap(int program, TaskCompletionSource<(int?, int?)> ended)
    {
        while (Posix.Wait(-1, block: true) is { Pid: > 0 } child)
            if (child.Pid == program) ended.SetResult((child.Code, child.Signal));
        ended.TrySetResult((null, null));
    }

    /// <summary>How many processes of the run do not go by themselves within two seconds.</summary>
    static int Left(string nonce)
    {
        for (var since = Stopwatch.StartNew(); ; Thread.Sleep(20))
            if (ProcessIdentity.OfRun(nonce).Count is var n && (n == 0 || since.Elapsed.TotalSeconds > 2)) return n;
    }

    static void Ask(GuardOrder order, Task ended)
    {
        foreach (var p in ProcessIdentity.OfRun(order.Nonce)) p.Signal(Posix.SigTerm);
        ended.Wait(TimeSpan.FromSeconds(order.GraceSeconds));
    }

    /// <summary>Ends whatever of the run is left, politely for so long and then by force, until nothing is.</summary>
    public static void Clear(string nonce, TimeSpan politely)
    {
        var since = Stopwatch.StartNew();
        var asked = false;
        while (ProcessIdentity.OfRun(nonce) is { Count: > 0 } left)
        {
            var force = since.Elapsed >= politely;
            if (force || !asked) foreach (var p in left) p.Signal(force ? Posix.SigKill : Posix.SigTerm);
            asked = true;
            if (since.Elapsed > politely + TimeSpan.FromMinutes(2)) throw new LaunchException($"process {left[0].Pid} does not end even when killed (it may hang in the kernel, on a lost file system)");
            Thread.Sleep(20);
        }
    }

    /// <summary>Whatever asks the guardian to end its run.</summary>
    sealed class Stopping : IDisposable
    {
        readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly List<IDisposable> _held = [];
        public Task<string> Asked => _asked.Task;

        public Stopping()
        {
            _held.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => { c.Cancel = true; _asked.TrySetResult(GuardFiles.StoppedOnRequest); }));
            foreach (var ignored in new[] { PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }) _held.Add(PosixSignalRegistration.Create(ignored, c => c.Cancel = true)); // of a terminal, meant for the engine
        }

        public void After(double seconds, string reason) => _held.Add(new Timer(_ => _asked.TrySetResult(reason), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan));

        /// <summary>Counts by this process's own clock how long the file has not changed, so that a changed wall clock ends nothing.</summary>
        public void WithoutLease(string file, double seconds)
        {
            DateTime? last = null;
            var unchanged = Stopwatch.StartNew();
            _held.Add(new Timer(_ =>
            {
                DateTime? now = File.Exists(file) ? File.GetLastWriteTimeUtc(file) : null;
                if (now is not null && now != last) { last = now; unchanged.Restart(); }
                else if (unchanged.Elapsed.TotalSeconds > seconds) _asked.TrySetResult(GuardFiles.StoppedByLease);
            }, null, TimeSpan.Zero, TimeSpan.FromSeconds(Math.Min(1, seconds / 4))));
        }

        public void Dispose() { foreach (var h in _held) h.Dispose(); }
    }
}
