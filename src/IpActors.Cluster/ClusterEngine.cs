using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Serialization;
using IpActors.Cluster.Entities;
using IpActors.Cluster.Keeping;
using IpActors.Cluster.Wire;
using IpActors.Cluster.Works;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Journals;
using IpActors.Engine.Telemetry;

namespace IpActors.Cluster;

/// <summary>
/// The engine on a cluster of nodes: entities in shards over them, one keeper of the journal and of the works owed, works on the nodes with slots. This object is one node of it; every node answers commands for all.
/// </summary>
public sealed class ClusterEngine : IEngine
{
    readonly ClusterNode _node;
    readonly ActorSystem _system;
    readonly IDisposable _watched;
    volatile TaskCompletionSource _commit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _closed;

    ClusterEngine(ClusterOptions options, IEnumerable<IWorker> workers)
    {
        _node = new(this, options, workers);
        _node.Journal.Committed += EngineTelemetry.Committed;
        _node.Journal.Committed += _ => Interlocked.Exchange(ref _commit, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        _watched = EngineTelemetry.Watch(() => Status, () => _node.Views.Current);
        ThreadPool.GetMinThreads(out var threads, out var ports);
        // Workers that compute without a pause must leave threads for the entities and the cluster's heartbeats.
        ThreadPool.SetMinThreads(Math.Max(threads, options.Engine.Slots + 2 * Environment.ProcessorCount), ports);
        var serializers = SerializationSetup.Create(system => [SerializerDetails.Create("ipactors", new WireSerializer(system, options.Kinds), [typeof(IWire)])]);
        _system = ActorSystem.Create(options.Name, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(ClusterConfig.Of(options.Hocon)), serializers));
    }

    /// <summary>Joins the cluster (or begins it, as its settings say) and returns once there is a keeper of the journal that this node works for.</summary>
    public static async Task<ClusterEngine> Open(ClusterOptions options, IEnumerable<IWorker> workers, CancellationToken cancel = default)
    {
        var engine = new ClusterEngine(options, workers);
        try
        {
            await engine.Join(cancel).ConfigureAwait(false);
            return engine;
        }
        catch { await engine.DisposeAsync(); throw; }
    }

    async Task Join(CancellationToken cancel)
    {
        var cluster = Akka.Cluster.Cluster.Get(_system);
        _ = _system.WhenTerminated.ContinueWith(_ => _node.Fail(new JournalException("this node has been removed from the cluster; start it again")), TaskScheduler.Default);
        _system.ActorOf(Props.Create(() => new ClusterLog(_node)), "log");
        if (cluster.Settings.SeedNodes.IsEmpty) cluster.Join(cluster.SelfAddress); // a cluster of its own, which others may join
        if (cluster.SelfRoles.Contains(Roles.Coordinator))
            _system.ActorOf(ClusterSingletonManager.Props(Props.Create(() => new KeeperActor(_node)), KeeperActor.Close.It, ClusterSingletonManagerSettings.Create(_system).WithRole(Roles.Coordinator).WithSingletonName(KeeperActor.Name)), "keeping");
        _node.Link.Proxy = _system.ActorOf(ClusterSingletonProxy.Props("/user/keeping", ClusterSingletonProxySettings.Create(_system).WithRole(Roles.Coordinator).WithSingletonName(KeeperActor.Name)), "to-keeper");
        _node.Actor = _system.ActorOf(NodeActor.Supervised(_node, cluster.SelfRoles.Contains(Roles.Worker) ? _node.Options.Engine.Slots : 0), "node");
        CoordinatedShutdown.Get(_system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "drain-works", async () => { await _node.Drain().ConfigureAwait(false); return Akka.Done.Instance; }); // however it comes about
        _node.Regions.SetResult(await Regions.Start(_system, _node).WaitAsync(cancel).ConfigureAwait(false)); // on all nodes soon, as shards are agreed upon with all
        await _node.Pledged.WaitAsync(cancel).ConfigureAwait(false);
        await _node.Journal.Reader().AsTask().WaitAsync(cancel).ConfigureAwait(false);
    }

    internal ActorSystem System => _system;
    /// <summary>Where this node can be reached, for others to join.</summary>
    public string Address => Akka.Cluster.Cluster.Get(_system).SelfAddress.ToString();
    /// <summary>All commits of the cluster, as this node comes to know of them.</summary>
    public IJournal Journal => _node.Journal;
    /// <summary>Why this node does nothing more, null while it does.</summary>
    public Exception? Failure => _node.Failure;
    public IBlobs Blobs => _node.Journal.Blobs;
    public bool Paused { get => _node.Status().Paused; set => _node.Pause(value); }
    public EngineStatus Status => _node.Status();
    public Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel = default) =>
        EngineTelemetry.WantsCommands ? EngineTelemetry.Command(to, command, () => _node.Post.Deliver(to, command, null, cancel)) : _node.Post.Deliver(to, command, null, cancel);
    public Task<TState> Read<TState>(EntityId id, CancellationToken cancel = default) where TState : class => _node.Post.Read<TState>(id, cancel);
    public async Task<ICampaignFollower> Follow(string campaign, CancellationToken cancel = default) => await _node.Views.Follow(campaign, cancel).ConfigureAwait(false);
    public Task Start(CancellationToken cancel = default) => _node.Start(cancel);
    public Task WhenIdle(CancellationToken cancel = default) => _node.Link.WhenIdle(cancel);

    public async IAsyncEnumerable<StoredEvent> Events(long after = 0, bool follow = false, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (true)
        {
            var next = _commit.Task;
            await foreach (var row in _node.Journal.ReadAll(after, cancel).ConfigureAwait(false))
            {
                after = row.Ordering;
                yield return row.Decode(_node.Codec);
            }
            if (!follow) yield break;
            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Drains the works of this node, leaves the cluster in order (entities and, where it is here, the keeper go to other nodes), and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _watched.Dispose();
        var alone = Akka.Cluster.Cluster.Get(_system).State.Members.Count <= 1;
        await _node.Drain().ConfigureAwait(false);
        if (!alone && !_system.WhenTerminated.IsCompleted) await Task.WhenAny(CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance), Task.Delay(TimeSpan.FromSeconds(60))).ConfigureAwait(false);
        await _node.Close().ConfigureAwait(false);
        await _node.End().ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
        if (_node.Options.LeaseFile is { } file) File.Delete(file); // what still runs here has no node any more
    }
}
