using IpActors.Domain.Surrogates;

namespace IpActors.Domain.Campaigns;

/// <summary>What the GP actor of an objective is given: all evaluated compounds in ordinal order of their ids, values in the maximise frame.</summary>
public static class TrainingSets
{
    /// <summary>Extra noise of a censored value (a bound, not a measurement), in units of the objective's frame: one decade or one scale unit.</summary>
    public static double CensoredNoise(Objective o) => Math.Abs(o.Scale);

    public static TrainingSet Of(Campaign s, Objective objective)
    {
        var settings = s.Settings!;
        var rows = s.Evaluations.Values.Where(e => e.Failure is null && e.Values.ContainsKey(objective.Property)).Select(e => (e.Compound, Value: e.Values[objective.Property])).ToList();
        return new TrainingSet(settings.Name, objective.Property, s.NextIteration, s.Pool!.Digest, s.Description!.LatentDigest, settings.Seed,
            [.. rows.Select(r => r.Compound)],
            [.. rows.Select(r => objective.ToFrame(r.Value.Value))],
            [.. rows.Select(r => r.Value.IsCensored ? CensoredNoise(objective) : objective.ErrorToFrame(r.Value.Value, r.Value.Error))]);
    }
}

/// <summary>All a batch is selected from, apart from the blobs that it names by digest.</summary>
/// <param name="FactsDigest">The pool's facts; null in journals that are older than them.</param>
public sealed record SelectionInputs(
    int Iteration, string PoolDigest, string LatentDigest, ImmutableArray<PredictionReceived> Predictions, ImmutableSortedDictionary<string, EvaluationRecorded> Evaluations, ImmutableSortedSet<string> Taken,
    string? FactsDigest = null)
{
    /// <summary>Nothing is known yet to learn from: the first batch, or all before it failed.</summary>
    public bool IsInitial(CampaignSettings settings) => !BatchDecisions.Complete(settings, Evaluations).Any();

    /// <summary>What a batch was selected from, told from the campaign as it stands later: every batch before it had been evaluated by then.</summary>
    public static SelectionInputs OfBatch(Campaign s, Batch batch)
    {
        var before = s.Batches.Where(b => b.Iteration < batch.Iteration).SelectMany(b => b.Chosen).Select(c => c.Compound).ToImmutableSortedSet(StringComparer.Ordinal);
        var modelled = batch.PredictionDigests.Length == s.Settings!.Objectives.Length ? s.Settings.Objectives : [.. s.Settings.Modelled];
        return new(batch.Iteration, batch.PoolDigest, batch.LatentDigest, [.. modelled.Zip(batch.PredictionDigests, batch.FitDigests).Select(p => new PredictionReceived(batch.Iteration, p.First.Property, p.Second, p.Third))],
            s.Evaluations.RemoveRange(s.Evaluations.Keys.Where(id => !before.Contains(id))), before, s.Description!.FactsDigest);
    }

    public static SelectionInputs Of(Campaign s) => new(s.NextIteration, s.Pool!.Digest, s.Description!.LatentDigest,
        [.. s.Settings!.Objectives.Where(o => s.Predictions.ContainsKey(o.Property)).Select(o => s.Predictions[o.Property])], s.Evaluations,
        s.Batches.SelectMany(b => b.Chosen).Select(c => c.Compound).ToImmutableSortedSet(StringComparer.Ordinal), s.Description.FactsDigest);
}
