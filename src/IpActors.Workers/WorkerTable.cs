using IpActors.Workers.Campaigns;
using IpActors.Workers.Runs;

namespace IpActors.Workers;

/// <summary>Everything that can turn owed work into results.</summary>
public static class WorkerTable
{
    /// <param name="programs">What this host knows of programs; null: none, and their runs wait for one that does.</param>
    public static IReadOnlyList<IWorker> All(ProgramSetup? programs = null) =>
    [
        new EnumerateWorker(), new FixHullWorker(), new ScreenWorker(), new DescribeWorker(), new SelectWorker(), new FitWorker(), new PredictWorker(), new RankWorker(),
        new BuiltinRunWorker(), new CombineWorker(), .. programs is null ? [] : (IWorker[])[new ProgramRunWorker(programs)],
    ];
}
