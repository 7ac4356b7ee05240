using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine.Codec;

namespace IpActors.Engine.Journals;

/// <summary>A stored row of ours, not yet decoded.</summary>
public readonly record struct JournalRow(long Ordering, long CreatedTicks, string PersistenceId, long SequenceNumber, ReadOnlyMemory<byte> Message, string Manifest)
{
    /// <summary>The event, its own hash verified; throws <see cref="InvalidDataException"/> that names it.</summary>
    public StoredEvent Decode(EventCodec codec)
    {
        var opened = Open();
        var e = Decode(codec, opened);
        try { return new(Ordering, new DateTimeOffset(Math.Clamp(CreatedTicks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero), EntityId.Parse(PersistenceId), SequenceNumber, Manifest, e, opened.Hash); }
        catch (FormatException x) { throw Named(x); }
    }

    internal (ReadOnlyMemory<byte> Body, string Previous, string Hash) Open()
    {
        try { return EventCodec.Open(Message); }
        catch (InvalidDataException x) { throw Named(x); }
    }

    internal IEvent Decode(EventCodec codec, (ReadOnlyMemory<byte> Body, string Previous, string Hash) opened)
    {
        try { return codec.Decode(PersistenceId, SequenceNumber, Manifest, opened.Body, opened.Previous, opened.Hash); }
        catch (InvalidDataException x) { throw Named(x); }
    }

    InvalidDataException Named(Exception e) => new($"event {Ordering} ({PersistenceId} number {SequenceNumber}): {e.Message}", e);
}

/// <summary>Reads a journal, also while an engine writes it. Rows of other serializers and deleted rows are skipped.</summary>
public interface IJournalReader : IAsyncDisposable
{
    /// <summary>The rows of one entity with a greater sequence number, in order.</summary>
    ValueTask<IReadOnlyList<JournalRow>> ReadEntity(string persistenceId, long afterSequence, CancellationToken cancel);
    /// <summary>The rows of those entities, entity by entity in ordinal order, each in order; few queries, whatever their number.</summary>
    IAsyncEnumerable<JournalRow> ReadEntities(IReadOnlyList<string> persistenceIds, CancellationToken cancel);
    /// <summary>All rows with a greater ordering, in that order, up to the newest one at the time.</summary>
    IAsyncEnumerable<JournalRow> ReadAll(long afterOrdering, CancellationToken cancel);
    /// <summary>The greatest ordering of what is committed; 0 when there is nothing.</summary>
    async ValueTask<long> ReadNewest(CancellationToken cancel)
    {
        var newest = 0L;
        await foreach (var row in ReadAll(0, cancel).ConfigureAwait(false)) newest = row.Ordering;
        return newest;
    }
    /// <summary>All rows, entity by entity.</summary>
    IAsyncEnumerable<JournalRow> ReadByEntity(CancellationToken cancel);
    /// <summary>The works owed by entity, as far as stored.</summary>
    ValueTask<IReadOnlyDictionary<string, ImmutableHashSet<string>>> ReadOwing(CancellationToken cancel);
    /// <summary>The snapshot of that persistence id with the greatest sequence number, of our serializer; null when there is none.</summary>
    ValueTask<JournalSnapshot?> ReadSnapshot(string persistenceId, CancellationToken cancel);
    ValueTask<LeaseInfo?> ReadLease(CancellationToken cancel);
    IBlobs Blobs { get; }
}

/// <summary>A journal held for writing, by one process at a time.</summary>
public interface IJournal : IJournalReader
{
    /// <summary>Stores all or nothing and returns once it is committed, with the stored events.</summary>
    Task<ImmutableArray<StoredEvent>> Append(Append append);
    /// <summary>Replaces what an entity owes in the table of owing entities; nothing when it has events after that sequence number.</summary>
    Task ReplaceOwing(string persistenceId, long sequenceNumber, IReadOnlyCollection<string> workIds);
    /// <summary>Stores a snapshot in place of the older ones of its persistence id. An optimisation: whoever reads one checks it, and every one may be deleted.</summary>
    Task WriteSnapshot(JournalSnapshot snapshot);
    /// <summary>The address at which the holder of the lease takes control commands.</summary>
    Task SetControlAddress(string? address);
    /// <summary>Called for each commit's events, in order, before they are acknowledged. Must be quick and must not throw.</summary>
    event Action<ImmutableArray<StoredEvent>>? Committed;
}

/// <summary>A row of the table of snapshots. Its content is for its writer to understand; a journal only keeps it.</summary>
/// <param name="SequenceNumber">Of an entity's state its last event's; of a campaign's view the ordering of the last event taken in.</param>
public sealed record JournalSnapshot(string PersistenceId, long SequenceNumber, long CreatedTicks, string Manifest, ReadOnlyMemory<byte> Content);

/// <summary>New events of one entity, and how what it owes changes with them.</summary>
public sealed record Append(EntityId Entity, ImmutableArray<NewEvent> Events, ImmutableArray<string> OwingAdded, ImmutableArray<string> OwingRemoved)
{
    readonly string? _persistenceId;
    /// <summary>The entity's, for those who have it at hand already.</summary>
    public string PersistenceId { get => _persistenceId ?? Entity.PersistenceId; init => _persistenceId = value; }
}

public readonly record struct NewEvent(long SequenceNumber, IEvent Event, EncodedEvent Encoded);

/// <summary>Who holds the journal.</summary>
/// <param name="ProcessStart">Distinguishes processes that had the same id one after the other.</param>
public sealed record LeaseInfo(string HostKind, long Epoch, string Host, int ProcessId, string ProcessStart, DateTimeOffset Expires, string? ControlAddress)
{
    /// <summary>What the lease says of an engine that is one process, and the word with which the cluster's begins.</summary>
    public const string Embedded = "embedded", Akka = "akka";
    /// <summary>What the lease says of the cluster's node that keeps the journal; with its address, others find it.</summary>
    public static string OfNode(string address) => $"{Akka} {address}";

    /// <summary>Where the cluster's node can be reached that keeps the journal; null where no cluster does.</summary>
    public string? Node => HostKind.StartsWith($"{Akka} ", StringComparison.Ordinal) ? HostKind[(Akka.Length + 1)..] : null;
    /// <summary>The holder in words.</summary>
    public string Holder => Node is { } node ? $"a cluster (its node {node}, process {ProcessId} on {Host})" : $"process {ProcessId} on {Host}";
    /// <summary>What to do about it in words.</summary>
    public string Remedy => Node is null ? "end it first (ipactors stop)" : "join it (ipactors node, with that address among its seed nodes) or end it first (ipactors stop)";

    /// <summary>Known where the database says it by its own clock; else null.</summary>
    public bool? Live { get; init; }
    /// <summary>Held by a process that still lives, or that may: another host's is believed until it expires.</summary>
    public bool IsLive(TimeProvider time) => Live ?? (HostKind.Length > 0 && (Host == ProcessIdentity.Host ? ProcessIdentity.IsAlive(ProcessId, ProcessStart) : Expires > time.GetUtcNow()));
}
