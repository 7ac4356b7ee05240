using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Science.Phases;

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
            await context.ReportAll(open.Select(c => (EntityId.Compound(work.Settings.Name, c.Identity.Id), Evaluate(work, hull, c))), cancel);
            context.Progress($"{told.Count} of {work.Count} candidates on the hull", told.Count / (double)Math.Max(1, work.Count));
        }
        while (!IsSettled(view, work.Count));
        var pool = view.Candidates.Where(c => c.Stage == CompoundStage.HullEvaluated).Select(c => c.Identity.Id).ToList();
        await context.Report(new ClosePool(context.Blobs.Put(PoolBlobs.OfIds(pool)), pool.Count, view.Candidates.Count(c => c.Hull is not null), view.Count(CompoundStage.Unstable), view.Count(CompoundStage.Abandoned)), cancel);
    }

    static bool IsSettled(CampaignView v, int count) => v.Count(CompoundStage.HullEvaluated) + v.Count(CompoundStage.Unstable) + v.Count(CompoundStage.Abandoned) == count;

    static ICommand Evaluate(ScreenPool work, PhaseHull hull, CompoundSummary c)
    {
        hull.RequireScheme(c.Scheme, c.Identity.Id);
        var target = Composition.Parse(c.Identity.Formula);
        var below = hull.Decompose(target);
        var signed = c.EnergyEvPerAtom - below.EnergyEvPerAtom;
        var clipped = Math.Max(0, signed);
        return new RecordHull(work.HullDigest, signed, clipped, [.. below.Products.Select(p => new HullProduct(p.Label, p.Fraction))], clipped < work.Settings.Screening.MaxDecompositionEnergyEvPerAtom);
    }
}
