using System.Collections.Concurrent;
using IpActors.Domain.Entities;

namespace IpActors.Cluster.Keeping;

/// <summary>
/// Entities of other nodes that have stored a change of what they owe, and whose node has not yet told which works those are. Until it has, the cluster is not at rest; and should the node be lost in between, somebody has
/// to wake the entity, as nothing else would.
/// </summary>
sealed class Unheard(TimeProvider clock)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5); // the node tells again every three
    readonly ConcurrentDictionary<EntityId, (long Sequence, long Since)> _expected = [];

    public bool IsEmpty => _expected.IsEmpty;

    public void Expect(EntityId entity, long sequence) => _expected.AddOrUpdate(entity, (sequence, clock.GetTimestamp()), (_, e) => (Math.Max(e.Sequence, sequence), clock.GetTimestamp()));

    /// <summary>True where that was all that was expected of the entity.</summary>
    public bool Heard(EntityId entity, long sequence) => _expected.TryGetValue(entity, out var e) && e.Sequence <= sequence && _expected.TryRemove(KeyValuePair.Create(entity, e));

    /// <summary>It was not stored.</summary>
    public void Forget(EntityId entity, long sequence)
    {
        if (_expected.TryGetValue(entity, out var e) && e.Sequence == sequence) _expected.TryRemove(KeyValuePair.Create(entity, e));
    }

    /// <summary>Those waited for in vain, once in a while.</summary>
    public IReadOnlyList<EntityId> Late() => [.. _expected.Where(e => clock.GetElapsedTime(e.Value.Since) > Patience && _expected.TryUpdate(e.Key, (e.Value.Sequence, clock.GetTimestamp()), e.Value)).Select(e => e.Key)];
}
