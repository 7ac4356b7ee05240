using System.Collections.Concurrent;
using Akka.Actor;
using IpActors.Domain.Entities;
using IpActors.Engine.Embedded;

namespace IpActors.Cluster.Entities;

/// <summary>The entities in this node's memory; the least recently used idle ones are asked to leave when there are too many.</summary>
sealed class LiveCells(int max)
{
    readonly ConcurrentDictionary<EntityId, (EntityCell Cell, IActorRef Actor)> _cells = [];
    int _count, _sweeping;
    volatile int _sweepAbove;

    public int Count => Volatile.Read(ref _count);

    public void Add(EntityCell cell, IActorRef actor)
    {
        _cells[cell.Id] = (cell, actor);
        if (Interlocked.Increment(ref _count) > Math.Max(max, _sweepAbove)) _ = Task.Run(Sweep);
    }

    public void Remove(EntityId id, EntityCell cell)
    {
        Interlocked.Decrement(ref _count);
        if (_cells.TryGetValue(id, out var live) && live.Cell == cell) _cells.TryRemove(KeyValuePair.Create(id, live));
    }

    void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1) return;
        foreach (var (_, actor) in _cells.Values.Where(c => c.Cell.IsIdle).OrderBy(c => c.Cell.LastUsed).Take(Math.Max(0, Count - max * 9 / 10))) actor.Tell(EntityActor.Retire.It);
        _sweepAbove = Math.Max(max, Count * 11 / 10); // while all are busy there is no point in looking each time
        Volatile.Write(ref _sweeping, 0);
    }

    /// <summary>Answers all mailboxes; false when the time was up before.</summary>
    public async Task<bool> Stop(TimeSpan deadline)
    {
        var all = Task.WhenAll(_cells.Values.Select(c => c.Cell.Leave()));
        return await Task.WhenAny(all, Task.Delay(deadline)).ConfigureAwait(false) == all;
    }
}
