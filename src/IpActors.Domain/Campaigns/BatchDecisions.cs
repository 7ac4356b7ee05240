using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;
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
    /// <summary>The initial set or the next batch, from the blobs that its inputs name.</summary>
    public static Batch Of(CampaignSettings settings, SelectionInputs inputs, IBlobs blobs)
    {
        var pool = PoolBlobs.Ids(blobs.Get(inputs.PoolDigest));
        if (inputs.IsInitial(settings)) return Initial(settings, inputs, pool, LatentPool.FromBytes(blobs.Get(inputs.LatentDigest)));
        return Next(settings, inputs, pool, Predictions(inputs, blobs), Facts(settings, inputs, blobs));
    }

    /// <summary>Every open candidate by its own improvement, best first, whatever the batch's rule: what a batch after the initial one was or would be chosen from.</summary>
    public static ImmutableArray<Scored> Ranked(CampaignSettings settings, SelectionInputs inputs, IBlobs blobs)
    {
        var pool = PoolBlobs.Ids(blobs.Get(inputs.PoolDigest));
        var candidates = Candidates(settings, inputs, pool, Open(inputs, pool), Predictions(inputs, blobs), Facts(settings, inputs, blobs));
        return Ranking.Rank(candidates, Front(settings, inputs.Evaluations), [.. settings.Objectives.Select(o => o.Reference)], settings.Acquisition.Beta, CriterionOf(settings));
    }

    static ImmutableArray<Prediction> Predictions(SelectionInputs inputs, IBlobs blobs) => [.. inputs.Predictions.Select(p => SurrogateDecisions.FromBytes(blobs.Get(p.PredictionDigest)))];
    static PoolFacts? Facts(CampaignSettings settings, SelectionInputs inputs, IBlobs blobs) => settings.UsesFacts && inputs.FactsDigest is { } facts ? PoolFacts.FromBytes(blobs.Get(facts)) : null;
    static int[] Open(SelectionInputs inputs, IReadOnlyList<string> pool) => [.. Enumerable.Range(0, pool.Count).Where(i => !inputs.Taken.Contains(pool[i]))];
    static Criterion CriterionOf(CampaignSettings settings) => settings.Acquisition.Rule == "ehvi" ? Criterion.ExpectedImprovement : Criterion.BoundImprovement;

    /// <summary>The initial data set: space-filling (maximin) over the latent descriptors, from the stream "initial" of the campaign's seed; again, away from those taken, while no evaluation has succeeded.</summary>
    public static Batch Initial(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, LatentPool latent)
    {
        var rows = pool.Select((id, i) => (Id: id, Latent: latent.Row(i).ToArray())).ToLookup(r => inputs.Taken.Contains(r.Id));
        var chosen = SpaceFilling.Select(rows[false], settings.Acquisition.Initial, SeededRandom.Stream(settings.Seed, "initial"), [.. rows[true].Select(r => r.Latent)]);
        return Of(settings, inputs, "space-filling", 0, rows[false].Count(), [.. chosen.Select((id, i) => new Chosen(id, i + 1, [], [], [], 0, 0))]);
    }

    /// <summary>The next batch by the campaign's rule; empty when no candidate is left.</summary>
    /// <param name="predictions">mu and sigma of the whole pool, in the maximise frame, one for each of <see cref="SelectionInputs.Predictions"/>; not used by the rule "random"</param>
    /// <param name="facts">needed where <see cref="CampaignSettings.UsesFacts"/></param>
    /// <exception cref="ArgumentException">facts or predictions that the settings need are missing</exception>
    public static Batch Next(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, IReadOnlyList<Prediction> predictions, PoolFacts? facts)
    {
        Require(settings, facts);
        var acquisition = settings.Acquisition;
        var reference = settings.Objectives.Select(o => o.Reference).ToArray();
        var front = Front(settings, inputs.Evaluations);
        var open = Open(inputs, pool);
        var v0 = Hypervolume.Volume(front, reference);
        if (open.Length == 0) return Of(settings, inputs, acquisition.Rule, v0, 0, []);
        if (acquisition.Rule == "random") return Of(settings, inputs, "random", v0, open.Length, Drawn(settings, inputs, pool, open, facts));
        var decision = BatchSelection.Select(Candidates(settings, inputs, pool, open, predictions, facts), front, reference,
            new BatchSettings(acquisition.Batch, acquisition.Beta, acquisition.Rule == "greedy" ? BatchRule.Greedy : BatchRule.Top, CriterionOf(settings), acquisition.CapPerComposition));
        return Of(settings, inputs, acquisition.Rule, decision.V0, open.Length,
            [.. decision.Members.Select(m => new Chosen(m.Candidate.Id, m.Order, m.Candidate.Mu, m.Candidate.Sigma, m.Candidate.Bound, m.Candidate.Improvement, m.ConditionalImprovement))]);
    }

    static void Require(CampaignSettings settings, PoolFacts? facts)
    {
        if (settings.UsesFacts && facts is null) throw new ArgumentException("the pool's compositions and known objectives were not kept in this journal");
    }

    static Candidate[] Candidates(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, int[] open, IReadOnlyList<Prediction> predictions, PoolFacts? facts)
    {
        Require(settings, facts);
        var columns = settings.Objectives.Select(o => Column(settings, o, inputs, predictions, facts)).ToArray();
        return [.. open.Select(i => new Candidate(pool[i], facts?.Compositions[i] ?? pool[i], [.. columns.Select(c => c.Mu[i])], [.. columns.Select(c => c.Sigma[i])]))];
    }

    /// <summary>mu and sigma of the pool for one objective: its known values with sigma 0, or what the surrogate predicts.</summary>
    static (IReadOnlyList<double> Mu, IReadOnlyList<double> Sigma) Column(CampaignSettings settings, Objective o, SelectionInputs inputs, IReadOnlyList<Prediction> predictions, PoolFacts? facts)
    {
        if (settings.IsKnown(o))
            return facts!.Values.TryGetValue(o.Property, out var values) ? ([.. values.Select(o.ToFrame)], new double[values.Length])
                : throw new ArgumentException($"{o.Property} is not known for the whole pool");
        for (var k = 0; k < predictions.Count; k++)
            if (inputs.Predictions[k].Objective == o.Property) return (predictions[k].Mu, predictions[k].Sigma);
        throw new ArgumentException($"{o.Property} has not been predicted");
    }

    static ImmutableArray<Chosen> Drawn(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, int[] open, PoolFacts? facts)
    {
        SeededRandom.Stream(settings.Seed, $"random/{inputs.Iteration}").Shuffle(open.AsSpan());
        var taken = new Dictionary<string, int>();
        bool IsOpen(int i)
        {
            if (settings.Acquisition.CapPerComposition is not { } cap) return true;
            return (taken[facts!.Compositions[i]] = taken.GetValueOrDefault(facts.Compositions[i]) + 1) <= cap;
        }
        return [.. open.Where(IsOpen).Take(settings.Acquisition.Batch).Select((i, k) => new Chosen(pool[i], k + 1, [], [], [], 0, 0))];
    }

    /// <summary>Points of the compounds with every objective known, maximise frame, in ordinal order of their ids.</summary>
    public static double[][] Front(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        [.. Complete(settings, evaluations).Select(e => settings.Objectives.Select(o => o.ToFrame(e.Values[o.Property].Value)).ToArray())];

    /// <summary>Evaluations with every objective known, in ordinal order of their compounds.</summary>
    public static IEnumerable<EvaluationRecorded> Complete(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        evaluations.Values.Where(e => e.Failure is null && settings.Objectives.All(o => e.Values.ContainsKey(o.Property)));

    static Batch Of(CampaignSettings settings, SelectionInputs inputs, string rule, double v0, int candidates, ImmutableArray<Chosen> chosen)
    {
        var initial = rule == "space-filling";
        return new(inputs.Iteration, rule, settings.Acquisition.Beta, v0, candidates, [.. settings.Objectives.Select(o => o.Reference)],
            [.. inputs.Predictions.Select(p => p.PredictionDigest)], [.. inputs.Predictions.Select(p => p.FitDigest)], inputs.PoolDigest, inputs.LatentDigest, chosen,
            settings.UsesFacts && !initial ? inputs.FactsDigest : null, initial ? null : settings.Acquisition.CapPerComposition);
    }
}
