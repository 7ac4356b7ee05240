using System.Diagnostics;
using IpActors.Domain.Entities;

namespace IpActors.Engine.Embedded;

/// <summary>
/// The works owed by all entities, and which of them run. Each runs once at a time; what is no longer owed is cancelled, unless its own report settled it: that run may finish. Holds works, never states.
/// </summary>
sealed partial class WorkRegistry(EngineOptions options, Func<WorkRun, Task<WorkOutcome>> perform, Action changed) : IWorkLedger
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
