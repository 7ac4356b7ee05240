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
        var pool = CandidatePool.Of(settings, inputs, blobs);
        return inputs.IsInitial(settings) ? Initial(pool, LatentPool.FromBytes(blobs.Get(inputs.LatentDigest))) : Next(pool);
    }

    /// <summary>Every open candidate by its own improvement, best first, whatever the batch's rule: what a batch after the initial one was or would be chosen from.</summary>
    public static ImmutableArray<Scored> Ranked(CampaignSettings settings, SelectionInputs inputs, IBlobs blobs) =>
        Select(CandidatePool.Of(settings, inputs, blobs), 1).Ranked;

    /// <summary>
    /// The initial data set: the compounds that the user named, then space-filling (maximin) over the latent descriptors, from the stream "initial" of the campaign's seed; again, away from those taken, while no
    /// evaluation has succeeded.
    /// </summary>
    public static Batch Initial(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, LatentPool latent, PoolFacts? facts = null) => Initial(new(settings, inputs, pool, [], facts), latent);

    static Batch Initial(CandidatePool pool, LatentPool latent)
    {
        var (settings, inputs, open) = (pool.Settings, pool.Inputs, pool.Open);
        var index = open.ToDictionary(i => pool.Ids[i], StringComparer.Ordinal);
        string[] named = [.. settings.Acquisition.InitialIds.Where(index.ContainsKey)];
        var taken = Enumerable.Range(0, pool.Ids.Count).Where(i => inputs.Taken.Contains(pool.Ids[i])).Concat(named.Select(id => index[id]));
        var rest = open.Where(i => !named.Contains(pool.Ids[i])).Select(i => (pool.Ids[i], latent.Row(i).ToArray()));
        var spread = SpaceFilling.Select(rest, Math.Max(0, settings.Acquisition.Initial - named.Length), SeededRandom.Stream(settings.Seed, "initial"), [.. taken.Select(i => latent.Row(i).ToArray())]);
        return Of(pool, "space-filling", 0, open.Length, [.. named.Concat(spread).Select((id, i) => new Chosen(id, i + 1, [], [], [], 0, 0))]);
    }

    /// <summary>The next batch by the campaign's rule; empty when no candidate is left.</summary>
    /// <exception cref="ArgumentException">facts, predictions or models that the settings need are missing</exception>
    public static Batch Next(CampaignSettings settings, SelectionInputs inputs, IReadOnlyList<string> pool, IReadOnlyList<Prediction> predictions, PoolFacts? facts) => Next(new(settings, inputs, pool, predictions, facts));

    public static Batch Next(CandidatePool pool)
    {
        var (settings, acquisition) = (pool.Settings, pool.Settings.Acquisition);
        if (settings.UsesFacts && pool.Facts is null) throw new ArgumentException("the pool's compositions and known objectives were not kept in this journal");
        var open = pool.Open;
        var size = pool.Inputs.Size ?? acquisition.Batch;
        if (open.Length == 0 || acquisition.Rule == "random")
            return Of(pool, acquisition.Rule, Hypervolume.Volume(Front(settings, pool.Inputs.Evaluations), ReferenceOf(settings)), open.Length, open.Length == 0 ? [] : Drawn(pool, open, size));
        var decision = Select(pool, size);
        return Of(pool, acquisition.Rule, decision.V0, open.Length, [.. decision.Members.Select(m =>
            new Chosen(m.Candidate.Id, m.Order, m.Candidate.Mu, m.Candidate.Sigma, m.Candidate.Bound, m.Candidate.Improvement, m.ConditionalImprovement) { Feasibility = m.Candidate.Feasibility })]);
    }

    static BatchDecision Select(CandidatePool pool, int size)
    {
        var (settings, acquisition) = (pool.Settings, pool.Settings.Acquisition);
        var pending = pool.Inputs.Pending.ToHashSet();
        var rows = pool.Open.Concat(Enumerable.Range(0, pool.Ids.Count).Where(i => pending.Contains(pool.Ids[i])));
        return BatchSelection.Select(pool.Candidates(rows), Front(settings, pool.Inputs.Evaluations), ReferenceOf(settings),
            new BatchSettings(size, acquisition.Beta, acquisition.Rule == "greedy" ? BatchRule.Greedy : BatchRule.Top, acquisition.Rule == "ehvi" ? Criterion.ExpectedImprovement : Criterion.BoundImprovement,
                acquisition.CapPerComposition, acquisition.Believes ? PendingRule.Believer : PendingRule.Bound), pending: pending, condition: pool.Condition);
    }

    static double[] ReferenceOf(CampaignSettings settings) => [.. settings.Objectives.Select(o => o.Reference)];

    static ImmutableArray<Chosen> Drawn(CandidatePool pool, int[] open, int size)
    {
        SeededRandom.Stream(pool.Settings.Seed, $"random/{pool.Inputs.Iteration}").Shuffle(open.AsSpan());
        var row = pool.Ids.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i);
        var taken = pool.Inputs.Pending.GroupBy(id => pool.CompositionOf(row[id])).ToDictionary(g => g.Key, g => g.Count());
        bool IsOpen(int i)
        {
            if (pool.Settings.Acquisition.CapPerComposition is not { } cap) return true;
            return (taken[pool.CompositionOf(i)] = taken.GetValueOrDefault(pool.CompositionOf(i)) + 1) <= cap;
        }
        int[] drawn = [.. open.Where(IsOpen).Take(size)];
        return [.. (drawn.Length == 0 ? open.Take(1) : drawn).Select((i, k) => new Chosen(pool.Ids[i], k + 1, [], [], [], 0, 0))];
    }

    /// <summary>Points of the compounds that count, maximise frame, in ordinal order of their ids.</summary>
    public static double[][] Front(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        [.. Counted(settings, evaluations).Select(e => settings.Objectives.Select(o => o.ToFrame(e.Values[o.Property].Value)).ToArray())];

    /// <summary>Evaluations with every objective known, in ordinal order of their compounds.</summary>
    public static IEnumerable<EvaluationRecorded> Complete(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        evaluations.Values.Where(e => e.Failure is null && settings.Objectives.All(o => e.Values.ContainsKey(o.Property)));

    /// <summary>Those of <see cref="Complete"/> that take part in front and volume: they satisfy the constraints, and none of their objectives is a mere bound (where those are excluded).</summary>
    public static IEnumerable<EvaluationRecorded> Counted(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations) =>
        Complete(settings, evaluations).Where(e => WhyNotCounted(settings, e) is null);

    /// <summary>Why an evaluation takes no part in front and volume; null where it does.</summary>
    public static string? WhyNotCounted(CampaignSettings settings, EvaluationRecorded e)
    {
        if (settings.Acquisition.Censored == AcquisitionSettings.Excluded && settings.Objectives.FirstOrDefault(o => e.Values[o.Property].IsCensored) is { } bound) return $"its {bound.Property} is only a bound";
        return settings.Acquisition.Constraints.FirstOrDefault(c => e.Values.TryGetValue(c.Property, out var v) && !c.Admits(v.Value)) is { } violated ? $"it violates the constraint {violated}" : null;
    }

    static Batch Of(CandidatePool pool, string rule, double v0, int candidates, ImmutableArray<Chosen> chosen)
    {
        var (settings, inputs, initial) = (pool.Settings, pool.Inputs, rule == "space-filling");
        return new(inputs.Iteration, rule, settings.Acquisition.Beta, v0, candidates, [.. settings.Objectives.Select(o => o.Reference)],
            [.. inputs.Predictions.Select(p => p.PredictionDigest)], [.. inputs.Predictions.Select(p => p.FitDigest)], inputs.PoolDigest, inputs.LatentDigest, chosen,
            settings.UsesFacts && (settings.FiltersByFacts || !initial) ? inputs.FactsDigest : null, initial ? null : settings.Acquisition.CapPerComposition)
        {
            Knew = inputs.Knew, Pending = inputs.Pending, Predicted = [.. inputs.Predictions.Select(p => p.Objective)], Violating = pool.Free.Count() - candidates,
            ModelDigests = pool.Condition is null ? [] : [.. inputs.Predictions.Select(p => p.ModelDigest!)],
        };
    }
}
