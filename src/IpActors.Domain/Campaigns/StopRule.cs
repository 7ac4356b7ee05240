using IpActors.Science.Pareto;

namespace IpActors.Domain.Campaigns;

/// <summary>What an iteration achieved, and whether the sampling ends: the paper stops when no best value of any objective changed for 3 consecutive iterations.</summary>
public static class StopRule
{
    /// <summary>The points of all evaluations that count in the maximise frame, in ordinal order of their compounds. A censored value is a bound and enters at its bound.</summary>
    public static double[][] Points(Campaign s) => [.. Evaluated(s).Select(e => s.Settings!.Objectives.Select(o => o.ToFrame(e.Values[o.Property].Value)).ToArray())];

    /// <summary>Evaluations with every objective known, in ordinal order of their compounds.</summary>
    public static IEnumerable<EvaluationRecorded> Evaluated(Campaign s) => s.Evaluations.Values.Where(e => e.Failure is null && s.Settings!.Objectives.All(o => e.Values.ContainsKey(o.Property)));

    public static IterationCompleted Complete(Campaign s)
    {
        var reference = s.Settings!.Objectives.Select(o => o.Reference).ToArray();
        var volume = Hypervolume.Compute(Points(s), reference);
        ImmutableArray<BestValue> best = [.. s.Settings.Objectives.Select(o => Best(s, o)).OfType<BestValue>()];
        var before = s.Iterations.Count > 0 ? s.Iterations[^1] : null;
        return new IterationCompleted(s.Batches[^1].Iteration, s.Evaluations.Count, volume, volume - (before?.Hypervolume ?? 0), best, before is null || !before.Best.AsSpan().SequenceEqual(best.AsSpan()));
    }

    static BestValue? Best(Campaign s, Objective o) => Evaluated(s).Where(e => !e.Values[o.Property].IsCensored)
        .Select(e => new BestValue(o.Property, e.Compound, e.Values[o.Property].Value, o.ToFrame(e.Values[o.Property].Value)))
        .OrderByDescending(b => b.InFrame).ThenBy(b => b.Compound, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Why the sampling ends after that iteration, null to go on.</summary>
    public static string? ReasonToEnd(Campaign s, IterationCompleted last)
    {
        var stop = s.Settings!.Stop;
        var iterations = s.Iterations.Add(last);
        var unchanged = iterations.Reverse().TakeWhile(i => !i.Changed).Count();
        if (unchanged >= stop.UnchangedIterations) return $"no best value changed for {unchanged} consecutive iterations";
        if (stop.MaxIterations is { } most && last.Iteration >= most) return $"the budget of {most} iterations is spent";
        if (stop.MaxEvaluations is { } evaluations && last.Evaluations >= evaluations) return $"the budget of {evaluations} evaluations is spent";
        return null;
    }
}
