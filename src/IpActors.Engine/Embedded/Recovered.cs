using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Embedded;

/// <summary>An entity as its stored events tell it.</summary>
sealed record Recovered(object State, long SequenceNumber, string Hash)
{
    /// <summary>Folds all of an entity's rows, or those that follow a known state; throws <see cref="InvalidDataException"/> for a damaged event, a gap or a broken chain.</summary>
    public static Recovered From(IEnumerable<JournalRow> rows, IDecider decider, EventCodec codec, Recovered? after = null)
    {
        var (state, sequence, hash) = after is null ? (decider.Initial, 0L, EventCodec.NoHash) : (after.State, after.SequenceNumber, after.Hash);
        foreach (var row in rows)
        {
            if (row.SequenceNumber != sequence + 1) throw new InvalidDataException($"event {row.Ordering} ({row.PersistenceId} number {row.SequenceNumber}): number {sequence + 1} is missing before it");
            var stored = row.Open();
            if (stored.Previous != hash) throw new InvalidDataException($"event {row.Ordering} ({row.PersistenceId} number {row.SequenceNumber}): does not follow the event before it (broken hash chain)");
            (state, sequence, hash) = (decider.Evolve(state, row.Decode(codec, stored)), row.SequenceNumber, stored.Hash);
        }
        return new(state, sequence, hash);
    }
}

/// <summary>The table of owing entities, made again from the events.</summary>
public static class Owing
{
    /// <summary>Corrects every entity whose stored works are not those that its events call for; returns how many there were. Needed after a change of what entities owe.</summary>
    public static async Task<int> Rebuild(IJournal journal, EntityKinds kinds, CancellationToken cancel = default)
    {
        var codec = new EventCodec(kinds);
        var stored = (await journal.ReadOwing(cancel)).ToDictionary();
        var corrections = new List<Task>();
        var corrected = 0;
        async Task Correct(string id, long sequence, IReadOnlyCollection<string> works)
        {
            corrections.Add(journal.ReplaceOwing(id, sequence, works)); // many in one transaction
            corrected++;
            if (corrections.Count < 1000) return;
            await Task.WhenAll(corrections);
            corrections.Clear();
        }
        await foreach (var rows in Group(journal.ReadByEntity(cancel)))
        {
            var id = EntityId.Parse(rows[0].PersistenceId);
            stored.Remove(id.PersistenceId, out var before);
            if (!kinds.HasDecider(id.Kind)) continue;
            var decider = kinds.Decider(id.Kind);
            var entity = Recovered.From(rows, decider, codec);
            var works = decider.Owes(entity.State).Select(w => w.Key).ToHashSet();
            if (works.SetEquals(before ?? [])) continue;
            await Correct(id.PersistenceId, entity.SequenceNumber, works);
        }
        foreach (var id in stored.Keys) await Correct(id, 0, []);
        await Task.WhenAll(corrections);
        return corrected;
    }

    /// <summary>Rows that come entity by entity, as one list each.</summary>
    internal static async IAsyncEnumerable<List<JournalRow>> Group(IAsyncEnumerable<JournalRow> rows)
    {
        var group = new List<JournalRow>();
        await foreach (var row in rows)
        {
            if (group.Count > 0 && group[0].PersistenceId != row.PersistenceId) { yield return group; group = []; }
            group.Add(row);
        }
        if (group.Count > 0) yield return group;
    }
}
