using Akka.Actor;
using IpActors.Cluster.Wire;

namespace IpActors.Cluster.Keeping;

/// <summary>A node as the keeper knows it; guarded by the <see cref="Placement"/>'s lock.</summary>
sealed class KnownNode(IActorRef actor)
{
    public IActorRef Actor => actor;
    public Hello Last { get; set; } = null!;
    /// <summary>When it last spoke, by the keeper's clock that only goes on.</summary>
    public long Heard { get; set; }
    public int Used { get; set; }
    public bool Lost { get; set; }
}

/// <summary>Slots taken on a node.</summary>
sealed record Place(KnownNode Node, int Slots);

/// <summary>The nodes with slots, and the runs that wait for room on one of them. A run takes all its slots on one node; one that wants more than any node has gets a whole node.</summary>
sealed class Placement(string keeper, TimeProvider clock)
{
    sealed record Waiter(int Slots, TaskCompletionSource<Place> Place);

    readonly Lock _gate = new();
    readonly Dictionary<ActorPath, KnownNode> _nodes = [];
    readonly LinkedList<Waiter> _waiting = [];

    /// <summary>All slots of the nodes that have pledged themselves to this keeper.</summary>
    public int Slots { get { lock (_gate) return _nodes.Values.Where(CanWork).Sum(n => n.Last.Slots); } }
    public IReadOnlyList<KnownNode> Nodes { get { lock (_gate) return [.. _nodes.Values]; } }

    bool CanWork(KnownNode n) => !n.Lost && n.Last.Pledged == keeper && n.Last.Slots > 0;

    public KnownNode Heard(IActorRef actor, Hello hello)
    {
        KnownNode? node;
        lock (_gate)
        {
            if (!_nodes.TryGetValue(actor.Path, out node) || node.Actor.Path.Uid != actor.Path.Uid) _nodes[actor.Path] = node = new(actor);
            (node.Last, node.Heard) = (hello, clock.GetTimestamp());
        }
        Pump();
        return node;
    }

    /// <summary>Those silent for longer than that, which are forgotten.</summary>
    public IReadOnlyList<KnownNode> Silent(TimeSpan limit)
    {
        lock (_gate)
        {
            var silent = _nodes.Values.Where(n => clock.GetElapsedTime(n.Heard) > limit).ToList();
            foreach (var n in silent) { n.Lost = true; _nodes.Remove(n.Actor.Path); }
            return silent;
        }
    }

    /// <summary>A node that has left in order.</summary>
    public void Forget(IActorRef actor)
    {
        lock (_gate) if (_nodes.Remove(actor.Path, out var node)) node.Lost = true;
    }

    public async Task<Place> Take(int slots, CancellationToken cancel)
    {
        var waiter = new Waiter(slots, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate) _waiting.AddLast(waiter);
        Pump();
        await using var registration = cancel.Register(() =>
        {
            lock (_gate) if (!_waiting.Remove(waiter)) return;
            waiter.Place.TrySetCanceled(cancel);
        });
        return await waiter.Place.Task.ConfigureAwait(false);
    }

    public void Give(Place place)
    {
        lock (_gate) place.Node.Used -= place.Slots;
        Pump();
    }

    void Pump()
    {
        lock (_gate)
            for (var w = _waiting.First; w is not null;)
            {
                var (slots, next) = (w.Value.Slots, w.Next);
                var place = _nodes.Values.Where(n => CanWork(n) && n.Used + Math.Min(slots, n.Last.Slots) <= n.Last.Slots).MaxBy(n => n.Last.Slots - n.Used)
                    ?? (slots == 0 ? _nodes.Values.Where(CanWork).MinBy(n => n.Used) : null);
                if (place is not null)
                {
                    var taken = Math.Min(slots, place.Last.Slots);
                    place.Used += taken;
                    _waiting.Remove(w);
                    w.Value.Place.TrySetResult(new(place, taken));
                }
                else if (slots > 0) return; // a wide one is not overtaken for ever
                w = next;
            }
    }
}
