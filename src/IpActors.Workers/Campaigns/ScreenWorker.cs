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
    const int Block = 4096;

    protected override async Task Perform(ScreenPool work, IWorkContext context, CancellationToken cancel)
    {
        var hull = new HullEnergies(PoolBlobs.Hull(context.Blobs.Get(work.HullDigest)));
        while (true)
        {
            var view = await context.Campaign.When(v => !v.AwaitingHull.IsEmpty || IsSettled(v, work.Count), cancel);
            if (view.AwaitingHull.IsEmpty) break;
            var block = view.AwaitingHull.Take(Block).ToList();
            await context.ReportAll(block.Select(id => (EntityId.Compound(work.Settings.Name, id), (ICommand)ScreeningDecisions.Evaluate(work.Settings, work.HullDigest, hull, view.Compounds[id]))), cancel);
            await context.Campaign.When(v => !block.Exists(v.AwaitingHull.Contains), cancel);
            var left = view.Count(CompoundStage.Generated);
            context.Progress($"{work.Count - left} of {work.Count} candidates relaxed", (work.Count - left) / (double)Math.Max(1, work.Count));
        }
        await Close(work, context, context.Campaign.Current, cancel);
    }

    static async Task Close(ScreenPool work, IWorkContext context, CampaignView view, CancellationToken cancel)
    {
        var pool = ScreeningDecisions.Pool(view, context.Blobs);
        await context.Report(new ClosePool(context.Blobs.Put(PoolBlobs.OfIds(pool)), pool.Length, view.Candidates.Count(c => c.Hull is not null), view.Count(CompoundStage.Unstable), view.Count(CompoundStage.Abandoned)), cancel);
    }

    static bool IsSettled(CampaignView v, int count) => v.Count(CompoundStage.HullEvaluated) + v.Count(CompoundStage.Unstable) + v.Count(CompoundStage.Abandoned) == count;
}
