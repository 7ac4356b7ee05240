using IpActors.Science.Acquisition;
using IpActors.Science.Numerics;
using IpActors.Science.Pareto;

namespace IpActors.Science.Tests.Acquisition;

public class BatchSelectionTests
{
    static readonly double[] Origin = [0, 0, 0];

    static Candidate At(string id, double x, double y, double z, double sigma = 0, string? composition = null) =>
        new(id, composition ?? id, [x, y, z], [sigma, sigma, sigma]);

    static Candidate[] Pool(int n, string stream)
    {
        var random = SeededRandom.Stream(1, stream);
        return [.. Enumerable.Range(0, n).Select(i => At($"c{i:D4}", random.NextDouble(), random.NextDouble(), random.NextDouble(), 0.2 * random.NextDouble(), $"comp{i % 7}"))];
    }

    static readonly double[][] Front = [[0.9, 0.2, 0.3], [0.2, 0.9, 0.3], [0.5, 0.5, 0.6]];

    [Fact]
    public void The_paper_s_rule_takes_the_best_ten_by_volume_gained_at_mu_plus_sigma()
    {
        var pool = Pool(200, "paper");
        var decision = BatchSelection.Select(pool, Front, Origin, new BatchSettings());
        var v0 = Hypervolume.Volume(Front, Origin);
        var expected = pool.Select(c => (c.Id, Gain: Hypervolume.Volume([.. Front, [.. c.Mu.Zip(c.Sigma, (m, s) => m + s)]], Origin) - v0)).OrderByDescending(g => g.Gain).Take(10).ToArray();
        Assert.Equal(expected.Select(e => e.Id), decision.Members.Select(m => m.Candidate.Id));
        foreach (var (e, m) in expected.Zip(decision.Members)) Assert.Equal(e.Gain, m.Candidate.Improvement, 1e-12);
        Assert.Equal(v0, decision.V0);
        Assert.Equal(Enumerable.Range(1, 200), decision.Ranked.Select(r => r.Rank));
        Assert.Equal(decision.Members[0].Candidate.Improvement, decision.Members[0].ConditionalImprovement);
    }

    [Theory]
    [InlineData(BatchRule.Top)]
    [InlineData(BatchRule.Greedy)]
    public void The_order_of_pool_and_front_changes_no_bit_of_the_decision(BatchRule rule)
    {
        var (pool, front) = (Pool(101, "order"), Front.ToArray());
        var settings = new BatchSettings(Size: 6, Rule: rule, CapPerComposition: 2);
        var first = System.Text.Json.JsonSerializer.Serialize(BatchSelection.Select(pool, front, Origin, settings));
        SeededRandom.Stream(2, "shuffle").Shuffle<Candidate>(pool);
        Array.Reverse(front);
        Assert.Equal(first, System.Text.Json.JsonSerializer.Serialize(BatchSelection.Select(pool, front, Origin, settings)));
    }

    [Fact]
    public void A_decision_written_as_JSON_is_recomputed_bit_for_bit_from_what_it_holds()
    {
        var pool = Pool(300, "journal");
        var settings = new BatchSettings(Rule: BatchRule.Greedy, Beta: 0.7, CapPerComposition: 3);
        var text = System.Text.Json.JsonSerializer.Serialize(BatchSelection.Select(pool, Front, Origin, settings));
        var read = System.Text.Json.JsonSerializer.Deserialize<BatchDecision>(text)!;
        var candidates = read.Ranked.Select(s => new Candidate(s.Id, s.Composition, s.Mu, s.Sigma)).ToArray();
        Assert.Equal(text, System.Text.Json.JsonSerializer.Serialize(BatchSelection.Select(candidates, Front, [.. read.Reference], read.Settings)));
        Assert.NotEqual(text, System.Text.Json.JsonSerializer.Serialize(BatchSelection.Select(candidates, Front, [.. read.Reference], read.Settings with { Beta = 0.70001 })));
    }

    [Fact]
    public void Equal_improvements_go_by_reach_and_then_by_id()
    {
        Candidate[] pool = [At("b", 0.4, 0.4, 0.4), At("a", 0.1, 0.1, 0.1), At("d", 0.7, 0.7, 0.7), At("c", 0.4, 0.4, 0.4)];
        Assert.Equal(["d", "b", "c", "a"], Ranking.Rank(pool, [[0.5, 0.5, 0.5]], Origin, 1).Select(s => s.Id));
    }

    [Fact]
    public void Evaluated_failed_and_pending_candidates_are_never_proposed()
    {
        var decision = BatchSelection.Select(Pool(12, "excluded"), Front, Origin, new BatchSettings(), new HashSet<string> { "c0001", "c0002" }, new HashSet<string> { "c0003" });
        Assert.Equal(9, decision.Members.Length);
        Assert.Empty(decision.Ranked.Select(r => r.Id).Intersect(["c0001", "c0002", "c0003"]));
    }

    [Theory]
    [InlineData(BatchRule.Top)]
    [InlineData(BatchRule.Greedy)]
    public void No_composition_gets_more_than_its_cap_and_the_others_are_named(BatchRule rule)
    {
        Candidate[] pool = [At("a", 1, 1, 1, composition: "x"), At("b", 1, 1, 0.9, composition: "x"), At("c", 0.3, 0.3, 0.3, composition: "y")];
        var decision = BatchSelection.Select(pool, [], Origin, new BatchSettings(Size: 2, Rule: rule, CapPerComposition: 1));
        Assert.Equal(["a", "c"], decision.Members.Select(m => m.Candidate.Id));
        Assert.Equal<string>(["b"], decision.Capped);
    }

    [Fact]
    public void A_greedy_batch_avoids_twins_that_the_ranking_would_take()
    {
        Candidate[] pool = [At("a", 1, 0.5, 0.5), At("b", 0.99, 0.5, 0.5), At("c", 0.5, 1, 0.4)];
        Assert.Equal(["a", "b"], BatchSelection.Select(pool, [], Origin, new BatchSettings(Size: 2)).Members.Select(m => m.Candidate.Id));
        var greedy = BatchSelection.Select(pool, [], Origin, new BatchSettings(Size: 2, Rule: BatchRule.Greedy));
        Assert.Equal(["a", "c"], greedy.Members.Select(m => m.Candidate.Id));
        Assert.Equal(0.25 + greedy.Members[1].ConditionalImprovement, Hypervolume.Volume([[1, 0.5, 0.5], [0.5, 1, 0.4]], Origin), 1e-15);
        // a pending twin counts as reached
        Assert.Equal("c", BatchSelection.Select(pool, [], Origin, new BatchSettings(Size: 1, Rule: BatchRule.Greedy), pending: new HashSet<string> { "a" }).Members[0].Candidate.Id);
    }

    [Fact]
    public void A_known_objective_is_its_value_without_uncertainty()
    {
        var c = At("a", 1, 2, 3, sigma: 0.5).WithKnown([4.5, null, null]);
        Assert.Equal([4.5, 2.5, 3.5], c.Bound(1));
        Assert.Equal([4.5, 3, 4], c.Bound(2));
    }

    [Fact]
    public void Predictions_that_are_not_finite_are_refused_by_id() =>
        Assert.Contains("bad", Assert.Throws<ArgumentException>(() => BatchSelection.Select([At("bad", double.NaN, 1, 1)], Front, Origin, new BatchSettings())).Message);

    [Fact]
    public void Expected_improvement_is_the_mean_of_the_volume_gained()
    {
        var boxes = new BoxDecomposition(Front, Origin);
        var random = SeededRandom.Stream(3, "ehvi");
        foreach (var (mu, sigma) in new (double[], double[])[] { ([0.6, 0.5, 0.5], [0.2, 0.3, 0.1]), ([0.3, 0.3, 0.3], [0.15, 0, 0.2]) })
        {
            const int Draws = 100_000;
            var draws = Enumerable.Range(0, Draws).Select(_ => mu.Zip(sigma, (m, s) => m + s * random.NextGaussian()).ToArray()).ToArray();
            var gains = boxes.Improvements(draws);
            var mean = gains.Average();
            var error = Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / Draws / Draws);
            Assert.Equal(mean, ExpectedImprovement.Of(boxes, mu, sigma), 4 * error);
        }
        Assert.Equal(boxes.Improvement([1, 1, 1]), ExpectedImprovement.Of(boxes, [1, 1, 1], Origin), 1e-15);
    }
}
