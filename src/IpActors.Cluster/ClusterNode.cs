using Akka.Actor;
using IpActors.Cluster.Entities;
using IpActors.Cluster.Journals;
using IpActors.Cluster.Keeping;
using IpActors.Cluster.Views;
using IpActors.Cluster.Wire;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;

namespace IpActors.Cluster;

/// <summary>What the actors of a node share: the way to entities and to the keeper, the journal, the views, and what this node has come to.</summary>
sealed class ClusterNode
{
    readonly TaskCompletionSource _pledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stopping = new();
    volatile TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile Keeper? _keeper;
    volatile string? _writer;
    volatile Exception? _failure;
    volatile EngineStatus? _status;
    volatile bool _closed;
    Task? _drained;

    public ClusterNode(ClusterEngine engine, ClusterOptions options, IEnumerable<IWorker> workers)
    {
        (Engine, Options, Workers, Codec) = (engine, options, [.. workers], new(options.Kinds));
        Idle = new(() => Keeper?.IsQuiet == true);
        Runs = new(options.Clock.GetTimestamp());
        (Link, Post, Views) = (new(this), new(this), new(this));
        Journal = new(this);
        Live = new(options.Engine.MaxLive);
        Cells = new(Journal, Codec, Link, options.Engine, Post.Quarantine, Fail, _ => { }, Post.CountNoSuchEntity, Stopping) { Writer = () => _writer };
    }

    public ClusterEngine Engine { get; }
    public ClusterOptions Options { get; }
    public IReadOnlyList<IWorker> Workers { get; }
    public EventCodec Codec { get; }
    public ClusterJournal Journal { get; }
    public KeeperLink Link { get; }
    public EntityPost Post { get; }
    public NodeViews Views { get; }
    public IdleSignal Idle { get; }
    public Works.NodeRuns Runs { get; }
    public LiveCells Live { get; }
    public CellHost Cells { get; }
    public CancellationToken Stopping => _stopping.Token;
    public TaskCompletionSource<IReadOnlyDictionary<string, IActorRef>> Regions { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public IActorRef Actor { get; set; } = ActorRefs.Nobody;
    /// <summary>The keeper, where it is on this node.</summary>
    public Keeper? Keeper => _keeper;

    public bool Started { get; private set; }
    public bool Paused { get; private set; }
    public bool Draining { get; private set; }
    /// <summary>This node has a keeper and works for it.</summary>
    public Task Pledged => _pledged.Task;

    public void Log(string level, string message) => Options.Engine.Log?.Invoke(level, message);

    /// <summary>The journal is another's, for a while or for long: the log says so, and whoever waits for this node.</summary>
    public void Waits(string why)
    {
        Log("warning", $"waiting for the journal: {why}");
        if (!_pledged.Task.IsCompleted) Options.Waits?.Invoke($"waiting for the journal: {why}");
    }

    // ---- the keeper of this node ----

    public void Take(Keeper keeper)
    {
        (_keeper, _writer) = (keeper, keeper.Id);
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

    public void Acknowledged(Ack ack, bool pledged)
    {
        (_status, _writer) = (ack.Status, ack.Keeper);
        if (pledged) _pledged.TrySetResult();
        Interlocked.Exchange(ref _acknowledged, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    // ---- what the engine is told ----

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

    public EngineStatus Status()
    {
        if (_keeper is { } keeper) return keeper.Status(Live.Count, Post.NoSuchKind, Post.NoSuchEntity) with { Paused = Paused || keeper.Works.Paused };
        return (_status ?? new(false, Paused, 0, 0, 0, 0, 0, 0, 0, [], [])) with { LiveEntities = Live.Count };
    }

    // ---- the end ----

    /// <summary>The journal has failed, or this node is cut off: it does nothing more.</summary>
    public void Fail(Exception e)
    {
        if (_closed || Interlocked.CompareExchange(ref _failure, e, null) is not null) return;
        Log("error", e.Message);
        Draining = true;
        Runs.CancelAll();
        if (_keeper is { } keeper) _ = keeper.StopWorks();
        _pledged.TrySetException(e as JournalException ?? new JournalException(e.Message, e));
        Idle.Fail(e);
    }

    public Exception? Failure => _failure;
    public bool IsWell => _failure is null && !_closed;
    public void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_closed, Engine);

    public void ThrowIfFailed()
    {
        if (_failure is { } e) throw new JournalException(e.Message, e);
    }

    public void ThrowIfClosed()
    {
        ThrowIfDisposed();
        ThrowIfFailed();
    }

    /// <summary>Takes no more works, cancels those under way and waits for them within the deadline: what they report at the end is stored. Once, whoever asks.</summary>
    public Task Drain()
    {
        lock (_stopping) return _drained ??= Task.Run(DrainOnce);
    }

    async Task DrainOnce()
    {
        Draining = true;
        if (_keeper is { } keeper) await keeper.StopWorks().ConfigureAwait(false);
        else await Actor.Ask<Wire.Done>(Works.NodeActor.Drain.It, Options.Engine.ShutdownTimeout + TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
    }

    public async Task Close()
    {
        _closed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (!await Live.Stop(Options.Engine.ShutdownTimeout).ConfigureAwait(false)) Log("warning", "some entities did not come to rest in time");
    }

    public async Task End()
    {
        await Views.DisposeAsync().ConfigureAwait(false);
        if (_keeper is { } keeper) await Let(keeper).ConfigureAwait(false);
        await Journal.DisposeAsync().ConfigureAwait(false);
        Idle.Fail(new ObjectDisposedException(nameof(ClusterEngine)));
    }
}
