using IpActors.Domain.Campaigns;
using IpActors.Domain.Surrogates;
using IpActors.Science.Descriptors;

namespace IpActors.Workers.Campaigns;

/// <summary>Chooses the initial set or the next batch from the blobs that its inputs name.</summary>
public sealed class SelectWorker : WorkerOf<SelectBatch>
{
    protected override Task Perform(SelectBatch work, IWorkContext context, CancellationToken cancel)
    {
        var (settings, inputs) = (work.Settings, work.Inputs);
        var pool = PoolBlobs.Ids(context.Blobs.Get(inputs.PoolDigest));
        var batch = inputs.IsInitial(settings)
            ? BatchDecisions.Initial(settings, inputs, pool, LatentPool.FromBytes(context.Blobs.Get(inputs.LatentDigest)))
            : BatchDecisions.Next(settings, inputs, pool, [.. inputs.Predictions.Select(p => SurrogateDecisions.FromBytes(context.Blobs.Get(p.PredictionDigest)))]);
        return context.Report(new RecordBatch(batch), cancel);
    }
}
