using System.Runtime.CompilerServices;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;

namespace IpActors.Domain.Works;

/// <summary>
/// Turns owed work into a report: it does the work and sends the commands that report it, through <see cref="IWorkContext"/>. An expected failure is a report too; an exception is a bug or
/// a broken machine, and the engine tries again with back-off. It may be cancelled, or repeated after a crash, at any point.
/// </summary>
public interface IWorker
{
    bool Handles(Work work);
    Task Perform(Work work, IWorkContext context, CancellationToken cancel);
}

/// <summary>What a worker may touch: commands to entities, states, the blobs, the campaign's view.</summary>
public interface IWorkContext
{
    /// <summary>The entity that owes the work.</summary>
    EntityId Entity { get; }
    /// <summary>The entity still owes it. A cancelled work that is owed goes on at the next start, here or elsewhere; one that is not is to end what it has begun.</summary>
    bool IsOwed => true;
    /// <summary>Delivers a command; returns once its events are stored. A refusal is returned, not thrown.</summary>
    Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel);
    /// <summary>The entity's state now (its decider's initial state when it has no events).</summary>
    Task<TState> Read<TState>(EntityId id, CancellationToken cancel) where TState : class;
    /// <summary>The states of many entities, in that order, as their stored events tell them at the time: read from the journal in blocks and not kept. For reports and works over a whole campaign.</summary>
    async IAsyncEnumerable<TState> Stored<TState>(IReadOnlyList<EntityId> ids, [EnumeratorCancellation] CancellationToken cancel) where TState : class
    {
        foreach (var id in ids) yield return await Read<TState>(id, cancel);
    }
    IBlobs Blobs { get; }
    /// <summary>The projection of the campaign's events: eventually consistent, only ever growing.</summary>
    ICampaignFollower Campaign { get; }
    /// <summary>A line for people about how the work goes on (shown live, not stored).</summary>
    void Progress(string message, double? fraction = null);
}

/// <summary>Content-addressed immutable bytes: the digest is the lower-case SHA-256 of the content.</summary>
public interface IBlobs
{
    /// <summary>Stores durably and returns the digest; storing the same bytes again is nothing.</summary>
    string Put(ReadOnlySpan<byte> content);
    /// <summary>The bytes, verified against the digest; throws <see cref="InvalidDataException"/> if damaged, <see cref="FileNotFoundException"/> if missing.</summary>
    byte[] Get(string digest);
}

/// <summary>The campaign as its stored events tell it, kept up to date while the engine runs.</summary>
public interface ICampaignFollower
{
    CampaignView Current { get; }
    /// <summary>Returns the first view that satisfies the predicate, now or after more events.</summary>
    Task<CampaignView> When(Func<CampaignView, bool> predicate, CancellationToken cancel);
}
