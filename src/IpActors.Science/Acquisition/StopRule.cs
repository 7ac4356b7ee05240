namespace IpActors.Science.Acquisition;

/// <summary>A campaign after an iteration (0: the initial data): the best value of each objective and the hypervolume, of all values known by then.</summary>
public sealed record Progress(int Iteration, ImmutableArray<double> Best, double Hypervolume, int Evaluated)
{
    /// <summary>Bests and volume of the values known. Censored values (upper bounds of a conductivity too low to resolve) must not be among them.</summary>
    public static Progress Of(int iteration, IReadOnlyList<double[]> values, double[] reference, int evaluated) => new(
        iteration,
        [.. Enumerable.Range(0, reference.Length).Select(k => values.Count == 0 ? double.NegativeInfinity : values.Max(v => v[k]))],
        Pareto.Hypervolume.Volume(values, reference),
        evaluated);
}

/// <summary>When to stop. The paper's rule is the default; null switches a rule off.</summary>
/// <param name="UnchangedBests">stop when no best value of any objective changed for so many iterations in a row</param>
/// <param name="Budget">stop when so many candidates have been evaluated</param>
/// <param name="UnchangedVolume">stop when the volume gained over so many iterations is at most <paramref name="VolumeTolerance"/> of the volume</param>
/// <param name="VolumeTolerance">a fraction of the present hypervolume</param>
public sealed record StopSettings(int? UnchangedBests = 3, int? Budget = null, int? UnchangedVolume = null, double VolumeTolerance = 1e-3);

/// <summary>Reason is null as long as the campaign goes on. VolumeGained: by the last iteration. Unchanged: iterations in a row without a new best value.</summary>
public sealed record StopVerdict(string? Reason, double VolumeGained, int Unchanged)
{
    public bool Stop => Reason is not null;
}

/// <summary>Says whether a campaign is done, from its progress alone.</summary>
public static class StopRule
{
    /// <param name="history">one entry per iteration, in order, the initial data first</param>
    /// <param name="settings">which rules hold</param>
    /// <param name="remaining">candidates that could still be proposed</param>
    public static StopVerdict Evaluate(IReadOnlyList<Progress> history, StopSettings settings, int remaining)
    {
        if (history.Count == 0) return new StopVerdict(null, 0, 0);
        var last = history[^1];
        var unchanged = 0;
        while (unchanged + 1 < history.Count && history[^(unchanged + 1)].Best.SequenceEqual(history[^(unchanged + 2)].Best)) unchanged++;
        var gained = history.Count > 1 ? last.Hypervolume - history[^2].Hypervolume : last.Hypervolume;
        return new StopVerdict(Reason(), gained, unchanged);

        string? Reason()
        {
            if (remaining == 0) return "every candidate has been evaluated, failed or is excluded";
            if (settings.Budget is { } budget && last.Evaluated >= budget) return $"{last.Evaluated} candidates evaluated, the budget is {budget}";
            if (settings.UnchangedBests is { } n && unchanged >= n) return $"no best value of any objective changed for {n} consecutive iterations";
            if (settings.UnchangedVolume is { } k && history.Count > k && last.Hypervolume - history[^(k + 1)].Hypervolume <= settings.VolumeTolerance * last.Hypervolume)
                return $"the hypervolume grew by at most {settings.VolumeTolerance:G3} of itself over {k} iterations";
            return null;
        }
    }
}
