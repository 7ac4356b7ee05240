using IpActors.Domain.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;
using IpActors.Science.Acquisition;
using IpActors.Science.Enumeration;
using IpActors.Science.Pareto;
using IpActors.Science.Surrogates;
using Objective = IpActors.Domain.Campaigns.Objective;

namespace IpActors.Domain.Tests.Campaigns;

/// <summary>A pool of six with one evaluated; predictions and facts small enough to choose by hand.</summary>
public class BatchDecisionsTests
{
    static readonly string[] Pool = ["a", "b", "c", "d", "e", "f"];
    static readonly Objective Gap = new(Properties.BandGap, "linear", 1, 0), Hydration = new(Properties.HydrationEnergy, "linear", 0.01, -10);
    static readonly PoolFacts Facts = new(["X", "X", "X", "Y", "Y", "Z"], ImmutableSortedDictionary.Create<string, ImmutableArray<double>>(StringComparer.Ordinal)
        .Add(Properties.BandGap, [1, 2, 3, 4, 5, 6]).Add(Properties.DecompositionEnergy, [0, 0.01, 0.02, 0.03, 0.04, 0.05]));
    static readonly Prediction GapPrediction = new([6, 5, 4, 3, 2, 1], [0.1, 0.1, 0.1, 0.1, 0.1, 3]), HydrationPrediction = new([1, 1, 1, 1, 1, 1], [0.5, 0.4, 0.3, 0.2, 0.1, 0.1]);

    static CampaignSettings Settings(string rule, int batch = 2, int? cap = null, bool known = false, params Objective[] objectives) => new("c", 7, new SpaceOptions(), new(0.1),
        objectives.Length == 0 ? [Gap, Hydration] : [.. objectives], new(30, 5), new(rule, 1, batch, 1, cap, known), new(3, null, null), [], RestartPolicy.Default);

    static PropertyValue Value(string property, double value) => new(property, value, double.NaN, Properties.Unit(property), [], ImmutableSortedDictionary<string, double>.Empty, "v1");

    static SelectionInputs Inputs(params string[] predicted) => new(1, "p", "l", [.. predicted.Select(o => new PredictionReceived(1, o, "blob-" + o, "fit-" + o))],
        ImmutableSortedDictionary.Create<string, EvaluationRecorded>(StringComparer.Ordinal).Add("a", new("a", ImmutableSortedDictionary<string, PropertyValue>.Empty
            .Add(Gap.Property, Value(Gap.Property, 1)).Add(Hydration.Property, Value(Hydration.Property, 50)).Add(Properties.DecompositionEnergy, Value(Properties.DecompositionEnergy, 0)), null)), ["a"], "facts");

    static readonly SelectionInputs Both = Inputs(Gap.Property, Hydration.Property);
    static Batch Next(CampaignSettings s, SelectionInputs? inputs = null, PoolFacts? facts = null) => BatchDecisions.Next(s, inputs ?? Both, Pool, [.. (inputs ?? Both).Predictions.Select(p => p.Objective == Gap.Property ? GapPrediction : HydrationPrediction)], facts);

    [Fact] public void The_papers_rule_takes_the_best_bounds_and_names_no_facts()
    {
        var batch = Next(Settings("uhvi"));
        Assert.Equal(["b", "c"], batch.Chosen.Select(c => c.Compound));
        Assert.Equal((null, null), (batch.FactsDigest, batch.CapPerComposition));
    }

    [Fact] public void A_cap_passes_over_the_rest_of_a_composition()
    {
        var batch = Next(Settings("uhvi", 3, cap: 1), facts: Facts);
        // Bounds above the reference: b 5.1 x 11.4, c 4.1 x 11.3, f 4 x 11.1, d 3.1 x 11.2, e 2.1 x 11.1; b and c are X.
        Assert.Equal(["b", "c", "f"], Next(Settings("uhvi", 3)).Chosen.Select(c => c.Compound));
        Assert.Equal(["b", "f", "d"], batch.Chosen.Select(c => c.Compound));
        Assert.Equal(("facts", 1), (batch.FactsDigest, batch.CapPerComposition));
    }

    [Fact] public void A_cap_holds_for_random_draws_too()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var chosen = Next(Settings("random", 5, cap: 1) with { Seed = seed }, facts: Facts).Chosen;
            Assert.Equal(["X", "Y", "Z"], chosen.Select(c => Facts.Compositions[Array.IndexOf(Pool, c.Compound)]).Order());
            Assert.Equal(Next(Settings("random", 5) with { Seed = seed }).Chosen[0], chosen[0]);
        }
    }

    [Fact] public void Known_objectives_are_their_values_with_sigma_zero_and_need_no_surrogate()
    {
        var batch = Next(Settings("uhvi", known: true), Inputs(Hydration.Property), Facts);
        Assert.Equal(["f", "e"], batch.Chosen.Select(c => c.Compound)); // gap 6 and 5, though the surrogate would say 1 and 2
        Assert.Equal<double>([6, 1], batch.Chosen[0].Mu);
        Assert.Equal<double>([0, 0.1], batch.Chosen[0].Sigma);
        Assert.Equal<double>([6, 1.1], batch.Chosen[0].Bound);
        Assert.Equal("facts", batch.FactsDigest);
        Assert.Equal(batch, Next(Settings("uhvi", known: true), facts: Facts) with { PredictionDigests = batch.PredictionDigests, FitDigests = batch.FitDigests, Predicted = batch.Predicted }); // a prediction of a known objective changes nothing
    }

    [Fact] public void With_every_objective_known_the_batch_is_the_true_best()
    {
        var stability = new Objective(Properties.DecompositionEnergy, "linear", -10, -1);
        var batch = Next(Settings("uhvi", 1, known: true, objectives: [Gap, stability]), Inputs(), Facts);
        var gains = Enumerable.Range(1, 5).Select(i => new BoxDecomposition([[1, 0]], [0, -1]).Improvement([i + 1, -0.1 * i])).ToArray();
        Assert.Equal(Pool[1 + Array.IndexOf(gains, gains.Max())], batch.Chosen.Single().Compound);
        Assert.Equal(gains.Max(), batch.Chosen[0].Improvement);
        Assert.Empty(Settings("uhvi", known: true, objectives: [Gap, stability]).Modelled);
    }

    [Fact] public void Expected_improvement_is_the_score_of_the_rule_ehvi()
    {
        var batch = Next(Settings("ehvi", 5));
        var boxes = new BoxDecomposition([[1, 0.5]], [0, -10]);
        var expected = Enumerable.Range(1, 5).Select(i => (Id: Pool[i], Score: ExpectedImprovement.Of(boxes, [GapPrediction.Mu[i], 1], [GapPrediction.Sigma[i], HydrationPrediction.Sigma[i]]))).OrderByDescending(e => e.Score).ToList();
        Assert.Equal(expected, batch.Chosen.Select(c => (c.Compound, c.Improvement)));
        Assert.NotEqual(Next(Settings("uhvi", 5)).Chosen.Select(c => c.Compound), batch.Chosen.Select(c => c.Compound)); // the optimistic corner prefers f's wide bar
    }

    [Fact] public void Facts_that_are_needed_and_missing_are_named()
    {
        Assert.Contains("not kept in this journal", Assert.Throws<ArgumentException>(() => Next(Settings("uhvi", cap: 1))).Message);
        Assert.Contains("band-gap is not known", Assert.Throws<ArgumentException>(() => Next(Settings("uhvi", known: true), facts: Facts with { Values = Facts.Values.Clear() })).Message);
        Assert.Contains("hydration-energy has not been predicted", Assert.Throws<ArgumentException>(() => Next(Settings("uhvi"), Inputs(Gap.Property))).Message);
    }

    [Fact] public void Facts_read_back_to_the_same_bits()
    {
        var odd = Facts with { Values = Facts.Values.SetItem(Properties.BandGap, [0.1 + 0.2, 1e-300, -0.0, double.MaxValue, 1 / 3.0, 5]) };
        var again = PoolFacts.FromBytes(odd.ToBytes());
        Assert.Equal<string>(odd.Compositions, again.Compositions);
        Assert.Equal(odd.Values.Keys, again.Values.Keys);
        foreach (var p in odd.Values.Keys) Assert.Equal(odd.Values[p].Select(BitConverter.DoubleToInt64Bits), again.Values[p].Select(BitConverter.DoubleToInt64Bits));
        Assert.Empty(PoolFacts.FromBytes((Facts with { Compositions = [], Values = Facts.Values.Clear() }).ToBytes()).Compositions);
        foreach (var bad in (string[])["", "formula\nX", "composition\tband-gap\nX", "composition\tband-gap\nX\tone"]) Assert.Throws<InvalidDataException>(() => PoolFacts.FromBytes(System.Text.Encoding.UTF8.GetBytes(bad)));
    }

    static readonly Spec<Campaign> Campaigns = new(Campaign.Decider);
    static IEvent[] Seeded(CampaignSettings s, string? facts) =>
    [
        new CampaignCreated(s, "file", "d", "m"), new SpaceEnumerated(9, "s", ImmutableSortedDictionary<string, int>.Empty, ["ref-LiF"]), new HullFixed("h", "v1", 1), new PoolClosed("p", 6, 9, 3, 0), new PoolDescribed("p", "l", [2, 2, 2], facts),
        new BatchSelected(new Batch(0, "space-filling", 1, 0, 6, [0, -10], [], [], "p", "l", [new Chosen("a", 1, [], [], [], 0, 0)])),
    ];
    static RecordEvaluation Evaluated(string id, double gap, double hydration) =>
        new(id, ImmutableSortedDictionary<string, PropertyValue>.Empty.Add(Gap.Property, Value(Gap.Property, gap)).Add(Hydration.Property, Value(Hydration.Property, hydration)), null);

    [Fact] public void Known_objectives_are_asked_of_no_GP_actor() =>
        Campaigns.Given(Seeded(Settings("uhvi", known: true), "facts")).When(Evaluated("a", 1, 50)).Owes("tell/ask-1-hydration-energy@1")
            .When(new RecordPrediction(1, Hydration.Property, "b", "f")).Owes("select/@2");

    [Fact] public void A_changed_file_that_needs_facts_is_refused_where_the_journal_has_none()
    {
        var changed = new AcceptChanges(Settings("uhvi", cap: 1), "file2", "d2", ["acquisition.cap_per_composition"]);
        Campaigns.Given(Seeded(Settings("uhvi"), null)).When(changed).ThenRefusedBecause("begin a new campaign");
        Campaigns.Given(Seeded(Settings("uhvi"), "facts")).When(changed).Then(new SettingsChanged(changed.Settings, "file2", "d2", changed.Differences));
    }

    [Fact] public void A_volume_that_no_longer_grows_ends_the_sampling_where_asked_for()
    {
        var settings = Settings("uhvi") with { Stop = new(9, null, null, UnchangedVolumeIterations: 2, VolumeTolerance: 0.01) };
        var s = Campaigns.Given(Seeded(settings, "facts")).When(Evaluated("a", 2, 0)); // volume 2 x 10
        foreach (var (iteration, id, gap) in new[] { (1, "b", 2.01), (2, "c", 2.015) }) // +0.1, +0.05: 0.15 of 20.15 over two iterations
        {
            Assert.Equal(CampaignStage.Iterating, s.State!.Stage);
            s = s.When(new RecordPrediction(iteration, Gap.Property, "b", "f")).When(new RecordPrediction(iteration, Hydration.Property, "b", "f"))
                .When(new RecordBatch(new Batch(iteration, "uhvi", 1, 0, 5, [0, -10], [], [], "p", "l", [new Chosen(id, 1, [], [], [], 0, 0)]))).When(Evaluated(id, gap, 0));
        }
        Assert.Equal((CampaignStage.Ranking, "the hypervolume grew by at most 0.01 of itself over 2 iterations"), (s.State!.Stage, s.State.EndReason));
    }

    [Fact] public void The_inputs_of_a_batch_can_be_told_later()
    {
        foreach (var known in (bool[])[false, true])
        {
            var s = Campaigns.Given(Seeded(Settings("uhvi", known: known), "facts")).When(Evaluated("a", 2, 0)).When(new RecordPrediction(1, Hydration.Property, "b1", "f1"));
            if (!known) s = s.When(new RecordPrediction(1, Gap.Property, "b2", "f2"));
            var then = SelectionInputs.Of(s.State!);
            var batch = new Batch(1, "uhvi", 1, 0, 5, [0, -10], [.. then.Predictions.Select(p => p.PredictionDigest)], [.. then.Predictions.Select(p => p.FitDigest)], "p", "l", [new Chosen("b", 1, [], [], [], 0, 0)]);
            var later = SelectionInputs.OfBatch(s.When(new RecordBatch(batch)).When(Evaluated("b", 3, 0)).State!, batch);
            Assert.Equal((then.Iteration, then.PoolDigest, then.LatentDigest, then.FactsDigest), (later.Iteration, later.PoolDigest, later.LatentDigest, later.FactsDigest));
            Assert.Equal<PredictionReceived>(then.Predictions, later.Predictions);
            Assert.Equal(then.Evaluations, later.Evaluations);
            Assert.Equal<string>(then.Taken, later.Taken);
        }
    }
}
