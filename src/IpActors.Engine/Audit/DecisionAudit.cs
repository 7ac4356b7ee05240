using System.Security.Cryptography;
using System.Text;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Engine.Views;
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
/// <param name="exact">bit for bit, on a machine of the fingerprint that the campaign was run on; else numbers agree to 1e-9 (relative above 1), chosen compounds exactly, and fits are taken as stored</param>
public sealed class DecisionAudit(string campaign, IJournalReader journal, EventCodec codec, Func<CombineProperty, PropertyValue?> combine, bool exact = true)
{
    const double Tolerance = 1e-9;
    const int ChecksAtOnce = 4096;
    readonly IBlobs blobs = journal.Blobs;
    readonly List<(StoredEvent Event, Func<string?> Differs)> _checks = [];
    readonly Dictionary<string, HullEnergies> _hulls = new(StringComparer.Ordinal);
    readonly CampaignFold _fold = new(new CampaignView(campaign));
    DecisionDifference? _first;
    int _checked;

    /// <summary>Takes the campaign's events in journal order; runs the checks in blocks, in parallel, so that few wait.</summary>
    public void Follow(StoredEvent stored)
    {
        if (stored.Entity.Campaign != campaign) return;
        if (Check(stored) is { } check) _checks.Add((stored, check));
        _fold.Apply(stored.Entity, stored.Event);
        if (_checks.Count >= ChecksAtOnce) Run();
    }

    /// <summary>Runs what is left to check; the answer names the first event that differs, in journal order.</summary>
    public DecisionAuditResult Verify()
    {
        Run();
        return new(_checked, _first);
    }

    void Run()
    {
        _checked += _checks.Count;
        if (_first is null)
        {
            var found = new string?[_checks.Count];
            Parallel.For(0, found.Length, i =>
            {
                try { found[i] = _checks[i].Differs(); }
                catch (Exception e) when (e is InvalidDataException or FileNotFoundException or Science.InputException or KeyNotFoundException or ArgumentException or ArithmeticException) { found[i] = $"cannot be recomputed: {e.Message}"; }
            });
            if (Array.FindIndex(found, f => f is not null) is var at and >= 0) _first = new(_checks[at].Event, found[at]!);
        }
        _checks.Clear();
    }

    string? Redescribe(CampaignView view, PoolDescribed e)
    {
        var pool = Ids(e.PoolDigest);
        var latent = PoolDescriptions.Describe(view.Coordinator.Settings!, [.. StoredView.States<Compound>(journal, codec, [.. pool.Select(id => EntityId.Compound(campaign, id))]).ToBlockingEnumerable().Select(c => c.Relaxation!.Structure!)]);
        return SameNumbers("latent rows", latent.ToBytes(), e.LatentDigest, b => LatentPool.FromBytes(b).Values.ToArray())
            ?? (e.FactsDigest is null ? null : Same("pool's facts", Digest(PoolFacts.Of(view, pool).ToBytes()), e.FactsDigest)); // older journals have none
    }

    Func<string?>? Check(StoredEvent stored)
    {
        // The states are immutable: a check keeps those from before its event.
        var key = stored.Entity.Key;
        if (stored.Event is HullEvaluated or PropertyKnown) return stored.Event is HullEvaluated h ? Hulled(_fold.Coordinator.Settings!, _fold.Compound(key)!, h) : () => Combined(stored, (PropertyKnown)stored.Event);
        if (stored.Event is not (HullFixed or PoolClosed or PoolDescribed or TrainingSetGiven or SurrogateFitted or SurrogatePredicted or BatchSelected or IterationCompleted or CompoundRanked or CampaignFinished)) return null;
        var view = _fold.View;
        var c = view.Coordinator;
        return stored.Event switch
        {
            HullFixed e => () => Same("hull", Digest(PoolBlobs.OfHull(ScreeningDecisions.HullEntries(view, c.Space!.References))), e.Digest),
            PoolClosed e => () => Same("pool", Digest(PoolBlobs.OfIds(ScreeningDecisions.Pool(view, blobs))), e.Digest),
            PoolDescribed e => () => Redescribe(view, e),
            TrainingSetGiven e => () => TrainingSets.Of(c, c.Settings!.Modelled.Concat(c.Settings.Objectives).First(o => o.Property == key)) == e.Training ? null : "the training set is not that of the evaluations before it",
            SurrogateFitted e => () => Refit(c, view.Surrogates[key], e),
            SurrogatePredicted e => () => (e.ModelDigest is { } model ? Same("model", Digest(ModelBytes(view.Surrogates[key])), model) : null) ?? SameNumbers("bounds", SurrogateDecisions.ToBytes(Predict(view.Surrogates[key])), e.PredictionDigest, b => SurrogateDecisions.FromBytes(b) is var p ? [.. p.Mu, .. p.Sigma] : []),
            BatchSelected e => () => Reselect(c, e.Batch),
            IterationCompleted e => () => Recomplete(c, e),
            SelectionBegun e => () => Rolling.Next(c) is SelectionBegun again && again == e ? null : $"selection {e.Iteration} does not begin here",
            SelectionClosed e => () => Reclose(c, e),
            CompoundRanked e => () => ScreeningDecisions.Rank(c.Settings!, c.Evaluations).Ranks.FirstOrDefault(r => r.Compound == key).Rank is { } r && r.Front == e.Front && Close(r.ExclusiveHypervolume, e.ExclusiveHypervolume) ? null : "the Pareto rank differs",
            CampaignFinished e => () => ScreeningDecisions.Rank(c.Settings!, c.Evaluations).Finish is var f && Close(f.Hypervolume, e.Hypervolume) && f.Front.AsSpan().SequenceEqual(e.Front.AsSpan()) ? null : "the final front differs",
            _ => null,
        };
    }

    Func<string?> Hulled(CampaignSettings settings, CompoundSummary summary, HullEvaluated e)
    {
        if (!_hulls.TryGetValue(e.HullDigest, out var hull)) _hulls[e.HullDigest] = hull = new(PoolBlobs.Hull(blobs.Get(e.HullDigest)));
        return () => ScreeningDecisions.Evaluate(settings, e.HullDigest, hull, summary) is var again && Close(again.SignedEvPerAtom, e.SignedEvPerAtom) && Close(again.EdEvPerAtom, e.EdEvPerAtom)
            && again.Passes == e.Passes && again.Products.Length == e.Products.Length && again.Products.Zip(e.Products).All(p => p.First.Formula == p.Second.Formula && Close(p.First.Fraction, p.Second.Fraction)) ? null : $"E_d {again.SignedEvPerAtom:R} recomputed, {e.SignedEvPerAtom:R} eV/atom stored";
    }

    string? Combined(StoredEvent stored, PropertyKnown e)
    {
        var rows = journal.ReadEntity(stored.Entity.PersistenceId, 0, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var before = (Compound)Embedded.Recovered.From(rows.Where(r => r.SequenceNumber < stored.SequenceNumber), Compound.Decider, codec).State;
        var owed = Compound.Decider.Owes(before).OfType<CombineProperty>().FirstOrDefault(w => w.Plan.Property == e.Value.Property);
        if (owed is null) return $"{e.Value.Property} was not owed";
        return combine(owed) is { } again && (exact ? again.Equals(e.Value) : Close(again.Value, e.Value.Value) && Close(again.Error, e.Value.Error) && again.Flags.AsSpan().SequenceEqual(e.Value.Flags.AsSpan())) ? null : $"{e.Value.Property} does not follow from its parts";
    }

    string? Recomplete(Campaign c, IterationCompleted stored)
    {
        var again = StopRule.Complete(c);
        var same = (again.Iteration, again.Evaluations, again.Changed) == (stored.Iteration, stored.Evaluations, stored.Changed) && Close(again.Hypervolume, stored.Hypervolume) && Close(again.Gained, stored.Gained)
            && again.Best.Length == stored.Best.Length && again.Best.Zip(stored.Best).All(b => b.First.Compound == b.Second.Compound && Close(b.First.InFrame, b.Second.InFrame) && Close(b.First.Value, b.Second.Value));
        return same ? null : $"iteration {stored.Iteration}: volume {again.Hypervolume:R} recomputed, {stored.Hypervolume:R} stored";
    }

    /// <summary>The selection was closed by a rule or a budget, or because it had nobody to choose.</summary>
    string? Reclose(Campaign c, SelectionClosed e)
    {
        if (Rolling.Next(c) is SelectionClosed again && again == e) return null;
        return e.Reason == Rolling.NoCandidate && c.Selecting is not null && BatchDecisions.Of(c.Settings!, SelectionInputs.Of(c), blobs).Chosen.IsEmpty ? null : $"the selection does not close here because {e.Reason}";
    }

    static byte[] ModelBytes(Surrogate s) => SurrogateDecisions.ModelBytes(s.Training!, s.Fitted!.Hyperparameters);

    string? Refit(Campaign c, Surrogate s, SurrogateFitted e)
    {
        var training = s.Training!;
        if (!exact && s.Kept is null) return null; // the climb to an optimum magnifies last bits; what follows from the stored optimum is checked
        if (!exact) return SurrogateDecisions.Digest(s.Kept!) == e.Digest ? null : "the hyperparameters are not those kept from the fit before";
        var fit = SurrogateDecisions.Fit(c.Settings!.Surrogate, training, s.Kept, Ids(training.PoolDigest), Latent(training.LatentDigest));
        return Same("hyperparameters", fit.Digest, e.Digest) ?? (fit.LogMarginalLikelihood.Equals(e.LogMarginalLikelihood) ? null : "the log marginal likelihood differs");
    }

    Science.Surrogates.Prediction Predict(Surrogate s) => SurrogateDecisions.Predict(s.Training!, s.Fitted!.Hyperparameters, Ids(s.Training!.PoolDigest), Latent(s.Training.LatentDigest));

    string? Reselect(Campaign c, Batch stored)
    {
        var again = BatchDecisions.Of(c.Settings!, SelectionInputs.Of(c), blobs);
        if (stored.Predicted.IsEmpty) again = again with { Predicted = [] }; // older journals do not name them
        if (again == stored || (!exact && Agrees(again, stored))) return null;
        var at = again.Chosen.Zip(stored.Chosen).FirstOrDefault(p => p.First != p.Second);
        return $"batch {stored.Iteration} differs" + (at.First is null ? "" : $": rank {at.First.Rank} is {at.First.Compound} (improvement {at.First.Improvement:R}) recomputed, {at.Second.Compound} ({at.Second.Improvement:R}) stored");
    }

    bool Agrees(Batch a, Batch b) => (a.Iteration, a.Rule, a.Candidates, a.Knew, a.Violating) == (b.Iteration, b.Rule, b.Candidates, b.Knew, b.Violating) && a.Pending.AsSpan().SequenceEqual(b.Pending.AsSpan()) && Close(a.V0, b.V0) && a.Chosen.Length == b.Chosen.Length
        && a.Chosen.Zip(b.Chosen).All(p => (p.First.Compound, p.First.Rank) == (p.Second.Compound, p.Second.Rank) && Close(p.First.Improvement, p.Second.Improvement) && Close(p.First.Conditional, p.Second.Conditional));

    /// <summary>Equal bits; where the machine differs, equal to the tolerance.</summary>
    bool Close(double a, double b) => a.Equals(b) || (!exact && Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(b)));

    string? SameNumbers(string what, byte[] again, string stored, Func<byte[], double[]> numbers)
    {
        if (exact || Digest(again) == stored) return Same(what, Digest(again), stored);
        var (x, y) = (numbers(again), numbers(blobs.Get(stored)));
        return x.Length == y.Length && x.Zip(y).All(p => Close(p.First, p.Second)) ? null : $"the {what} differ by more than {Tolerance}";
    }

    string[] Ids(string digest) => PoolBlobs.Ids(blobs.Get(digest));
    LatentPool Latent(string digest) => LatentPool.FromBytes(blobs.Get(digest));
    static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
    static string? Same(string what, string again, string stored) => again == stored ? null : $"the {what} differs: digest {again[..12]} recomputed, {stored[..Math.Min(12, stored.Length)]} stored";
}
