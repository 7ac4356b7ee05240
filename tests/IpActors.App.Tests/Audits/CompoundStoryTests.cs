using IpActors.App.Audits;

namespace IpActors.App.Tests.Audits;

public class CompoundStoryTests
{
    static readonly SampleCampaign Sample = new();

    static IReadOnlyList<string> Story(string id)
    {
        var story = new CompoundStory("sample", id, Sample);
        foreach (var e in Sample.Events) story.Follow(e);
        return story.Sentences;
    }

    [Fact]
    public void A_chosen_compound_is_told_from_generation_to_rank() => Assert.Equal(
    [
        "Li4OBrI was generated as a candidate: an ordering of Li4XZ2 over 1 primitive cell, space group I4mm (number 107, found at 0.001 A).",
        "It was relaxed by model: -3.6 eV/atom.",
        "Band-gap: 4 eV, by model.",
        "Its decomposition energy is 0.012 eV/atom (signed 0.012), against 0.6 Li2O + 0.4 LiCl; it passed the screening, whose limit is 0.1 eV/atom.",
        "Iteration 0 (space-filling) passed it over: the 2 chosen compounds spread wider over the descriptors.",
        "Iteration 1 (uhvi) chose it with rank 1 of 1 candidates: in the maximise frame band-gap mu 3.9, sigma 0.5, bound 4.4, hydration-energy mu -0.1, sigma 0.5, bound 0.4, conductivity mu -4.1, sigma 0.5, bound -3.6; uHVI 12.35 over the front's 226.25.",
        "It was queued for hydration-energy (2 calculations) and conductivity (3 calculations).",
        "Hydration-energy: -25 kJ/mol, by model.",
        "Conductivity: at most 1E-09 S/cm (censored), by model.",
        "The coordinator recorded its evaluation: band-gap 4 eV, hydration-energy -25 kJ/mol, conductivity at most 1E-09 S/cm (censored).",
        "It takes no part in the final ranking: its conductivity is only a bound.",
    ], Story(SampleCampaign.C));

    [Fact]
    public void Faults_corrections_and_the_end_are_told() => Assert.Equal(
    [
        "Li3SeF was generated as a candidate: an ordering of Li3XZ over 1 primitive cell, space group Pm-3m (number 221, found at 0.001 A).",
        "Relaxation relax, attempt 1, failed with not-converged (physics): forces above the limit after 500 steps; corrected for the next attempt to max_steps = 1000.",
        "Relaxation relax was started again, attempt 2.",
        "Relaxation relax, attempt 2, failed with exploded (fatal): atoms overlap.",
        "Relaxation relax was abandoned: exploded: atoms overlap (attempt 2).",
        "The calculation relaxation relax was given up: exploded: atoms overlap (attempt 2).",
        "It was given up: relaxation relax: exploded: atoms overlap (attempt 2).",
    ], Story(SampleCampaign.Lost));

    [Fact]
    public void An_unstable_compound_ends_with_the_screening() => Assert.EndsWith("it did not pass the screening, whose limit is 0.1 eV/atom.", Story(SampleCampaign.Unstable)[^1]);

    [Fact]
    public void A_reference_phase_is_called_one() => Assert.Equal("Li2O (antifluorite, Fm-3m) is a reference phase of the hull.", Story(SampleCampaign.Reference)[0]);

    [Fact]
    public void A_compound_passed_over_by_the_surrogates_is_told_its_own_rank_and_improvement()
    {
        // The same campaign, had it chosen A alone at first: then B and C are candidates of iteration 1, with the predictions of the blobs.
        var story = new CompoundStory("sample", SampleCampaign.B, Sample);
        foreach (var e in Sample.Events) story.Follow(e.Event is Domain.Campaigns.BatchSelected { Batch.Iteration: 0 } b ? e with { Event = new Domain.Campaigns.BatchSelected(b.Batch with { Chosen = [b.Batch.Chosen[0]] }) } : e.Event is Domain.Compounds.CompoundSelected && e.Entity.Key == SampleCampaign.B ? e with { Event = new Domain.Compounds.EvaluationDelivered() } : e);
        var sentence = Assert.Single(story.Sentences, s => s.StartsWith("Iteration 1", StringComparison.Ordinal));
        Assert.StartsWith("Iteration 1 (uhvi) passed it over: rank 1 of 1 by its own improvement, and 1 was chosen; in the maximise frame band-gap mu 3.5, sigma 0.2, bound 3.7, ", sentence);
        Assert.EndsWith($"; the last one chosen, {SampleCampaign.C}, had uHVI 12.35.", sentence);
    }

    [Fact]
    public void A_compound_that_is_not_there_has_no_story() => Assert.Empty(Story("nothing"));

    static IReadOnlyList<string> StoryWith(string id, Func<Domain.Campaigns.CampaignSettings, Domain.Campaigns.CampaignSettings> settings, Func<Domain.Campaigns.Batch, Domain.Campaigns.Batch>? batch = null)
    {
        var story = new CompoundStory("sample", id, Sample);
        foreach (var e in Sample.Events)
            story.Follow(e.Event is Domain.Campaigns.CampaignCreated c ? e with { Event = c with { Settings = settings(c.Settings) } } : e.Event is Domain.Campaigns.BatchSelected b && batch is not null ? e with { Event = new Domain.Campaigns.BatchSelected(batch(b.Batch)) } : e);
        return story.Sentences;
    }

    [Fact]
    public void A_compound_under_evaluation_is_told_what_was_imagined_of_it_once()
    {
        var story = StoryWith(SampleCampaign.B, s => s with { Acquisition = s.Acquisition with { Pending = "believer", Mode = "rolling" } }, b => b.Iteration == 0 ? b : b with { Pending = [SampleCampaign.B], Knew = 1 });
        Assert.Single(story, s => s == "Selection 1, made while it was under evaluation, imagined that it comes out at its mean, with sigma smaller around it; so did those after it until its results came in.");
    }

    [Fact]
    public void A_named_initial_compound_and_a_feasibility_are_told()
    {
        Assert.Contains("Iteration 0 (space-filling) chose it as number 1 of 2: the campaign file names it for the initial set.", StoryWith(SampleCampaign.A, s => s with { Acquisition = s.Acquisition with { InitialIds = [SampleCampaign.A] } }));
        Assert.Contains(StoryWith(SampleCampaign.C, s => s, b => b with { Chosen = [.. b.Chosen.Select(c => c with { Feasibility = 0.25 })] }), s => s.EndsWith("uHVI 12.35 over the front's 226.25, feasible with probability 0.25.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_compound_that_a_constraint_leaves_out_is_told_which()
    {
        var facts = Sample.Put(new Domain.Campaigns.PoolFacts(["Li3OCl", "Li3SI", "Li4OBrI"], ImmutableSortedDictionary.Create<string, ImmutableArray<double>>(StringComparer.Ordinal).Add("decomposition-energy", [0, 0.05, 0.012])).ToBytes());
        var story = new CompoundStory("sample", SampleCampaign.C, Sample);
        foreach (var e in Sample.Events)
            story.Follow(e.Event switch
            {
                Domain.Campaigns.CampaignCreated c => e with { Event = c with { Settings = c.Settings with { Acquisition = c.Settings.Acquisition with { Constraints = [new("decomposition-energy", null, 0.01, "hard")] } } } },
                Domain.Campaigns.PoolDescribed d => e with { Event = d with { FactsDigest = facts } },
                _ => e,
            });
        Assert.Contains("Iteration 0 (space-filling) did not consider it: the constraint is decomposition-energy at most 0.01, and it has 0.012.", story.Sentences);
    }

    [Fact]
    public void Imported_scores_are_told_when_the_pool_closes()
    {
        var scores = new Domain.Campaigns.SynthesizabilityScores();
        Assert.True(scores.TryAdd("Li3SI", 0.25));
        var digest = Sample.Put(scores.ToBytes());
        Domain.Campaigns.CampaignSettings With(Domain.Campaigns.CampaignSettings s) => s with { Screening = s.Screening with { Synthesizability = new(digest, 1, 0.5, true) } };
        Assert.Contains("Its synthesizability L_s is 0.25 (imported), below the limit of 0.5: it did not enter the pool.", StoryWith(SampleCampaign.B, With));
        Assert.Contains("Its synthesizability L_s is not available.", StoryWith(SampleCampaign.A, With));
    }
}
