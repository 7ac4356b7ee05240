using IpActors.Domain.Campaigns;

namespace IpActors.Workers.Campaigns;

/// <summary>Describes the pool's relaxed structures and leaves their latent rows, and what screening has told of them, as blobs in pool order.</summary>
public sealed class DescribeWorker : WorkerOf<DescribePool>
{
    protected override async Task Perform(DescribePool work, IWorkContext context, CancellationToken cancel)
    {
        var view = await context.Campaign.When(v => v.Coordinator.Pool?.Digest == work.PoolDigest, cancel);
        var pool = PoolBlobs.Ids(context.Blobs.Get(work.PoolDigest));
        context.Progress($"describing {pool.Length} structures");
        var latent = PoolDescriptions.Describe(work.Settings, [.. pool.Select(id => view.Compounds[id].Relaxed!)]);
        await context.Report(new RecordDescription(work.PoolDigest, context.Blobs.Put(latent.ToBytes()), latent.Widths, context.Blobs.Put(PoolFacts.Of(view, pool).ToBytes())), cancel);
    }
}
