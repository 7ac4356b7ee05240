using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Science.Pareto;

namespace IpActors.Workers.Campaigns;

/// <summary>Tells every evaluated compound its Pareto front (1: non-dominated) and the volume it alone contributes, then finishes the campaign.</summary>
public sealed class RankWorker : WorkerOf<RankCompounds>
{
    protected override async Task Perform(RankCompounds work, IWorkContext context, CancellationToken cancel)
    {
        var complete = BatchDecisions.Complete(work.Settings, work.Evaluations).ToList();
        var points = BatchDecisions.Front(work.Settings, work.Evaluations);
        var reference = work.Settings.Objectives.Select(o => o.Reference).ToArray();
        var (fronts, exclusive) = (Dominance.Ranks(points), Hypervolume.Exclusive(points, reference));
        await context.ReportAll(complete.Select((e, i) => (EntityId.Compound(work.Settings.Name, e.Compound), (ICommand)new RankCompound(fronts[i], exclusive[i]))), cancel);
        ImmutableArray<string> front = [.. complete.Where((_, i) => fronts[i] == 1).Select(e => e.Compound)];
        await context.Report(new FinishCampaign(Hypervolume.Volume(points, reference), front), cancel);
    }
}
