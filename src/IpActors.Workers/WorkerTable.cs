using IpActors.Workers.Campaigns;
using IpActors.Workers.Runs;

namespace IpActors.Workers;

/// <summary>Everything that can turn owed work into results.</summary>
public static class WorkerTable
{
    public static IReadOnlyList<IWorker> All() =>
    [
        new EnumerateWorker(), new FixHullWorker(), new ScreenWorker(), new DescribeWorker(), new SelectWorker(), new FitWorker(), new PredictWorker(), new RankWorker(),
        new BuiltinRunWorker(), new CombineWorker(),
    ];
}
