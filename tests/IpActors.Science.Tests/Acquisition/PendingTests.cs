using IpActors.Science.Acquisition;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Pareto;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Tests.Acquisition;

/// <summary>What is imagined of candidates under evaluation, and probabilities of feasibility.</summary>
public class PendingTests
{
    static readonly Hyperparameters H = new(0.2, 0.05, [new([1], 1.5, [0.7])]);
    static readonly LatentPool Line = LatentPool.FromRows([1], [.. Enumerable.Range(0, 12).Select(i => new[] { 0.25 * i })]);
    static readonly int[] Training = [0, 5, 11];
    static readonly double[] Y = [1, 3, -2], Noise = [0, 0.5, 0];

    static double Kernel(int i, int j) => 1.5 * Math.Exp(-0.0625 * (i - j) * (i - j) / (2 * 0.49));

    [Fact] public void A_beliefs_sigma_is_that_of_the_rank_one_update_of_the_posterior_covariance()
    {
        var model = new ConditionedSurrogate(H, Training, Y, Noise);
        int[] all = [.. Enumerable.Range(0, 12)];
        var (before, after) = (model.Sigma(Line, all, [], []), model.Sigma(Line, all, [8], [0.7]));
        // cov(x, p | data) by Gauss elimination of the 3 x 3 system, in the standardisation of the data.
        var (_, deviation) = SurrogateModel.Standardisation(Y);
        double Posterior(int x, int p)
        {
            var k = new double[3, 4];
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++) k[i, j] = Kernel(Training[i], Training[j]) + (i == j ? 0.05 + Noise[i] * Noise[i] / (deviation * deviation) : 0);
                k[i, 3] = Kernel(Training[i], p);
            }
            for (var c = 0; c < 3; c++)
                for (var r = 0; r < 3; r++)
                    if (r != c) { var f = k[r, c] / k[c, c]; for (var j = 0; j < 4; j++) k[r, j] -= f * k[c, j]; }
            return Kernel(x, p) - Enumerable.Range(0, 3).Sum(i => Kernel(Training[i], x) * k[i, 3] / k[i, i]);
        }
        foreach (var x in all)
        {
            Assert.Equal(deviation * Math.Sqrt(Posterior(x, x)), before[x], 1e-9);
            Assert.Equal(deviation * Math.Sqrt(Posterior(x, x) - Posterior(x, 8) * Posterior(x, 8) / (Posterior(8, 8) + 0.05)), after[x], 1e-9);
            Assert.True(after[x] <= before[x] + 1e-12);
        }
        Assert.Equal(after, model.Sigma(Line, all, [8], [5.0]), (a, b) => Math.Abs(a - b) < 1e-12); // what is believed moves no sigma
    }

    [Fact] public void Believing_the_mean_moves_no_mean()
    {
        double[] z = [0.1, 1.2, -0.8];
        var mu = new GaussianProcess(H, Line.Select(Training), z).Predict(Line).Mu;
        var believed = new GaussianProcess(H, Line.Select([.. Training, 8, 2]), [.. z, mu[8], mu[2]]).Predict(Line).Mu;
        foreach (var (a, b) in mu.Zip(believed)) Assert.Equal(a, b, 1e-12);
    }

    static Candidate At(string id, double x, double y, double sigma = 0, string? composition = null) => new(id, composition ?? id, [x, y], [sigma, sigma]);

    [Theory, InlineData(BatchRule.Top), InlineData(BatchRule.Greedy)]
    public void A_pending_bound_counts_as_reached_for_every_rule(BatchRule rule)
    {
        Candidate[] pool = [At("a", 2, 2, 0.5), At("b", 2.2, 2.2, 0.1), At("c", 3, 0.5)];
        var batch = BatchSelection.Select(pool, [[1, 1]], [0, 0], new(Size: 1, Rule: rule), pending: new HashSet<string> { "a" });
        Assert.Equal("c", batch.Members.Single().Candidate.Id); // b's bound lies below a's
        Assert.Equal(0.25, batch.Members[0].Candidate.Improvement, 1e-12); // V((2.5, 2.5), (3, 0.5)) - 6.25
        Assert.Equal(1, batch.V0); // of the front alone
        Assert.Equal(["c", "b"], batch.Ranked.Select(r => r.Id));
    }

    [Fact] public void A_believer_reaches_its_mean_and_its_neighbours_lose_their_sigma()
    {
        Candidate[] pool = [At("a", 2, 2, 0.5), At("b", 2, 1.9, 0.5), At("c", 1, 3, 0.1)];
        ImmutableArray<double>[] Condition(IReadOnlyList<Candidate> open, IReadOnlyList<Candidate> believed) =>
            [.. open.Select(c => c.Id == "b" && believed.Any(p => p.Id == "a") ? ImmutableArray.Create(0.05, 0.05) : c.Sigma)];
        var batch = BatchSelection.Select(pool, [], [0, 0], new(Size: 3, Rule: BatchRule.Greedy, Pending: PendingRule.Believer), condition: Condition);
        Assert.Equal(["a", "c", "b"], batch.Members.Select(m => m.Candidate.Id));
        // c: (1.1, 3.1) beside (2, 2); b with its small sigma: (2.05, 1.95) beside (2, 2) and (1, 3).
        Assert.Equal(1.1 * 1.1, batch.Members[1].ConditionalImprovement, 1e-12);
        Assert.Equal(0.05 * 1.95, batch.Members[2].ConditionalImprovement, 1e-12);
        // Stored are sigma and bound from the data alone.
        Assert.Equal<double>([2.5, 2.4], batch.Members[2].Candidate.Bound);
        Assert.Throws<ArgumentException>(() => BatchSelection.Select(pool, [], [0, 0], new(Pending: PendingRule.Believer)));
    }

    [Theory, InlineData(BatchRule.Top), InlineData(BatchRule.Greedy)]
    public void The_cap_counts_those_under_evaluation_but_leaves_no_slot_idle(BatchRule rule)
    {
        Candidate[] pool = [At("p", 1, 1, composition: "x"), At("a", 3, 3, composition: "x"), At("b", 2, 2, composition: "y")];
        var (settings, pending) = (new BatchSettings(Size: 1, Rule: rule, CapPerComposition: 1), new HashSet<string> { "p" });
        Assert.Equal("b", BatchSelection.Select(pool, [], [0, 0], settings, pending: pending).Members.Single().Candidate.Id);
        Assert.Equal("a", BatchSelection.Select(pool[..2], [], [0, 0], settings, pending: pending).Members.Single().Candidate.Id);
    }

    [Fact] public void Feasibility_multiplies_the_score_of_every_criterion()
    {
        Candidate[] pool = [At("a", 2, 2, 0.3), At("b", 1.9, 1.9, 0.3) with { Feasibility = 0.25 }, At("c", 0.1, 0.1) with { Feasibility = 0 }, At("d", 0.05, 0.05)];
        foreach (var criterion in Enum.GetValues<Criterion>())
        {
            var free = Ranking.Rank(pool.Select(c => c with { Feasibility = 1 }), [[1, 1]], [0, 0], 1, criterion).ToDictionary(r => r.Id);
            var ranked = Ranking.Rank(pool, [[1, 1]], [0, 0], 1, criterion);
            Assert.All(ranked, r => Assert.Equal(r.Feasibility * free[r.Id].Improvement, r.Improvement));
            Assert.Equal(["a", "b", "d", "c"], ranked.Select(r => r.Id)); // at equal improvement the more feasible
        }
    }

    [Fact] public void The_probability_is_the_normal_distributions()
    {
        Assert.Equal(0.682689492137086, Feasibility.Probability(3, 2, 1, 5), 1e-13);
        Assert.Equal(0.025, Feasibility.Probability(0, 1, 1.959963984540054, double.PositiveInfinity), 1e-13);
        Assert.Equal(0.841344746068543, Feasibility.Probability(0, 2, double.NegativeInfinity, 2), 1e-13);
        Assert.Equal((1, 0, 1), (Feasibility.Probability(1, 0, 1, 1), Feasibility.Probability(1, 0, 2, 3), Feasibility.Probability(1, 5, double.NegativeInfinity, double.PositiveInfinity)));
    }

    [Fact] public void A_greedy_batch_of_four_objectives_adds_up_to_its_volume()
    {
        var random = SeededRandom.Stream(2, "four");
        double[] Point() => [random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble()];
        Candidate[] pool = [.. Enumerable.Range(0, 30).Select(i => new Candidate($"c{i:D2}", "", [.. Point()], [0, 0, 0, 0]))];
        double[][] front = [Point(), Point(), Point()];
        var batch = BatchSelection.Select(pool, front, new double[4], new(Size: 5, Rule: BatchRule.Greedy));
        Assert.Equal(Hypervolume.Volume([.. front, .. batch.Members.Select(m => m.Candidate.Mu.ToArray())], new double[4]), batch.V0 + batch.Members.Sum(m => m.ConditionalImprovement), 1e-12);
    }
}
