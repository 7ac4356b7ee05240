using Akka.Actor;

namespace IpActors.Cluster.Keeping;

/// <summary>The keeper's place in the cluster: a singleton on the oldest coordinator. Until it has the journal it answers nothing, and is asked again.</summary>
sealed class KeeperActor : UntypedActor, IWithTimers
{
    public const string Name = "keeper";
    /// <summary>Hands over: ends in order and gives the lease back.</summary>
    public sealed class Close { public static readonly Close It = new(); }
    sealed class Closed { public static readonly Closed It = new(); }
    sealed class Watch { public static readonly Watch It = new(); }

    readonly ClusterNode _node;
    readonly CancellationTokenSource _stop = new();
    Keeper? _keeper;
    bool _closing;

    public KeeperActor(ClusterNode node) => _node = node;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Keeper.Open(_node, _stop.Token).PipeTo(Self, failure: e => new Status.Failure(e));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Keeper opened when _closing: Let(opened); break;
            case Keeper opened:
                _node.Take(_keeper = opened);
                Timers.StartPeriodicTimer(Watch.It, Watch.It, TimeSpan.FromSeconds(1));
                break;
            case Status.Failure f when !_closing: _node.Fail(f.Cause); break;
            case Status.Failure: Context.Stop(Self); break;
            case Watch: _keeper?.Watch(); break;
            case Close when !_closing:
                _closing = true;
                _stop.Cancel();
                if (_keeper is { } keeper) Let(keeper);
                break;
            case Closed: Context.Stop(Self); break;
            default: _keeper?.Take(message, Sender); break;
        }
    }

    void Let(Keeper keeper) => _node.Let(keeper).PipeTo(Self, success: () => Closed.It, failure: _ => Closed.It);

    protected override void PostStop()
    {
        if (_keeper is not null) _ = _node.Let(_keeper);
    }
}
