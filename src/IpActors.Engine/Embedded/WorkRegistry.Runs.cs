using IpActors.Domain.Entities;
using IpActors.Engine.Telemetry;

namespace IpActors.Engine.Embedded;

/// <summary>The runs of works: how they begin and end, fail and are tried again, and what becomes of those that give no sign of life.</summary>
sealed partial class WorkRegistry
{
    /// <summary>Starts what may start, in turn; the first that does not fit is waited for, so that a wide work is not starved by narrow ones.</summary>
    void Pump()
    {
        List<WorkRun>? starting = null;
        lock (_gate)
        {
            if (!_started || _stopping) return;
            foreach (var e in _free) (starting ??= []).Add(Begin(e));
            _free.Clear();
            foreach (var pool in Pools)
                while (!_paused && pool.Ready.Min is { } e && pool.HasRoomFor(e)) { pool.Ready.Remove(e); (starting ??= []).Add(Begin(e)); }
        }
        if (starting is not null) foreach (var run in starting) _ = Task.Run(() => Perform(run));
    }

    IEnumerable<SlotPool> Pools => _pools.Values.Prepend(_own);

    WorkRun Begin(WorkEntry e)
    {
        e.State = WorkState.Running;
        e.Run = new WorkRun(e, options.Time.GetUtcNow()) { LastSign = options.Time.GetTimestamp() };
        e.Pool.Used += e.Taken = e.Pool.Wanted(e);
        _active++;
        _running.Add(e.Run);
        return e.Run;
    }

    async Task Perform(WorkRun run)
    {
        WorkOutcome outcome;
        try { outcome = await EngineTelemetry.Work(run, perform).ConfigureAwait(false); }
        catch (OperationCanceledException) when (run.Cancel.IsCancellationRequested) { outcome = new WorkOutcome.Returned(); }
        catch (Exception e) { outcome = new WorkOutcome.Failed(e.Message); options.Log?.Invoke("warning", $"{run.Id} failed: {e}"); }
        lock (_gate) End(run, outcome);
        Pump();
        changed();
    }

    void End(WorkRun run, WorkOutcome outcome)
    {
        var e = run.Entry;
        var cancelled = run.Cancel.IsCancellationRequested;
        run.Ended = true;
        _running.Remove(run);
        e.Pool.Used -= e.Taken;
        if (run.Waiting == 0 && !run.Abandoned) _active--;
        e.Run = null;
        if (_running.Count == 0) _drained?.TrySetResult();
        if (!e.Owed)
        {
            if (!_owners.TryGetValue(e.Entity, out var owner)) return;
            owner.Works.Remove(e);
            if (owner.Works.Count == 0 && !_waking) _owners.Remove(e.Entity);
        }
        else if (_stopping) e.State = WorkState.Held;
        else if (run.Stuck && !e.GaveUp) Fail(e, $"stuck: it gave no sign of life for {LimitOf(run.Work)}");
        else if (cancelled) Schedule(e, TimeSpan.Zero); // owed anew while its run was being cancelled, or of a quarantined entity
        else switch (outcome)
        {
            case WorkOutcome.Delivered: (e.State, e.Work, e.Failures) = (WorkState.Delivered, null, 0); break;
            case WorkOutcome.Lost: Schedule(e, TimeSpan.Zero); break;
            case WorkOutcome.Parked p: e.State = WorkState.Parked; options.Log?.Invoke("warning", $"{e.Id} waits for the next start: {p.Reason}"); break;
            case WorkOutcome.Failed f: Fail(e, f.Reason); break;
            default: Fail(e, "it ended without a report"); break;
        }
    }

    void Fail(WorkEntry e, string reason)
    {
        if (++e.Failures < options.WorkRetry.MaxFailures) { EngineTelemetry.Retried(e.Work); Schedule(e, options.WorkRetry.After(e.Failures, e.Id.ToString())); return; }
        e.GaveUp = true;
        e.State = WorkState.Parked;
        QuarantineLocked(e.Entity, $"{e.Key} failed {e.Failures} times: {reason}");
    }

    TimeSpan? LimitOf(Work work) => options.WorkLimits.TryGetValue(work.Kind, out var limit) ? limit : work.Limit;

    /// <summary>Cancels what has been silent for longer than its limit; what does not end even then is given up, and its entity with it, as a second run beside it must not be.</summary>
    void Watch()
    {
        List<WorkRun>? lost = null;
        lock (_gate)
        {
            foreach (var run in _running)
            {
                if (run.Abandoned || run.Waiting > 0) continue;
                var silent = options.Time.GetElapsedTime(run.LastSign);
                if (run.Stuck) { if (silent >= options.WatchEvery) (lost ??= []).Add(run); continue; }
                if (LimitOf(run.Work) is not { } limit || silent < limit) continue;
                run.Stuck = true;
                run.LastSign = options.Time.GetTimestamp();
                _stuck++;
                options.Log?.Invoke("warning", $"{run.Id} is cancelled: it gave no sign of life for {limit}");
                CancelRun(run);
            }
            foreach (var run in lost ?? [])
            {
                run.Abandoned = true;
                if (run.Waiting == 0) _active--;
                run.Entry.GaveUp = true;
                QuarantineLocked(run.Entry.Entity, $"{run.Entry.Key} does not end although it was cancelled as stuck");
            }
        }
        if (lost is not null) changed();
    }

    public long Now => options.Time.GetTimestamp();

    /// <summary>What the run was for is settled or taken back.</summary>
    public bool IsLate(WorkRun run) { lock (_gate) return run.Ended || !run.Entry.Owed; }

    /// <summary>Starts nothing more for that entity, and cancels what runs.</summary>
    public void Quarantine(EntityId entity, string reason)
    {
        lock (_gate)
        {
            QuarantineLocked(entity, reason);
            if (_owners.TryGetValue(entity, out var owner)) foreach (var e in owner.Works.Where(w => w.Run is not null)) CancelRun(e.Run!);
        }
        changed();
    }

    void QuarantineLocked(EntityId entity, string reason)
    {
        options.Log?.Invoke("error", $"{entity} is quarantined: {reason}");
        _quarantined[entity] = reason;
        if (!_owners.TryGetValue(entity, out var owner)) return;
        foreach (var e in owner.Works.Where(w => w.State is WorkState.Ready or WorkState.Delayed)) { Unschedule(e); e.State = WorkState.Parked; }
    }

    /// <summary>Off the caller's thread and lock: a worker may do anything when it is cancelled.</summary>
    static void CancelRun(WorkRun run) => _ = run.Cancel.CancelAsync();

    /// <summary>A run begins (+1) or ends (-1) to wait for the campaign's view.</summary>
    public void Wait(WorkRun run, int change)
    {
        lock (_gate)
        {
            if (run.Ended) return;
            var before = run.Waiting;
            run.Waiting += change;
            run.LastSign = options.Time.GetTimestamp();
            if (run.Abandoned) return;
            if (before == 0) _active--; else if (run.Waiting == 0) _active++;
        }
        if (change > 0) changed();
    }
}
