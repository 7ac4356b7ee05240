using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;

namespace IpActors.Cluster;

/// <summary>How a node of the cluster runs.</summary>
public sealed record ClusterOptions
{
    /// <summary>The name that all nodes of one campaign share.</summary>
    public string Name { get; init; } = "ipactors";
    /// <summary>Takes the journal for writing, under the holder that it is given; called on the node that becomes the keeper, and again on the next when that one is lost.</summary>
    public required Func<string, Task<IJournal>> OpenJournal { get; init; }
    public required Func<Task<IJournalReader>> OpenReader { get; init; }
    /// <summary>HOCON, the settings that win first; whatever they leave open is taken from <c>hocon/base.conf</c>.</summary>
    public ImmutableArray<string> Hocon { get; init; } = [];
    public EntityKinds Kinds { get; init; } = EntityKinds.All;
    public ImmutableArray<KindPlace> Places { get; init; } = KindPlace.All;
    /// <summary>Slots are this node's; the rest is as for the embedded engine. Pools count for the whole cluster and have to be the same on all coordinators.</summary>
    public EngineOptions Engine { get; init; } = new();
    /// <summary>A node that has not heard from the keeper for so long cancels its works; where programs outlive their node, their guardians must end them within <see cref="WorkLease"/> and <see cref="WorkMargin"/> together.</summary>
    public TimeSpan WorkLease { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>A file that is touched whenever the lease on works is renewed, for guardians of programs to look at.</summary>
    public string? LeaseFile { get; init; }
    /// <summary>How much longer the keeper waits before it gives a lost node's works to another.</summary>
    public TimeSpan WorkMargin { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>By which leases on works are counted.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
    /// <summary>An unanswered message is sent again after so long: commands are idempotent.</summary>
    public TimeSpan AskAgain { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>How long a message is sent again and again before its sender is told that nobody answers.</summary>
    public TimeSpan GiveUp { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>Called with one line when the journal has to be waited for, as another holds it.</summary>
    public Action<string>? Waits { get; init; }
    /// <summary>Called on the node that has become the keeper; what it returns is disposed of before the journal is closed.</summary>
    public Func<IEngine, IJournal, Task<IAsyncDisposable?>>? Held { get; init; }
}

/// <summary>On nodes of which role the entities of a kind live, and whether they are woken with their shard.</summary>
public sealed record KindPlace(string Kind, string Role, bool Remembered = false)
{
    /// <summary>The few entities that steer live on coordinators; the many, and the bookkeeping of runs, on entity nodes. Sleeping compounds are woken by what they owe.</summary>
    public static readonly ImmutableArray<KindPlace> All =
        [new("campaign", Roles.Coordinator, Remembered: true), new("surrogate", Roles.Coordinator), new("compound", Roles.Entity), new("run", Roles.Entity, Remembered: true)];
}

public static class Roles
{
    public const string Coordinator = "coordinator", Entity = "entity", Worker = "worker";
}
