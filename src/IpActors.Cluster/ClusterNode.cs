using System.Collections.Concurrent;
using Akka.Actor;
using IpActors.Cluster.Entities;
using IpActors.Cluster.Journals;
using IpActors.Cluster.Keeping;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Snapshots;
using IpActors.Engine.Views;

namespace IpActors.Cluster;

/// <summary>What the actors of a node share: the way to entities and to the keeper, the journal, the views, and what this node has come to.</summary>
sealed class ClusterNode : IWorkLedger
{
    static readonly TimeSpan AskKeeperAgain = TimeSpan.FromSeconds(3);
    readonly ConcurrentDictionary<string, CampaignFollower> _followers = [];
    readonly ConcurrentDictionary<EntityId, string> _broken = [];
    readonly ConcurrentDictionary<EntityId, long> _owes = [];
    readonly TaskCompletionSource _pledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stopping = new();
    volatile TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile Exception? _failure;
    volatile EngineStatus? _status;
    volatile bool _closed;
    long _noSuchKind, _noSuchEntity, _folded;
    int _folding;

    public ClusterNode(ClusterEngine engine, ClusterOptions options, IEnumerable<IWorker> workers)
    {
        (Engine, Options, Workers, Codec) = (engine, options, [.. workers], new(options.Kinds));
        Idle = new(() => Keeper?.IsQuiet == true);
        Journal = new(this);
        Live = new(options.Engine.MaxLive);
        Cells = new(Journal, Codec, this, options.Engine, Quarantine, Fail, _ => { }, () => Interlocked.Increment(ref _noSuchEntity), Stopping);
    }

    public ClusterEngine Engine { get; }
    public ClusterOptions Options { get; }
    public IReadOnlyList<IWorker> Workers { get; }
    public EventCodec Codec { get; }
    public ClusterJournal Journal { get; }
    public IdleSignal Idle { get; }
    public LiveCells Live { get; }
    public CellHost Cells { get; }
    public CancellationToken Stopping => _stopping.Token;
    /// <summary>Set once this node has a keeper.</summary>
    public TaskCompletionSource<IReadOnlyDictionary<string, IActorRef>> Regions { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public IActorRef Actor { get; set; } = ActorRefs.Nobody;
    public IActorRef KeeperProxy { get; set; } = ActorRefs.Nobody;
    /// <summary>The keeper, where it is on this node.</summary>
    public Keeper? Keeper => _keeper;
    volatile Keeper? _keeper;

    public bool Started { get; private set; }
    public bool Paused { get; private set; }
    public bool Draining { get; private set; }
    /// <summary>Up to which commit the views of this node have folded.</summary>
    public long Folded => Interlocked.Read(ref _folded);
    /// <summary>This node has a keeper and works for it.</summary>
    public Task Pledged => _pledged.Task;

    public void Log(string level, string message) => Options.Engine.Log?.Invoke(level, message);

    // ---- the keeper ----

    public void Take(Keeper keeper)
    {
        _keeper = keeper;
        Log("info", "this node keeps the journal");
        Actor.Tell(Works.NodeActor.Greet.It);
        _ = Hold(keeper);
    }

    async Task Hold(Keeper keeper)
    {
        try { await keeper.Hold().ConfigureAwait(false); }
        catch (Exception e) { Log("warning", e.Message); }
    }

    /// <summary>Ends the keeper of this node and gives the journal back.</summary>
    public async Task Let(Keeper keeper)
    {
        if (Interlocked.CompareExchange(ref _keeper, null, keeper) != keeper) return;
        await keeper.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Here at once, elsewhere by message.</summary>
    public void ToKeeper(object message)
    {
        if (_keeper is { } keeper) keeper.Take(message, Actor);
        else KeeperProxy.Tell(message, Actor);
    }

    /// <summary>Asks until there is an answer, as keepers come and go; what is asked may be carried out several times.</summary>
    public async Task<T> AskKeeper<T>(object question)
    {
        var until = Environment.TickCount64 + (long)Options.GiveUp.TotalMilliseconds;
        while (true)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            try { return await KeeperProxy.Ask<T>(question, AskKeeperAgain, _stopping.Token).ConfigureAwait(false); }
            catch (AskTimeoutException) when (Environment.TickCount64 < until) { }
            catch (AskTimeoutException) { throw new Wire.StaleException($"no keeper of the journal has answered for {Options.GiveUp.TotalMinutes:0} minutes"); }
            catch (OperationCanceledException) { throw new ObjectDisposedException(nameof(ClusterEngine)); }
        }
    }

    public void Acknowledged(Ack ack, bool pledged)
    {
        _status = ack.Status;
        if (pledged) _pledged.TrySetResult();
        Interlocked.Exchange(ref _acknowledged, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public bool IsAwake => _keeper?.Works.IsAwake == true;

    public void Update(EntityId entity, long sequence, IReadOnlyList<Work> works, IReadOnlyCollection<WorkId> reporters, System.Diagnostics.ActivityContext cause = default)
    {
        if (_keeper is { } keeper) { keeper.Works.Update(entity, sequence, works, reporters, cause); return; }
        _owes[entity] = sequence;
        _ = Tell();

        // Until it is heard, or there is something newer to say.
        async Task Tell()
        {
            try
            {
                while (_owes.TryGetValue(entity, out var newest) && newest == sequence)
                    try
                    {
                        await KeeperProxy.Ask<Done>(new OwesRequest(entity, sequence, [.. works], [.. reporters]), AskKeeperAgain, _stopping.Token).ConfigureAwait(false);
                        _owes.TryRemove(KeyValuePair.Create(entity, sequence));
                    }
                    catch (AskTimeoutException) { }
            }
            catch (OperationCanceledException) { }
        }
    }

    public async Task Start(CancellationToken cancel)
    {
        Started = true;
        if (_keeper is { } keeper) { await keeper.StartWorks().WaitAsync(cancel).ConfigureAwait(false); return; }
        while (_keeper is null && _status?.Started != true)
        {
            var next = _acknowledged.Task;
            Actor.Tell(Works.NodeActor.Greet.It);
            await next.WaitAsync(cancel).ConfigureAwait(false);
            ThrowIfFailed();
        }
        if (_keeper is { } become) await become.StartWorks().WaitAsync(cancel).ConfigureAwait(false);
    }

    public void Pause(bool paused)
    {
        Paused = paused;
        if (_keeper is { } keeper) keeper.Works.Paused = paused; // at once; other nodes that pause are heard with their next word
        Actor.Tell(Works.NodeActor.Greet.It);
    }

    public async Task WhenIdle(CancellationToken cancel)
    {
        while (true)
        {
            if (_keeper is not null) { await Idle.Wait(cancel).ConfigureAwait(false); return; }
            ThrowIfFailed();
            cancel.ThrowIfCancellationRequested();
            try { await KeeperProxy.Ask<Done>(new IdleRequest(), AskKeeperAgain, cancel).ConfigureAwait(false); return; }
            catch (AskTimeoutException) { }
        }
    }

    public EngineStatus Status()
    {
        var (kind, entity, live) = (Interlocked.Read(ref _noSuchKind), Interlocked.Read(ref _noSuchEntity), Live.Count);
        if (_keeper is { } keeper) return keeper.Status(live, kind, entity) with { Paused = Paused || keeper.Works.Paused };
        return (_status ?? new(false, Paused, 0, 0, 0, 0, 0, live, 0, [], [])) with { LiveEntities = live };
    }

    // ---- entities ----

    public async Task<Decision> Deliver(EntityId to, ICommand command, WorkId? reporter, CancellationToken cancel)
    {
        if (_broken.TryGetValue(to, out var reason) && _failure is null && !_closed) return new Decision.Refused($"{to} is quarantined: {reason}");
        var reply = await Ask(new(to, command, reporter), cancel).ConfigureAwait(false);
        return reply.Decision ?? (reply.State as Decision) ?? throw new InvalidDataException($"{to} answered with no decision");
    }

    public async Task<TState> Read<TState>(EntityId id, CancellationToken cancel) where TState : class
    {
        if (_broken.TryGetValue(id, out var reason) && _failure is null && !_closed) throw new QuarantinedException(id, reason);
        var reply = await Ask(new(id, null, null), cancel).ConfigureAwait(false);
        var state = reply.State ?? (await EntitySnapshots.Recover(Journal, id.PersistenceId, Codec.Kinds.Decider(id.Kind), Codec, cancel).ConfigureAwait(false)).State;
        return state as TState ?? throw new InvalidCastException($"a {state.GetType().Name}, and no {typeof(TState).Name}");
    }

    /// <summary>Asks the entity wherever it lives; again when there is no answer, or when it has to read itself anew, as nodes come and go.</summary>
    async Task<EntityReply> Ask(EntityRequest request, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closed, Engine);
        ThrowIfFailed();
        if (!Options.Kinds.HasDecider(request.To.Kind)) { Interlocked.Increment(ref _noSuchKind); throw new KeyNotFoundException($"no entity kind '{request.To.Kind}'"); }
        if (!(await Regions.Task.WaitAsync(cancel).ConfigureAwait(false)).TryGetValue(request.To.Kind, out var region)) throw new KeyNotFoundException($"no region for the entity kind '{request.To.Kind}'");
        Idle.Enter();
        try
        {
            var until = Environment.TickCount64 + (long)Options.GiveUp.TotalMilliseconds;
            while (true)
            {
                EntityReply? reply = null;
                try { reply = await region.Ask<EntityReply>(request, Options.AskAgain, cancel).ConfigureAwait(false); }
                catch (AskTimeoutException) { }
                ThrowIfFailed();
                if (reply is { Kind: ReplyKind.Decision or ReplyKind.State }) return reply;
                if (reply is { Kind: not (ReplyKind.Stale or ReplyKind.Journal) }) throw reply.Exception ?? (reply.Kind == ReplyKind.Quarantined ? new QuarantinedException(request.To, reply.Text!) : new InvalidOperationException(reply.Text));
                ObjectDisposedException.ThrowIf(_closed, Engine);
                if (Environment.TickCount64 > until) throw new TimeoutException($"{request.To} has not answered for {Options.GiveUp.TotalMinutes:0} minutes{(reply is null ? "" : $": {reply.Text}")}");
                if (reply is not null) await Task.Delay(100, cancel).ConfigureAwait(false);
            }
        }
        finally { Idle.Leave(); }
    }

    public void Quarantine(EntityId id, string reason)
    {
        if (!_broken.TryAdd(id, reason)) return;
        if (_keeper is { } keeper) keeper.Quarantine(id, reason);
        else ToKeeper(new QuarantineNotice(id, reason));
    }

    // ---- views ----

    public async Task<CampaignFollower> Follow(string campaign, CancellationToken cancel)
    {
        if (!_followers.TryGetValue(campaign, out var follower))
        {
            var made = new CampaignFollower(campaign, Journal, Codec, Folding, (id, reason) => Quarantine(EntityId.Parse(id), reason), Options.Engine.SnapshotViewEvery, Options.Engine.Time, m => Log("warning", m));
            follower = _followers.GetOrAdd(campaign, made);
            if (ReferenceEquals(follower, made)) made.Start();
        }
        await follower.CaughtUp.WaitAsync(cancel).ConfigureAwait(false);
        return follower;
    }

    void Folding(int change)
    {
        Idle.Change(change);
        if (Interlocked.Add(ref _folding, change) == 0) Told();
    }

    /// <summary>All that has been told is folded: the keeper may want to know.</summary>
    public void Told()
    {
        if (Volatile.Read(ref _folding) != 0) return;
        var before = Interlocked.Exchange(ref _folded, Journal.Told);
        if (_keeper is null && before != Journal.Told) Actor.Tell(Works.NodeActor.Greet.It);
    }

    public IEnumerable<Domain.Views.CampaignView> Views => _followers.Values.Select(f => f.Current);

    // ---- the end ----

    /// <summary>The journal has failed, or this node is cut off: it does nothing more.</summary>
    public void Fail(Exception e)
    {
        if (_closed || Interlocked.CompareExchange(ref _failure, e, null) is not null) return;
        Log("error", e.Message);
        Draining = true;
        if (_keeper is { } keeper) _ = keeper.StopWorks();
        _pledged.TrySetException(e as JournalException ?? new JournalException(e.Message, e));
        Idle.Fail(e);
    }

    public Exception? Failure => _failure;

    public void ThrowIfFailed()
    {
        if (_failure is { } e) throw new JournalException(e.Message, e);
    }

    /// <summary>Takes no more works, cancels those under way and waits for them within the deadline: what they report at the end is stored.</summary>
    public async Task Drain()
    {
        Draining = true;
        if (_keeper is { } keeper) await keeper.StopWorks().ConfigureAwait(false);
        else await Actor.Ask<Done>(Works.NodeActor.Drain.It, Options.Engine.ShutdownTimeout + TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
    }

    public async Task Close()
    {
        _closed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (!await Live.Stop(Options.Engine.ShutdownTimeout).ConfigureAwait(false)) Log("warning", "some entities did not come to rest in time");
    }

    public async Task End()
    {
        foreach (var follower in _followers.Values) await follower.DisposeAsync().ConfigureAwait(false);
        if (_keeper is { } keeper) await Let(keeper).ConfigureAwait(false);
        await Journal.DisposeAsync().ConfigureAwait(false);
        Idle.Fail(new ObjectDisposedException(nameof(ClusterEngine)));
    }
}
