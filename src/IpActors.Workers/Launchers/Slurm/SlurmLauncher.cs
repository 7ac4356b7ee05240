using System.Diagnostics;
using System.Security.Cryptography;
using IpActors.Workers.Launchers.Local;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Launchers.Slurm;

/// <summary>
/// Runs as jobs of Slurm. What comes up together is one array; one squeue an interval tells of all jobs; the folder on the shared file system is the truth: <c>submitting.json</c> before sbatch, <c>job.json</c> after it, <c>started/</c>
/// claimed by the job, <c>exit.json</c> at its end. Slurm never requeues by itself: another attempt is the campaign's decision.
/// </summary>
public sealed class SlurmLauncher : ILauncher
{
    const string SubmittingFile = "submitting.json", SubmittedFile = "job.json", SetupFailed = "setup";
    readonly SlurmOptions _options;
    readonly SlurmCommands _slurm;
    readonly SlurmQueue _queue;
    readonly Lock _gate = new();
    readonly List<Pending> _pending = [];
    readonly Dictionary<string, (DateTime Beat, Stopwatch Unchanged)> _beats = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _closed = new();

    sealed record Pending(LaunchOrder Order, TaskCompletionSource<Submitted> Done);

    public SlurmLauncher(SlurmOptions options)
    {
        _options = options;
        _slurm = new(options);
        _queue = new(_slurm, options);
    }

    public string Name => "slurm";
    public TimeSpan Interval => _options.Poll;
    public int Queries => _slurm.Queries;
    public int Submissions => _slurm.Submissions;

    public async Task<Job> Start(LaunchOrder order, CancellationToken cancel)
    {
        var submitted = GuardFiles.Read<Submitted>(order.Folder, SubmittedFile) ?? await Find(order.Folder, cancel);
        if (submitted is null)
        {
            var pending = new Pending(order, new(TaskCreationOptions.RunContinuationsAsynchronously));
            lock (_gate)
            {
                _pending.Add(pending);
                if (_pending.Count == 1) _ = Gather();
            }
            try { submitted = await pending.Done.Task.WaitAsync(cancel); }
            catch (OperationCanceledException) { lock (_gate) _pending.Remove(pending); throw; }
        }
        return new(order.Folder, order.Nonce, "slurm", submitted.Id);
    }

    /// <summary>A submission that was begun in that folder and whose answer nobody stored: found by its name, or by what the job itself has left.</summary>
    async Task<Submitted?> Find(string folder, CancellationToken cancel)
    {
        if (GuardFiles.Read<Submitting>(folder, SubmittingFile) is not { } s) return null;
        while (SlurmCommands.IsSubmitting(s.Name)) await Task.Delay(200, cancel);
        var found = await Patiently(async () => (await _slurm.Queue(cancel)).Where(j => j.Name == s.Name).Select(j => j.Job.Id).ToList(), cancel);
        var id = found.Count > 0 ? Submitted(found[0].Split('_')[0], s) : GuardFiles.Read<JobStarted>(folder, JobScript.Started) is { } started ? new Submitted(started.Job, s.Name) : null;
        if (id is not null) GuardFiles.Write(folder, SubmittedFile, id);
        return id;
    }

    static Submitted Submitted(string id, Submitting s) => new(s.Count > 1 ? $"{id}_{s.Index}" : id, s.Name);

    async Task Gather()
    {
        try
        {
            await Task.Delay(_options.Gather, _closed.Token);
            while (true)
            {
                List<Pending> some;
                lock (_gate)
                {
                    if (_pending.Count == 0) return;
                    var first = _pending[0].Order;
                    some = [.. _pending.Where(p => p.Order.Cores == first.Cores && p.Order.WalltimeSeconds == first.WalltimeSeconds).Take(_options.ArraySize)];
                }
                await Submit(some);
                lock (_gate)
                {
                    _pending.RemoveAll(some.Contains);
                    if (_pending.Count == 0) return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            lock (_gate) { foreach (var p in _pending) p.Done.TrySetCanceled(); _pending.Clear(); }
        }
    }

    async Task Submit(List<Pending> some)
    {
        try
        {
            var name = $"ip-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
            var home = some[0].Order.Folder;
            var (script, list) = (Path.Combine(home, "job.sh"), Path.Combine(home, "job.list"));
            for (var i = 0; i < some.Count; i++)
            {
                var o = some[i].Order;
                await File.WriteAllTextAsync(Path.Combine(o.Folder, "command.sh"), JobScript.Command(o));
                GuardFiles.Write(o.Folder, SubmittingFile, new Submitting(name, i, some.Count));
            }
            await File.WriteAllLinesAsync(list, some.Select(p => p.Order.Folder));
            await File.WriteAllTextAsync(script, JobScript.Text(name, some[0].Order, _options, some.Count, list));
            var tried = false;
            var id = await Patiently(async () =>
            {
                // A submission whose answer was lost may have been made all the same.
                if (tried && (await _slurm.Queue(_closed.Token)).FirstOrDefault(j => j.Name == name).Job is { } known) return known.Id.Split('_')[0];
                tried = true;
                return await _slurm.Submit(script, home, name, _closed.Token);
            }, _closed.Token);
            for (var i = 0; i < some.Count; i++)
            {
                var submitted = Submitted(id, new(name, i, some.Count));
                GuardFiles.Write(some[i].Order.Folder, SubmittedFile, submitted);
                _queue.Watch(submitted.Id);
                some[i].Done.TrySetResult(submitted);
            }
        }
        catch (OperationCanceledException) { foreach (var p in some) p.Done.TrySetCanceled(); throw; }
        catch (Exception e) when (e is LaunchException or IOException or UnauthorizedAccessException)
        {
            foreach (var p in some)
            {
                File.Delete(Path.Combine(p.Order.Folder, SubmittingFile)); // refused: there is nothing to find
                p.Done.TrySetException(e as LaunchException ?? new LaunchException(e.Message, e));
            }
        }
    }

    /// <summary>Again and again while Slurm does not answer: a controller that is away comes back.</summary>
    async Task<T> Patiently<T>(Func<Task<T>> ask, CancellationToken cancel)
    {
        while (true)
        {
            try { return await ask(); }
            catch (SlurmException e) when (e.Transient) { await Task.Delay(_options.Poll, cancel); }
            catch (SlurmException e) { throw new LaunchException(e.Message, e); }
        }
    }

    public async Task<JobState> Look(Job job, CancellationToken cancel)
    {
        _queue.Watch(job.Id);
        if (GuardFiles.Read<JobStarted>(job.Folder, JobScript.Started) is { } started && started.Job != job.Id)
        {
            // Submitted twice, as an answer was lost: the first to start has the folder, and the other ended at once.
            GuardFiles.Write(job.Folder, SubmittedFile, new Submitted(started.Job, ""));
            _queue.Forget(job.Id);
            job = job with { Id = started.Job };
            _queue.Watch(job.Id);
        }
        var exit = GuardFiles.Read<JobExit>(job.Folder, JobScript.Exit);
        if (exit is { Stopped: SetupFailed }) return new JobState.Broken(LaunchFaults.Infrastructure("setup-failed", "the script launcher.slurm.setup failed on the node; see slurm-*.out in the folder"));
        if (exit is { Stopped: "", Code: not (128 + 9 or 128 + 15) }) { _queue.Forget(job.Id); return Ended(exit); } // else somebody ended it, and Slurm may say why
        var seen = await _queue.Of(job.Id, cancel);
        if (seen.Trouble is { } trouble) return new JobState.Unknown(trouble);
        var state = SlurmStates.Of(seen.Job);
        switch (state)
        {
            case SlurmStates.Over.Broken b: _queue.Forget(job.Id); return new JobState.Broken(b.Fault);
            case SlurmStates.Over.Waiting w: return new JobState.Waiting(w.Why);
            case SlurmStates.Over.Running r: return new JobState.Running(r.Host);
            default:
                if (exit is not null)
                {
                    _queue.Forget(job.Id);
                    // Slurm warns the script before the time is over, and the script ends the program and itself.
                    if (exit.Stopped.Length > 0 && seen.Job is not null) return new JobState.Broken(LaunchFaults.Walltime($"the time of job {job.Id} was nearly over, and it ended itself"));
                    return new JobState.Broken(LaunchFaults.Lost($"job {job.Id} was ended by a signal, and Slurm does not say why (out of memory?)"));
                }
                if (IsBeating(job)) return new JobState.Running("a node, though Slurm does not know the job any more");
                if (seen.Missing < _options.Lost) return new JobState.Unknown("it has left the queue; its exit.json is not here yet");
                var last = _queue.LastOf(job.Id);
                _queue.Forget(job.Id);
                return new JobState.Broken(LaunchFaults.Lost(last switch
                {
                    null => $"Slurm does not know job {job.Id}, and no exit.json came",
                    _ when SlurmStates.IsOver(last) => $"Slurm says that job {job.Id} is over ({last}), and no exit.json came (does the node see the run's folder? launcher.folder has to be on a shared file system)",
                    _ => $"Slurm does not know job {job.Id} any more (it last said {last}), and no exit.json came",
                }));
        }
    }

    /// <summary>Since Slurm knows nothing of it the job has given a sign of life. Times of the shared file system are compared with each other only.</summary>
    bool IsBeating(Job job)
    {
        var path = Path.Combine(job.Folder, JobScript.Alive);
        if (!File.Exists(path)) return false;
        var beat = File.GetLastWriteTimeUtc(path);
        lock (_gate)
        {
            if (!_beats.TryGetValue(job.Folder, out var last) || last.Beat != beat) { _beats[job.Folder] = (beat, Stopwatch.StartNew()); return true; }
            return last.Unchanged.Elapsed < _options.Lost;
        }
    }

    static JobState Ended(JobExit exit) => new JobState.Ended(exit.Code > 128 ? new ProgramExit(null, exit.Code - 128, Reason(exit)) : new ProgramExit(exit.Code, null, Reason(exit)));
    static string? Reason(JobExit exit) => exit.Stopped.Length > 0 ? exit.Stopped : null;

    public async Task End(Job job, string reason, CancellationToken cancel)
    {
        if (job.Id.Length == 0)
        {
            if ((GuardFiles.Read<Submitted>(job.Folder, SubmittedFile) ?? await Find(job.Folder, cancel)) is not { } submitted) return; // never submitted
            job = job with { Id = submitted.Id };
        }
        var since = Stopwatch.StartNew();
        _queue.Watch(job.Id);
        while (true)
        {
            try
            {
                await _slurm.Cancel(job.Id, cancel);
            }
            catch (SlurmException e) when (e.Transient) { }
            catch (SlurmException e) when (e.Message.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase)) { }
            for (var k = 0; k < 3; k++)
            {
                await Task.Delay(_options.Poll, cancel);
                var seen = await _queue.Of(job.Id, cancel);
                if (seen.Trouble is null && (seen.Job is null || SlurmStates.IsOver(seen.Job.State))) { _queue.Forget(job.Id); return; }
            }
            if (since.Elapsed > TimeSpan.FromMinutes(30)) throw new LaunchException($"job {job.Id} does not end although it was cancelled");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _queue.Dispose();
    }
}
