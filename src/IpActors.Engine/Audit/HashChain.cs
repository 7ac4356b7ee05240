using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Audit;

public enum AuditFault { HashMismatch, Unreadable, UnknownEvent, Gap, BrokenChain, NotAccepted }

/// <summary>A stored event with which something is wrong, and what.</summary>
public sealed record AuditFinding(long Ordering, string PersistenceId, long SequenceNumber, AuditFault Fault, string Message)
{
    public override string ToString() => $"event {Ordering}: {PersistenceId} number {SequenceNumber}: {Message}";
}

/// <param name="Findings">By ordering; at most <see cref="HashChain.MaxFindings"/>.</param>
public sealed record AuditResult(long Events, int Entities, ImmutableArray<AuditFinding> Findings)
{
    /// <summary>The event to name: the first that is itself not what was written; else the first that does not fit to the events before it. Null when all is well.</summary>
    public AuditFinding? First => Findings.FirstOrDefault(f => f.Fault is AuditFault.HashMismatch or AuditFault.Unreadable) ?? Findings.FirstOrDefault();
}

/// <summary>
/// Is the journal still what was written? An edit of any one event, an entity's last included, is found at that event. A cut tail or a missing entity is found by the <see cref="Seal"/> only; neither finds
/// somebody who computes all hashes anew, unless the seal was kept elsewhere.
/// </summary>
public static class HashChain
{
    public const int MaxFindings = 100;
    const int RowsAtOnce = 1024, EntitiesAtOnce = 256;

    public static async Task<AuditResult> Verify(IJournalReader journal, EntityKinds kinds, CancellationToken cancel = default)
    {
        var codec = new EventCodec(kinds);
        var findings = new SortedDictionary<long, AuditFinding>();
        void Report(JournalRow row, AuditFault fault, string message)
        {
            findings.TryAdd(row.Ordering, new(row.Ordering, row.PersistenceId, row.SequenceNumber, fault, message));
            if (findings.Count > MaxFindings) findings.Remove(findings.Keys.Last());
        }

        var events = 0L;
        await foreach (var rows in Blocks(journal.ReadAll(0, cancel), RowsAtOnce)) // each event by itself
        {
            var found = new (AuditFault Fault, string Message)?[rows.Count];
            Parallel.For(0, rows.Count, i => found[i] = Inspect(rows[i], codec));
            for (var i = 0; i < rows.Count; i++) if (found[i] is var (fault, message)) Report(rows[i], fault, message);
            events += rows.Count;
        }

        var entities = 0;
        await foreach (var block in Blocks(Owing.Group(journal.ReadByEntity(cancel)), EntitiesAtOnce)) // each event after the one before it
        {
            var found = new List<(JournalRow Row, AuditFault Fault, string Message)>[block.Count];
            Parallel.For(0, block.Count, i =>
            {
                var (entity, list) = (new Follow(block[i][0].PersistenceId, kinds), found[i] = []);
                foreach (var row in block[i]) if (entity.Take(row, codec) is var (fault, message)) list.Add((row, fault, message));
            });
            foreach (var (row, fault, message) in found.SelectMany(f => f)) Report(row, fault, message);
            entities += block.Count;
        }
        return new(events, entities, [.. findings.Values]);
    }

    static async IAsyncEnumerable<List<T>> Blocks<T>(IAsyncEnumerable<T> items, int size)
    {
        var block = new List<T>(size);
        await foreach (var item in items)
        {
            block.Add(item);
            if (block.Count < size) continue;
            yield return block;
            block = new(size);
        }
        if (block.Count > 0) yield return block;
    }

    static (AuditFault, string)? Inspect(JournalRow row, EventCodec codec)
    {
        ReadOnlyMemory<byte> body;
        string previous, hash;
        try { (body, previous, hash) = EventCodec.Open(row.Message); }
        catch (InvalidDataException e) { return (AuditFault.Unreadable, e.Message); }
        if (EventCodec.HashOf(row.PersistenceId, row.SequenceNumber, row.Manifest, body.Span, previous) != hash) return (AuditFault.HashMismatch, "hash mismatch: it is not the event that was written");
        if (!codec.Knows(row.Manifest)) return (AuditFault.UnknownEvent, $"unknown event '{row.Manifest}': written by a newer version?");
        try { codec.Decode(row.PersistenceId, row.SequenceNumber, row.Manifest, row.Message); return null; }
        catch (InvalidDataException e) { return (AuditFault.Unreadable, e.Message); }
    }

    /// <summary>One entity's events in their order.</summary>
    sealed class Follow(string persistenceId, EntityKinds kinds)
    {
        readonly IDecider? _decider = persistenceId.Split('/') is [_, var kind, _] && kinds.HasDecider(kind) ? kinds.Decider(kind) : null;
        object? _state;
        long _sequence;
        string _hash = EventCodec.NoHash;
        bool _lost;

        public (AuditFault, string)? Take(JournalRow row, EventCodec codec)
        {
            string previous, hash;
            try { (_, previous, hash) = EventCodec.Open(row.Message); }
            catch (InvalidDataException) { (_sequence, _hash, _lost) = (row.SequenceNumber, "", true); return null; } // reported already
            var (expected, before) = (_sequence + 1, _hash);
            (_sequence, _hash) = (row.SequenceNumber, hash);
            if (row.SequenceNumber != expected) { _lost = true; return (AuditFault.Gap, $"number {expected} is missing before it"); }
            if (previous != before && before.Length > 0) { _lost = true; return (AuditFault.BrokenChain, "it does not follow the event before it (broken hash chain)"); }
            if (_lost) return null;
            if (_decider is null) { _lost = true; return (AuditFault.NotAccepted, "no entity of this kind is known"); }
            try
            {
                _state = _decider.Evolve(_state ?? _decider.Initial, row.Decode(codec).Event);
                return null;
            }
            catch (InvalidDataException) { _lost = true; return null; } // reported already
            catch (Exception e) { _lost = true; return (AuditFault.NotAccepted, $"the entity cannot take it: {e.Message}"); }
        }
    }
}
