using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Domain.Campaigns;

// Stored for ever; add cases and fields, never rename.

[EventName("campaign.created/1")] public sealed record CampaignCreated(CampaignSettings Settings, string File, string FileDigest, string Fingerprint) : IEvent;
[EventName("campaign.settings-changed/1")] public sealed record SettingsChanged(CampaignSettings Settings, string File, string FileDigest, ImmutableArray<string> Differences) : IEvent;
[EventName("campaign.space-enumerated/1")] public sealed record SpaceEnumerated(int Count, string Digest, ImmutableSortedDictionary<string, int> ByAristotype, ImmutableArray<string> References) : IEvent;
/// <summary>The reference hull as a blob of entries, all of one scheme.</summary>
[EventName("campaign.hull-fixed/1")] public sealed record HullFixed(string Digest, string Scheme, int Entries) : IEvent;
/// <summary>The pool: the candidates that passed, as a blob of ids in ordinal order.</summary>
[EventName("campaign.pool-closed/1")] public sealed record PoolClosed(string Digest, int Count, int Relaxed, int Unstable, int Abandoned) : IEvent;
/// <summary>The pool's latent descriptors as a blob, rows in pool order, and what is known of every compound (<see cref="PoolFacts"/>; null in journals that are older than it).</summary>
[EventName("campaign.pool-described/1")] public sealed record PoolDescribed(string PoolDigest, string LatentDigest, ImmutableArray<int> Widths, string? FactsDigest = null) : IEvent;
[EventName("campaign.prediction-received/1")] public sealed record PredictionReceived(int Iteration, string Objective, string PredictionDigest, string FitDigest, string? ModelDigest = null) : IEvent;
[EventName("campaign.batch-selected/1")] public sealed record BatchSelected(Batch Batch) : IEvent;
[EventName("campaign.evaluation-recorded/1")] public sealed record EvaluationRecorded(string Compound, ImmutableSortedDictionary<string, PropertyValue> Values, string? Failure) : IEvent;
[EventName("campaign.iteration-completed/1")] public sealed record IterationCompleted(int Iteration, int Evaluations, double Hypervolume, double Gained, ImmutableArray<BestValue> Best, bool Changed) : IEvent;
/// <summary>Rolling: a selection begins, from the first <paramref name="Knew"/> evaluations in the order of the journal; whatever comes in before it is made does not count for it.</summary>
/// <param name="Size">Compounds that it may choose.</param>
/// <param name="Refit">Hyperparameters are fitted anew.</param>
[EventName("campaign.selection-begun/1")] public sealed record SelectionBegun(int Iteration, int Knew, int Size, bool Refit) : IEvent;
/// <summary>Rolling: nothing more is selected; what is under way is awaited.</summary>
[EventName("campaign.selection-closed/1")] public sealed record SelectionClosed(string Reason) : IEvent;
[EventName("campaign.sampling-ended/1")] public sealed record SamplingEnded(string Reason, bool OnRequest) : IEvent;
[EventName("campaign.finished/1")] public sealed record CampaignFinished(double Hypervolume, ImmutableArray<string> Front) : IEvent;
[EventName("campaign.paused/1")] public sealed record CampaignPaused : IEvent;
[EventName("campaign.resumed/1")] public sealed record CampaignResumed : IEvent;

/// <summary>The best value of an objective so far, in its own unit and in the maximise frame. Censored values never count.</summary>
public sealed record BestValue(string Objective, string Compound, double Value, double InFrame);

/// <summary>
/// One decision of the coordinator with all it was made from: <c>audit verify</c> recomputes it bit for bit. For the initial set (iteration 0) there is no surrogate, and mu, sigma, bound are empty.
/// </summary>
/// <param name="V0">Hypervolume of the front before the batch, maximise frame.</param>
/// <param name="FactsDigest">The blob of compositions and known objectives, where the batch was made from them too.</param>
/// <param name="CapPerComposition">Most members of one composition; null: no cap.</param>
public sealed record Batch(int Iteration, string Rule, double Beta, double V0, int Candidates, ImmutableArray<double> Reference, ImmutableArray<string> PredictionDigests, ImmutableArray<string> FitDigests, string PoolDigest, string LatentDigest, ImmutableArray<Chosen> Chosen,
    string? FactsDigest = null, int? CapPerComposition = null)
{
    /// <summary>Rolling: evaluations that it was made from, the first so many in the order of the journal; null: all of every batch before.</summary>
    public int? Knew { get; init; }
    /// <summary>Rolling: compounds under evaluation that were imagined, in ordinal order.</summary>
    public ImmutableArray<string> Pending { get; init; } = [];
    /// <summary>What the predictions are of, in their order; empty in journals that are older than constraints.</summary>
    public ImmutableArray<string> Predicted { get; init; } = [];
    /// <summary>The surrogates' data and hyperparameters as blobs, in the order of the predictions, where sigma was conditioned on what was imagined.</summary>
    public ImmutableArray<string> ModelDigests { get; init; } = [];
    /// <summary>Open compounds that a constraint on a known property left out.</summary>
    public int Violating { get; init; }

    public bool Equals(Batch? o) => o is not null && (Iteration, Rule, Candidates, PoolDigest, LatentDigest, FactsDigest, CapPerComposition) == (o.Iteration, o.Rule, o.Candidates, o.PoolDigest, o.LatentDigest, o.FactsDigest, o.CapPerComposition) && Beta.Equals(o.Beta) && V0.Equals(o.V0)
        && Reference.AsSpan().SequenceEqual(o.Reference.AsSpan()) && PredictionDigests.AsSpan().SequenceEqual(o.PredictionDigests.AsSpan()) && FitDigests.AsSpan().SequenceEqual(o.FitDigests.AsSpan()) && Chosen.AsSpan().SequenceEqual(o.Chosen.AsSpan())
        && (Knew, Violating) == (o.Knew, o.Violating) && Pending.AsSpan().SequenceEqual(o.Pending.AsSpan()) && Predicted.AsSpan().SequenceEqual(o.Predicted.AsSpan()) && ModelDigests.AsSpan().SequenceEqual(o.ModelDigests.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Iteration, Rule, Candidates);
}

/// <summary>A chosen compound: rank (from 1), mu, sigma and bound of each objective in the maximise frame, the hypervolume improvement of its bound (Eq. 20; by the rule ehvi the expected improvement) times its feasibility, and what the bound adds after the members before it. A known objective has sigma 0.</summary>
public sealed record Chosen(string Compound, int Rank, ImmutableArray<double> Mu, ImmutableArray<double> Sigma, ImmutableArray<double> Bound, double Improvement, double Conditional)
{
    /// <summary>Predicted probability that it satisfies the constraints; 1 where there are none.</summary>
    public double Feasibility { get; init; } = 1;

    public bool Equals(Chosen? o) => o is not null && (Compound, Rank) == (o.Compound, o.Rank) && Feasibility.Equals(o.Feasibility) && Improvement.Equals(o.Improvement) && Conditional.Equals(o.Conditional)
        && Mu.AsSpan().SequenceEqual(o.Mu.AsSpan()) && Sigma.AsSpan().SequenceEqual(o.Sigma.AsSpan()) && Bound.AsSpan().SequenceEqual(o.Bound.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Compound, Rank, Improvement);
}
