using System.Security.Cryptography;
using System.Text;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;
using IpActors.Science.Phases;

namespace IpActors.Engine.Audit;

/// <summary>A decision that does not come out again as it is stored: which event, and what differs.</summary>
public sealed record DecisionDifference(StoredEvent Event, string What);

public sealed record DecisionAuditResult(int Checked, DecisionDifference? First);

/// <summary>
/// Makes every decision of a campaign again from the events before it, with the very functions that made it, and compares bit for bit: the hull and every distance to it, the pool, its
/// description, training sets, fits, predictions, batches, combined properties, iterations, the end, the ranking. Calculations are not repeated: their results are the facts that
/// decisions were made from.
/// </summary>
/// <param name="combine">the workers' combination of a property's parts (a pure function)</param>
public sealed class DecisionAudit(string campaign, IBlobs blobs, Func<CombineProperty, PropertyValue?> combine)
{
    readonly List<(StoredEvent Event, Func<string?> Differs)> _checks = [];
    readonly Dictionary<string, Compound> _compounds = new(StringComparer.Ordinal);
    readonly Dictionary<string, PhaseHull> _hulls = new(StringComparer.Ordinal);
    CampaignView _view = new(campaign);

    /// <summary>Takes the campaign's events in journal order.</summary>
    public void Follow(StoredEvent stored)
    {
        if (stored.Entity.Campaign != campaign) return;
        if (Check(stored) is { } check) _checks.Add((stored, check));
        if (stored.Entity.Kind == "compound")
            _compounds[stored.Entity.Key] = Compound.Decider.Evolve(_compounds.GetValueOrDefault(stored.Entity.Key) ?? Compound.Decider.Initial, stored.Event);
        _view = _view.Apply(stored.Entity, stored.Event);
    }

    /// <summary>Runs the checks, in parallel; the answer names the first event that differs, in journal order.</summary>
    public DecisionAuditResult Verify(Action<double>? progress = null)
    {
        var found = new string?[_checks.Count];
        var done = 0;
        Parallel.For(0, _checks.Count, i =>
        {
            try { found[i] = _checks[i].Differs(); }
            catch (Exception e) when (e is InvalidDataException or FileNotFoundException or Science.InputException or KeyNotFoundException or ArgumentException or ArithmeticException) { found[i] = $"cannot be recomputed: {e.Message}"; }
            progress?.Invoke(Interlocked.Increment(ref done) / (double)found.Length);
        });
        for (var i = 0; i < found.Length; i++)
            if (found[i] is { } what) return new(found.Length, new(_checks[i].Event, what));
        return new(found.Length, null);
    }

    string? Redescribe(CampaignView view, PoolDescribed e)
    {
        var pool = Ids(e.PoolDigest);
        var latent = PoolDescriptions.Describe(view.Coordinator.Settings!, [.. pool.Select(id => view.Compounds[id].Relaxed!)]);
        return Same("latent rows", Digest(latent.ToBytes()), e.LatentDigest)
            ?? (e.FactsDigest is null ? null : Same("pool's facts", Digest(PoolFacts.Of(view, pool).ToBytes()), e.FactsDigest)); // older journals have none
    }

    Func<string?>? Check(StoredEvent stored)
    {
        // The states are immutable: a check keeps those from before its event.
        var (view, c, key) = (_view, _view.Coordinator, stored.Entity.Key);
        return stored.Event switch
        {
            HullFixed e => () => Same("hull", Digest(PoolBlobs.OfHull(ScreeningDecisions.HullEntries(view, c.Space!.References))), e.Digest),
            HullEvaluated e => Hulled(view, key, e),
            PropertyKnown e => Combined(key, e),
            PoolClosed e => () => Same("pool", Digest(PoolBlobs.OfIds(ScreeningDecisions.Pool(view))), e.Digest),
            PoolDescribed e => () => Redescribe(view, e),
            TrainingSetGiven e => () => TrainingSets.Of(c, c.Settings!.Objectives.First(o => o.Property == key)) == e.Training ? null : "the training set is not that of the evaluations before it",
            SurrogateFitted e => () => Refit(c, view.Surrogates[key].Training!, e),
            SurrogatePredicted e => () => Same("bounds", Digest(SurrogateDecisions.ToBytes(Predict(view.Surrogates[key]))), e.PredictionDigest),
            BatchSelected e => () => Reselect(c, e.Batch),
            IterationCompleted e => () => StopRule.Complete(c) is var again && again.Equals(e with { Best = again.Best }) && again.Best.AsSpan().SequenceEqual(e.Best.AsSpan()) ? null : $"iteration {e.Iteration}: volume {again.Hypervolume:R} recomputed, {e.Hypervolume:R} stored",
            CompoundRanked e => () => ScreeningDecisions.Rank(c.Settings!, c.Evaluations).Ranks.FirstOrDefault(r => r.Compound == key).Rank == new RankCompound(e.Front, e.ExclusiveHypervolume) ? null : "the Pareto rank differs",
            CampaignFinished e => () => ScreeningDecisions.Rank(c.Settings!, c.Evaluations).Finish is var f && f.Hypervolume.Equals(e.Hypervolume) && f.Front.AsSpan().SequenceEqual(e.Front.AsSpan()) ? null : "the final front differs",
            _ => null,
        };
    }

    Func<string?> Hulled(CampaignView view, string id, HullEvaluated e)
    {
        if (!_hulls.TryGetValue(e.HullDigest, out var hull)) _hulls[e.HullDigest] = hull = PoolBlobs.Hull(blobs.Get(e.HullDigest));
        var (settings, summary) = (view.Coordinator.Settings!, view.Compounds[id]);
        return () => ScreeningDecisions.Evaluate(settings, e.HullDigest, hull, summary) is var again && again.SignedEvPerAtom.Equals(e.SignedEvPerAtom) && again.EdEvPerAtom.Equals(e.EdEvPerAtom)
            && again.Passes == e.Passes && again.Products.AsSpan().SequenceEqual(e.Products.AsSpan()) ? null : $"E_d {again.SignedEvPerAtom:R} recomputed, {e.SignedEvPerAtom:R} eV/atom stored";
    }

    Func<string?> Combined(string id, PropertyKnown e)
    {
        var owed = Compound.Decider.Owes(_compounds[id]).OfType<CombineProperty>().FirstOrDefault(w => w.Plan.Property == e.Value.Property);
        return () => owed is null ? $"{e.Value.Property} was not owed" : combine(owed) is { } again && again.Equals(e.Value) ? null : $"{e.Value.Property} does not follow from its parts";
    }

    string? Refit(Campaign c, TrainingSet training, SurrogateFitted e)
    {
        var fit = SurrogateDecisions.Fit(c.Settings!.Surrogate, training, Ids(training.PoolDigest), Latent(training.LatentDigest));
        return Same("hyperparameters", fit.Digest, e.Digest) ?? (fit.LogMarginalLikelihood.Equals(e.LogMarginalLikelihood) ? null : "the log marginal likelihood differs");
    }

    Science.Surrogates.Prediction Predict(Surrogate s) => SurrogateDecisions.Predict(s.Training!, s.Fitted!.Hyperparameters, Ids(s.Training!.PoolDigest), Latent(s.Training.LatentDigest));

    string? Reselect(Campaign c, Batch stored)
    {
        var again = BatchDecisions.Of(c.Settings!, SelectionInputs.Of(c), blobs);
        if (again == stored) return null;
        var at = again.Chosen.Zip(stored.Chosen).FirstOrDefault(p => p.First != p.Second);
        return $"batch {stored.Iteration} differs" + (at.First is null ? "" : $": rank {at.First.Rank} is {at.First.Compound} (improvement {at.First.Improvement:R}) recomputed, {at.Second.Compound} ({at.Second.Improvement:R}) stored");
    }

    string[] Ids(string digest) => PoolBlobs.Ids(blobs.Get(digest));
    LatentPool Latent(string digest) => LatentPool.FromBytes(blobs.Get(digest));
    static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
    static string? Same(string what, string again, string stored) => again == stored ? null : $"the {what} differs: digest {again[..12]} recomputed, {stored[..Math.Min(12, stored.Length)]} stored";
}
