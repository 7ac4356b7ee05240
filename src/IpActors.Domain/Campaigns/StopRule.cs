using IpActors.Science.Acquisition;
using IpActors.Science.Pareto;

namespace IpActors.Domain.Campaigns;

/// <summary>
/// What an iteration achieved, and whether the sampling ends: the paper stops when no best value of any objective changed for 3 consecutive iterations. An iteration is a batch; in the mode rolling it is as many
/// evaluations as a batch has (<see cref="Rolling"/>).
/// </summary>
public static class StopRule
{
    public static IterationCompleted Complete(Campaign s)
    {
        var reference = s.Settings!.Objectives.Select(o => o.Reference).ToArray();
        var volume = Hypervolume.Volume(BatchDecisions.Front(s.Settings, s.Evaluations), reference);
        ImmutableArray<BestValue> best = [.. s.Settings.Objectives.Select(o => Best(s, o)).OfType<BestValue>()];
        var before = s.Iterations.Count > 0 ? s.Iterations[^1] : null;
        return new IterationCompleted(s.IsRolling ? s.Iterations.Count : s.Batches[^1].Iteration, s.Evaluations.Count, volume, volume - (before?.Hypervolume ?? 0), best, before is null || !before.Best.AsSpan().SequenceEqual(best.AsSpan()));
    }

    static BestValue? Best(Campaign s, Objective o) => BatchDecisions.Complete(s.Settings!, s.Evaluations).Where(e => !e.Values[o.Property].IsCensored)
        .Select(e => new BestValue(o.Property, e.Compound, e.Values[o.Property].Value, o.ToFrame(e.Values[o.Property].Value)))
        .OrderByDescending(b => b.InFrame).ThenBy(b => b.Compound, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Why the sampling ends after the last iteration, null to go on.</summary>
    public static string? ReasonToEnd(Campaign s)
    {
        var (stop, last) = (s.Settings!.Stop, s.Iterations[^1]);
        if (stop.MaxIterations is { } most && last.Iteration >= most) return $"the budget of {most} iterations is spent";
        Progress[] history = [.. s.Iterations.Select(i => new Progress(i.Iteration, [.. i.Best.Select(b => b.InFrame)], i.Hypervolume, i.Evaluations))];
        return Science.Acquisition.StopRule.Evaluate(history, new(stop.UnchangedIterations, stop.MaxEvaluations, stop.UnchangedVolumeIterations, stop.VolumeTolerance), s.Pool!.Count - s.SelectedCount).Reason;
    }
}
