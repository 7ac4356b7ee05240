using System.Text.Json.Serialization;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Journals;

namespace IpActors.Cluster.Wire;

/// <summary>What goes between nodes. Within a node the objects themselves go; between nodes JSON without what is marked to be ignored.</summary>
interface IWire;

/// <summary>To an entity: a command, or (without one) the wish to read its state.</summary>
/// <param name="Reporter">The work whose run sends it.</param>
sealed record EntityRequest(EntityId To, ICommand? Command, WorkId? Reporter) : IWire
{
    /// <summary>The same when it is asked again.</summary>
    public Guid Request { get; init; } = Guid.NewGuid();
}

enum ReplyKind { Decision, State, Quarantined, Stale, Journal, Error }

/// <summary>From an entity. A state crosses to another node only as the word that it is stored up to here: the receiver reads the journal.</summary>
sealed record EntityReply(ReplyKind Kind, Decision? Decision = null, string? Text = null) : IWire
{
    [JsonIgnore] public object? State { get; init; }
    [JsonIgnore] public Exception? Exception { get; init; }
}

// ---- node -> keeper ----
/// <summary>A node lives: how many slots it has for the keeper that it has pledged itself to, which runs it has, and how far its views have come.</summary>
sealed record Hello(long Number, string? Pledged, int Slots, bool Started, bool Paused, long Folded, ImmutableArray<long> Runs) : IWire;
/// <summary>A node leaves in order: nothing runs there any more.</summary>
sealed record Goodbye : IWire;
sealed record StoredRow(long SequenceNumber, string Manifest, byte[] Payload);
sealed record AppendRequest(EntityId Entity, ImmutableArray<StoredRow> Rows, ImmutableArray<string> OwingAdded, ImmutableArray<string> OwingRemoved) : IWire;
sealed record OwesRequest(EntityId Entity, long SequenceNumber, ImmutableArray<Work> Works, ImmutableArray<WorkId> Reporters) : IWire;
sealed record SnapshotRequest(string PersistenceId, long SequenceNumber, long CreatedTicks, string Manifest, byte[] Content) : IWire;
sealed record QuarantineNotice(EntityId Entity, string Reason) : IWire;
enum Sign { Command, NothingNew, WaitBegins, WaitEnds, Progress }
sealed record RunSign(long Run, Sign Sign, string? Text = null, double? Fraction = null) : IWire;
enum RunEnd { Returned, Failed, Lost }
sealed record RunDone(long Run, RunEnd End, string? Reason = null) : IWire;
sealed record IdleRequest : IWire;

// ---- keeper -> node ----
/// <summary>The answer to a <see cref="Hello"/>, which is how a node keeps its lease on the works it does.</summary>
sealed record Ack(long Number, string Keeper, long Newest, EngineStatus Status) : IWire;
enum AppendResult { Stored, Conflict, Failed }
sealed record AppendReply(AppendResult Result, string? Text = null) : IWire;
sealed record Done : IWire { public static readonly Done It = new(); }
sealed record RunOrder(string Keeper, long Run, EntityId Entity, Work Work) : IWire;
/// <param name="Owed">It goes on elsewhere or later; otherwise nobody wants it any more.</param>
sealed record RunCancel(long Run, bool Owed) : IWire;
/// <summary>Events have been committed, up to that ordering.</summary>
sealed record Poke(long Newest) : IWire;

/// <summary>What the journal refuses because another incarnation of the entity has stored that number, or because its keeper cannot be reached: read again, and decide again.</summary>
sealed class StaleException(string message) : Exception(message);
