using IpActors.Domain.Campaigns;
using IpActors.Domain.Surrogates;
using IpActors.Science.Descriptors;

namespace IpActors.Workers.Campaigns;

/// <summary>Fits the Gaussian process of one objective.</summary>
public sealed class FitWorker : WorkerOf<FitSurrogate>
{
    protected override async Task Perform(FitSurrogate work, IWorkContext context, CancellationToken cancel)
    {
        var view = await context.Campaign.When(v => v.Coordinator.Settings is not null, cancel);
        var (pool, latent) = PoolOf(context, work.Training);
        var fit = SurrogateDecisions.Fit(view.Coordinator.Settings!.Surrogate, work.Training, work.Kept, pool, latent);
        await context.Report(new RecordFit(work.Training.Iteration, fit.Hyperparameters, fit.LogMarginalLikelihood, fit.Digest), cancel);
    }

    internal static (string[] Pool, LatentPool Latent) PoolOf(IWorkContext context, TrainingSet training) =>
        (PoolBlobs.Ids(context.Blobs.Get(training.PoolDigest)), LatentPool.FromBytes(context.Blobs.Get(training.LatentDigest)));
}

/// <summary>Predicts mu and sigma of the whole pool and leaves them as a blob, and so the model.</summary>
public sealed class PredictWorker : WorkerOf<PredictPool>
{
    protected override Task Perform(PredictPool work, IWorkContext context, CancellationToken cancel)
    {
        var (pool, latent) = FitWorker.PoolOf(context, work.Training);
        var prediction = SurrogateDecisions.Predict(work.Training, work.Hyperparameters, pool, latent);
        return context.Report(new RecordPredictionOf(work.Training.Iteration, context.Blobs.Put(SurrogateDecisions.ToBytes(prediction)),
            context.Blobs.Put(SurrogateDecisions.ModelBytes(work.Training, work.Hyperparameters))), cancel);
    }
}
