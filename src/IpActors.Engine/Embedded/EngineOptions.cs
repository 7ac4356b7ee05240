using IpActors.Domain.Entities;
using IpActors.Science.Numerics;

namespace IpActors.Engine.Embedded;

/// <summary>How an embedded engine runs.</summary>
public sealed record EngineOptions
{
    /// <summary>Compute slots shared by the works; a work that asks for more than all of them gets all.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;
    /// <summary>More slots, apart from these: of places where works run that take nothing of this machine, such as a scheduler's queue.</summary>
    public ImmutableSortedDictionary<string, int> Pools { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
    /// <summary>Which slots a work takes, and how many; null: as many of <see cref="Slots"/> as the work says.</summary>
    public Func<Work, SlotUse?>? Use { get; init; }
    /// <summary>Entities kept in memory; the least recently used idle ones go first.</summary>
    public int MaxLive { get; init; } = 16_384;
    /// <summary>An entity without commands for so long leaves the memory.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How long disposing waits for works that were cancelled.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>For works that throw or return without having reported, and for messages that are refused.</summary>
    public Backoff WorkRetry { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), 5);
    /// <summary>Limits of silence by kind of work, in place of the works' own (<see cref="Work.Limit"/>); null: none.</summary>
    public ImmutableDictionary<string, TimeSpan?> WorkLimits { get; init; } = ImmutableDictionary<string, TimeSpan?>.Empty;
    /// <summary>How often the running works are looked at; and how long one that was cancelled as stuck has to end.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>For entities whose own code throws.</summary>
    public Backoff EntityRestart { get; init; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), 5);
    /// <summary>Events after which a campaign's view is kept as a snapshot, or a tenth more of them when that is more.</summary>
    public long SnapshotViewEvery { get; init; } = 50_000;
    /// <summary>Events after which the state of an entity that has snapshots is kept as one.</summary>
    public long SnapshotEntityEvery { get; init; } = 500;
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>Level (debug, info, warning, error) and message.</summary>
    public Action<string, string>? Log { get; init; }
}

/// <param name="Pool">One of <see cref="EngineOptions.Pools"/>; null: the engine's own slots.</param>
public sealed record SlotUse(string? Pool, int Slots);

/// <summary>A delay that doubles from the first up to the longest, less up to half of it by chance, so that what failed together does not come back together; and when to give up.</summary>
public sealed record Backoff(TimeSpan First, TimeSpan Longest, int MaxFailures)
{
    /// <summary>After so many failures in a row (from 1) of what bears that name; the same name gets the same delays.</summary>
    public TimeSpan After(int failures, string name)
    {
        var whole = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(whole * (1 - 0.5 * SeededRandom.Stream(failures, name).NextDouble()));
    }
}
