using Akka.Actor;
using Akka.Event;

namespace IpActors.Cluster;

/// <summary>Brings what Akka.NET has to say to the engine's own log: standard output belongs to the command.</summary>
sealed class ClusterLog : UntypedActor
{
    readonly ClusterNode _node;

    public ClusterLog(ClusterNode node) => _node = node;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(Warning));
        Context.System.EventStream.Subscribe(Self, typeof(Error));
    }

    protected override void OnReceive(object message)
    {
        if (message is LogEvent e) _node.Log(e is Error ? "error" : "warning", $"{e.LogSource}: {e.Message}{(e.Cause is { } cause ? $" ({cause.Message})" : "")}");
    }
}
