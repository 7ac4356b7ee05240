using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Engine.Telemetry;
using IpActors.Engine.Views;

namespace IpActors.Engine.Embedded;

/// <summary>The engine in this process: one mailbox for each live entity, over a journal that it owns from now on.</summary>
public sealed class EmbeddedEngine : IEngine
{
    readonly IJournal _journal;
    readonly EntityKinds _kinds;
    readonly EventCodec _codec;
    readonly IReadOnlyList<IWorker> _workers;
    readonly EngineOptions _options;
    readonly WorkRegistry _registry;
    readonly LiveEntities _live;
    readonly ConcurrentDictionary<string, CampaignFollower> _followers = [];
    readonly ConcurrentDictionary<EntityId, string> _broken = [];
    readonly CancellationTokenSource _stopping = new();
    readonly IdleSignal _idle;
    readonly IDisposable _watched;
    volatile TaskCompletionSource _commit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile Exception? _failure;
    long _noSuchKind, _noSuchEntity, _refused, _late;
    volatile int _startedOnce, _closed, _brokenCount;

    public EmbeddedEngine(IJournal journal, EntityKinds kinds, IEnumerable<IWorker> workers, EngineOptions? options = null)
    {
        (_journal, _kinds, _codec, _workers, _options) = (journal, kinds, new EventCodec(kinds), [.. workers], options ?? new());
        _idle = new(() => _registry!.IsQuiet);
        _registry = new(_options, Perform, _idle.Check);
        _live = new(new(journal, _codec, _registry, _options, Quarantine, Fail, c => _live!.Remove(c), () => Interlocked.Increment(ref _noSuchEntity), _stopping.Token));
        _journal.Committed += EngineTelemetry.Committed;
        _watched = EngineTelemetry.Watch(() => Status, () => _followers.Values.Select(f => f.Current));
        _journal.Committed += _ => Interlocked.Exchange(ref _commit, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        // Workers that compute without a pause must leave threads for the entities.
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(Math.Max(threads, _options.Slots + Environment.ProcessorCount), ports);
    }

    public IBlobs Blobs => _journal.Blobs;
    public bool Paused { get => _registry.Paused; set => _registry.Paused = value; }
    public EngineStatus Status => _registry.Status(_live.Count, new(Interlocked.Read(ref _noSuchKind), Interlocked.Read(ref _noSuchEntity), Interlocked.Read(ref _refused), Interlocked.Read(ref _late)));

    public Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel = default) => Deliver(to, command, null, cancel);

    internal Task<Decision> Deliver(EntityId to, ICommand command, WorkId? reporter, CancellationToken cancel) =>
        EngineTelemetry.WantsCommands ? EngineTelemetry.Command(to, command, () => Take(to, command, reporter, cancel)) : Take(to, command, reporter, cancel);

    Task<Decision> Take(EntityId to, ICommand command, WorkId? reporter, CancellationToken cancel)
    {
        if (_brokenCount > 0 && _broken.TryGetValue(to, out var reason) && _failure is null && _closed != 2) return Task.FromResult<Decision>(new Decision.Refused($"{to} is quarantined: {reason}"));
        return Ask<Decision>(to, command, reporter, cancel);
    }

    public Task<TState> Read<TState>(EntityId id, CancellationToken cancel = default) where TState : class =>
        _brokenCount > 0 && _broken.TryGetValue(id, out var reason) && _failure is null && _closed != 2 ? Task.FromException<TState>(new QuarantinedException(id, reason)) : Ask<TState>(id, null, null, cancel);

    Task<T> Ask<T>(EntityId id, ICommand? command, WorkId? reporter, CancellationToken cancel)
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_closed == 2, this);
            ThrowIfFailed();
            if (!_kinds.HasDecider(id.Kind)) { Interlocked.Increment(ref _noSuchKind); throw new KeyNotFoundException($"no entity kind '{id.Kind}'"); }
        }
        catch (OperationCanceledException) { return Task.FromCanceled<T>(cancel); }
        catch (Exception e) { return Task.FromException<T>(e); }
        var message = new Message<T>(command, reporter, _idle);
        _idle.Enter();
        _live.Post(id, message);
        return cancel.CanBeCanceled ? message.Answered.WaitAsync(cancel) : message.Answered;
    }

    /// <summary>A run's command; counted as a dead letter when it comes late and changes nothing.</summary>
    internal async Task<Decision> Report(WorkRun run, EntityId to, ICommand command, CancellationToken cancel)
    {
        run.LastSign = _options.Time.GetTimestamp();
        var decision = await Deliver(to, command, run.Id, cancel).ConfigureAwait(false);
        if (decision is Decision.Accepted { Events.IsDefaultOrEmpty: true } && to == run.Entry.Entity && _registry.IsLate(run)) Interlocked.Increment(ref _late);
        return decision;
    }

    internal IAsyncEnumerable<TState> Stored<TState>(IReadOnlyList<EntityId> ids, CancellationToken cancel) where TState : class => StoredView.States<TState>(_journal, _codec, ids, cancel);

    public async IAsyncEnumerable<StoredEvent> Events(long after = 0, bool follow = false, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (true)
        {
            var next = _commit.Task;
            await foreach (var row in _journal.ReadAll(after, cancel).ConfigureAwait(false))
            {
                after = row.Ordering;
                yield return row.Decode(_codec);
            }
            if (!follow) yield break;
            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public async Task<ICampaignFollower> Follow(string campaign, CancellationToken cancel = default) => await Follower(campaign, cancel).ConfigureAwait(false);

    async Task<CampaignFollower> Follower(string campaign, CancellationToken cancel)
    {
        if (!_followers.TryGetValue(campaign, out var follower))
        {
            var made = new CampaignFollower(campaign, _journal, _codec, _idle.Change, (id, reason) => Quarantine(EntityId.Parse(id), reason), _options.SnapshotViewEvery, _options.Time, m => _options.Log?.Invoke("warning", m));
            follower = _followers.GetOrAdd(campaign, made);
            if (ReferenceEquals(follower, made)) made.Start();
        }
        await follower.CaughtUp.WaitAsync(cancel).ConfigureAwait(false);
        return follower;
    }

    public async Task Start(CancellationToken cancel = default)
    {
        if (Interlocked.Exchange(ref _startedOnce, 1) == 1) return;
        _idle.Enter();
        try
        {
            var unreadable = await Waking.Wake(_journal, _codec, _registry, cancel).ConfigureAwait(false);
            _registry.Woken();
            foreach (var id in unreadable) _ = Restart(id);
            _registry.Start();
        }
        finally { _idle.Leave(); }
    }

    /// <summary>Lets a cell try to read an entity that could not be read, until it can or gives up.</summary>
    async Task Restart(EntityId id)
    {
        while (!_stopping.IsCancellationRequested && !_broken.ContainsKey(id))
            try { await Read<object>(id).ConfigureAwait(false); return; }
            catch (Exception e) when (e is not (JournalException or ObjectDisposedException)) { } // the cell counts, delays and reports it
    }

    async Task<WorkOutcome> Perform(WorkRun run)
    {
        if (run.Work is Tell tell) return await Tell(run, tell).ConfigureAwait(false);
        var worker = _workers.FirstOrDefault(w => w.Handles(run.Work)) ?? throw new InvalidOperationException($"no worker does '{run.Work.Kind}' ({run.Work.GetType().Name})");
        var follower = await Follower(run.Entry.Entity.Campaign, run.Cancel.Token).ConfigureAwait(false);
        await worker.Perform(run.Work, new WorkContext(this, _registry, run, follower), run.Cancel.Token).ConfigureAwait(false);
        return new WorkOutcome.Returned();
    }

    async Task<WorkOutcome> Tell(WorkRun run, Tell tell)
    {
        if (await Deliver(tell.To, tell.Command, run.Id, run.Cancel.Token).ConfigureAwait(false) is Decision.Refused refused) return DeadLetter(run, tell.To, tell.Command, refused);
        if (tell.Acknowledge is null) return new WorkOutcome.Delivered();
        return await Deliver(run.Entry.Entity, tell.Acknowledge, run.Id, run.Cancel.Token).ConfigureAwait(false) is Decision.Refused r ? DeadLetter(run, run.Entry.Entity, tell.Acknowledge, r) : new WorkOutcome.Returned();
    }

    WorkOutcome DeadLetter(WorkRun run, EntityId to, ICommand command, Decision.Refused refused)
    {
        Interlocked.Increment(ref _refused);
        _options.Log?.Invoke("warning", $"{run.Id}: {to} refused {command.GetType().Name}: {refused.Reason}");
        // A sender is not to suffer for a receiver that is out of order.
        return _broken.ContainsKey(to) ? new WorkOutcome.Parked(refused.Reason) : new WorkOutcome.Failed($"{to} refused {command.GetType().Name}: {refused.Reason}");
    }

    void Quarantine(EntityId id, string reason)
    {
        if (!_broken.TryAdd(id, reason)) return;
        Interlocked.Increment(ref _brokenCount);
        _registry.Quarantine(id, reason);
    }

    void Fail(Exception e)
    {
        if (Interlocked.CompareExchange(ref _failure, e, null) is not null) return;
        _options.Log?.Invoke("error", e.Message);
        _ = _registry.Stop(TimeSpan.Zero);
        _idle.Fail(e);
    }

    void ThrowIfFailed()
    {
        if (_failure is { } e) throw new JournalException(e.Message, e);
    }

    public Task WhenIdle(CancellationToken cancel = default) => _idle.Wait(cancel);

    /// <summary>Starts nothing more, cancels the works under way and waits for them within the deadline, answers what is in the mailboxes, closes the journal and gives its lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.CompareExchange(ref _closed, 1, 0) != 0) return;
        _watched.Dispose();
        foreach (var id in await _registry.Stop(_options.ShutdownTimeout).ConfigureAwait(false)) _options.Log?.Invoke("warning", $"{id} did not end within {_options.ShutdownTimeout.TotalSeconds:0.#} s of being cancelled");
        _closed = 2;
        await _stopping.CancelAsync();
        if (!await _live.Stop(_options.ShutdownTimeout).ConfigureAwait(false)) _options.Log?.Invoke("warning", "some entities did not come to rest in time");
        foreach (var follower in _followers.Values) await follower.DisposeAsync();
        await _journal.DisposeAsync();
        _idle.Fail(new ObjectDisposedException(nameof(EmbeddedEngine)));
    }
}
