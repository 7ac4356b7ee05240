using System.Collections.Concurrent;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Engine.Views;

namespace IpActors.Cluster.Views;

/// <summary>The campaigns' views on this node, folded from what its journal tells, and how far they have come.</summary>
sealed class NodeViews(ClusterNode node) : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, CampaignFollower> _followers = [];
    long _folded;
    int _folding;

    /// <summary>Up to which commit they have folded.</summary>
    public long Folded => Interlocked.Read(ref _folded);
    public IEnumerable<CampaignView> Current => _followers.Values.Select(f => f.Current);

    public async Task<CampaignFollower> Follow(string campaign, CancellationToken cancel)
    {
        if (!_followers.TryGetValue(campaign, out var follower))
        {
            var options = node.Options.Engine;
            var made = new CampaignFollower(campaign, node.Journal, node.Codec, Folding, (id, reason) => node.Post.Quarantine(EntityId.Parse(id), reason), options.SnapshotViewEvery, options.Time, m => node.Log("warning", m));
            follower = _followers.GetOrAdd(campaign, made);
            if (ReferenceEquals(follower, made)) made.Start();
        }
        await follower.CaughtUp.WaitAsync(cancel).ConfigureAwait(false);
        return follower;
    }

    void Folding(int change)
    {
        node.Idle.Change(change);
        if (Interlocked.Add(ref _folding, change) == 0) Told();
    }

    /// <summary>All that has been told is folded: the keeper may want to know.</summary>
    public void Told()
    {
        if (Volatile.Read(ref _folding) != 0) return;
        var before = Interlocked.Exchange(ref _folded, node.Journal.Told);
        if (node.Keeper is null && before != node.Journal.Told) node.Actor.Tell(Works.NodeActor.Greet.It, Akka.Actor.ActorRefs.NoSender);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var follower in _followers.Values) await follower.DisposeAsync().ConfigureAwait(false);
    }
}
