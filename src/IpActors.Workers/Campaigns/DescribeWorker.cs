using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Science.Crystals;

namespace IpActors.Workers.Campaigns;

/// <summary>Describes the pool's relaxed structures and leaves their latent rows, and what screening has told of them, as blobs in pool order.</summary>
public sealed class DescribeWorker : WorkerOf<DescribePool>
{
    protected override async Task Perform(DescribePool work, IWorkContext context, CancellationToken cancel)
    {
        var view = await context.Campaign.When(v => v.Coordinator.Pool?.Digest == work.PoolDigest, cancel);
        var pool = PoolBlobs.Ids(context.Blobs.Get(work.PoolDigest));
        context.Progress($"describing {pool.Length} structures");
        var structures = new List<Structure>(pool.Length);
        await foreach (var c in context.Stored<Compound>([.. pool.Select(id => EntityId.Compound(work.Settings.Name, id))], cancel)) structures.Add(c.Relaxation!.Structure!);
        var latent = PoolDescriptions.Describe(work.Settings, structures);
        await context.Report(new RecordDescription(work.PoolDigest, context.Blobs.Put(latent.ToBytes()), latent.Widths, context.Blobs.Put(PoolFacts.Of(view, pool).ToBytes())), cancel);
    }
}
