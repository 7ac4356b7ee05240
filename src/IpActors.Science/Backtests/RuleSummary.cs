namespace IpActors.Science.Backtests;

/// <summary>Share of the pool's hypervolume after so many evaluations, over the seeds: mean, standard deviation (of the n values, n − 1), lowest and highest.</summary>
public sealed record SharePoint(int Evaluations, double Mean, double Deviation, double Lowest, double Highest)
{
    /// <summary>Mean time of that point, in mean durations of an evaluation; NaN where traces tell none.</summary>
    public double Time { get; init; } = double.NaN;
}

/// <summary>Evaluations until that share of the pool's hypervolume, per seed in their order (null: not within the replay); the median counts those as later than all others.</summary>
public sealed record Reached(double Share, ImmutableArray<int?> Each, double? Median)
{
    public int Seeds => Each.Count(e => e is not null);
    /// <summary>The median time until then, in mean durations of an evaluation; null as the median of evaluations.</summary>
    public double? MedianTime { get; init; }
}

/// <summary>One rule over several seeds.</summary>
public sealed record RuleSummary(string Rule, ImmutableArray<SharePoint> Points, ImmutableArray<Reached> Reached)
{
    public static readonly ImmutableArray<double> Shares = [0.90, 0.95, 0.99];

    /// <param name="traces">one per seed, all of the same settings, so that their evaluations are the same</param>
    /// <param name="total">the pool's hypervolume</param>
    public static RuleSummary Of(string rule, IReadOnlyList<Trace> traces, double total)
    {
        var points = traces[0].Evaluations.Select((n, i) =>
        {
            var shares = traces.Select(t => t.Volumes[i] / total).ToArray();
            var mean = shares.Sum() / shares.Length;
            return new SharePoint(n, mean, shares.Length < 2 ? 0 : Math.Sqrt(shares.Sum(s => (s - mean) * (s - mean)) / (shares.Length - 1)), shares.Min(), shares.Max())
            {
                Time = traces.Any(t => t.Times.IsEmpty) ? double.NaN : traces.Sum(t => t.Times[i]) / traces.Count,
            };
        });
        return new(rule, [.. points], [.. Shares.Select(s => { ImmutableArray<int?> each = [.. traces.Select(t => t.ToReach(s, total))]; return new Reached(s, each, Median(each.Select(e => (double?)e))) { MedianTime = Median(traces.Select(t => t.TimeToReach(s, total))) }; })]);
    }

    static double? Median(IEnumerable<double?> each)
    {
        var sorted = each.Select(e => e ?? double.PositiveInfinity).Order().ToArray();
        var middle = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return double.IsFinite(middle) ? middle : null;
    }
}
