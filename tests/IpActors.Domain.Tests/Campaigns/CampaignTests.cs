using IpActors.Domain.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;
using IpActors.Science.Enumeration;

namespace IpActors.Domain.Tests.Campaigns;

public class CampaignTests
{
    static readonly Spec<Campaign> Campaigns = new(Campaign.Decider);
    static readonly CampaignSettings Settings = new("c", 7, new SpaceOptions(), new(0.1),
        [new("band-gap", "linear", 1, 0), new("hydration-energy", "linear", 0.01, -10)], new(30, 5), new("uhvi", 1, 2, 2), new(2, null, null), [], RestartPolicy.Default);
    static readonly IEvent[] UntilPool =
    [
        new CampaignCreated(Settings, "file", "d", "m"), new SpaceEnumerated(9, "s", ImmutableSortedDictionary<string, int>.Empty, ["ref-LiF"]), new HullFixed("h", "v1", 1), new PoolClosed("p", 6, 9, 3, 0),
    ];
    static readonly IEvent[] UntilSeeded = [.. UntilPool, new PoolDescribed("p", "l", [2, 2, 2]), new BatchSelected(BatchOf(0, "A", "B"))];

    static Batch BatchOf(int iteration, params string[] ids) => new(iteration, "uhvi", 1, 0, 6, [0, -10], [], [], "p", "l", [.. ids.Select((id, i) => new Chosen(id, i + 1, [], [], [], 0, 0))]);
    static PropertyValue Value(string property, double value, params string[] flags) => new(property, value, double.NaN, Properties.Unit(property), [.. flags], ImmutableSortedDictionary<string, double>.Empty, "v1");
    static RecordEvaluation Evaluated(string id, double gap, double hydration) =>
        new(id, ImmutableSortedDictionary<string, PropertyValue>.Empty.Add("band-gap", Value("band-gap", gap)).Add("hydration-energy", Value("hydration-energy", hydration)), null);
    static EvaluationRecorded Stored(RecordEvaluation r) => new(r.Compound, r.Values, r.Failure);

    [Fact] public void A_new_campaign_owes_its_space() => Campaigns.Given().When(new CreateCampaign(Settings, "file", "d", "m")).Owes("enumerate/@1");
    [Fact] public void The_hull_comes_before_the_screening() => Campaigns.Given([.. UntilPool[..2]]).Owes("fix-hull/@1").When(new FixHullOf("h", "v1", 8)).Then(new HullFixed("h", "v1", 8)).Owes("screen/@1");
    [Fact] public void A_closed_pool_is_described_then_seeded() => Campaigns.Given(UntilPool).Owes("describe/@1").When(new RecordDescription("p", "l", [2, 2, 2])).Owes("select/@1");
    [Fact] public void An_empty_pool_ends_the_sampling() => Campaigns.Given([.. UntilPool[..3]]).When(new ClosePool("p", 0, 9, 9, 0))
        .Then(new PoolClosed("p", 0, 9, 9, 0), new SamplingEnded("no compound passed the screening", false)).Owes("rank/@1");
    [Fact] public void A_batch_is_told_to_its_compounds_until_each_is_evaluated()
    {
        var s = Campaigns.Given(UntilSeeded).Owes("tell/select-0-A@1", "tell/select-0-B@1");
        s.When(Evaluated("A", 1, 2)).Owes("tell/select-0-B@1");
    }
    [Fact] public void An_evaluation_of_a_compound_that_was_not_selected_is_refused() => Campaigns.Given(UntilSeeded).When(Evaluated("Z", 1, 2)).ThenRefusedBecause("not selected");

    [Fact] public void The_last_evaluation_completes_the_iteration_and_asks_the_GP_actors()
    {
        var s = Campaigns.Given([.. UntilSeeded, Stored(Evaluated("A", 1, 200))]).When(Evaluated("B", 3, -400));
        var completed = Assert.IsType<IterationCompleted>(Assert.IsType<Decision.Accepted>(s.Answer).Events[1]);
        // Maximise frame (1, 2) and (3, -4) over (0, -10): 1 x 12 + 2 x 6 = 24.
        Assert.Equal(24, completed.Hypervolume, 12);
        Assert.Equal(["B", "A"], completed.Best.Select(b => b.Compound));
        s.Owes("tell/ask-1-band-gap@1", "tell/ask-1-hydration-energy@1");
        var training = Assert.IsType<AskBounds>(Assert.IsType<Tell>(Campaign.Decider.Owes(s.State!).Last()).Command).Training;
        Assert.Equal(new[] { "A", "B" }, training.Compounds.ToArray());
        Assert.Equal(new double[] { 2, -4 }, training.Y.ToArray());
    }

    [Fact] public void The_training_set_does_not_depend_on_the_order_of_arrival()
    {
        var ab = Campaigns.Given([.. UntilSeeded, Stored(Evaluated("A", 1, 200))]).When(Evaluated("B", 3, -400)).State!;
        var ba = Campaigns.Given([.. UntilSeeded, Stored(Evaluated("B", 3, -400))]).When(Evaluated("A", 1, 200)).State!;
        Assert.Equal(TrainingSets.Of(ab, Settings.Objectives[0]), TrainingSets.Of(ba, Settings.Objectives[0]));
        Assert.Equal(ab.Iterations[0].Hypervolume, ba.Iterations[0].Hypervolume);
    }

    [Fact] public void With_all_bounds_in_a_batch_is_selected()
    {
        var s = Campaigns.Given([.. UntilSeeded, Stored(Evaluated("A", 1, 200))]).When(Evaluated("B", 3, -400))
            .When(new RecordPrediction(1, "band-gap", "b1", "f1")).Owes("tell/ask-1-hydration-energy@1")
            .When(new RecordPrediction(1, "hydration-energy", "b2", "f2")).Owes("select/@2");
        s.When(new RecordPrediction(0, "band-gap", "late", "f")).Then();
        s.When(new RecordBatch(BatchOf(1, "C", "D"))).Owes("tell/select-1-C@1", "tell/select-1-D@1");
    }

    [Fact] public void No_new_best_value_in_two_iterations_ends_the_sampling()
    {
        var s = Campaigns.Given([.. UntilSeeded, Stored(Evaluated("A", 1, 200))]).When(Evaluated("B", 3, -400));
        foreach (var (iteration, id) in new[] { (1, "C"), (2, "D") })
            s = s.When(new RecordPrediction(iteration, "band-gap", "b", "f")).When(new RecordPrediction(iteration, "hydration-energy", "b", "f")).When(new RecordBatch(BatchOf(iteration, id))).When(Evaluated(id, 0.5, 0));
        Assert.Equal(CampaignStage.Ranking, s.State!.Stage);
        Assert.Equal("no best value of any objective changed for 2 consecutive iterations", s.State.EndReason);
        s.When(new FinishCampaign(24, ["A", "B"])).Then(new CampaignFinished(24, ["A", "B"])).Owes();
    }

    [Fact] public void While_every_evaluation_failed_the_next_batch_fills_the_space_again()
    {
        static RecordEvaluation failed(string id) => new(id, ImmutableSortedDictionary<string, PropertyValue>.Empty, "melted");
        var s = Campaigns.Given(UntilSeeded).When(failed("A")).When(failed("B")).Owes("select/@2");
        Assert.True(SelectionInputs.Of(s.State!).IsInitial(Settings));
        Assert.Equal(["A", "B"], SelectionInputs.Of(s.State!).Taken.ToArray());
    }

    [Fact] public void A_censored_value_is_never_a_best_value()
    {
        var censored = new RecordEvaluation("B", Evaluated("B", 3, -400).Values.SetItem("band-gap", Value("band-gap", 3, PropertyFlags.Censored)), null);
        var s = Campaigns.Given([.. UntilSeeded, Stored(Evaluated("A", 1, 200))]).When(censored);
        Assert.Equal("A", s.State!.Iterations[0].Best[0].Compound);
        Assert.Equal(new double[] { 0, 1 }, TrainingSets.Of(s.State, Settings.Objectives[0]).Noise.ToArray());
    }

    [Fact] public void A_stop_on_request_ranks_what_is_known_and_ignores_late_reports()
    {
        var s = Campaigns.Given(UntilSeeded).When(new StopCampaign()).Then(new SamplingEnded("stopped on request", true)).Owes("rank/@1");
        var over = s.When(new FinishCampaign(0, [])).When(Evaluated("A", 1, 2)).Then();
        Assert.Equal(CampaignStage.Stopped, over.State!.Stage);
    }

    [Fact] public void An_empty_batch_says_that_no_candidate_is_left() => Campaigns.Given([.. UntilPool, new PoolDescribed("p", "l", [2, 2, 2])]).When(new RecordBatch(BatchOf(0))).Then(new SamplingEnded("no candidate is left in the pool", false));
}
