using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Science.Phases;

namespace IpActors.Workers.Campaigns;

/// <summary>Waits until every reference phase is relaxed, then fixes the hull of their energies, all of one scheme. A reference that failed is left out and named.</summary>
public sealed class FixHullWorker : WorkerOf<FixHull>
{
    protected override async Task Perform(FixHull work, IWorkContext context, CancellationToken cancel)
    {
        var view = await context.Campaign.When(v => work.References.All(r => v.Compounds.TryGetValue(r, out var c) && c.IsSettled), cancel);
        foreach (var failed in work.References.Select(r => view.Compounds[r]).Where(c => c.Stage == CompoundStage.Abandoned)) context.Progress($"reference {failed.Identity.Formula} is missing in the hull: {failed.Reason}");
        var entries = ScreeningDecisions.HullEntries(view, work.References);
        var hull = new PhaseHull(entries); // refuses mixed schemes
        await context.Report(new FixHullOf(context.Blobs.Put(PoolBlobs.OfHull(entries)), hull.Scheme, entries.Length), cancel);
    }
}
