using System.Diagnostics;
using IpActors.Domain.Entities;

namespace IpActors.Engine.Embedded;

/// <summary>Where an owed work stands. Held: the engine has not been started. Delivered: a message whose receiver has taken it, and whose answer is awaited. Parked: not tried again before the next start.</summary>
enum WorkState { Held, Delayed, Ready, Running, Delivered, Parked }

/// <summary>Is told what entities owe.</summary>
interface IWorkLedger
{
    /// <summary>Entities that neither owed nor owe anything need not be told of.</summary>
    bool IsAwake { get; }
    /// <summary>What an entity owes as of that sequence number; older news are ignored. Runs that <paramref name="reporters"/> name are not cancelled.</summary>
    void Update(EntityId entity, long sequence, IReadOnlyList<Work> works, IReadOnlyCollection<WorkId> reporters, ActivityContext cause = default);
}

/// <summary>A work in the registry. Guarded by the registry's lock.</summary>
sealed class WorkEntry(EntityId entity, Work work, SlotPool pool, int slots)
{
    public EntityId Entity => entity;
    public string PersistenceId { get; } = entity.PersistenceId;
    public string Key { get; } = work.Key;
    public WorkId Id => new(entity, Key);
    /// <summary>Null once delivered: a message may be large and is not needed any more.</summary>
    public Work? Work { get; set; } = work;
    public SlotPool Pool => pool;
    /// <summary>What it asks for, which may be more than there is.</summary>
    public int Slots { get; } = Math.Max(0, slots);
    /// <summary>What its run has of them.</summary>
    public int Taken { get; set; }
    public int Priority { get; } = work.Priority;
    public WorkState State { get; set; } = WorkState.Held;
    public bool Owed { get; set; } = true;
    public int Failures { get; set; }
    public bool GaveUp { get; set; }
    public ITimer? Timer { get; set; }
    public WorkRun? Run { get; set; }
    /// <summary>The activity that made it owed, where somebody traces.</summary>
    public ActivityContext Cause { get; init; }

    /// <summary>Higher priority first, then by entity, then by key.</summary>
    public static readonly IComparer<WorkEntry> InTurn = Comparer<WorkEntry>.Create((a, b) =>
        a.Priority != b.Priority ? b.Priority.CompareTo(a.Priority)
        : string.CompareOrdinal(a.PersistenceId, b.PersistenceId) is var c and not 0 ? c : string.CompareOrdinal(a.Key, b.Key));
}

/// <summary>Slots that works share, and those that wait for some. Guarded by the registry's lock.</summary>
sealed class SlotPool(int slots)
{
    public int Slots { get; set; } = slots;
    public int Used { get; set; }
    public SortedSet<WorkEntry> Ready { get; } = new(WorkEntry.InTurn);
    /// <summary>A work that asks for more than all of them gets all.</summary>
    public int Wanted(WorkEntry e) => Math.Min(e.Slots, Slots);
    public bool HasRoomFor(WorkEntry e) => Slots > 0 && Used + Wanted(e) <= Slots;
}

/// <summary>One run of a work.</summary>
sealed class WorkRun(WorkEntry entry, DateTimeOffset since)
{
    public WorkEntry Entry => entry;
    public WorkId Id => entry.Id;
    public Work Work { get; } = entry.Work!;
    public DateTimeOffset Since => since;
    public CancellationTokenSource Cancel { get; } = new();
    /// <summary>How many waits for the campaign's view it is in; guarded by the registry's lock.</summary>
    public int Waiting { get; set; }
    public bool Ended { get; set; }
    /// <summary>Cancelled as stuck; guarded by the registry's lock.</summary>
    public bool Stuck { get; set; }
    /// <summary>It did not end even then: nobody waits for it any more.</summary>
    public bool Abandoned { get; set; }
    /// <summary>When it last gave a sign of life, as a time stamp of the engine's clock.</summary>
    public long LastSign { get => Volatile.Read(ref _lastSign); set => Volatile.Write(ref _lastSign, value); }
    long _lastSign;
    public WorkProgress? Progress { get; set; }
}

sealed record WorkProgress(string Message, double? Fraction);

/// <summary>How a run ended.</summary>
abstract record WorkOutcome
{
    /// <summary>It has reported; if it is still owed nevertheless, that is a failure.</summary>
    public sealed record Returned : WorkOutcome;
    /// <summary>A message was taken; its answer will settle it.</summary>
    public sealed record Delivered : WorkOutcome;
    /// <summary>Where it ran is gone, and it with it: no fault of the work.</summary>
    public sealed record Lost : WorkOutcome;
    /// <summary>Nothing to be done before the next start.</summary>
    public sealed record Parked(string Reason) : WorkOutcome;
    public sealed record Failed(string Reason) : WorkOutcome;
}
