using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Workers;

/// <summary>A worker of one kind of work, off the caller's thread.</summary>
public abstract class WorkerOf<TWork> : IWorker where TWork : Work
{
    public virtual bool Handles(Work work) => work is TWork;
    public Task Perform(Work work, IWorkContext context, CancellationToken cancel) => Task.Run(() => Perform((TWork)work, context, cancel), cancel);
    protected abstract Task Perform(TWork work, IWorkContext context, CancellationToken cancel);
}

/// <summary>What reports do when they are refused: an exception, so that the engine says so and tries again.</summary>
public static class Reports
{
    public static async Task Report(this IWorkContext context, EntityId to, ICommand command, CancellationToken cancel)
    {
        if (await context.Send(to, command, cancel) is Decision.Refused refused)
            throw new InvalidOperationException($"{to} refused {command.GetType().Name}: {refused.Reason}");
    }

    public static Task Report(this IWorkContext context, ICommand command, CancellationToken cancel) => context.Report(context.Entity, command, cancel);

    /// <summary>Sends many commands, at most 256 under way at once, so that their events are stored in common transactions.</summary>
    public static Task ReportAll(this IWorkContext context, IEnumerable<(EntityId To, ICommand Command)> commands, CancellationToken cancel) =>
        Parallel.ForEachAsync(commands, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = cancel }, async (c, stop) => await context.Report(c.To, c.Command, stop));
}
