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
        "In the final ranking it is on front 2 and alone contributes 0 of hypervolume.",
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
        Assert.StartsWith("Iteration 1 (uhvi) passed it over: rank 1 of 1 by its own improvement, and 1 were chosen; in the maximise frame band-gap mu 3.5, sigma 0.2, bound 3.7, ", sentence);
        Assert.EndsWith($"; the last one chosen, {SampleCampaign.C}, had uHVI 12.35.", sentence);
    }

    [Fact]
    public void A_compound_that_is_not_there_has_no_story() => Assert.Empty(Story("nothing"));
}
