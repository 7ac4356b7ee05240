using Akka.Actor;
using Akka.Pattern;
using IpActors.Cluster.Keeping;
using IpActors.Cluster.Wire;
using IpActors.Domain.Works;

namespace IpActors.Cluster.Works;

/// <summary>
/// A node's slots. It tells the keeper again and again that it lives and what it does, and so keeps its lease on the works it was given; when it has not been heard for the time of the lease it cancels them all, as
/// the keeper will give them to others a margin later. To a new keeper it pledges itself only when nothing of the old one's runs any more. So no work runs twice, whoever is cut off from whom. Under a
/// <see cref="BackoffSupervisor"/>: should it fail (its lease file cannot be written, say), it comes back after a while and finds its runs and their lease, which are not its own but the node's.
/// </summary>
sealed class NodeActor : UntypedActor, IWithTimers
{
    /// <summary>The keeper is on this node.</summary>
    public sealed class Greet { public static readonly Greet It = new(); }
    /// <summary>Cancels what runs, and answers once it has ended.</summary>
    public sealed class Drain { public static readonly Drain It = new(); }
    sealed class Beat { public static readonly Beat It = new(); }
    sealed class Ended { public static readonly Ended It = new(); }

    static readonly TimeSpan Late = TimeSpan.FromSeconds(3);
    readonly ClusterNode _node;
    readonly NodeRuns _runs;
    readonly TimeProvider _clock;
    readonly Dictionary<long, long> _sent = [];
    readonly int _slots;
    string? _keeper;
    IActorRef? _drainer;

    public NodeActor(ClusterNode node, int slots) => (_node, _runs, _clock, _slots) = (node, node.Runs, node.Options.Clock, slots);

    /// <summary>Its place in the system, which is the same whenever it has to come back.</summary>
    public static Props Supervised(ClusterNode node, int slots) =>
        BackoffSupervisor.Props(Backoff.OnFailure(Akka.Actor.Props.Create(() => new NodeActor(node, slots)), "slots", TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10), 0.2, maxNrOfRetries: -1));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Beat.It, Beat.It, TimeSpan.FromMilliseconds(Math.Min(1000, _node.Options.WorkLease.TotalMilliseconds / 5)));
        SayHello();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Beat:
                if (_runs.Count > 0 && _clock.GetElapsedTime(_runs.Renewed) > _node.Options.WorkLease)
                {
                    _node.Log("warning", $"the keeper has not answered for {_node.Options.WorkLease.TotalSeconds:0.#} s: the works of this node are cancelled");
                    _runs.CancelAll();
                }
                SayHello();
                break;
            case Greet: SayHello(); break;
            case Ack a: Heard(a); break;
            case Poke p: _node.Journal.Offer(p.Newest); break;
            case RunOrder o: Begin(o); break;
            case RunCancel c: if (_runs.Find(c.Run) is { } cancelled) cancelled.CancelAsync(c.Owed); break;
            case Ended: Pledge(); Drained(); break;
            case Drain:
                SayHello(); // that it has no slots any more
                _drainer = Sender;
                _runs.CancelAll();
                Drained();
                break;
            default: Unhandled(message); break;
        }
    }

    void SayHello()
    {
        if (_node.Draining && _runs.Count == 0 && _node.Keeper is null) return; // it leaves: nobody is to count on it
        _sent[++_runs.Said] = _clock.GetTimestamp();
        foreach (var old in _sent.Keys.Where(n => n < _runs.Said - 100).ToList()) _sent.Remove(old);
        _node.Link.Tell(new Hello(_runs.Said, _runs.Pledged, _node.Draining ? 0 : _slots, _node.Started, _node.Paused, _node.Views.Folded, _runs.Numbers));
    }

    void Heard(Ack a)
    {
        if (_sent.Remove(a.Number, out var sent)) Renewed(sent);
        _node.Journal.Offer(a.Newest);
        _keeper = a.Keeper;
        if (_keeper != _runs.Pledged)
        {
            if (_runs.Pledged is not null) _runs.CancelAll();
            Pledge();
        }
        _node.Acknowledged(a, _runs.Pledged == a.Keeper);
    }

    /// <summary>
    /// From when it was asked for, not from when it was answered. The file is for those that see only when it changes: an answer that comes late, as this process or the network stood still, does not change it, so that a
    /// guardian's count is over before the keeper's.
    /// </summary>
    void Renewed(long sent)
    {
        _runs.Renewed = Math.Max(_runs.Renewed, sent);
        if (_node.Options.LeaseFile is not { } file || _clock.GetElapsedTime(sent) > Late) return;
        try { File.WriteAllText(file, $"{_runs.Said}\n"); }
        catch (IOException e) { _node.Log("warning", $"{file}: {e.Message}"); }
    }

    void Pledge()
    {
        if (_keeper == _runs.Pledged || _runs.Count > 0) return;
        _runs.Pledged = _keeper;
        SayHello();
    }

    void Begin(RunOrder o)
    {
        if (o.Keeper != _runs.Pledged || _node.Draining) { _node.Link.Tell(new RunDone(o.Run, RunEnd.Lost)); return; }
        if (_runs.Find(o.Run) is not null) return;
        var run = _runs.Add(o.Run, new ClusterRun(_node, o));
        var node = _node.Actor; // whichever incarnation there is by then
        _ = Task.Run(async () =>
        {
            var done = await run.Perform().ConfigureAwait(false);
            _runs.Remove(o.Run);
            node.Tell(Ended.It);
            _node.Link.Tell(done);
        });
    }

    void Drained()
    {
        if (_runs.Count > 0 || _drainer is null) return;
        _node.Link.Tell(new Goodbye());
        _drainer.Tell(Wire.Done.It);
    }
}
