using IpActors.Science.Acquisition;
using IpActors.Science.Numerics;
using IpActors.Science.Pareto;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Backtests;

/// <param name="Evaluations">evaluations after which the replay ends, the initial ones among them</param>
/// <param name="Starts">starts of each likelihood maximisation</param>
public sealed record ReplaySettings(int Initial = 20, int Batch = 10, double Beta = 1, int Evaluations = 200, int Starts = 4);

/// <summary>Hypervolume after the initial set and after each batch.</summary>
public sealed record Trace(ImmutableArray<int> Evaluations, ImmutableArray<double> Volumes)
{
    /// <summary>Evaluations after which the volume is at least that share of <paramref name="total"/>; null when it never is.</summary>
    public int? ToReach(double share, double total)
    {
        for (var i = 0; i < Volumes.Length; i++) if (Volumes[i] >= share * total) return Evaluations[i];
        return null;
    }
}

/// <summary>
/// A campaign's sampling on a pool whose values are known: the space-filling initial set, then a Gaussian process per objective, the ranking of all that is open and the next batch, with the
/// very functions that campaigns use. Equal pool, rule, settings and seed give equal bits on any number of cores.
/// </summary>
public static class Replay
{
    /// <summary>The rules that can be replayed, by their names in campaign files.</summary>
    public static readonly ImmutableArray<string> Rules = ["uhvi", "greedy", "ehvi", "random"];

    /// <param name="seed">decides the initial set (the same for every rule), the fits' starts and the draws of the rule "random"</param>
    /// <exception cref="ArgumentException">an unknown rule; ehvi with more than three objectives</exception>
    public static Trace Run(KnownPool pool, string rule, ReplaySettings settings, long seed)
    {
        if (!Rules.Contains(rule)) throw new ArgumentException($"unknown rule '{rule}'", nameof(rule));
        var most = Math.Min(settings.Evaluations, pool.Count);
        var index = Enumerable.Range(0, pool.Count).ToDictionary(i => pool.Ids[i]);
        var known = new SortedSet<int>(SpaceFilling.Select(pool.Ids.Select((id, i) => (id, pool.Features.Row(i).ToArray())), Math.Min(settings.Initial, most), SeededRandom.Stream(seed, "initial")).Select(id => index[id]));
        var (evaluations, volumes) = (new List<int>(), new List<double>());
        for (var iteration = 1; ; iteration++)
        {
            evaluations.Add(known.Count);
            volumes.Add(Hypervolume.Volume([.. known.Select(i => pool.Values[i])], pool.Reference));
            if (known.Count >= most) return new([.. evaluations], [.. volumes]);
            var room = Math.Min(settings.Batch, most - known.Count);
            var done = volumes[^1] >= pool.Volume; // nothing is left to find: which come next changes no volume
            known.UnionWith(rule == "random" || done ? Drawn(pool, known, room, seed, iteration) : Chosen(pool, known, rule, settings, room, seed, iteration).Select(id => index[id]));
        }
    }

    static int[] Drawn(KnownPool pool, SortedSet<int> known, int room, long seed, int iteration)
    {
        int[] open = [.. Enumerable.Range(0, pool.Count).Where(i => !known.Contains(i))];
        SeededRandom.Stream(seed, $"random/{iteration}").Shuffle(open.AsSpan());
        return open[..room];
    }

    static IEnumerable<string> Chosen(KnownPool pool, SortedSet<int> known, string rule, ReplaySettings settings, int room, long seed, int iteration)
    {
        int[] training = [.. known], open = [.. Enumerable.Range(0, pool.Count).Where(i => !known.Contains(i))];
        var (rows, candidates) = (pool.Features.Select(training), pool.Features.Select(open));
        var predictions = Enumerable.Range(0, pool.Reference.Length).Select(k =>
        {
            var start = (long)SeededRandom.Stream(seed, $"fit/{k}/{iteration}").NextUInt64();
            return SurrogateModel.Fit(rows, [.. training.Select(i => pool.Values[i][k])], null, start, new FitOptions(settings.Starts)).Predict(candidates);
        }).ToArray();
        var batch = new BatchSettings(room, settings.Beta, rule == "greedy" ? BatchRule.Greedy : BatchRule.Top, rule == "ehvi" ? Criterion.ExpectedImprovement : Criterion.BoundImprovement);
        return BatchSelection.Select([.. open.Select((i, r) => new Candidate(pool.Ids[i], pool.Ids[i], [.. predictions.Select(p => p.Mu[r])], [.. predictions.Select(p => p.Sigma[r])]))],
            [.. training.Select(i => pool.Values[i])], pool.Reference, batch).Members.Select(m => m.Candidate.Id);
    }
}
