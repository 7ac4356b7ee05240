using System.Diagnostics;
using System.Runtime.CompilerServices;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Engine.Snapshots;
using IpActors.Engine.Telemetry;

namespace IpActors.Engine.Embedded;

/// <summary>What cells share.</summary>
sealed record CellHost(IJournal Journal, EventCodec Codec, IWorkLedger Works, EngineOptions Options, Action<EntityId, string> Quarantine, Action<Exception> JournalFailed, Action<EntityCell> Left, Action NoSuchEntity, CancellationToken Stopping)
{
    /// <summary>Who writes the journal. What has been read under another is read again: that one may have stored more at the last moment, for an incarnation elsewhere.</summary>
    public Func<string?> Writer { get; init; } = () => null;
    public long Ticks => Options.Time.GetTimestamp();
}

/// <summary>
/// A live entity: its mailbox, its state, and the turns in which it takes one command after the other. It is on a thread only while it has mail. Commands that wait together are decided one after the other and
/// stored in one append; each is answered only after the commit. Events are folded before they are stored, so that one which the entity cannot bear is never stored.
/// </summary>
sealed class EntityCell(EntityId id, CellHost host) : IThreadPoolWorkItem
{
    const int CommandsAtOnce = 128;
    static readonly object Busy = new(), Gone = new();
    readonly string _persistenceId = id.PersistenceId;
    readonly IDecider _decider = host.Codec.Kinds.Decider(id.Kind);
    // Null: at rest. A message: the newest of a chain to the oldest. Busy: taking a turn, no new mail. Gone: out of the memory.
    object? _mail;
    Recovered? _entity;
    HashSet<string> _owed = NothingOwed;
    long _inSnapshot;
    int _failures;
    string? _quarantine, _readUnder;
    volatile TaskCompletionSource? _leaving;

    static readonly HashSet<string> NothingOwed = [];

    public EntityId Id => id;
    public long LastUsed { get; private set; } = host.Ticks;
    public bool IsIdle => Volatile.Read(ref _mail) is null;

    /// <summary>False once the cell is out of the memory: take a new one.</summary>
    public bool TryPost(Message message)
    {
        while (true)
        {
            var before = Volatile.Read(ref _mail);
            if (before == Gone) return false;
            message.Next = before as Message;
            if (Interlocked.CompareExchange(ref _mail, message, before) != before) continue;
            if (before is null) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true); // next on this thread, unless another has time for it
            return true;
        }
    }

    /// <summary>Leaves the memory if it is at rest.</summary>
    public void TryLeave()
    {
        if (Interlocked.CompareExchange(ref _mail, Gone, null) is null) host.Left(this);
    }

    /// <summary>Leaves the memory once what is in the mailbox has been answered.</summary>
    public Task Leave()
    {
        _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LeaveIfAsked();
        return _leaving.Task;
    }

    void LeaveIfAsked()
    {
        if (_leaving is null) return;
        TryLeave();
        if (Volatile.Read(ref _mail) == Gone) _leaving.TrySetResult();
    }

    public void Execute() => _ = Run();

    /// <summary>Takes what mail there is, until there is none.</summary>
    async Task Run()
    {
        while (true)
        {
            var stored = false;
            for (var next = Take(); next is not null;)
            {
                var turn = Process(next);
                stored |= !turn.IsCompleted;
                next = await turn.ConfigureAwait(false);
            }
            if (Interlocked.CompareExchange(ref _mail, null, Busy) == Busy) { LeaveIfAsked(); return; }
            // What goes on after a commit runs together with what waited for the same commit: a long turn is not for that thread.
            if (stored) { ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); return; }
        }
    }

    /// <summary>The mail, as a chain from the oldest to the newest.</summary>
    Message? Take()
    {
        LastUsed = host.Ticks;
        Message? oldest = null;
        for (var m = Interlocked.Exchange(ref _mail, Busy) as Message; m is not null;) (m.Next, oldest, m) = (oldest, m, m.Next);
        return oldest;
    }

    /// <summary>Answers some messages of the chain; returns the first that is not answered yet.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<Message?> Process(Message first)
    {
        if (_quarantine is not null)
        {
            for (var m = first; m is not null; m = m.Next)
                if (m.Command is null) m.Fail(new QuarantinedException(id, _quarantine));
                else m.Answer(new Decision.Refused($"{id} is quarantined: {_quarantine}"));
            return null;
        }
        if (_readUnder != host.Writer()) _entity = null;
        try { _entity ??= await Recover().ConfigureAwait(false); }
        catch (JournalException e) { host.JournalFailed(e); return FailAll(first, e); }
        catch (ObjectDisposedException e) { return FailAll(first, e); }
        catch (Exception e)
        {
            await Crashed(e).ConfigureAwait(false);
            first.Fail(e);
            return first.Next;
        }

        var (step, rest, crashed) = (new Step(_entity), (Message?)first, (Message?)null);
        Exception? crash = null;
        for (var n = 0; n < CommandsAtOnce && rest is not null && crash is null; n++, rest = rest.Next)
            try { step.Take(rest, _decider, host.Codec, _persistenceId); }
            catch (Exception e) { (crash, crashed) = (e, rest); }
        var end = crashed ?? rest;
        if (step.Events is not null)
            try
            {
                var owed = Keys(step.Works!);
                var since = EngineTelemetry.Appending();
                try { await host.Journal.Append(new(id, step.Events.DrainToImmutable(), Without(owed, _owed), Without(_owed, owed)) { PersistenceId = _persistenceId }).ConfigureAwait(false); }
                finally { EngineTelemetry.Appended(since); }
                Stored(step, owed);
            }
            catch (Exception e)
            {
                _entity = null; // whether it was stored is for the journal to say
                if (e is JournalException) host.JournalFailed(e);
                for (var m = first; m != end; m = m!.Next) m!.Fail(e);
                crashed?.Fail(crash!);
                return rest;
            }
        if (first != crashed) _failures = 0;
        for (var m = first; m != end; m = m!.Next)
        {
            if (m!.Reply is Decision.Refused && step.Entity.SequenceNumber == 0 && m.Reporter is null) host.NoSuchEntity();
            m.Answer(m.Reply!);
        }
        if (crashed is null) return rest;
        await Crashed(crash!).ConfigureAwait(false);
        crashed.Fail(crash!);
        return rest;
    }

    async Task<Recovered> Recover()
    {
        _readUnder = host.Writer();
        var entity = await EntitySnapshots.Recover(host.Journal, _persistenceId, _decider, host.Codec, CancellationToken.None).ConfigureAwait(false);
        _inSnapshot = entity.SequenceNumber;
        var works = _decider.Owes(entity.State);
        _owed = Keys(works);
        host.Works.Update(id, entity.SequenceNumber, works, []);
        return entity;
    }

    void Stored(Step step, HashSet<string> owed)
    {
        KeepSnapshot(step.Entity);
        var nothing = _owed.Count == 0 && owed.Count == 0;
        (_entity, _owed) = (step.Entity, owed);
        if (nothing && host.Works.IsAwake) return;
        host.Works.Update(id, _entity.SequenceNumber, step.Works!, step.Reporters, step.Cause);
    }

    /// <summary>Of an entity that has one, after so many events.</summary>
    void KeepSnapshot(Recovered entity)
    {
        if (_decider.StateVersion is null || entity.SequenceNumber - _inSnapshot < host.Options.SnapshotEntityEvery) return;
        _inSnapshot = entity.SequenceNumber;
        _ = Task.Run(async () =>
        {
            try { await host.Journal.WriteSnapshot(EntitySnapshots.Of(_persistenceId, entity, _decider, host.Options.Time.GetUtcNow().UtcTicks)).ConfigureAwait(false); }
            catch (Exception e) when (e is JournalException or ObjectDisposedException) { host.Options.Log?.Invoke("warning", $"no snapshot of {id}: {e.Message}"); }
        });
    }

    static HashSet<string> Keys(IReadOnlyList<Work> works) => works.Count == 0 ? NothingOwed : [.. works.Select(w => w.Key)];
    static ImmutableArray<string> Without(HashSet<string> some, HashSet<string> others) => some.Count == 0 ? [] : [.. some.Where(k => !others.Contains(k))];

    /// <summary>Forgets the state, so that it is read again from the events, after a while; in the end gives up.</summary>
    async Task Crashed(Exception e)
    {
        _entity = null;
        host.Options.Log?.Invoke("warning", $"{id} is restarted from its events: {e}");
        if (++_failures >= host.Options.EntityRestart.MaxFailures)
        {
            _quarantine = e.Message;
            host.Quarantine(id, e.Message);
            return;
        }
        try { await Task.Delay(host.Options.EntityRestart.After(_failures, _persistenceId), host.Options.Time, host.Stopping).ConfigureAwait(false); }
        catch (OperationCanceledException) { }
    }

    static Message? FailAll(Message first, Exception e)
    {
        for (var m = first; m is not null; m = m.Next) m.Fail(e);
        return null;
    }

    /// <summary>Commands decided but not yet stored.</summary>
    sealed class Step(Recovered from)
    {
        public Recovered Entity { get; private set; } = from;
        public IReadOnlyList<Work>? Works { get; private set; }
        /// <summary>Null: none.</summary>
        public ImmutableArray<NewEvent>.Builder? Events { get; private set; }
        public IReadOnlyCollection<WorkId> Reporters => _reporters ?? (IReadOnlyCollection<WorkId>)[];
        List<WorkId>? _reporters;
        /// <summary>Of the last command that added events.</summary>
        public ActivityContext Cause { get; private set; }

        public void Take(Message m, IDecider decider, EventCodec codec, string persistenceId)
        {
            if (m.Command is null) { m.Reply = Entity.State; return; }
            var decision = decider.Decide(Entity.State, m.Command);
            if (decision is Decision.Accepted { Events: { IsDefaultOrEmpty: false } events })
            {
                var (after, before) = (Entity, Events?.Count ?? 0);
                Events ??= ImmutableArray.CreateBuilder<NewEvent>(events.Length);
                try
                {
                    foreach (var e in events)
                    {
                        var code = codec.Encode(persistenceId, after.SequenceNumber + 1, e, after.Hash);
                        after = new(decider.Evolve(after.State, e), after.SequenceNumber + 1, code.Hash);
                        Events.Add(new(after.SequenceNumber, e, code));
                    }
                    (Works, Entity) = (decider.Owes(after.State), after);
                }
                catch { if (before > 0) Events.Count = before; else Events = null; throw; }
                Cause = m.Cause;
                if (m.Reporter is { } reporter) (_reporters ??= []).Add(reporter);
            }
            m.Reply = decision;
        }
    }
}
