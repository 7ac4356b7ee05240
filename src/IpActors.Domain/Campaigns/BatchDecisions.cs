using IpActors.Science.Acquisition;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Pareto;
using IpActors.Science.Surrogates;

namespace IpActors.Domain.Campaigns;

/// <summary>
/// The coordinator's decisions as pure functions of what the journal holds, so that the worker that makes one and the audit that checks it run the same code: equal inputs give equal bits.
/// </summary>
public static class BatchDecisions
{
    /// <summary>The initial data set: space-filling (maximin) over the latent descriptors, from the stream "initial" of the campaign's seed; again, away from those taken, while no evaluation has succeeded.</summary>
    public static Batch Initial(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, LatentPool latent)
    {
        var rows = pool.Select((id, i) => (Id: id, Latent: latent.Row(i).ToArray())).ToLookup(r => inputs.Taken.Contains(r.Id));
        var chosen = SpaceFilling.Select(rows[false], settings.Acquisition.Initial, SeededRandom.Stream(settings.Seed, "initial"), [.. rows[true].Select(r => r.Latent)]);
        return Of(settings, inputs, "space-filling", 0, rows[false].Count(), [.. chosen.Select((id, i) => new Chosen(id, i + 1, [], [], [], 0, 0))]);
    }

    /// <summary>The next batch by the campaign's rule; empty when no candidate is left.</summary>
    /// <param name="predictions">mu and sigma of the whole pool per objective, in the maximise frame, in the order of the objectives; not used by the rule "random"</param>
    public static Batch Next(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, IReadOnlyList<Prediction> predictions)
    {
        var reference = settings.Objectives.Select(o => o.Reference).ToArray();
        var front = Front(settings, inputs.Evaluations);
        var open = Enumerable.Range(0, pool.Count).Where(i => !inputs.Taken.Contains(pool[i])).ToArray();
        var v0 = Hypervolume.Volume(front, reference);
        if (open.Length == 0) return Of(settings, inputs, settings.Acquisition.Rule, v0, 0, []);
        if (settings.Acquisition.Rule == "random")
        {
            SeededRandom.Stream(settings.Seed, $"random/{inputs.Iteration}").Shuffle(open.AsSpan());
            return Of(settings, inputs, "random", v0, open.Length, [.. open.Take(settings.Acquisition.Batch).Select((i, k) => new Chosen(pool[i], k + 1, [], [], [], 0, 0))]);
        }
        var candidates = open.Select(i => new Candidate(pool[i], pool[i], [.. predictions.Select(p => p.Mu[i])], [.. predictions.Select(p => p.Sigma[i])])).ToArray();
        var rule = settings.Acquisition.Rule == "greedy" ? BatchRule.Greedy : BatchRule.Top;
        var decision = BatchSelection.Select(candidates, front, reference, new BatchSettings(settings.Acquisition.Batch, settings.Acquisition.Beta, rule));
        return Of(settings, inputs, settings.Acquisition.Rule, decision.V0, open.Length,
            [.. decision.Members.Select(m => new Chosen(m.Candidate.Id, m.Order, m.Candidate.Mu, m.Candidate.Sigma, m.Candidate.Bound, m.Candidate.Improvement, m.ConditionalImprovement))]);
    }

    /// <summary>Points of the compounds with every objective known, maximise frame, in ordinal order of their ids.</summary>
    public static double[][] Front(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        [.. Complete(settings, evaluations).Select(e => settings.Objectives.Select(o => o.ToFrame(e.Values[o.Property].Value)).ToArray())];

    /// <summary>Evaluations with every objective known, in ordinal order of their compounds.</summary>
    public static IEnumerable<EvaluationRecorded> Complete(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        evaluations.Values.Where(e => e.Failure is null && settings.Objectives.All(o => e.Values.ContainsKey(o.Property)));

    static Batch Of(CampaignSettings settings, SelectionInputs inputs, string rule, double v0, int candidates, ImmutableArray<Chosen> chosen) => new(
        inputs.Iteration, rule, settings.Acquisition.Beta, v0, candidates, [.. settings.Objectives.Select(o => o.Reference)],
        [.. inputs.Predictions.Select(p => p.PredictionDigest)], [.. inputs.Predictions.Select(p => p.FitDigest)], inputs.PoolDigest, inputs.LatentDigest, chosen);
}
