using IpActors.Science.Acquisition;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Backtests;

/// <summary>The choices of one replay: models of what is known, and the rule over them.</summary>
sealed class ReplayChoice(KnownPool pool, string rule, ReplaySettings settings, long seed, Dictionary<string, int> index)
{
    readonly Hyperparameters?[] _kept = new Hyperparameters?[pool.Reference.Length];
    int _fittedAt = -1;

    /// <param name="taken">known and under way</param>
    public int[] Next(SortedSet<int> known, SortedSet<int> taken, int room, int iteration)
    {
        var done = pool.VolumeOf(known) >= pool.Volume; // nothing is left to find: which come next changes no volume
        return rule == "random" || done ? Drawn(taken, room, iteration) : Chosen(known, taken, room, iteration);
    }

    int[] Drawn(SortedSet<int> taken, int room, int iteration)
    {
        int[] open = [.. Enumerable.Range(0, pool.Count).Where(i => !taken.Contains(i))];
        SeededRandom.Stream(seed, $"random/{iteration}").Shuffle(open.AsSpan());
        return open[..Math.Min(room, open.Length)];
    }

    int[] Chosen(SortedSet<int> known, SortedSet<int> taken, int room, int iteration)
    {
        int[] training = [.. known], rest = [.. Enumerable.Range(0, pool.Count).Where(i => !known.Contains(i))];
        var refit = _fittedAt < 0 || known.Count - _fittedAt >= settings.RefitEvery;
        if (refit) _fittedAt = known.Count;
        var (rows, others) = (pool.Features.Select(training), pool.Features.Select(rest));
        var predictions = Enumerable.Range(0, pool.Reference.Length).Select(k =>
        {
            if (settings.Known.Contains(k)) return new Prediction([.. rest.Select(i => pool.Values[i][k])], new double[rest.Length]);
            var start = (long)SeededRandom.Stream(seed, $"fit/{k}/{iteration}").NextUInt64();
            double[] y = [.. training.Select(i => pool.Values[i][k])], noise = Noise(training, k);
            double[]? variance = noise.Any(s => s > 0) ? [.. noise.Select(s => s * s)] : null;
            var model = refit || _kept[k] is null ? SurrogateModel.Fit(rows, y, variance, start, new FitOptions(settings.Starts)) : SurrogateModel.Rebuild(_kept[k]!, rows, y, variance);
            _kept[k] = model.Hyperparameters;
            return model.Predict(others);
        }).ToArray();
        var pending = rule == "greedy-believer" ? PendingRule.Believer : settings.Pending;
        var batch = new BatchSettings(room, settings.Beta, rule is "greedy" or "greedy-believer" ? BatchRule.Greedy : BatchRule.Top, rule == "ehvi" ? Criterion.ExpectedImprovement : Criterion.BoundImprovement, Pending: pending);
        var condition = Believer.Over([.. Enumerable.Range(0, pool.Reference.Length).Select(k => settings.Known.Contains(k) ? null
            : new ConditionedSurrogate(_kept[k]!, training, [.. training.Select(i => pool.Values[i][k])], Noise(training, k)))], pool.Features, id => index[id]);
        return [.. BatchSelection.Select([.. rest.Select((i, r) => new Candidate(pool.Ids[i], pool.Ids[i], [.. predictions.Select(p => p.Mu[r])], [.. predictions.Select(p => p.Sigma[r])]))],
            [.. training.Where(pool.IsCounted).Select(i => pool.Values[i])], pool.Reference, batch, pending: taken.Except(known).Select(i => pool.Ids[i]).ToHashSet(), condition: condition).Members.Select(m => index[m.Candidate.Id])];
    }

    double[] Noise(int[] training, int k) => [.. training.Select(i => pool.Censored[i][k] ? (settings.CensoredNoise.IsEmpty ? 1 : settings.CensoredNoise[k]) : 0)];
}
