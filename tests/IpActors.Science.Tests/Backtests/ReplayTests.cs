using IpActors.Science.Backtests;

namespace IpActors.Science.Tests.Backtests;

public class ReplayTests
{
    static readonly KnownPool Sphere = TestProblems.Dtlz2(160, 5, 1), Zdt = TestProblems.Zdt1(180, 20, 1);
    static readonly ReplaySettings Short = new(Initial: 10, Batch: 5, Evaluations: 60, Starts: 2);

    [Fact] public void The_pools_have_the_analytic_fronts()
    {
        // On the front sum f^2 = 1; 25 angles, of which those with x1 = 1 are one point.
        var onSphere = Sphere.Front.Where(i => Math.Abs(Sphere.Values[i].Sum(v => v * v) - 1) < 1e-12).ToList();
        Assert.Equal(25, onSphere.Count);
        Assert.True(Sphere.Volume < 1.6 * 1.6 * 1.6 - Math.PI / 6, "no pool beats the octant of the unit ball cut out of the box");
        // The continuous front over (-1.1, -10): integral of 10 - 1 + sqrt(f1) over [0, 1], then 0.1 x 10.
        var continuous = 9 + 2 / 3.0 + 1;
        Assert.InRange(Zdt.Volume, 0.98 * continuous, continuous);
        Assert.Equal(20, Zdt.Front.Count(i => Math.Abs(Zdt.Values[i][1] + 1 - Math.Sqrt(-Zdt.Values[i][0])) < 1e-12));
    }

    [Theory, InlineData("uhvi"), InlineData("greedy"), InlineData("ehvi"), InlineData("random")]
    public void Every_rule_gives_the_same_trace_again_and_ends_with_the_pools_volume(string rule)
    {
        var all = Short with { Evaluations = 1000, Batch = 40 };
        var (a, b) = (Replay.Run(Zdt, rule, all, 3), Replay.Run(Zdt, rule, all, 3));
        Assert.Equal<double>(a.Volumes, b.Volumes);
        Assert.Equal<int>([10, 50, 90, 130, 170, 200], a.Evaluations);
        Assert.Equal(Zdt.Volume, a.Volumes[^1]);
        Assert.True(a.Volumes.Zip(a.Volumes.Skip(1)).All(p => p.First <= p.Second));
        Assert.NotEqual<double>(a.Volumes, Replay.Run(Zdt, rule, all, 4).Volumes);
    }

    [Fact] public void The_order_of_the_rows_changes_nothing()
    {
        var shuffled = Enumerable.Range(0, Zdt.Count).OrderBy(i => i * 7919 % 211).ToArray();
        var other = new KnownPool([.. shuffled.Select(i => Zdt.Ids[i])], Zdt.Features.Select(shuffled), [.. shuffled.Select(i => Zdt.Values[i])], Zdt.Reference);
        Assert.Equal<double>(Replay.Run(Zdt, "uhvi", Short, 5).Volumes, Replay.Run(other, "uhvi", Short, 5).Volumes);
    }

    [Fact] public void All_rules_begin_with_the_same_set_of_a_seed() =>
        Assert.Single(Replay.Rules.Select(r => Replay.Run(Zdt, r, Short with { Evaluations = 10 }, 2).Volumes.Single()).Distinct());

    [Theory, InlineData("uhvi"), InlineData("greedy"), InlineData("ehvi")]
    public void A_rule_that_learns_finds_more_than_chance_on_both_problems(string rule)
    {
        foreach (var pool in (KnownPool[])[Sphere, Zdt])
        {
            double Mean(string r) => Enumerable.Range(1, 4).Average(seed => Replay.Run(pool, r, Short with { Evaluations = 40 }, seed).Volumes[^1] / pool.Volume);
            var (learned, drawn) = (Mean(rule), Mean("random"));
            Assert.True(1 - learned < 0.6 * (1 - drawn), $"{rule} misses {1 - learned:P2}, chance {1 - drawn:P2}");
        }
    }

    [Fact] public void A_summary_is_mean_deviation_and_median_over_the_seeds()
    {
        Trace[] traces = [new([10, 20, 30], [5, 9.5, 10]), new([10, 20, 30], [7, 8.5, 9.2]), new([10, 20, 30], [9, 9.9, 10])];
        var s = RuleSummary.Of("uhvi", traces, 10);
        Assert.Equal(0.7, s.Points[0].Mean, 1e-15);
        Assert.Equal(0.2, s.Points[0].Deviation, 1e-15);
        Assert.Equal((0.5, 0.9), (s.Points[0].Lowest, s.Points[0].Highest));
        Assert.Equal<int?>([20, 30, 10], s.Reached[0].Each);
        Assert.Equal<int?>([30, null, 20], s.Reached[2].Each);
        Assert.Equal((20.0, 20.0, 30.0), (s.Reached[0].Median, s.Reached[1].Median, s.Reached[2].Median));
        Assert.Equal(2, s.Reached[2].Seeds);
        Assert.Null(RuleSummary.Of("uhvi", [traces[1], traces[1], traces[0]], 10).Reached[2].Median);
    }

    [Fact] public void A_reference_by_default_leaves_nobody_out() => Assert.Equal([-0.1, 1, 1.8], KnownPool.DefaultReference([[0, 2, 2], [1, 2, 4]]));

    [Fact] public void What_is_wrong_with_a_pool_is_named()
    {
        Assert.Contains("p0001 is given twice", Assert.Throws<ArgumentException>(() => new KnownPool(["p0001", "a", "p0001"], Zdt.Features.Select([0, 1, 2]), Zdt.Values[..3], [0, 0])).Message);
        Assert.Contains("unknown rule", Assert.Throws<ArgumentException>(() => Replay.Run(Zdt, "best", Short, 1)).Message);
    }
}
