using System.Collections.Concurrent;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Engine.Snapshots;

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
        // Those with snapshots one by one, the many others in long scans.
        var (single, many) = (new List<string>(), new List<string>());
        foreach (var id in stored.Keys) (codec.Kinds.HasDecider(KindOf(id)) && codec.Kinds.Decider(KindOf(id)).StateVersion is not null ? single : many).Add(id);
        foreach (var persistenceId in single)
            try { Owes(EntityId.Parse(persistenceId), await EntitySnapshots.Recover(journal, persistenceId, codec.Kinds.Decider(KindOf(persistenceId)), codec, cancel).ConfigureAwait(false)); }
            catch (Exception e) when (e is not (JournalException or OperationCanceledException)) { unreadable.Add(EntityId.Parse(persistenceId)); }
        await foreach (var groups in Chunks(Owing.Group(journal.ReadEntities(many, cancel))).ConfigureAwait(false))
            Parallel.ForEach(groups, new ParallelOptions { CancellationToken = cancel }, rows =>
            {
                var id = EntityId.Parse(rows[0].PersistenceId);
                try { Owes(id, Recovered.From(rows, codec.Kinds.Decider(id.Kind), codec)); }
                catch (Exception) { unreadable.Add(id); }
            });
        await Task.WhenAll(corrections).ConfigureAwait(false);
        return unreadable;

        void Owes(EntityId id, Recovered entity)
        {
            var works = codec.Kinds.Decider(id.Kind).Owes(entity.State);
            registry.Update(id, entity.SequenceNumber, works, []);
            if (!stored[id.PersistenceId].SetEquals(works.Select(w => w.Key))) corrections.Add(journal.ReplaceOwing(id.PersistenceId, entity.SequenceNumber, [.. works.Select(w => w.Key)]));
        }
    }

    static string KindOf(string persistenceId) => persistenceId.Split('/') is [_, var kind, _] ? kind : "";

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
