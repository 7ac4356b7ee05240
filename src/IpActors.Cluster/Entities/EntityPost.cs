using System.Collections.Concurrent;
using Akka.Actor;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Snapshots;

namespace IpActors.Cluster.Entities;

/// <summary>The way from this node to entities, wherever they live.</summary>
sealed class EntityPost(ClusterNode node)
{
    readonly ConcurrentDictionary<EntityId, string> _broken = [];
    long _noSuchKind, _noSuchEntity;

    public long NoSuchKind => Interlocked.Read(ref _noSuchKind);
    public long NoSuchEntity => Interlocked.Read(ref _noSuchEntity);
    public void CountNoSuchEntity() => Interlocked.Increment(ref _noSuchEntity);

    public async Task<Decision> Deliver(EntityId to, ICommand command, WorkId? reporter, CancellationToken cancel)
    {
        if (_broken.TryGetValue(to, out var reason) && node.IsWell) return new Decision.Refused($"{to} is quarantined: {reason}");
        var reply = await Ask(new(to, command, reporter), cancel).ConfigureAwait(false);
        return reply.Decision ?? (reply.State as Decision) ?? throw new InvalidDataException($"{to} answered with no decision");
    }

    public async Task<TState> Read<TState>(EntityId id, CancellationToken cancel) where TState : class
    {
        if (_broken.TryGetValue(id, out var reason) && node.IsWell) throw new QuarantinedException(id, reason);
        var reply = await Ask(new(id, null, null), cancel).ConfigureAwait(false);
        var state = reply.State ?? (await EntitySnapshots.Recover(node.Journal, id.PersistenceId, node.Codec.Kinds.Decider(id.Kind), node.Codec, cancel).ConfigureAwait(false)).State;
        return state as TState ?? throw new InvalidCastException($"a {state.GetType().Name}, and no {typeof(TState).Name}");
    }

    /// <summary>Asks the entity wherever it lives; again, as the same request, when there is no answer or when it has to read itself anew, as nodes come and go.</summary>
    async Task<EntityReply> Ask(EntityRequest request, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        node.ThrowIfClosed();
        if (!node.Options.Kinds.HasDecider(request.To.Kind)) { Interlocked.Increment(ref _noSuchKind); throw new KeyNotFoundException($"no entity kind '{request.To.Kind}'"); }
        if (!(await node.Regions.Task.WaitAsync(cancel).ConfigureAwait(false)).TryGetValue(request.To.Kind, out var region)) throw new KeyNotFoundException($"no region for the entity kind '{request.To.Kind}'");
        node.Idle.Enter();
        try
        {
            var until = Environment.TickCount64 + (long)node.Options.GiveUp.TotalMilliseconds;
            while (true)
            {
                EntityReply? reply = null;
                try { reply = await region.Ask<EntityReply>(request, node.Options.AskAgain, cancel).ConfigureAwait(false); }
                catch (AskTimeoutException) { }
                node.ThrowIfFailed();
                if (reply is { Kind: ReplyKind.Decision or ReplyKind.State }) return reply;
                if (reply is { Kind: not (ReplyKind.Stale or ReplyKind.Journal) }) throw reply.Exception ?? (reply.Kind == ReplyKind.Quarantined ? new QuarantinedException(request.To, reply.Text!) : new InvalidOperationException(reply.Text));
                node.ThrowIfClosed();
                if (Environment.TickCount64 > until) throw new TimeoutException($"{request.To} has not answered for {node.Options.GiveUp.TotalMinutes:0} minutes{(reply is null ? "" : $": {reply.Text}")}");
                if (reply is not null) await Task.Delay(100, cancel).ConfigureAwait(false);
            }
        }
        finally { node.Idle.Leave(); }
    }

    public void Quarantine(EntityId id, string reason)
    {
        if (!_broken.TryAdd(id, reason)) return;
        if (node.Keeper is { } keeper) keeper.Quarantine(id, reason);
        else node.Link.Tell(new QuarantineNotice(id, reason));
    }
}
