using Akka.Actor;
using Akka.Cluster.Sharding;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Embedded;

namespace IpActors.Cluster.Entities;

/// <summary>
/// An entity's place in its shard, over any decider. Loading, deciding, storing, folding, answering, restarting with back-off and giving up are the <see cref="EntityCell"/>'s, as in the embedded engine; the actor
/// brings it its mail, and takes it out of the memory when it has been idle for long or its shard moves. No rule of the domain lives here.
/// </summary>
sealed class EntityActor : UntypedActor
{
    /// <summary>Leaves the memory once what is in the mailbox has been answered.</summary>
    public sealed class Leave { public static readonly Leave It = new(); }
    /// <summary>Asks its shard for that.</summary>
    public sealed class Retire { public static readonly Retire It = new(); }
    sealed class Left { public static readonly Left It = new(); }

    readonly EntityId _id;
    readonly ClusterNode _node;
    readonly EntityCell _cell;
    readonly Asked _asked = new();
    bool _leaving;

    public EntityActor(EntityId id, ClusterNode node, bool remembered)
    {
        (_id, _node, _cell) = (id, node, new(id, node.Cells));
        if (remembered) Post(new(id, null, null), ActorRefs.Nobody); // once it is read, its works are told of
        else SetReceiveTimeout(node.Options.Engine.IdleTime);
        node.Live.Add(_cell, Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EntityRequest r: Post(r, Sender); break;
            case ReceiveTimeout or Retire: if (!_leaving) Context.Parent.Tell(new Passivate(Leave.It)); break;
            case Leave when !_leaving:
                _leaving = true;
                _cell.Leave().PipeTo(Self, success: () => Left.It);
                break;
            case Left: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>A cell that has left takes nothing more: whoever asks is told to ask again.</summary>
    void Post(EntityRequest request, IActorRef from)
    {
        if (!_asked.Begin(request.Request, reply => from.Tell(reply))) return;
        _node.Idle.Enter();
        if (_cell.TryPost(new Letter(request, _node, _asked))) return;
        _asked.Forget(request.Request);
        _node.Idle.Leave();
        from.Tell(new EntityReply(ReplyKind.Stale, Text: $"{_id} is leaving its node"));
    }

    protected override void PostStop() => _node.Live.Remove(_id, _cell);

    /// <summary>Mail that is answered to all who have asked it.</summary>
    sealed class Letter(EntityRequest request, ClusterNode node, Asked asked) : Message(request.Command, request.Reporter, node.Idle)
    {
        protected override void Set(object answer) => asked.End(request.Request, answer is Decision d && Command is not null ? new EntityReply(ReplyKind.Decision, d) : new EntityReply(ReplyKind.State) { State = answer });
        protected override void Set(Exception e) => asked.End(request.Request, new EntityReply(e switch
        {
            QuarantinedException => ReplyKind.Quarantined, Wire.StaleException or ObjectDisposedException => ReplyKind.Stale, JournalException => ReplyKind.Journal, _ => ReplyKind.Error,
        }, Text: e.Message) { Exception = e });
    }
}
