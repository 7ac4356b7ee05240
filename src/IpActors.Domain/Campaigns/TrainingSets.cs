using IpActors.Domain.Surrogates;

namespace IpActors.Domain.Campaigns;

/// <summary>What the GP actor of an objective is given: all compounds known to the selection, in ordinal order of their ids, values in the maximise frame. A censored value stands at its bound, known to one decade or scale unit.</summary>
public static class TrainingSets
{
    /// <summary>Extra noise of a censored value (a bound, not a measurement), in units of the objective's frame: one decade or one scale unit.</summary>
    public static double CensoredNoise(Objective o) => Math.Abs(o.Scale);

    public static TrainingSet Of(Campaign s, Objective objective)
    {
        var settings = s.Settings!;
        var rows = s.Known.Values.Where(e => e.Failure is null && e.Values.ContainsKey(objective.Property)).Select(e => (e.Compound, Value: e.Values[objective.Property])).ToList();
        return new TrainingSet(settings.Name, objective.Property, s.NextIteration, s.Pool!.Digest, s.Description!.LatentDigest, settings.Seed,
            [.. rows.Select(r => r.Compound)],
            [.. rows.Select(r => objective.ToFrame(r.Value.Value))],
            [.. rows.Select(r => r.Value.IsCensored ? CensoredNoise(objective) : objective.ErrorToFrame(r.Value.Value, r.Value.Error))]) { Refit = s.Selecting?.Refit ?? true };
    }
}

/// <summary>All a batch is selected from, apart from the blobs that it names by digest.</summary>
/// <param name="FactsDigest">The pool's facts; null in journals that are older than them.</param>
public sealed record SelectionInputs(
    int Iteration, string PoolDigest, string LatentDigest, ImmutableArray<PredictionReceived> Predictions, ImmutableSortedDictionary<string, EvaluationRecorded> Evaluations, ImmutableSortedSet<string> Taken,
    string? FactsDigest = null)
{
    /// <summary>Rolling: how many evaluations are known, the first in the order of the journal; null: all of every batch before.</summary>
    public int? Knew { get; init; }
    /// <summary>Rolling: how many may be chosen; null: the batch.</summary>
    public int? Size { get; init; }
    /// <summary>Selected and not known: under evaluation, in ordinal order.</summary>
    public ImmutableArray<string> Pending => Knew is null ? [] : [.. Taken.Where(id => !Evaluations.ContainsKey(id))];

    /// <summary>Nothing is known yet to learn from: the first batch, or all before it failed.</summary>
    public bool IsInitial(CampaignSettings settings) => !BatchDecisions.Complete(settings, Evaluations).Any();

    public static SelectionInputs Of(Campaign s) => new(s.NextIteration, s.Pool!.Digest, s.Description!.LatentDigest,
        [.. s.Settings!.Objectives.Concat(s.Settings.Modelled).Select(o => o.Property).Distinct().Where(s.Predictions.ContainsKey).Select(p => s.Predictions[p])], s.Known, TakenBefore(s, s.NextIteration), s.Description.FactsDigest)
        { Knew = s.Selecting?.Knew, Size = s.Selecting?.Size };

    /// <summary>What a batch was selected from, told from the campaign as it stands later.</summary>
    public static SelectionInputs OfBatch(Campaign s, Batch batch)
    {
        var before = TakenBefore(s, batch.Iteration);
        var known = batch.Knew is { } knew ? s.FirstEvaluations(knew) : s.Evaluations.RemoveRange(s.Evaluations.Keys.Where(id => !before.Contains(id)));
        IEnumerable<string> predicted = !batch.Predicted.IsEmpty ? batch.Predicted : (batch.PredictionDigests.Length == s.Settings!.Objectives.Length ? s.Settings.Objectives : s.Settings.Modelled).Select(o => o.Property);
        return new(batch.Iteration, batch.PoolDigest, batch.LatentDigest,
            [.. predicted.Zip(batch.PredictionDigests, batch.FitDigests).Select((p, k) => new PredictionReceived(batch.Iteration, p.First, p.Second, p.Third, batch.ModelDigests.IsEmpty ? null : batch.ModelDigests[k]))],
            known, before, s.Description!.FactsDigest) { Knew = batch.Knew, Size = batch.Chosen.Length };
    }

    static ImmutableSortedSet<string> TakenBefore(Campaign s, int iteration) => s.Batches.Where(b => b.Iteration < iteration).SelectMany(b => b.Chosen).Select(c => c.Compound).ToImmutableSortedSet(StringComparer.Ordinal);
}
