using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine.Views;

namespace IpActors.Engine.Embedded;

/// <summary>What a worker sees of the engine, on behalf of one run.</summary>
sealed class WorkContext(EmbeddedEngine engine, WorkRegistry registry, WorkRun run, CampaignFollower follower) : IWorkContext
{
    public EntityId Entity => run.Entry.Entity;
    public bool IsOwed => !registry.IsLate(run);
    public Task<Decision> Send(EntityId to, ICommand command, CancellationToken cancel) => engine.Report(run, to, command, cancel);
    public Task<TState> Read<TState>(EntityId id, CancellationToken cancel) where TState : class => engine.Read<TState>(id, cancel);
    public IAsyncEnumerable<TState> Stored<TState>(IReadOnlyList<EntityId> ids, CancellationToken cancel) where TState : class => engine.Stored<TState>(ids, cancel);
    public IBlobs Blobs => engine.Blobs;
    public ICampaignFollower Campaign { get; } = new Waiting(registry, run, follower);
    public void Progress(string message, double? fraction = null) => (run.Progress, run.LastSign) = (new(message, fraction), registry.Now);

    /// <summary>The follower, which lets the engine know that the run waits.</summary>
    sealed class Waiting(WorkRegistry registry, WorkRun run, CampaignFollower follower) : ICampaignFollower
    {
        public CampaignView Current => follower.Current;
        public Task<CampaignView> When(Func<CampaignView, bool> predicate, CancellationToken cancel) => follower.When(predicate, change => registry.Wait(run, change), cancel);
    }
}
