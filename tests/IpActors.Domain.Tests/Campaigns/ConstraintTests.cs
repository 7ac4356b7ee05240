using IpActors.Domain.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Descriptors;
using IpActors.Science.Enumeration;
using IpActors.Science.Surrogates;
using Objective = IpActors.Domain.Campaigns.Objective;

namespace IpActors.Domain.Tests.Campaigns;

/// <summary>Constraints, bounds that stand for values, imported scores and named initial compounds, on a pool small enough to choose by hand.</summary>
public class ConstraintTests
{
    static readonly string[] Pool = ["a", "b", "c", "d", "e"];
    static readonly Objective Gap = new(Properties.BandGap, "linear", 1, 0), Sigma = new(Properties.Conductivity, "log10", 1, -8), Cheap = new(Properties.HydrationEnergy, "linear", -0.01, -10);
    static readonly PoolFacts Facts = new(["Li3OCl", "Li3OBr", "Li3SI", "Li3SCl", "Li3TeF"], ImmutableSortedDictionary.Create<string, ImmutableArray<double>>(StringComparer.Ordinal)
        .Add(Properties.BandGap, [1, 2, 3, 4, 5]).Add(Properties.DecompositionEnergy, [0, 0.01, 0.02, 0.03, 0.04]));
    static readonly LatentPool Latent = LatentPool.FromRows([1], [[0], [1], [2], [3], [10]]);

    static CampaignSettings Settings(params Constraint[] constraints) => new("c", 7, new SpaceOptions(), new(0.1), [Gap, Sigma], new(30, 5), new("uhvi", 1, 5, 2) { Constraints = [.. constraints], Censored = AcquisitionSettings.Excluded },
        new(3, null, null), [], RestartPolicy.Default);

    static PropertyValue Value(string property, double value, params string[] flags) => new(property, value, double.NaN, Properties.Unit(property), [.. flags], ImmutableSortedDictionary<string, double>.Empty, "v1");
    static EvaluationRecorded Evaluated(string id, double gap, double sigma, params string[] flags) => new(id, ImmutableSortedDictionary.Create<string, PropertyValue>(StringComparer.Ordinal).Add(Properties.BandGap, Value(Properties.BandGap, gap)).Add(Properties.Conductivity, Value(Properties.Conductivity, sigma, flags)), null);
    static SelectionInputs Inputs(params EvaluationRecorded[] known) => new(1, "p", "l", [new(1, Gap.Property, "b1", "f1"), new(1, Sigma.Property, "b2", "f2")], known.ToImmutableSortedDictionary(e => e.Compound, e => e, StringComparer.Ordinal), [.. known.Select(e => e.Compound)], "facts");
    static readonly Prediction[] Predictions = [new([1, 2, 3, 4, 5], [0.5, 0.5, 0.5, 0.5, 0.5]), new([-5, -5, -5, -5, -5], [1, 1, 1, 1, 1])];

    [Fact] public void A_hard_constraint_leaves_compounds_out_of_every_batch()
    {
        var s = Settings(new Constraint(Properties.DecompositionEnergy, null, 0.025, Constraint.Hard));
        var batch = BatchDecisions.Next(s, Inputs(Evaluated("a", 1, 1e-5)), Pool, Predictions, Facts);
        Assert.Equal(["c", "b"], batch.Chosen.Select(c => c.Compound));
        Assert.Equal((2, 2, "facts"), (batch.Candidates, batch.Violating, batch.FactsDigest));
        var initial = BatchDecisions.Initial(s, Inputs() with { Iteration = 0 }, Pool, Latent, Facts);
        Assert.Equal(["a", "c"], initial.Chosen.Select(c => c.Compound).Order()); // the ends of what is left, whichever came first
        Assert.Equal("facts", initial.FactsDigest);
        Assert.Throws<ArgumentException>(() => BatchDecisions.Next(s, Inputs(Evaluated("a", 1, 1e-5)), Pool, Predictions, null));
    }

    [Fact] public void The_tolerance_factor_is_that_of_the_composition()
    {
        var pool = new CandidatePool(Settings(new Constraint(Properties.ToleranceFactor, 0.55, null, Constraint.Hard)), Inputs(), Pool, Predictions, Facts);
        Assert.Equal(0.566, pool.Known(Properties.ToleranceFactor, 0), 1e-3); // Li3OCl
        Assert.All(pool.Open, i => Assert.True(pool.Known(Properties.ToleranceFactor, i) >= 0.55));
        Assert.NotEqual(Pool.Length, pool.Open.Length);
    }

    [Fact] public void A_constraint_on_a_score_holds_back_nobody_whose_score_is_not_known()
    {
        var scores = new SynthesizabilityScores();
        Assert.True(scores.TryAdd("Br1Li3O1", 0.4) && scores.TryAdd("Li6S2I2", 0.6));
        var pool = new CandidatePool(Settings(new Constraint(Properties.Synthesizability, 0.5, null, Constraint.Hard)), Inputs(), Pool, Predictions, Facts, scores);
        Assert.Equal([0, 2, 3, 4], pool.Open);
        Assert.Equal(Properties.Synthesizability, pool.Violated(1)!.Property);
    }

    [Fact] public void A_probable_constraint_multiplies_the_improvement()
    {
        var free = BatchDecisions.Next(Settings(), Inputs(Evaluated("a", 1, 1e-5)), Pool, Predictions, null);
        var limited = BatchDecisions.Next(Settings(new Constraint(Properties.BandGap, 2, 4, Constraint.Probable)), Inputs(Evaluated("a", 2.5, 1e-5)) with { Evaluations = Inputs(Evaluated("a", 2.5, 1e-5)).Evaluations }, Pool, Predictions, null);
        Assert.Equal(["e", "d", "c", "b"], free.Chosen.Select(c => c.Compound));
        // P(2 <= y <= 4): one half at the limits (four deviations apart), 0.9545 in the middle, P(z < -2) = 0.02275 for e.
        var p = limited.Chosen.ToDictionary(c => c.Compound, c => c.Feasibility);
        Assert.Equal(0.5, p["b"], 1e-4);
        Assert.Equal(0.9545, p["c"], 1e-4);
        Assert.Equal(0.5, p["d"], 1e-4);
        Assert.Equal(0.02275, p["e"], 1e-5);
        Assert.Equal("e", limited.Chosen[^1].Compound);
        Assert.All(limited.Chosen, c => Assert.Equal(c.Feasibility * Science.Pareto.Hypervolume.Volume([[2.5, -5], [.. c.Bound]], [0, -8]) - c.Feasibility * 7.5, c.Improvement, 1e-12));
    }

    [Fact] public void Limits_of_a_minimised_or_logarithmic_objective_are_in_its_own_unit()
    {
        var below = new Constraint(Properties.HydrationEnergy, null, 50, Constraint.Probable);
        Assert.Equal(0.5, below.Probability(Cheap, -0.5, 0.1), 1e-12);
        Assert.Equal(1, below.Probability(Cheap, 0.5, 0.1), 1e-12); // -50 kJ/mol
        Assert.Equal(0.158655253931457, new Constraint(Properties.Conductivity, 1e-4, null, Constraint.Probable).Probability(Sigma, -5, 1), 1e-12);
        Assert.Equal((1, 0), (new Constraint(Properties.Conductivity, 1e-4, 1, Constraint.Probable).Probability(Sigma, -4, 0), new Constraint(Properties.Conductivity, 1e-4, 1, Constraint.Probable).Probability(Sigma, -4.1, 0)));
    }

    [Fact] public void A_property_that_only_a_constraint_is_about_gets_a_surrogate()
    {
        var s = Settings(new Constraint(Properties.HydrationEnergy, 0, null, Constraint.Probable));
        Assert.Equal([Properties.BandGap, Properties.Conductivity, Properties.HydrationEnergy], s.Modelled.Select(o => o.Property));
        var inputs = Inputs(Evaluated("a", 1, 1e-5)) with { Predictions = [.. Inputs().Predictions, new(1, Properties.HydrationEnergy, "b3", "f3")] };
        var batch = BatchDecisions.Next(s, inputs, Pool, [.. Predictions, new([0, 0, 20, -20, -300], [1, 10, 10, 10, 10])], null);
        Assert.Equal(["b", "c", "d", "e"], batch.Chosen.Select(c => c.Compound).Order());
        Assert.Equal("c", batch.Chosen[0].Compound);
        Assert.Equal(0.977249868, batch.Chosen[0].Feasibility, 1e-8);
        Assert.Equal<string>([Properties.BandGap, Properties.Conductivity, Properties.HydrationEnergy], batch.Predicted);
    }

    [Fact] public void Evaluated_compounds_that_violate_a_constraint_are_not_on_the_front()
    {
        var s = Settings(new Constraint(Properties.BandGap, 2, null, Constraint.Hard));
        var known = Inputs(Evaluated("a", 1, 1e-1), Evaluated("b", 3, 1e-5)).Evaluations;
        Assert.Equal([[3, -5]], BatchDecisions.Front(s, known));
        var (ranks, finish) = ScreeningDecisions.Rank(s, known);
        Assert.Equal([("a", 0), ("b", 1)], ranks.Select(r => (r.Compound, r.Rank.Front)));
        Assert.Equal(9, finish.Hypervolume, 1e-12);
        Assert.Equal("it violates the constraint band-gap at least 2", BatchDecisions.WhyNotCounted(s, known["a"]));
    }

    [Fact] public void A_bound_takes_no_part_in_front_and_volume_but_is_learnt_from()
    {
        var known = Inputs(Evaluated("a", 5, 1e-4, PropertyFlags.Censored), Evaluated("b", 3, 1e-5)).Evaluations;
        var old = Settings() with { Acquisition = Settings().Acquisition with { Censored = AcquisitionSettings.AtBound } };
        Assert.Equal([[3, -5]], BatchDecisions.Front(Settings(), known));
        Assert.Equal([[5, -4], [3, -5]], BatchDecisions.Front(old, known));
        Assert.Equal([("a", 0), ("b", 1)], ScreeningDecisions.Rank(Settings(), known).Ranks.Select(r => (r.Compound, r.Rank.Front)));
        Assert.Equal([("a", 1), ("b", 2)], ScreeningDecisions.Rank(old, known).Ranks.Select(r => (r.Compound, r.Rank.Front)));
        Assert.Equal(2, BatchDecisions.Complete(Settings(), known).Count());
    }

    [Fact] public void Named_compounds_come_first_in_the_initial_set_and_the_rest_keeps_away_from_them()
    {
        var s = Settings() with { Acquisition = Settings().Acquisition with { InitialIds = ["d", "nobody", "c"], Initial = 3 } };
        var batch = BatchDecisions.Initial(s, Inputs() with { Iteration = 0 }, Pool, Latent);
        Assert.Equal(["d", "c", "e"], batch.Chosen.Select(c => c.Compound)); // e at 10 is the farthest from 3 and 2
        Assert.Equal(["d", "c"], BatchDecisions.Initial(s with { Acquisition = s.Acquisition with { Initial = 1 } }, Inputs(), Pool, Latent).Chosen.Select(c => c.Compound));
    }

    [Fact] public void An_initial_set_larger_than_the_pool_is_the_pool()
    {
        var s = Settings() with { Acquisition = Settings().Acquisition with { Initial = 10_000 } };
        Assert.Equal(Pool, BatchDecisions.Initial(s, Inputs() with { Iteration = 0 }, Pool, Latent).Chosen.Select(c => c.Compound).Order());
    }

    [Fact] public void Scores_read_back_and_an_ids_own_comes_before_its_compositions()
    {
        var scores = new SynthesizabilityScores();
        Assert.True(scores.TryAdd("Li3OCl", 0.1 + 0.2) && scores.TryAdd("Li3XZ-01-O-Cl-0", 0.9));
        Assert.False(scores.TryAdd("Cl2O2Li6", 0.5)); // the same composition
        var again = SynthesizabilityScores.FromBytes(scores.ToBytes());
        Assert.Equal((0.9, 0.1 + 0.2, double.NaN, 2), (again.Of("Li3XZ-01-O-Cl-0", "Li3OCl"), again.Of("Li3XZ-02-O-Cl-0", "ClLi3O"), again.Of("x-1", "Li2O"), again.Count));
        Assert.Throws<InvalidDataException>(() => SynthesizabilityScores.FromBytes("Li3OCl 0.5"u8.ToArray()));
        Assert.Throws<InputException>(() => scores.TryAdd("Li3O;Cl", 0.5));
    }
}
