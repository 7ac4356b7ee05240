using System.Collections.Concurrent;
using Akka.Actor;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.Cluster.Keeping;

/// <summary>
/// Holds the journal's lease, writes it, and has the registry of works; there is one in the cluster. The registry is the embedded engine's: what differs is that runs are given to nodes. When the keeper is lost, the
/// next takes the lease, which shuts the old one out whatever it believes, and makes the registry again from the table of owing entities.
/// </summary>
sealed class Keeper : IAsyncDisposable
{
    sealed record Job(WorkRun Run, KnownNode Node, TaskCompletionSource<WorkOutcome> Ended)
    {
        /// <summary>How often its node has said that it lives without naming it.</summary>
        public int Missed { get; set; }
    }

    static long _runs = DateTime.UtcNow.Ticks; // so that no number of another keeper comes back
    readonly ClusterNode _node;
    readonly Placement _placement;
    readonly ConcurrentDictionary<long, Job> _jobs = [];
    readonly ConcurrentDictionary<EntityId, string> _broken = [];
    readonly Unheard _unheard;
    readonly TimeProvider _clock;
    readonly Lock _starting = new();
    readonly bool _clean;
    readonly long _since;
    IAsyncDisposable? _held;
    Task? _started;
    long _newest, _refused, _late;
    volatile bool _closed;

    Keeper(ClusterNode node, IJournal journal, long newest, bool clean)
    {
        (_node, Journal, _newest, _clean) = (node, journal, newest, clean);
        (_clock, _since) = (node.Options.Clock, node.Options.Clock.GetTimestamp());
        (_placement, _unheard) = (new(Id, _clock), new(_clock));
        Works = new(node.Options.Engine with { Slots = 0 }, Perform, node.Idle.Check);
        journal.Committed += events =>
        {
            Interlocked.Exchange(ref _newest, events[^1].Ordering);
            node.Journal.Offer(events);
            foreach (var n in _placement.Nodes) if (!n.Actor.Equals(node.Actor)) n.Actor.Tell(new Poke(events[^1].Ordering));
        };
        node.Journal.Offer(newest);
    }

    public string Id { get; } = Guid.NewGuid().ToString("N");
    public IJournal Journal { get; }
    public WorkRegistry Works { get; }
    /// <summary>Nothing can start or go on by itself, and all nodes have seen all that is stored.</summary>
    public bool IsQuiet => Works.IsQuiet && _unheard.IsEmpty && _placement.Nodes.All(n => n.Actor.Equals(_node.Actor) || n.Last.Folded >= Interlocked.Read(ref _newest));

    /// <summary>Waits for the journal's lease.</summary>
    public static async Task<Keeper> Open(ClusterNode node, CancellationToken cancel)
    {
        var clean = true;
        try
        {
            await using var reader = await node.Options.OpenReader().ConfigureAwait(false);
            clean = await reader.ReadLease(cancel).ConfigureAwait(false) is not { HostKind.Length: > 0 };
        }
        catch (InputException) { } // it is not there yet
        for (var first = true; ; first = false)
            try
            {
                var journal = await node.Options.OpenJournal(LeaseInfo.OfNode(node.Engine.Address)).ConfigureAwait(false);
                return new(node, journal, await journal.ReadNewest(cancel).ConfigureAwait(false), clean);
            }
            catch (InputException e)
            {
                if (first) node.Waits(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), cancel).ConfigureAwait(false);
            }
    }

    public async Task Hold()
    {
        if (_node.Options.Held is { } held) _held = await held(_node.Engine, Journal).ConfigureAwait(false);
    }

    public EngineStatus Status(int live, long noSuchKind, long noSuchEntity) => Works.Status(live, new(noSuchKind, noSuchEntity, Interlocked.Read(ref _refused), Interlocked.Read(ref _late)));

    /// <summary>
    /// Stores, or says why not. A number that is taken already, by events other than these, is an incarnation's of the entity on a node that has been cut off: whoever comes second reads again. The same events again
    /// are the question repeated, and stored.
    /// </summary>
    public async Task<AppendReply> Append(Append append)
    {
        try
        {
            await Journal.Append(append).ConfigureAwait(false);
            return new(AppendResult.Stored);
        }
        catch (Exception e) when (e is JournalException or ObjectDisposedException)
        {
            try
            {
                var rows = await Journal.ReadEntity(append.Entity.PersistenceId, append.Events[0].SequenceNumber - 1, default).ConfigureAwait(false);
                if (rows.Count >= append.Events.Length && append.Events.Zip(rows).All(p => p.First.Encoded.Payload.AsSpan().SequenceEqual(p.Second.Message.Span))) return new(AppendResult.Stored);
                if (rows.Count > 0) return new(AppendResult.Conflict, $"{append.Entity} has events of another incarnation from number {append.Events[0].SequenceNumber} on");
            }
            catch (Exception x) when (x is JournalException or ObjectDisposedException) { } // then it is the journal
            if (e is JournalException) _node.Fail(e);
            return new(AppendResult.Failed, e.Message);
        }
    }

    /// <summary>Takes what nodes say, from any thread; null: no answer yet, or none.</summary>
    public void Take(object message, IActorRef from)
    {
        switch (message)
        {
            case Hello m: Heard(m, from); break;
            case Goodbye: _placement.Forget(from); Works.Slots = _placement.Slots; _node.Idle.Check(); break;
            case AppendRequest m: Decoded(m).ContinueWith(t => from.Tell(t.Result), TaskScheduler.Default); break;
            case OwesRequest m: Owes(m.Entity, m.SequenceNumber, m.Works, m.Reporters); from.Tell(Done.It); break;
            case SnapshotRequest m: _ = Journal.WriteSnapshot(new(m.PersistenceId, m.SequenceNumber, m.CreatedTicks, m.Manifest, m.Content)).ContinueWith(_ => from.Tell(Done.It), TaskScheduler.Default); break;
            case QuarantineNotice m: Quarantine(m.Entity, m.Reason); break;
            case IdleRequest: _ = _node.Idle.Wait(default).ContinueWith(t => { if (t.IsCompletedSuccessfully) from.Tell(Done.It); }, TaskScheduler.Default); break;
            case RunSign m: if (_jobs.TryGetValue(m.Run, out var signed)) Noted(signed.Run, m); break;
            case RunDone m: if (_jobs.TryGetValue(m.Run, out var ended)) ended.Ended.TrySetResult(m.End switch { RunEnd.Returned => new WorkOutcome.Returned(), RunEnd.Lost => new WorkOutcome.Lost(), _ => new WorkOutcome.Failed(m.Reason ?? "it failed") }); break;
        }
    }

    /// <summary>What an entity owes, from its node.</summary>
    public void Owes(EntityId entity, long sequence, IReadOnlyList<Work> works, IReadOnlyCollection<WorkId> reporters, System.Diagnostics.ActivityContext cause = default)
    {
        Works.Update(entity, sequence, works, reporters, cause);
        if (_unheard.Heard(entity, sequence)) _node.Idle.Check();
    }

    /// <summary>For another node, which then tells what is owed.</summary>
    async Task<AppendReply> Decoded(AppendRequest m)
    {
        var told = m.OwingAdded.IsEmpty && m.OwingRemoved.IsEmpty;
        if (!told) _unheard.Expect(m.Entity, m.Rows[^1].SequenceNumber);
        var reply = await Stored(m).ConfigureAwait(false);
        if (!told && reply.Result != AppendResult.Stored) { _unheard.Forget(m.Entity, m.Rows[^1].SequenceNumber); _node.Idle.Check(); }
        return reply;
    }

    async Task<AppendReply> Stored(AppendRequest m)
    {
        try
        {
            return await Append(new(m.Entity, [.. m.Rows.Select(r =>
            {
                var (e, _, hash) = _node.Codec.Decode(m.Entity.PersistenceId, r.SequenceNumber, r.Manifest, r.Payload);
                return new NewEvent(r.SequenceNumber, e, new(r.Manifest, r.Payload, hash));
            })], m.OwingAdded, m.OwingRemoved)).ConfigureAwait(false);
        }
        catch (InvalidDataException e) { return new(AppendResult.Failed, $"{m.Entity}: {e.Message}"); } // a newer version's event
    }

    void Heard(Hello hello, IActorRef from)
    {
        var node = _placement.Heard(from, hello);
        Works.Slots = _placement.Slots;
        Works.Paused = _placement.Nodes.Any(n => n.Actor.Equals(_node.Actor) ? _node.Paused : n.Last.Paused);
        if (hello.Started && !_closed) _ = StartWorks();
        foreach (var (number, job) in _jobs)
            if (job.Node == node) { job.Missed = hello.Runs.Contains(number) ? 0 : job.Missed + 1; if (job.Missed >= 3) job.Ended.TrySetResult(new WorkOutcome.Lost()); } // the order or the answer was lost on the way
        from.Tell(new Ack(hello.Number, Id, Interlocked.Read(ref _newest), Status(0, 0, 0)), ActorRefs.NoSender); // this may be that node's own thread, and what a supervisor's child sends it goes up instead of down
        _node.Idle.Check();
    }

    void Noted(WorkRun run, RunSign m)
    {
        run.LastSign = Works.Now;
        switch (m.Sign)
        {
            case Sign.NothingNew: if (Works.IsLate(run)) Interlocked.Increment(ref _late); break;
            case Sign.WaitBegins: Works.Wait(run, +1); break;
            case Sign.WaitEnds: Works.Wait(run, -1); break;
            case Sign.Progress: run.Progress = new(m.Text ?? "", m.Fraction); break;
        }
    }

    public void Quarantine(EntityId id, string reason)
    {
        if (_broken.TryAdd(id, reason)) Works.Quarantine(id, reason);
    }

    /// <summary>Gives up the nodes that have been silent for so long that they must have ended their works by themselves, and wakes entities whose node was lost before it could tell what they owe.</summary>
    public void Watch()
    {
        foreach (var node in _placement.Silent(_node.Options.WorkLease + _node.Options.WorkMargin))
        {
            _node.Log("warning", $"{node.Actor.Path.Address} is lost; what it did is given to others");
            foreach (var job in _jobs.Values.Where(j => j.Node == node)) job.Ended.TrySetResult(new WorkOutcome.Lost());
            Works.Slots = _placement.Slots;
        }
        foreach (var entity in _unheard.Late()) _ = Restart(entity);
    }

    /// <summary>Wakes what is owed, once; where the keeper before did not end in order, after the time that nodes cut off with it may still be working.</summary>
    public Task StartWorks()
    {
        lock (_starting) return _started ??= Task.Run(Start);
    }

    async Task Start()
    {
        _node.Idle.Enter();
        try
        {
            var rest = _node.Options.WorkLease + _node.Options.WorkMargin - _clock.GetElapsedTime(_since);
            if (!_clean && rest > TimeSpan.Zero) await Task.Delay(rest, _clock, _node.Stopping).ConfigureAwait(false);
            var unreadable = await Waking.Wake(Journal, _node.Codec, Works, _node.Stopping).ConfigureAwait(false);
            Works.Woken();
            foreach (var id in unreadable) _ = Restart(id);
            Works.Start();
        }
        finally { _node.Idle.Leave(); }
    }

    /// <summary>Lets an entity be read somewhere, which tells what it owes; again until it can be read, or is given up.</summary>
    async Task Restart(EntityId id)
    {
        while (!_node.Stopping.IsCancellationRequested && !_broken.ContainsKey(id))
            try { await _node.Post.Read<object>(id, default).ConfigureAwait(false); return; }
            catch (Exception e) when (e is not (JournalException or ObjectDisposedException)) { } // the cell counts, delays and reports it
    }

    async Task<WorkOutcome> Perform(WorkRun run)
    {
        if (run.Work is Tell tell) return await Deliver(run, tell).ConfigureAwait(false);
        var elsewhere = _node.Options.Engine.Use?.Invoke(run.Work) is { Pool: not null }; // it takes nothing of its node
        var place = await _placement.Take(elsewhere ? 0 : run.Entry.Slots, run.Cancel.Token).ConfigureAwait(false);
        var node = place.Node;
        var number = Interlocked.Increment(ref _runs);
        var job = new Job(run, node, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _jobs[number] = job;
        try
        {
            node.Actor.Tell(new RunOrder(Id, number, run.Entry.Entity, run.Work), _node.Actor);
            await using var cancelling = run.Cancel.Token.Register(() => node.Actor.Tell(new RunCancel(number, !Works.IsLate(run)), _node.Actor));
            return await job.Ended.Task.ConfigureAwait(false);
        }
        finally
        {
            _jobs.TryRemove(number, out _);
            _placement.Give(place);
        }
    }

    async Task<WorkOutcome> Deliver(WorkRun run, Tell tell)
    {
        if (await _node.Post.Deliver(tell.To, tell.Command, run.Id, run.Cancel.Token).ConfigureAwait(false) is Decision.Refused refused) return DeadLetter(run, tell.To, tell.Command, refused);
        if (tell.Acknowledge is null) return new WorkOutcome.Delivered();
        return await _node.Post.Deliver(run.Entry.Entity, tell.Acknowledge, run.Id, run.Cancel.Token).ConfigureAwait(false) is Decision.Refused r ? DeadLetter(run, run.Entry.Entity, tell.Acknowledge, r) : new WorkOutcome.Returned();
    }

    WorkOutcome DeadLetter(WorkRun run, EntityId to, ICommand command, Decision.Refused refused)
    {
        Interlocked.Increment(ref _refused);
        _node.Log("warning", $"{run.Id}: {to} refused {command.GetType().Name}: {refused.Reason}");
        // A sender is not to suffer for a receiver that is out of order.
        return _broken.ContainsKey(to) ? new WorkOutcome.Parked(refused.Reason) : new WorkOutcome.Failed($"{to} refused {command.GetType().Name}: {refused.Reason}");
    }

    /// <summary>Starts nothing more, cancels the works wherever they run and waits for them within the deadline.</summary>
    public async Task StopWorks()
    {
        _closed = true;
        foreach (var id in await Works.Stop(_node.Options.Engine.ShutdownTimeout).ConfigureAwait(false)) _node.Log("warning", $"{id} did not end within {_node.Options.Engine.ShutdownTimeout.TotalSeconds:0.#} s of being cancelled");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_closed) await StopWorks();
        if (_held is not null) await _held.DisposeAsync();
        await Journal.DisposeAsync();
    }
}
