using System.Diagnostics;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;

namespace IpActors.Domain.Campaigns;

// ---- commands (events are in CampaignEvents.cs) ----
public sealed record CreateCampaign(CampaignSettings Settings, string File, string FileDigest, string Fingerprint) : ICommand;
public sealed record AcceptChanges(CampaignSettings Settings, string File, string FileDigest, ImmutableArray<string> Differences) : ICommand;
public sealed record RecordSpace(int Count, string Digest, ImmutableSortedDictionary<string, int> ByAristotype, ImmutableArray<string> References) : ICommand;
public sealed record FixHullOf(string Digest, string Scheme, int Entries) : ICommand;
public sealed record ClosePool(string Digest, int Count, int Relaxed, int Unstable, int Abandoned) : ICommand;
public sealed record RecordDescription(string PoolDigest, string LatentDigest, ImmutableArray<int> Widths, string? FactsDigest = null) : ICommand;
public sealed record RecordPrediction(int Iteration, string Objective, string PredictionDigest, string FitDigest, string? ModelDigest = null) : ICommand;
/// <summary>The selected batch; an empty one says that no candidate is left.</summary>
public sealed record RecordBatch(Batch Batch) : ICommand;
public sealed record RecordEvaluation(string Compound, ImmutableSortedDictionary<string, PropertyValue> Values, string? Failure) : ICommand;
public sealed record FinishCampaign(double Hypervolume, ImmutableArray<string> Front) : ICommand;
public sealed record PauseCampaign : ICommand;
public sealed record ResumeCampaign : ICommand;
public sealed record StopCampaign : ICommand;

// ---- work ----
public abstract record CampaignWork(CampaignSettings Settings, int Number) : Work("", Number)
{
    public override int Priority => 10;
}
/// <summary>Generate the compounds of the space and the reference phases.</summary>
public sealed record EnumerateSpace(CampaignSettings Settings) : CampaignWork(Settings, 1) { public override string Kind => "enumerate"; public override int Slots => 0; } // it waits for what it has generated to be calculated
/// <summary>Once every reference phase is relaxed: fix the hull.</summary>
public sealed record FixHull(CampaignSettings Settings, ImmutableArray<string> References) : CampaignWork(Settings, 1) { public override string Kind => "fix-hull"; public override int Slots => 0; }
/// <summary>Give every relaxed candidate its distance to the hull, until all are settled; then close the pool.</summary>
public sealed record ScreenPool(CampaignSettings Settings, string HullDigest, int Count) : CampaignWork(Settings, 1) { public override string Kind => "screen"; public override int Slots => 0; }
public sealed record DescribePool(CampaignSettings Settings, string PoolDigest) : CampaignWork(Settings, 1) { public override string Kind => "describe"; }
public sealed record SelectBatch(CampaignSettings Settings, SelectionInputs Inputs) : CampaignWork(Settings, Inputs.Iteration + 1) { public override string Kind => "select"; }
/// <summary>Tell every evaluated compound its place in the Pareto ranking.</summary>
public sealed record RankCompounds(CampaignSettings Settings, ImmutableSortedDictionary<string, EvaluationRecorded> Evaluations) : CampaignWork(Settings, 1) { public override string Kind => "rank"; }

public enum CampaignStage { Unknown, Enumerating, Screening, Seeding, Iterating, Ranking, Finished, Stopped }

/// <summary>The MOBO coordinator: takes a campaign from its space to its Pareto front, and journals each decision with all it was made from.</summary>
public sealed record Campaign(
    CampaignSettings? Settings = null, string File = "", string FileDigest = "", string Fingerprint = "", CampaignStage Stage = CampaignStage.Unknown, bool Paused = false,
    SpaceEnumerated? Space = null, HullFixed? Hull = null, PoolClosed? Pool = null, PoolDescribed? Description = null, string? EndReason = null, bool EndedOnRequest = false, CampaignFinished? Result = null)
{
    public ImmutableList<Batch> Batches { get; init; } = [];
    public ImmutableList<IterationCompleted> Iterations { get; init; } = [];
    public ImmutableSortedDictionary<string, EvaluationRecorded> Evaluations { get; init; } = ImmutableSortedDictionary.Create<string, EvaluationRecorded>(StringComparer.Ordinal);
    /// <summary>Answers of the GP actors for the iteration under way, by objective.</summary>
    public ImmutableSortedDictionary<string, PredictionReceived> Predictions { get; init; } = ImmutableSortedDictionary.Create<string, PredictionReceived>(StringComparer.Ordinal);

    /// <summary>Evaluated compounds in the order of the journal.</summary>
    public ImmutableList<string> Arrivals { get; init; } = [];
    /// <summary>Rolling: the selection under way, or the last before the sampling was closed.</summary>
    public SelectionBegun? Selecting { get; init; }
    /// <summary>Rolling: why nothing more is selected, though compounds may be under evaluation.</summary>
    public string? Closed { get; init; }
    /// <summary>Rolling: how many evaluations the last fit of hyperparameters knew.</summary>
    public int? RefitKnew { get; init; }

    public static readonly Decider<Campaign> Decider = new("campaign", new(), Decide, Evolve, s => s.Owes(), StateVersion: 1);

    /// <summary>The next iteration to select for: the number of batches so far.</summary>
    public int NextIteration => Batches.Count;
    public bool BatchIsOpen => Batches.Count > 0 && Batches[^1].Chosen.Any(c => !Evaluations.ContainsKey(c.Compound));
    public bool IsRolling => Settings?.Acquisition.IsRolling == true;
    public int SelectedCount => Batches.Sum(b => b.Chosen.Length);
    /// <summary>What a selection is made from: all evaluations, or in the mode rolling those before it began.</summary>
    public ImmutableSortedDictionary<string, EvaluationRecorded> Known => Selecting is { } begun ? FirstEvaluations(begun.Knew) : Evaluations;
    /// <summary>The first so many evaluations in the order of the journal.</summary>
    public ImmutableSortedDictionary<string, EvaluationRecorded> FirstEvaluations(int count) => Evaluations.RemoveRange(Arrivals.Skip(count));

    static Decision Decide(Campaign s, ICommand command) => (s, command) switch
    {
        ({ Settings: null }, CreateCampaign c) => Decision.Accept(new CampaignCreated(c.Settings, c.File, c.FileDigest, c.Fingerprint)),
        ({ Settings: null }, _) => Decision.Refuse("there is no such campaign in this journal"),
        (_, CreateCampaign c) => c.FileDigest == s.FileDigest ? Decision.Accept() : Decision.Refuse("the campaign was begun with another file"),
        (_, AcceptChanges c) => c.FileDigest == s.FileDigest ? Decision.Accept()
            : c.Settings.UsesFacts && s.Description is { FactsDigest: null } ? Decision.Refuse("its pool was described by a version that kept no compositions and known objectives; leave out cap_per_composition and known_objectives, or begin a new campaign")
            : c.Settings.Acquisition.Mode != s.Settings!.Acquisition.Mode && !s.Batches.IsEmpty ? Decision.Refuse("its compounds are being selected in the other acquisition.mode; take the old one, or begin a new campaign")
            : c.Settings.Acquisition.Believes && s.Predictions.Values.Any(p => p.ModelDigest is null) ? Decision.Refuse("its models were made by a version that kept none of them; leave out 'pending: believer' until the next batch is selected")
            : Decision.Accept(Rolling.With(s, new SettingsChanged(c.Settings, c.File, c.FileDigest, c.Differences))),
        (_, PauseCampaign) => s.Paused || s.IsOver ? Decision.Accept() : Decision.Accept(new CampaignPaused()),
        (_, ResumeCampaign) => s.Paused ? Decision.Accept(new CampaignResumed()) : Decision.Accept(),
        (_, StopCampaign) => s.IsOver || s.Stage == CampaignStage.Ranking ? Decision.Accept() : Decision.Accept(new SamplingEnded("stopped on request", true)),
        ({ IsOver: true }, _) => Decision.Accept(), // late reports of what was under way
        (_, RecordSpace c) => s.Space is not null ? Decision.Accept() : Decision.Accept(new SpaceEnumerated(c.Count, c.Digest, c.ByAristotype, c.References)),
        (_, FixHullOf c) => s.Hull is not null ? Decision.Accept() : Decision.Accept(new HullFixed(c.Digest, c.Scheme, c.Entries)),
        (_, ClosePool c) => s.Pool is not null ? Decision.Accept()
            : c.Count > 0 ? Decision.Accept(new PoolClosed(c.Digest, c.Count, c.Relaxed, c.Unstable, c.Abandoned))
            : Decision.Accept(new PoolClosed(c.Digest, c.Count, c.Relaxed, c.Unstable, c.Abandoned), new SamplingEnded("no compound passed the screening", false)),
        (_, RecordDescription c) => s.Description is not null ? Decision.Accept() : Decision.Accept(new PoolDescribed(c.PoolDigest, c.LatentDigest, c.Widths, c.FactsDigest)),
        (_, RecordPrediction c) => c.Iteration != s.NextIteration || s.Stage != CampaignStage.Iterating || s.Predictions.ContainsKey(c.Objective) ? Decision.Accept()
            : Decision.Accept(new PredictionReceived(c.Iteration, c.Objective, c.PredictionDigest, c.FitDigest, c.ModelDigest)),
        (_, RecordBatch c) => c.Batch.Iteration != s.NextIteration || s.Stage is not (CampaignStage.Seeding or CampaignStage.Iterating) || s.Closed is not null || c.Batch.Knew != s.Selecting?.Knew ? Decision.Accept()
            : s.IsRolling && (s.Stage == CampaignStage.Iterating || !c.Batch.Chosen.IsEmpty) ? Decision.Accept(Rolling.With(s, c.Batch.Chosen.IsEmpty ? new SelectionClosed(Rolling.NoCandidate) : new BatchSelected(c.Batch)))
            : c.Batch.Chosen.IsEmpty ? Decision.Accept(new SamplingEnded("no candidate is left in the pool", false)) : Decision.Accept(new BatchSelected(c.Batch)),
        (_, RecordEvaluation c) => s.Evaluations.ContainsKey(c.Compound) ? Decision.Accept() : Evaluate(s, c),
        (_, FinishCampaign c) => s.Stage != CampaignStage.Ranking ? Decision.Accept() : Decision.Accept(new CampaignFinished(c.Hypervolume, c.Front)),
        _ => throw new UnreachableException($"no answer to {command.GetType().Name}"),
    };

    static Decision Evaluate(Campaign s, RecordEvaluation c)
    {
        if (!s.Batches.Any(b => b.Chosen.Any(x => x.Compound == c.Compound))) return Decision.Refuse($"{c.Compound} was not selected");
        var recorded = new EvaluationRecorded(c.Compound, c.Values, c.Failure);
        if (s.Stage != CampaignStage.Iterating) return Decision.Accept(recorded);
        if (s.IsRolling) return Decision.Accept(Rolling.With(s, recorded));
        var after = Evolve(s, recorded);
        if (after.BatchIsOpen) return Decision.Accept(recorded);
        var completed = StopRule.Complete(after);
        return StopRule.ReasonToEnd(Evolve(after, completed)) is { } reason ? Decision.Accept(recorded, completed, new SamplingEnded(reason, false)) : Decision.Accept(recorded, completed);
    }

    static Campaign Evolve(Campaign s, IEvent e) => e switch
    {
        CampaignCreated c => s with { Settings = c.Settings, File = c.File, FileDigest = c.FileDigest, Fingerprint = c.Fingerprint, Stage = CampaignStage.Enumerating },
        SettingsChanged c => s with { Settings = c.Settings, File = c.File, FileDigest = c.FileDigest },
        SpaceEnumerated c => s with { Space = c, Stage = CampaignStage.Screening },
        HullFixed c => s with { Hull = c },
        PoolClosed c => s with { Pool = c, Stage = CampaignStage.Seeding },
        PoolDescribed c => s with { Description = c },
        PredictionReceived c => s with { Predictions = s.Predictions.SetItem(c.Objective, c) },
        BatchSelected c => s with { Batches = s.Batches.Add(c.Batch), Predictions = s.Predictions.Clear(), Selecting = null, Stage = CampaignStage.Iterating },
        EvaluationRecorded c => s with { Evaluations = s.Evaluations.SetItem(c.Compound, c), Arrivals = s.Arrivals.Add(c.Compound) },
        IterationCompleted c => s with { Iterations = s.Iterations.Add(c) },
        SelectionBegun c => s with { Selecting = c, RefitKnew = c.Refit ? c.Knew : s.RefitKnew },
        SelectionClosed c => s with { Closed = c.Reason },
        SamplingEnded c => s with { Stage = CampaignStage.Ranking, EndReason = c.Reason, EndedOnRequest = c.OnRequest },
        CampaignFinished c => s with { Result = c, Stage = s.EndedOnRequest ? CampaignStage.Stopped : CampaignStage.Finished },
        CampaignPaused => s with { Paused = true },
        CampaignResumed => s with { Paused = false },
        _ => throw new UnreachableException($"unknown event {e.GetType().Name}"),
    };

    public bool IsOver => Stage is CampaignStage.Finished or CampaignStage.Stopped;

    IEnumerable<Work> Owes()
    {
        if (Settings is null) return [];
        return Stage switch
        {
            CampaignStage.Enumerating => [new EnumerateSpace(Settings)],
            CampaignStage.Screening when Hull is null => [new FixHull(Settings, Space!.References)],
            CampaignStage.Screening => [new ScreenPool(Settings, Hull.Digest, Space!.Count)],
            CampaignStage.Seeding when Description is null => [new DescribePool(Settings, Pool!.Digest)],
            CampaignStage.Seeding => [new SelectBatch(Settings, SelectionInputs.Of(this))],
            CampaignStage.Iterating when IsRolling => Evaluating(Batches).Concat(Selecting is null || Closed is not null ? [] : Selection()),
            CampaignStage.Iterating when BatchIsOpen => Evaluating(Batches.Skip(Batches.Count - 1)),
            CampaignStage.Iterating => Selection(),
            CampaignStage.Ranking => [new RankCompounds(Settings, Evaluations)],
            _ => [],
        };
    }

    /// <summary>Word to every selected compound that is not evaluated yet.</summary>
    IEnumerable<Work> Evaluating(IEnumerable<Batch> batches) => batches.SelectMany(b => b.Chosen.Where(c => !Evaluations.ContainsKey(c.Compound)).Select(c =>
        new Tell(EntityId.Compound(Settings!.Name, c.Compound), new SelectCompound(b.Iteration, c.Rank, Settings.SelectionPlans), $"select-{b.Iteration}-{c.Compound}")));

    /// <summary>Questions to the GP actors; once all have answered, or where there is nothing to learn from, the choice.</summary>
    IEnumerable<Work> Selection()
    {
        var known = Known;
        var open = BatchDecisions.Complete(Settings!, known).Any() ? Settings!.Modelled.Where(o => !Predictions.ContainsKey(o.Property)).ToList() : [];
        return open.Count == 0 ? [new SelectBatch(Settings!, SelectionInputs.Of(this))]
            : open.Select(o => new Tell(EntityId.Surrogate(Settings!.Name, o.Property), new AskBounds(TrainingSets.Of(this, o)), $"ask-{NextIteration}-{o.Property}"));
    }
}
