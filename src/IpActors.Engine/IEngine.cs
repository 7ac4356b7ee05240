using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Engine;

/// <summary>
/// Runs the entities: one command at a time each, in parallel among themselves, and the work they owe. Acknowledged means stored. The contract in full is the test class <c>EngineContract</c>.
/// </summary>
public interface IEngine : IAsyncDisposable
{
    /// <summary>
    /// Delivers a command; returns once its events are stored. A refusal is returned, not thrown; an exception is what the entity's own code threw (nothing stored), or a <see cref="JournalException"/>.
    /// Cancelling gives up waiting; the command may be carried out all the same.
    /// </summary>
    Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel = default);
    /// <summary>The entity's state, after the commands sent to it before (its decider's initial state when it has no events).</summary>
    Task<TState> Read<TState>(EntityId id, CancellationToken cancel = default) where TState : class;
    /// <summary>The stored events with a greater ordering, strictly increasing; with <paramref name="follow"/> it never ends and goes on with each event once it is committed.</summary>
    IAsyncEnumerable<StoredEvent> Events(long after = 0, bool follow = false, CancellationToken cancel = default);
    /// <summary>The live view of a campaign, caught up with what is stored at the time of the call, then kept up to date.</summary>
    Task<ICampaignFollower> Follow(string campaign, CancellationToken cancel = default);
    IBlobs Blobs { get; }
    /// <summary>Wakes the entities that owe work and starts works from now on. Before it the engine only answers commands.</summary>
    Task Start(CancellationToken cancel = default);
    /// <summary>While true no work that takes slots is started; those under way go on.</summary>
    bool Paused { get; set; }
    EngineStatus Status { get; }
    /// <summary>
    /// Returns when nothing can move by itself any more: no command under way, no work running, waiting for its turn or for its back-off, except works that wait for the campaign's view and, while
    /// <see cref="Paused"/>, works that take slots. So: finished, paused, or stalled behind what <see cref="EngineStatus.Quarantined"/> lists. Throws <see cref="JournalException"/> when the journal failed.
    /// </summary>
    Task WhenIdle(CancellationToken cancel = default);
}

/// <summary>An event as the journal has it. <paramref name="Ordering"/> rises with the commits, with gaps where the database leaves them.</summary>
public sealed record StoredEvent(long Ordering, DateTimeOffset Created, EntityId Entity, long SequenceNumber, string Manifest, IEvent Event, string Hash);

/// <param name="Running">Works being done now.</param>
/// <param name="Queued">Works waiting for slots or for their back-off.</param>
/// <param name="Owed">All works owed, those running and queued included.</param>
/// <param name="DeadLetters">Commands that came to nothing since the engine was opened (<see cref="EngineStatus.DeadLettersBy"/>).</param>
public sealed record EngineStatus(
    bool Started, bool Paused, int Running, int Queued, int Owed, int SlotsUsed, int Slots, int LiveEntities, long DeadLetters, ImmutableArray<QuarantinedEntity> Quarantined, ImmutableArray<RunningWork> Works)
{
    public DeadLetterCounts DeadLettersBy { get; init; } = new(0, 0, 0, 0);
    /// <summary>Works cancelled because they gave no sign of life within their limit.</summary>
    public long Stuck { get; init; }
}

/// <summary>Commands that came to nothing since the engine was opened, by cause.</summary>
/// <param name="NoSuchKind">To an entity of a kind that nobody knows.</param>
/// <param name="NoSuchEntity">Refused by an entity that has no events: it was never begun.</param>
/// <param name="Refused">Messages that one entity owes another and that were refused, each attempt counted.</param>
/// <param name="Late">Reports of works that were no longer owed, and that changed nothing.</param>
public sealed record DeadLetterCounts(long NoSuchKind, long NoSuchEntity, long Refused, long Late)
{
    public long Total => NoSuchKind + NoSuchEntity + Refused + Late;
}

/// <summary>An entity that the engine has given up on until its next start, and why.</summary>
public sealed record QuarantinedEntity(EntityId Entity, string Reason);

public sealed record RunningWork(WorkId Id, DateTimeOffset Since, string? Message, double? Fraction);

/// <summary>The journal could not be written or read: full disk, damaged file, lease lost. The engine stops; nothing half-written remains.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message.ReplaceLineEndings(" "), inner);

/// <summary>The entity cannot be read: the engine has given up on it until its next start.</summary>
public sealed class QuarantinedException(EntityId entity, string reason) : Exception($"{entity} is quarantined: {reason}");
