using System.Collections.Concurrent;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Embedded;

/// <summary>After a start: what each entity of the owing table owes by its events, read in a few long scans, folded on all cores.</summary>
static class Waking
{
    const int EntitiesAtOnce = 512;

    /// <summary>Registers the works; corrects the table where it is out of date; returns the entities that could not be read.</summary>
    public static async Task<IReadOnlyCollection<EntityId>> Wake(IJournal journal, EventCodec codec, WorkRegistry registry, CancellationToken cancel)
    {
        var stored = await journal.ReadOwing(cancel).ConfigureAwait(false);
        var unreadable = new ConcurrentBag<EntityId>();
        var corrections = new ConcurrentBag<Task>();
        await foreach (var groups in Chunks(Owing.Group(journal.ReadEntities([.. stored.Keys], cancel))).ConfigureAwait(false))
            Parallel.ForEach(groups, new ParallelOptions { CancellationToken = cancel }, rows =>
            {
                var id = EntityId.Parse(rows[0].PersistenceId);
                try
                {
                    var decider = codec.Kinds.Decider(id.Kind);
                    var entity = Recovered.From(rows, decider, codec);
                    var works = decider.Owes(entity.State);
                    registry.Update(id, entity.SequenceNumber, works, []);
                    if (!stored[id.PersistenceId].SetEquals(works.Select(w => w.Key))) corrections.Add(journal.ReplaceOwing(id.PersistenceId, entity.SequenceNumber, [.. works.Select(w => w.Key)]));
                }
                catch (Exception) { unreadable.Add(id); }
            });
        await Task.WhenAll(corrections).ConfigureAwait(false);
        return unreadable;
    }

    static async IAsyncEnumerable<List<T>> Chunks<T>(IAsyncEnumerable<T> items)
    {
        var chunk = new List<T>();
        await foreach (var item in items)
        {
            chunk.Add(item);
            if (chunk.Count < EntitiesAtOnce) continue;
            yield return chunk;
            chunk = [];
        }
        if (chunk.Count > 0) yield return chunk;
    }
}
