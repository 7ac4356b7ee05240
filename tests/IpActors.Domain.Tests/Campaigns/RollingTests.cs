using IpActors.Domain.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;
using IpActors.Science.Enumeration;

namespace IpActors.Domain.Tests.Campaigns;

/// <summary>Three compounds under evaluation at a time, an initial set of four out of a pool of twelve; one objective.</summary>
public class RollingTests
{
    static readonly Spec<Campaign> Campaigns = new(Campaign.Decider);

    static CampaignSettings Settings(int after = 1, int refit = 1, StopSettings? stop = null, string rule = "uhvi", int batch = 3) => new("c", 7, new SpaceOptions(), new(0.1), [new("band-gap", "linear", 1, 0)], new(30, 5),
        new(rule, 1, batch, 4) { Mode = AcquisitionSettings.Rolling, SelectAfter = after, RefitEvery = refit }, stop ?? new(9, null, null), [], RestartPolicy.Default);

    static Batch BatchOf(int iteration, int? knew, params string[] ids) => new(iteration, "uhvi", 1, 0, 8, [0], [], [], "p", "l", [.. ids.Select((id, i) => new Chosen(id, i + 1, [], [], [], 0, 0))]) { Knew = knew };

    static Spec<Campaign> Begun(CampaignSettings s, int pool = 12) => Campaigns.Given(new CampaignCreated(s, "file", "d", "m"), new SpaceEnumerated(20, "s", ImmutableSortedDictionary<string, int>.Empty, []), new HullFixed("h", "v1", 1),
        new PoolClosed("p", pool, 20, 3, 0), new PoolDescribed("p", "l", [2, 2, 2], "f")).When(new RecordBatch(BatchOf(0, null, "A", "B", "C", "D")));

    static RecordEvaluation Gap(string id, double gap) => new(id, ImmutableSortedDictionary<string, PropertyValue>.Empty.Add("band-gap", new("band-gap", gap, double.NaN, "eV", [], ImmutableSortedDictionary<string, double>.Empty, "v1")), null);
    static RecordEvaluation Failed(string id) => new(id, ImmutableSortedDictionary<string, PropertyValue>.Empty, "melted");
    static IEvent[] Events(Spec<Campaign> s) => [.. Assert.IsType<Decision.Accepted>(s.Answer).Events];
    static Spec<Campaign> Selected(Spec<Campaign> s, params string[] ids)
    {
        var begun = s.State!.Selecting!;
        return s.When(new RecordPrediction(begun.Iteration, "band-gap", "b", "f", "m")).When(new RecordBatch(BatchOf(begun.Iteration, begun.Knew, ids)));
    }

    [Fact] public void A_selection_begins_when_half_of_the_initial_set_is_in_and_a_slot_is_free()
    {
        var s = Begun(Settings()).When(Gap("B", 1));
        Assert.Single(Events(s)); // three are under evaluation
        s.Owes("tell/select-0-A@1", "tell/select-0-C@1", "tell/select-0-D@1");
        s = s.When(Gap("A", 2)).Then(new EvaluationRecorded("A", Gap("A", 2).Values, null), new SelectionBegun(1, 2, 1, true));
        s.Owes("tell/select-0-C@1", "tell/select-0-D@1", "tell/ask-1-band-gap@1");
    }

    [Fact] public void What_comes_in_while_a_selection_is_made_does_not_count_for_it()
    {
        var s = Begun(Settings()).When(Gap("B", 1)).When(Gap("A", 2));
        var training = TrainingSets.Of(s.State!, s.State!.Settings!.Objectives[0]);
        Assert.Equal<string>(["A", "B"], training.Compounds);
        s = s.When(Gap("D", 3)).When(new RecordPrediction(1, "band-gap", "b", "f", "m"));
        Assert.Equal(training, TrainingSets.Of(s.State!, s.State!.Settings!.Objectives[0]));
        var inputs = SelectionInputs.Of(s.State!);
        Assert.Equal(("A B", "C D", 2, 1), (string.Join(' ', inputs.Evaluations.Keys), string.Join(' ', inputs.Pending), inputs.Knew, inputs.Size));
        // The slot that D left is filled by the next selection, which begins at once.
        s = s.When(new RecordBatch(BatchOf(1, 2, "E")));
        Assert.Equal(new SelectionBegun(2, 3, 1, true), Events(s)[1]);
        Assert.Equal("C E", string.Join(' ', SelectionInputs.Of(s.State!).Pending));
    }

    [Fact] public void The_inputs_of_a_selection_can_be_told_later()
    {
        var s = Begun(Settings()).When(Gap("D", 1)).When(Gap("A", 2)).When(Gap("B", 3)).When(new RecordPrediction(1, "band-gap", "b", "f", "m"));
        var then = SelectionInputs.Of(s.State!);
        var batch = BatchOf(1, 2, "E") with { Pending = then.Pending, PredictionDigests = ["b"], FitDigests = ["f"], ModelDigests = ["m"], Predicted = ["band-gap"] };
        var later = SelectionInputs.OfBatch(s.When(new RecordBatch(batch)).When(Gap("E", 3)).State!, batch);
        Assert.Equal(then.Evaluations, later.Evaluations);
        Assert.Equal<string>(then.Taken, later.Taken);
        Assert.Equal<string>(then.Pending, later.Pending);
        Assert.Equal<PredictionReceived>(then.Predictions, later.Predictions);
        Assert.Equal((then.Iteration, then.Knew, then.Size), (later.Iteration, later.Knew, later.Size));
    }

    [Fact] public void A_batch_from_other_knowledge_than_the_selection_began_with_is_not_taken() =>
        Begun(Settings()).When(Gap("B", 1)).When(Gap("A", 2)).When(new RecordBatch(BatchOf(1, 1, "E"))).Then();

    [Fact] public void A_failed_evaluation_frees_its_slot_and_is_never_open_again()
    {
        var s = Begun(Settings()).When(Gap("B", 1)).When(Failed("A"));
        Assert.IsType<SelectionBegun>(Events(s)[1]);
        var inputs = SelectionInputs.Of(s.State!);
        Assert.Contains("A", inputs.Taken);
        Assert.DoesNotContain("A", inputs.Pending);
        Assert.DoesNotContain(0, new CandidatePool(s.State!.Settings!, inputs, ["A", "B", "C", "D", "E"], [], null).Open);
        Assert.Equal(4, Assert.Single(new CandidatePool(s.State.Settings!, inputs, ["A", "B", "C", "D", "E"], [], null).Open));
    }

    [Fact] public void With_several_results_between_selections_as_many_are_chosen()
    {
        var s = Begun(Settings(after: 2)).When(Gap("B", 1)).When(Gap("A", 2));
        Assert.Single(Events(s));
        Assert.Equal(new SelectionBegun(1, 3, 2, true), Events(s.When(Gap("C", 3)))[1]);
    }

    [Fact] public void Hyperparameters_are_fitted_anew_after_so_many_results_and_kept_between()
    {
        var s = Begun(Settings(refit: 2)).When(Gap("A", 1)).When(Gap("B", 2));
        Assert.True(s.State!.Selecting!.Refit);
        s = Selected(s, "E").When(Gap("C", 3));
        Assert.Equal(new SelectionBegun(2, 3, 1, false), s.State!.Selecting);
        var training = TrainingSets.Of(s.State!, s.State!.Settings!.Objectives[0]);
        Assert.False(training.Refit);
        s = Selected(s, "F").When(Gap("D", 3));
        Assert.True(s.State!.Selecting!.Refit);

        var hyperparameters = new Science.Surrogates.Hyperparameters(0, 0.1, [new([1], 1, [1])]);
        var gp = new Spec<Surrogate>(Surrogate.Decider).When(new AskBounds(training with { Iteration = 1, Refit = true })).When(new RecordFit(1, hyperparameters, -1, "h")).When(new RecordPredictionOf(1, "p", "m")).When(new AcknowledgePrediction(1))
            .When(new AskBounds(training));
        Assert.Same(hyperparameters, Assert.IsType<FitSurrogate>(Surrogate.Decider.Owes(gp.State!).Single()).Kept);
        Assert.Null(Assert.IsType<FitSurrogate>(Surrogate.Decider.Owes(gp.When(new AskBounds(training with { Iteration = 9, Refit = true })).State!).Single()).Kept);
    }

    [Fact] public void An_iteration_is_the_initial_set_and_then_as_many_evaluations_as_a_batch_has()
    {
        var s = Begun(Settings()).When(Gap("A", 1)).When(Gap("B", 2));
        s = Selected(s, "E").When(Gap("C", 3));
        s = Selected(s, "F").When(Failed("E")); // four are in, failed ones among them
        Assert.Equal((0, 4, 3.0), (s.State!.Iterations.Single().Iteration, s.State.Iterations.Single().Evaluations, s.State.Iterations.Single().Hypervolume));
        s = Selected(s, "G").When(Gap("F", 5));
        s = Selected(s, "H").When(Gap("G", 1));
        Assert.Single(s.State!.Iterations);
        s = Selected(s, "I").When(Gap("D", 4));
        Assert.Equal((1, 7, 5.0, 2.0), (s.State!.Iterations[1].Iteration, s.State.Iterations[1].Evaluations, s.State.Iterations[1].Hypervolume, s.State.Iterations[1].Gained));
    }

    [Fact] public void A_stop_rule_closes_the_selection_and_what_is_under_evaluation_is_awaited()
    {
        var s = Begun(Settings(stop: new(1, null, null))).When(Gap("A", 9)).When(Gap("B", 2));
        s = Selected(s, "E").When(Gap("C", 3));
        s = Selected(s, "F").When(Gap("D", 4));
        s = Selected(s, "G").When(Gap("E", 5));
        s = Selected(s, "H").When(Gap("F", 5));
        s = Selected(s, "I").When(Gap("G", 1)); // seven: no better gap than 9 in an iteration
        Assert.Equal(["EvaluationRecorded", "IterationCompleted", "SelectionClosed"], Events(s).Select(e => e.GetType().Name));
        s.Owes("tell/select-4-H@1", "tell/select-5-I@1");
        s = s.When(Gap("I", 10));
        Assert.Equal(CampaignStage.Iterating, s.State!.Stage);
        s = s.When(Gap("H", 1));
        Assert.Equal(["EvaluationRecorded", "IterationCompleted", "SamplingEnded"], Events(s).Select(e => e.GetType().Name));
        Assert.Equal((CampaignStage.Ranking, "no best value of any objective changed for 1 consecutive iterations", 10.0), (s.State!.Stage, s.State.EndReason, s.State.Iterations[^1].Hypervolume));
    }

    [Fact] public void A_selection_under_way_when_the_sampling_closes_is_dropped()
    {
        var s = Begun(Settings(stop: new(1, null, null))).When(Gap("A", 9)).When(Gap("B", 2)).When(Gap("C", 3)).When(Gap("D", 4));
        s = Selected(Selected(s, "E"), "F", "G").When(Gap("E", 1));
        Assert.Equal(new SelectionBegun(3, 5, 1, true), s.State!.Selecting);
        s = s.When(Gap("F", 1)).When(Gap("G", 1));
        Assert.Equal(["EvaluationRecorded", "IterationCompleted", "SelectionClosed", "SamplingEnded"], Events(s).Select(e => e.GetType().Name));
        Selected(s, "H").Then();
    }

    [Fact] public void A_budget_of_no_more_than_the_initial_set_closes_with_its_selection()
    {
        var s = Begun(Settings(stop: new(9, null, 4)));
        Assert.Equal(["BatchSelected", "SelectionClosed"], Events(s).Select(e => e.GetType().Name));
        s = s.When(Gap("A", 9)).When(Gap("B", 2)).When(Gap("C", 1)).When(Gap("D", 1));
        Assert.Equal((CampaignStage.Ranking, 4, 9.0), (s.State!.Stage, s.State.Evaluations.Count, s.State.Iterations.Single().Hypervolume));
    }

    [Fact] public void A_budget_of_evaluations_is_met_exactly()
    {
        var s = Begun(Settings(stop: new(99, null, 6))).When(Gap("A", 1)).When(Gap("B", 2));
        s = Selected(s, "E").When(Gap("C", 3));
        Assert.Equal(1, s.State!.Selecting!.Size);
        s = Selected(s, "F");
        Assert.Equal("the budget of 6 evaluations is spent", Assert.IsType<SelectionClosed>(Events(s)[1]).Reason);
        s = s.When(Gap("D", 1)).When(Gap("E", 1)).When(Gap("F", 1));
        Assert.Equal((CampaignStage.Ranking, 6), (s.State!.Stage, s.State.Iterations[^1].Evaluations));
    }

    [Fact] public void When_no_candidate_is_left_the_rest_is_awaited()
    {
        var s = Begun(Settings()).When(Gap("A", 1)).When(Gap("B", 2));
        s = Selected(s).Then(new SelectionClosed(Rolling.NoCandidate)).When(Gap("C", 3)).When(Gap("D", 4));
        Assert.Equal((CampaignStage.Ranking, "no candidate is left in the pool"), (s.State!.Stage, s.State.EndReason));
    }

    [Fact] public void A_pool_as_small_as_the_initial_set_ends_with_it()
    {
        var s = Begun(Settings(), pool: 4).When(Gap("A", 1)).When(Gap("B", 2)).When(Gap("C", 3)).When(Gap("D", 4));
        Assert.Equal((CampaignStage.Ranking, 4.0), (s.State!.Stage, s.State.Iterations.Single().Hypervolume));
    }

    [Fact] public void While_all_have_failed_the_rest_is_awaited_and_then_the_space_is_filled_again()
    {
        var s = Begun(Settings()).When(Failed("A")).When(Failed("B")).When(Failed("C"));
        Assert.Null(s.State!.Selecting);
        s = s.When(Failed("D")).Owes("select/@2");
        Assert.True(SelectionInputs.Of(s.State!).IsInitial(s.State!.Settings!));
    }

    [Fact] public void A_stop_on_request_does_not_wait() =>
        Assert.Equal(CampaignStage.Ranking, Begun(Settings()).When(Gap("A", 1)).When(new StopCampaign()).State!.Stage);

    [Fact] public void The_mode_cannot_change_once_compounds_are_selected()
    {
        var other = Settings() with { Acquisition = Settings().Acquisition with { Mode = AcquisitionSettings.Synchronous } };
        Begun(Settings()).When(new AcceptChanges(other, "f", "d2", ["acquisition.mode"])).ThenRefusedBecause("acquisition.mode");
    }

    [Fact] public void A_wider_batch_is_filled_as_soon_as_it_is_accepted()
    {
        var s = Begun(Settings()).When(Gap("A", 1)).When(Gap("B", 2));
        s = Selected(s, "E").When(new AcceptChanges(Settings(batch: 5), "f", "d2", ["acquisition.batch"]));
        Assert.Equal(new SelectionBegun(2, 2, 2, false), Events(s)[1] is SelectionBegun b ? b with { Refit = false } : null);
    }
}
