using System.Diagnostics;
using IpActors.Domain.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Domain.Compounds;

// ---- events: stored for ever; add cases and fields, never rename ----
[EventName("compound.generated/1")] public sealed record CompoundGenerated(CompoundIdentity Identity, long Seed, RestartPolicy Policy, ImmutableArray<PropertyPlan> Screening) : IEvent;
[EventName("compound.relaxed/1")] public sealed record CompoundRelaxed(PartResult Result) : IEvent;
[EventName("compound.part-known/1")] public sealed record PartKnown(string Property, string Part, PartResult Result) : IEvent;
[EventName("compound.part-failed/1")] public sealed record PartFailed(string Property, string Part, string Reason) : IEvent;
[EventName("compound.property-known/1")] public sealed record PropertyKnown(PropertyValue Value) : IEvent;
[EventName("compound.hull-evaluated/1")] public sealed record HullEvaluated(string HullDigest, double SignedEvPerAtom, double EdEvPerAtom, ImmutableArray<HullProduct> Products, bool Passes) : IEvent
{
    public PropertyValue AsProperty(string calculator) => AsProperty(SignedEvPerAtom, EdEvPerAtom, calculator);
    public static PropertyValue AsProperty(double signedEvPerAtom, double edEvPerAtom, string calculator) => new(Properties.DecompositionEnergy, edEvPerAtom, double.NaN, Properties.Unit(Properties.DecompositionEnergy), [],
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("signed_eV_per_atom", signedEvPerAtom)]), calculator);
}
[EventName("compound.selected/1")] public sealed record CompoundSelected(int Iteration, int Rank, ImmutableArray<PropertyPlan> Plans) : IEvent;
[EventName("compound.evaluation-delivered/1")] public sealed record EvaluationDelivered : IEvent;
[EventName("compound.pareto-ranked/1")] public sealed record CompoundRanked(int Front, double ExclusiveHypervolume) : IEvent;
[EventName("compound.abandoned/1")] public sealed record CompoundAbandoned(string Reason) : IEvent;

/// <summary>Candidate of the space or reference phase of the hull.</summary>
public enum CompoundRole { Candidate, Reference }

/// <summary>
/// Who a compound is, compactly: reduced formula, space group with the tolerance it was found at, and its origin, from which the starting structure is built again
/// (a microstate's id under its aristotype, or a reference phase's name).
/// </summary>
public sealed record CompoundIdentity(string Campaign, string Id, CompoundRole Role, string Formula, string Aristotype, string SpaceGroup, int SpaceGroupNumber, double SymprecA, int Index, string Origin);

public sealed record HullProduct(string Formula, double Fraction);

// ---- commands ----
public sealed record Generate(CompoundIdentity Identity, long Seed, RestartPolicy Policy, ImmutableArray<PropertyPlan> Screening) : ICommand;
/// <summary>A run's report: a result, or the reason why there is none.</summary>
public sealed record ReportPart(string Property, string Part, PartResult? Result, string? Failure) : ICommand;
public sealed record RecordProperty(PropertyValue Value) : ICommand;
/// <summary>The parts are in, but no value follows from them.</summary>
public sealed record RejectProperty(string Property, string Reason) : ICommand;
public sealed record RecordHull(string HullDigest, double SignedEvPerAtom, double EdEvPerAtom, ImmutableArray<HullProduct> Products, bool Passes) : ICommand;
public sealed record SelectCompound(int Iteration, int Rank, ImmutableArray<PropertyPlan> Plans) : ICommand;
public sealed record AcknowledgeEvaluation : ICommand;
public sealed record RankCompound(int Front, double ExclusiveHypervolume) : ICommand;

// ---- work ----
/// <summary>Combine the parts of a property into its value: a pure function of their results.</summary>
public sealed record CombineProperty(PropertyPlan Plan, ImmutableSortedDictionary<string, PartResult> Parts, CompoundIdentity Identity) : Work(Plan.Property, 1)
{
    public override string Kind => "combine";
    public override int Slots => 0;
}

public enum CompoundStage { Unknown, Generated, Relaxed, HullEvaluated, Unstable, DftQueued, PropertiesKnown, ParetoRanked, Abandoned }

/// <summary>One in-silico structure, or reference phase, from its generation to its place in the Pareto ranking or a stated end.</summary>
public sealed record Compound(
    CompoundIdentity? Identity = null, CompoundStage Stage = CompoundStage.Unknown, long Seed = 0, RestartPolicy? Policy = null, PartResult? Relaxation = null, HullEvaluated? Hull = null,
    int? Iteration = null, int? FrontRank = null, string? Reason = null, bool EvaluationDelivered = false)
{
    /// <summary>What has been asked for so far: the screening plans, and those of the selection.</summary>
    public ImmutableArray<PropertyPlan> Plans { get; init; } = [];
    public ImmutableSortedDictionary<string, PartResult> Parts { get; init; } = ImmutableSortedDictionary.Create<string, PartResult>(StringComparer.Ordinal);
    public ImmutableSortedDictionary<string, string> Failures { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
    public ImmutableSortedDictionary<string, PropertyValue> Values { get; init; } = ImmutableSortedDictionary.Create<string, PropertyValue>(StringComparer.Ordinal);

    public static readonly Decider<Compound> Decider = new("compound", new(), Decide, Evolve, s => s.Owes());

    static Decision Decide(Compound s, ICommand command) => (s, command) switch
    {
        ({ Identity: null }, Generate c) => Decision.Accept(new CompoundGenerated(c.Identity, c.Seed, c.Policy, c.Screening)),
        ({ Identity: null }, _) => Decision.Refuse("this compound was never generated"),
        (_, Generate c) => c.Identity == s.Identity ? Decision.Accept() : Decision.Refuse($"{s.Identity!.Id} was generated before with another identity"),
        (_, ReportPart c) => s.Stage == CompoundStage.Abandoned || s.Knows(c.Property, c.Part) ? Decision.Accept() : Report(s, c),
        (_, RecordProperty c) => s.Stage == CompoundStage.Abandoned || s.Values.ContainsKey(c.Value.Property) ? Decision.Accept()
            : s.Plans.Any(p => p.Property == c.Value.Property) ? Decision.Accept(new PropertyKnown(c.Value)) : Decision.Refuse($"{c.Value.Property} was not asked for"),
        (_, RejectProperty c) => s.Stage == CompoundStage.Abandoned || s.Values.ContainsKey(c.Property) ? Decision.Accept() : Decision.Accept(new CompoundAbandoned($"{c.Property}: {c.Reason}")),
        (_, RecordHull c) => s.Hull is not null || s.Stage == CompoundStage.Abandoned ? Decision.Accept()
            : s.Relaxation is null ? Decision.Refuse("not relaxed yet") : Decision.Accept(new HullEvaluated(c.HullDigest, c.SignedEvPerAtom, c.EdEvPerAtom, c.Products, c.Passes)),
        (_, SelectCompound c) => s.Iteration is { } earlier ? (earlier == c.Iteration ? Decision.Accept() : Decision.Refuse($"selected before, in iteration {earlier}"))
            : s.Stage == CompoundStage.HullEvaluated ? Decision.Accept(new CompoundSelected(c.Iteration, c.Rank, c.Plans)) : Decision.Refuse($"cannot be selected while {s.Stage}"),
        (_, AcknowledgeEvaluation) => s.EvaluationDelivered || !s.IsEvaluated ? Decision.Accept() : Decision.Accept(new EvaluationDelivered()),
        (_, RankCompound c) => s.FrontRank is not null || s.Stage == CompoundStage.Abandoned ? Decision.Accept()
            : s.Stage == CompoundStage.PropertiesKnown ? Decision.Accept(new CompoundRanked(c.Front, c.ExclusiveHypervolume)) : Decision.Refuse($"cannot be ranked while {s.Stage}"),
        _ => throw new UnreachableException($"no answer to {command.GetType().Name}"),
    };

    static Decision Report(Compound s, ReportPart c)
    {
        if (s.Plans.FirstOrDefault(p => p.Property == c.Property) is not { } plan || !plan.Parts.Any(p => p.Part == c.Part)) return Decision.Refuse($"{c.Property} {c.Part} was not asked for");
        if (c.Result is { } result) return Decision.Accept(c.Property == Properties.Relaxation ? new CompoundRelaxed(result) : new PartKnown(c.Property, c.Part, result));
        var failed = new PartFailed(c.Property, c.Part, c.Failure ?? "no reason given");
        var failures = s.Failures.Keys.Count(k => k.StartsWith(c.Property + ":", StringComparison.Ordinal)) + 1;
        return failures > plan.ToleratedFailures ? Decision.Accept(failed, new CompoundAbandoned($"{c.Property} {c.Part}: {failed.Reason}")) : Decision.Accept(failed);
    }

    static Compound Evolve(Compound s, IEvent e) => e switch
    {
        CompoundGenerated g => s with { Identity = g.Identity, Stage = CompoundStage.Generated, Seed = g.Seed, Policy = g.Policy, Plans = g.Screening },
        CompoundRelaxed r => s with { Relaxation = r.Result, Stage = CompoundStage.Relaxed },
        PartKnown p => s with { Parts = s.Parts.SetItem($"{p.Property}:{p.Part}", p.Result) },
        PartFailed f => s with { Failures = s.Failures.SetItem($"{f.Property}:{f.Part}", f.Reason) },
        PropertyKnown p => (s with { Values = s.Values.SetItem(p.Value.Property, p.Value) }).WithStageOfProperties(),
        HullEvaluated h => s with { Hull = h, Values = s.Values.SetItem(Properties.DecompositionEnergy, h.AsProperty(s.Relaxation!.Calculator)), Stage = h.Passes ? CompoundStage.HullEvaluated : CompoundStage.Unstable },
        CompoundSelected c => (s with { Iteration = c.Iteration, Stage = CompoundStage.DftQueued, Plans = [.. s.Plans, .. c.Plans] }).WithStageOfProperties(),
        Compounds.EvaluationDelivered => s with { EvaluationDelivered = true },
        CompoundRanked r => s with { FrontRank = r.Front, Stage = CompoundStage.ParetoRanked },
        CompoundAbandoned a => s with { Stage = CompoundStage.Abandoned, Reason = a.Reason },
        _ => throw new UnreachableException($"unknown event {e.GetType().Name}"),
    };

    Compound WithStageOfProperties() =>
        Stage == CompoundStage.DftQueued && Plans.All(p => p.Property == Properties.Relaxation || Values.ContainsKey(p.Property)) ? this with { Stage = CompoundStage.PropertiesKnown } : this;

    /// <summary>Selected and done with: all properties known, or given up.</summary>
    bool IsEvaluated => Iteration is not null && Stage is CompoundStage.PropertiesKnown or CompoundStage.ParetoRanked or CompoundStage.Abandoned;
    bool Knows(string property, string part) => property == Properties.Relaxation ? Relaxation is not null : Parts.ContainsKey($"{property}:{part}") || Failures.ContainsKey($"{property}:{part}");

    IEnumerable<Work> Owes()
    {
        if (Identity is null) yield break;
        if (IsEvaluated && !EvaluationDelivered)
            yield return new Tell(EntityId.Coordinator(Identity.Campaign), new RecordEvaluation(Identity.Id, Values, Stage == CompoundStage.Abandoned ? Reason : null), "evaluation", new AcknowledgeEvaluation());
        if (Stage == CompoundStage.Abandoned) yield break;
        foreach (var plan in Plans)
        {
            // Everything else starts from the relaxed structure.
            if (plan.Property != Properties.Relaxation && Relaxation is null) continue;
            var open = plan.Parts.Where(p => !Knows(plan.Property, p.Part)).ToList();
            foreach (var part in open.Where(p => p.After is null || Knows(plan.Property, p.After)))
                yield return new Tell(EntityId.Run(Identity.Campaign, Identity.Id, plan.Property, part.Part),
                    new RequestRun(new RunSpec(Identity.Campaign, Identity.Id, plan.Property, part.Part, plan.Calculator, part.Parameters, Seed, Policy!) { Settings = part.Settings }), $"{plan.Property}:{part.Part}");
            if (open.Count == 0 && plan.Property != Properties.Relaxation && !Values.ContainsKey(plan.Property))
                yield return new CombineProperty(plan, Parts.Where(p => p.Key.StartsWith(plan.Property + ":", StringComparison.Ordinal)).ToImmutableSortedDictionary(p => p.Key[(plan.Property.Length + 1)..], p => p.Value, StringComparer.Ordinal), Identity);
        }
    }
}
