using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine.Views;

namespace IpActors.Cluster.Works;

/// <summary>One run of a work on this node, and what its worker sees of the engine: entities are asked through their regions, wherever they live.</summary>
sealed class ClusterRun(ClusterNode node, RunOrder order) : IWorkContext
{
    readonly CancellationTokenSource _cancel = new();
    volatile bool _owed = true;
    CampaignFollower? _follower;

    public EntityId Entity => order.Entity;
    public bool IsOwed => _owed;
    public IBlobs Blobs => node.Journal.Blobs;
    public ICampaignFollower Campaign => new Waiting(this, _follower!);

    /// <summary>Off the caller's thread: a worker may do anything when it is cancelled.</summary>
    public void CancelAsync(bool owed)
    {
        if (!owed) _owed = false;
        _ = _cancel.CancelAsync();
    }

    public async Task<RunDone> Perform()
    {
        try
        {
            var worker = node.Workers.FirstOrDefault(w => w.Handles(order.Work)) ?? throw new InvalidOperationException($"no worker does '{order.Work.Kind}' ({order.Work.GetType().Name})");
            _follower = await node.Views.Follow(Entity.Campaign, _cancel.Token).ConfigureAwait(false);
            await worker.Perform(order.Work, this, _cancel.Token).ConfigureAwait(false);
            return new(order.Run, RunEnd.Returned);
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested) { return new(order.Run, RunEnd.Lost); }
        catch (Exception e)
        {
            node.Log("warning", $"{Entity}#{order.Work.Key} failed: {e}");
            return new(order.Run, RunEnd.Failed, e.Message);
        }
    }

    void Sign(Sign sign, string? text = null, double? fraction = null) => node.Link.Tell(new RunSign(order.Run, sign, text, fraction));

    public async Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel)
    {
        Sign(Wire.Sign.Command);
        var decision = await node.Post.Deliver(to, command, new WorkId(Entity, order.Work.Key), cancel).ConfigureAwait(false);
        if (decision is Decision.Accepted { Events.IsDefaultOrEmpty: true } && to == Entity) Sign(Wire.Sign.NothingNew);
        return decision;
    }

    public Task<TState> Read<TState>(EntityId id, CancellationToken cancel) where TState : class => node.Post.Read<TState>(id, cancel);
    public IAsyncEnumerable<TState> Stored<TState>(IReadOnlyList<EntityId> ids, CancellationToken cancel) where TState : class => StoredView.States<TState>(node.Journal, node.Codec, ids, cancel);
    public void Progress(string message, double? fraction = null) => Sign(Wire.Sign.Progress, message, fraction);

    /// <summary>The follower, which lets the keeper know that the run waits.</summary>
    sealed class Waiting(ClusterRun run, CampaignFollower follower) : ICampaignFollower
    {
        public CampaignView Current => follower.Current;
        public Task<CampaignView> When(Func<CampaignView, bool> predicate, CancellationToken cancel) => follower.When(predicate, change => run.Sign(change > 0 ? Wire.Sign.WaitBegins : Wire.Sign.WaitEnds), cancel);
    }
}
