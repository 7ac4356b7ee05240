using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;

namespace IpActors.Workers.Campaigns;

/// <summary>
/// Gives every settled candidate its decomposition energy (Eq. 1) as it comes in, and closes the pool when all have theirs or were given up. References are on the hull by definition
/// and get their own (0, or their distance where others beat them).
/// </summary>
public sealed class ScreenWorker : WorkerOf<ScreenPool>
{
    protected override async Task Perform(ScreenPool work, IWorkContext context, CancellationToken cancel)
    {
        var hull = PoolBlobs.Hull(context.Blobs.Get(work.HullDigest));
        var told = new HashSet<string>(StringComparer.Ordinal);
        CampaignView view;
        do
        {
            view = await context.Campaign.When(v => v.AwaitingHull.Any(id => !told.Contains(id)) || IsSettled(v, work.Count), cancel);
            var open = view.AwaitingHull.Where(told.Add).Select(id => view.Compounds[id]).ToList();
            await context.ReportAll(open.Select(c => (EntityId.Compound(work.Settings.Name, c.Identity.Id), (ICommand)ScreeningDecisions.Evaluate(work.Settings, work.HullDigest, hull, c))), cancel);
            context.Progress($"{told.Count} of {work.Count} candidates on the hull", told.Count / (double)Math.Max(1, work.Count));
        }
        while (!IsSettled(view, work.Count));
        var pool = ScreeningDecisions.Pool(view, context.Blobs);
        await context.Report(new ClosePool(context.Blobs.Put(PoolBlobs.OfIds(pool)), pool.Length, view.Candidates.Count(c => c.Hull is not null), view.Count(CompoundStage.Unstable), view.Count(CompoundStage.Abandoned)), cancel);
    }

    static bool IsSettled(CampaignView v, int count) => v.Count(CompoundStage.HullEvaluated) + v.Count(CompoundStage.Unstable) + v.Count(CompoundStage.Abandoned) == count;
}
