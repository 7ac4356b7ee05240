using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;

namespace IpActors.Workers.Campaigns;

/// <summary>Tells every evaluated compound its place in the Pareto ranking, then finishes the campaign.</summary>
public sealed class RankWorker : WorkerOf<RankCompounds>
{
    protected override async Task Perform(RankCompounds work, IWorkContext context, CancellationToken cancel)
    {
        var (ranks, finish) = ScreeningDecisions.Rank(work.Settings, work.Evaluations);
        await context.ReportAll(ranks.Select(r => (EntityId.Compound(work.Settings.Name, r.Compound), (ICommand)r.Rank)), cancel);
        await context.Report(finish, cancel);
    }
}
