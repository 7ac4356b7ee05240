using IpActors.Science.Pareto;

namespace IpActors.Science.Acquisition;

/// <summary>One candidate's place: its bound g, the score of the criterion, and rank 1 for the best.</summary>
/// <param name="Improvement">uHVI of the bound (Eq. 20), or the expected improvement where that is the criterion; times the probability of feasibility</param>
/// <param name="Reach">sum over objectives of (g_i - r_i) / (largest front value - r_i); decides between equal improvements</param>
public sealed record Scored(string Id, string Composition, ImmutableArray<double> Mu, ImmutableArray<double> Sigma, ImmutableArray<double> Bound, double Improvement, double Reach, int Rank)
{
    /// <summary>The candidate's probability to satisfy the constraints, with which the improvement has been multiplied.</summary>
    public double Feasibility { get; init; } = 1;
}

/// <summary>By what candidates are scored.</summary>
public enum Criterion
{
    /// <summary>uHVI: volume gained by the one optimistic corner g = mu + beta sigma (the paper).</summary>
    BoundImprovement,
    /// <summary>EHVI: volume gained on average over independent normal objectives; beta is not used for the score.</summary>
    ExpectedImprovement,
}

/// <summary>
/// Candidates in order of use: improvement from high to low, then feasibility, then reach from high to low (which orders those whose bound adds no volume), then id in ordinal order.
/// The order in which candidates or front points are given changes no bit.
/// </summary>
public static class Ranking
{
    public static ImmutableArray<Scored> Rank(IEnumerable<Candidate> candidates, IReadOnlyList<double[]> front, double[] reference, double beta, Criterion criterion = Criterion.BoundImprovement) =>
        Rank(candidates, new BoxDecomposition(front, reference), front, reference, beta, criterion);

    /// <summary>As above, with the front's decomposition at hand.</summary>
    internal static ImmutableArray<Scored> Rank(IEnumerable<Candidate> candidates, BoxDecomposition boxes, IReadOnlyList<double[]> front, double[] reference, double beta, Criterion criterion)
    {
        var pool = candidates.OrderBy(c => c.Id, StringComparer.Ordinal).ToArray();
        for (var i = 1; i < pool.Length; i++) if (pool[i].Id == pool[i - 1].Id) throw new ArgumentException($"candidate {pool[i].Id} is given twice");
        foreach (var c in pool) c.Check(reference.Length);
        var bounds = pool.Select(c => c.Bound(beta)).ToArray();
        var improvements = criterion == Criterion.BoundImprovement ? boxes.Improvements(bounds)
            : [.. pool.Select(c => ExpectedImprovement.Of(boxes, c.Mu, c.Sigma))];
        for (var i = 0; i < pool.Length; i++) improvements[i] *= pool[i].Feasibility;
        var reaches = Reaches(bounds, front, reference);
        var order = Enumerable.Range(0, pool.Length).ToArray();
        Array.Sort(order, (a, b) => improvements[b].CompareTo(improvements[a]) is var i && i != 0 ? i : pool[b].Feasibility.CompareTo(pool[a].Feasibility) is var f && f != 0 ? f : reaches[b].CompareTo(reaches[a]) is var s && s != 0 ? s : a.CompareTo(b));
        return [.. order.Select((i, place) => new Scored(pool[i].Id, pool[i].Composition, pool[i].Mu, pool[i].Sigma, [.. bounds[i]], improvements[i], reaches[i], place + 1) { Feasibility = pool[i].Feasibility })];
    }

    static double[] Reaches(double[][] bounds, IReadOnlyList<double[]> front, double[] reference)
    {
        var spans = new double[reference.Length];
        for (var k = 0; k < spans.Length; k++)
        {
            foreach (var p in front) spans[k] = Math.Max(spans[k], p[k] - reference[k]);
            if (spans[k] == 0) spans[k] = 1; // no front point above the reference: plain sum
        }
        return [.. bounds.Select(g => { var sum = 0.0; for (var k = 0; k < spans.Length; k++) sum += (g[k] - reference[k]) / spans[k]; return sum; })];
    }
}
