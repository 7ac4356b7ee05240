using IpActors.Domain.Campaigns;

namespace IpActors.Workers.Campaigns;

/// <summary>Chooses the initial set or the next batch from the blobs that its inputs name.</summary>
public sealed class SelectWorker : WorkerOf<SelectBatch>
{
    protected override Task Perform(SelectBatch work, IWorkContext context, CancellationToken cancel) =>
        context.Report(new RecordBatch(BatchDecisions.Of(work.Settings, work.Inputs, context.Blobs)), cancel);
}
