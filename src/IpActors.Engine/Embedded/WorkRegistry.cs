using System.Diagnostics;
using IpActors.Domain.Entities;
using IpActors.Engine.Telemetry;

namespace IpActors.Engine.Embedded;

/// <summary>
/// The works owed by all entities, and which of them run. Each runs once at a time; what is no longer owed is cancelled, unless its own report settled it: that run may finish. Holds works, never states.
/// </summary>
sealed class WorkRegistry(EngineOptions options, Func<WorkRun, Task<WorkOutcome>> perform, Action changed) : IWorkLedger
{
    sealed class Owner
    {
        public long Sequence = -1;
        public readonly List<WorkEntry> Works = [];
    }

    readonly Lock _gate = new();
    readonly Dictionary<EntityId, Owner> _owners = [];
    readonly Dictionary<EntityId, string> _quarantined = [];
    readonly SlotPool _own = new(options.Slots);
    readonly Dictionary<string, SlotPool> _pools = options.Pools.ToDictionary(p => p.Key, p => new SlotPool(p.Value));
    readonly List<WorkEntry> _free = []; // those that take no slots
    readonly HashSet<WorkRun> _running = [];
    TaskCompletionSource? _drained;
    int _active, _delayed, _delayedFree, _owed;
    bool _started, _stopping, _paused;
    ITimer? _watch;
    long _stuck;
    volatile bool _waking = true;

    public bool Paused
    {
        get { lock (_gate) return _paused; }
        set { lock (_gate) _paused = value; Pump(); changed(); }
    }

    /// <summary>The engine's own slots, where they come and go with the nodes that have them; while there are none, works that take some wait.</summary>
    public int Slots
    {
        set { lock (_gate) _own.Slots = value; Pump(); changed(); }
    }

    /// <summary>Works are started from now on. Until <see cref="Woken"/> late news of entities just read may arrive out of order.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _started = true;
            _watch = options.Time.CreateTimer(_ => Watch(), null, options.WatchEvery, options.WatchEvery);
            foreach (var e in _owners.Values.SelectMany(o => o.Works).Where(w => w.State == WorkState.Held)) Schedule(e, e.Work!.Delay);
        }
        Pump();
    }

    /// <summary>Entities that neither owed nor owe anything need not be told of any more.</summary>
    public bool IsAwake => !_waking;

    public void Woken()
    {
        lock (_gate)
        {
            _waking = false;
            foreach (var (id, _) in _owners.Where(o => o.Value.Works.Count == 0).ToList()) _owners.Remove(id);
        }
    }

    /// <summary>What an entity owes as of that sequence number; older news are ignored. Runs that <paramref name="reporters"/> name are not cancelled.</summary>
    public void Update(EntityId entity, long sequence, IReadOnlyList<Work> works, IReadOnlyCollection<WorkId> reporters, ActivityContext cause = default)
    {
        lock (_gate)
        {
            if (!_owners.TryGetValue(entity, out var owner))
            {
                if (works.Count == 0 && !_waking) return;
                _owners.Add(entity, owner = new());
            }
            if (sequence < owner.Sequence) return;
            owner.Sequence = sequence;
            Settle(entity, owner, works.Select(w => w.Key).ToHashSet(), reporters);
            foreach (var work in works) Owe(entity, owner, work, cause);
            if (owner.Works.Count == 0 && !_waking) _owners.Remove(entity);
        }
        Pump();
        changed();
    }

    void Settle(EntityId entity, Owner owner, HashSet<string> owed, IReadOnlyCollection<WorkId> reporters)
    {
        var lifted = false;
        for (var i = owner.Works.Count - 1; i >= 0; i--)
        {
            var e = owner.Works[i];
            if (!e.Owed || owed.Contains(e.Key)) continue;
            e.Owed = false;
            _owed--;
            lifted |= e.GaveUp;
            if (e.State == WorkState.Running) { if (!reporters.Contains(e.Id)) CancelRun(e.Run!); }
            else { Unschedule(e); owner.Works.RemoveAt(i); }
        }
        if (!lifted || owner.Works.Any(w => w.Owed && w.GaveUp)) return;
        _quarantined.Remove(entity);
        foreach (var e in owner.Works.Where(w => w.State == WorkState.Parked)) Schedule(e, TimeSpan.Zero);
    }

    void Owe(EntityId entity, Owner owner, Work work, ActivityContext cause)
    {
        if (owner.Works.Find(w => w.Key == work.Key) is { } e)
        {
            if (!e.Owed) { e.Owed = true; _owed++; } // its cancelled run is still ending; it starts again after that
            if (e.State != WorkState.Delivered) e.Work = work; // a restart begins from the newest
            return;
        }
        var use = options.Use?.Invoke(work);
        e = new WorkEntry(entity, work, use?.Pool is { } pool ? _pools[pool] : _own, use?.Slots ?? work.Slots) { Cause = cause };
        owner.Works.Add(e);
        _owed++;
        if (_started) Schedule(e, work.Delay);
    }

    void Schedule(WorkEntry e, TimeSpan delay)
    {
        if (_quarantined.ContainsKey(e.Entity)) e.State = WorkState.Parked;
        else if (delay > TimeSpan.Zero)
        {
            e.State = WorkState.Delayed;
            if (e.Slots == 0) _delayedFree++; else _delayed++;
            e.Timer = options.Time.CreateTimer(_ => Elapsed(e), null, delay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            e.State = WorkState.Ready;
            if (e.Slots == 0) _free.Add(e); else e.Pool.Ready.Add(e);
        }
    }

    void Unschedule(WorkEntry e)
    {
        if (e.State == WorkState.Ready && !e.Pool.Ready.Remove(e)) _free.Remove(e);
        if (e.State != WorkState.Delayed) return;
        e.Timer!.Dispose();
        e.Timer = null;
        if (e.Slots == 0) _delayedFree--; else _delayed--;
    }

    void Elapsed(WorkEntry e)
    {
        lock (_gate)
        {
            if (e.State != WorkState.Delayed || !e.Owed) return;
            Unschedule(e);
            Schedule(e, TimeSpan.Zero);
        }
        Pump();
    }

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

    /// <summary>Nothing can start or go on by itself.</summary>
    public bool IsQuiet { get { lock (_gate) return _active == 0 && _free.Count == 0 && _delayedFree == 0 && (_paused || (Pools.All(p => p.Ready.Count == 0) && _delayed == 0)); } }

    /// <summary>Starts nothing more, cancels what runs, and waits until it has ended or the time is up; returns what still runs then.</summary>
    public async Task<IReadOnlyList<WorkId>> Stop(TimeSpan deadline)
    {
        Task drained;
        lock (_gate)
        {
            _stopping = true;
            _watch?.Dispose();
            _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _running.Count == 0 ? Task.CompletedTask : _drained.Task;
            foreach (var e in _owners.Values.SelectMany(o => o.Works).Where(w => w.State == WorkState.Delayed)) { Unschedule(e); e.State = WorkState.Held; }
            foreach (var run in _running) CancelRun(run);
        }
        await Task.WhenAny(drained, Task.Delay(deadline)).ConfigureAwait(false);
        lock (_gate) return [.. _running.Select(r => r.Id)];
    }

    public EngineStatus Status(int live, DeadLetterCounts deadLetters)
    {
        lock (_gate)
            return new(_started, _paused, _running.Count, Pools.Sum(p => p.Ready.Count) + _free.Count + _delayed + _delayedFree, _owed, _own.Used, _own.Slots, live, deadLetters.Total,
                [.. _quarantined.OrderBy(q => q.Key).Select(q => new QuarantinedEntity(q.Key, q.Value))],
                [.. _running.OrderBy(r => r.Entry, WorkEntry.InTurn).Select(r => new RunningWork(r.Id, r.Since, r.Progress?.Message, r.Progress?.Fraction))])
            { DeadLettersBy = deadLetters, Stuck = _stuck };
    }
}
