using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Audit;

/// <summary>Where two journals part in one entity: the first sequence number at which they differ, and the events' names there (null: it ends before).</summary>
public sealed record EntityDifference(string PersistenceId, long SequenceNumber, string? InA, string? InB);

/// <summary>
/// Compares two journals entity by entity. Each event's hash covers its bytes and all before it, so equal hashes are equal histories; orderings and times do not count.
/// </summary>
public static class JournalDiff
{
    /// <summary>The entities that differ, in ordinal order.</summary>
    public static async Task<ImmutableArray<EntityDifference>> Of(IJournalReader a, IJournalReader b, CancellationToken cancel = default)
    {
        var (one, two) = (await Hashes(a, cancel), await Hashes(b, cancel));
        return [.. one.Keys.Union(two.Keys).Order(StringComparer.Ordinal).Select(id => Difference(id, one.GetValueOrDefault(id) ?? [], two.GetValueOrDefault(id) ?? [])).OfType<EntityDifference>()];
    }

    static EntityDifference? Difference(string id, List<(string Manifest, string Hash)> a, List<(string Manifest, string Hash)> b)
    {
        for (var i = 0; i < Math.Max(a.Count, b.Count); i++)
            if (i >= a.Count || i >= b.Count || a[i] != b[i]) return new(id, i + 1, i < a.Count ? a[i].Manifest : null, i < b.Count ? b[i].Manifest : null);
        return null;
    }

    static async Task<Dictionary<string, List<(string, string)>>> Hashes(IJournalReader journal, CancellationToken cancel)
    {
        var entities = new Dictionary<string, List<(string, string)>>(StringComparer.Ordinal);
        await foreach (var row in journal.ReadByEntity(cancel))
        {
            if (!entities.TryGetValue(row.PersistenceId, out var list)) entities.Add(row.PersistenceId, list = []);
            list.Add((row.Manifest, EventCodec.Open(row.Message).Hash));
        }
        return entities;
    }
}
