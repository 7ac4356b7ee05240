using System.Collections.Concurrent;
using Akka.Actor;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine.Embedded;

namespace IpActors.Cluster.Keeping;

/// <summary>The way from this node to the keeper of the journal and of the works owed, wherever it is.</summary>
sealed class KeeperLink(ClusterNode node) : IWorkLedger
{
    static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);
    readonly ConcurrentDictionary<EntityId, long> _owes = [];

    public IActorRef Proxy { get; set; } = ActorRefs.Nobody;

    /// <summary>Here at once, elsewhere by message.</summary>
    public void Tell(object message)
    {
        if (node.Keeper is { } keeper) keeper.Take(message, node.Actor);
        else Proxy.Tell(message, node.Actor);
    }

    /// <summary>Asks until there is an answer, as keepers come and go; what is asked may be carried out several times.</summary>
    public async Task<T> Ask<T>(object question)
    {
        var until = Environment.TickCount64 + (long)node.Options.GiveUp.TotalMilliseconds;
        while (true)
        {
            node.ThrowIfDisposed();
            try { return await Proxy.Ask<T>(question, AskAgain, node.Stopping).ConfigureAwait(false); }
            catch (AskTimeoutException) when (Environment.TickCount64 < until) { }
            catch (AskTimeoutException) { throw new StaleException($"no keeper of the journal has answered for {node.Options.GiveUp.TotalMinutes:0} minutes"); }
            catch (OperationCanceledException) { throw new ObjectDisposedException(nameof(ClusterEngine)); }
        }
    }

    public async Task WhenIdle(CancellationToken cancel)
    {
        while (true)
        {
            if (node.Keeper is not null) { await node.Idle.Wait(cancel).ConfigureAwait(false); return; }
            node.ThrowIfFailed();
            cancel.ThrowIfCancellationRequested();
            try { await Proxy.Ask<Wire.Done>(new IdleRequest(), AskAgain, cancel).ConfigureAwait(false); return; }
            catch (AskTimeoutException) { }
        }
    }

    public bool IsAwake => node.Keeper?.Works.IsAwake == true;

    public void Update(EntityId entity, long sequence, IReadOnlyList<Work> works, IReadOnlyCollection<WorkId> reporters, System.Diagnostics.ActivityContext cause = default)
    {
        if (node.Keeper is { } keeper) { keeper.Owes(entity, sequence, works, reporters, cause); return; }
        _owes[entity] = sequence;
        _ = Tell();

        // Until it is heard, or there is something newer to say.
        async Task Tell()
        {
            try
            {
                while (_owes.TryGetValue(entity, out var newest) && newest == sequence)
                    try
                    {
                        await Proxy.Ask<Wire.Done>(new OwesRequest(entity, sequence, [.. works], [.. reporters]), AskAgain, node.Stopping).ConfigureAwait(false);
                        _owes.TryRemove(KeyValuePair.Create(entity, sequence));
                    }
                    catch (AskTimeoutException) { }
            }
            catch (OperationCanceledException) { }
        }
    }
}
