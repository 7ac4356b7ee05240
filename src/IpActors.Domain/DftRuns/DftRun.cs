using System.Diagnostics;
using System.Text.Json.Serialization;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;

namespace IpActors.Domain.DftRuns;

// ---- events: stored for ever; add cases and fields, never rename ----
[EventName("run.requested/1")] public sealed record RunRequested(RunSpec Spec) : IEvent;
[EventName("run.starting/1")] public sealed record RunStarting(int Attempt, string Nonce, string Folder) : IEvent;
[EventName("run.running/1")] public sealed record RunRunning(string Nonce, string Host, string Job) : IEvent;
[EventName("run.succeeded/1")] public sealed record RunSucceeded(int Attempt, string Nonce, PartResult Result) : IEvent;
[EventName("run.failed/1")] public sealed record RunFailed(int Attempt, string Nonce, Fault Fault, ImmutableSortedDictionary<string, double>? Corrected, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Correction? Correction = null) : IEvent;
[EventName("run.abandoned/1")] public sealed record RunAbandoned(string Reason) : IEvent;
[EventName("run.delivered/1")] public sealed record RunDelivered : IEvent;

/// <summary>One supervised calculation: for whom, what, with which program and settings, and the seed of its chance.</summary>
public sealed record RunSpec(string Campaign, string Compound, string Property, string Part, string Calculator, ImmutableSortedDictionary<string, double> Parameters, long Seed, RestartPolicy Policy)
{
    /// <summary>Settings in the program's own words, such as <c>INCAR.ENCUT</c>: what the campaign asks for beyond the program's own plan of the part.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ImmutableSortedDictionary<string, string>? Settings { get; init; }

    public bool Equals(RunSpec? o) => o is not null && (Campaign, Compound, Property, Part, Calculator, Seed, Policy) == (o.Campaign, o.Compound, o.Property, o.Part, o.Calculator, o.Seed, o.Policy)
        && Parameters.SequenceEqual(o.Parameters) && (Settings ?? Texts.None).SequenceEqual(o.Settings ?? Texts.None);
    public override int GetHashCode() => HashCode.Combine(Compound, Property, Part);
}

public enum FaultKind { Infrastructure, Physics, Fatal }

/// <summary>
/// What is changed for the next attempt, in the program's own words: the values before and after of every setting that changes, where an empty value means that it is not set.
/// </summary>
/// <param name="Code">The rule's stable name.</param>
/// <param name="Note">For a person: what is changed and why.</param>
/// <param name="HarmsComparability">The energy that comes out is no longer one of the campaign's scheme to its full precision (smearing, cutoff, grid): marked on the result.</param>
public sealed record Correction(string Code, string Note, ImmutableSortedDictionary<string, string> Before, ImmutableSortedDictionary<string, string> After, bool HarmsComparability = false)
{
    /// <summary>The settings with the correction applied; what is empty afterwards is kept as empty, so that the program does not set it either.</summary>
    public ImmutableSortedDictionary<string, string> Apply(ImmutableSortedDictionary<string, string> settings) => settings.SetItems(After);
    public bool Equals(Correction? o) => o is not null && (Code, Note, HarmsComparability) == (o.Code, o.Note, o.HarmsComparability) && Before.SequenceEqual(o.Before) && After.SequenceEqual(o.After);
    public override int GetHashCode() => HashCode.Combine(Code, After.Count);
}

/// <summary>Why an attempt failed: a stable code, whose fault it is, and words for a person.</summary>
public sealed record Fault(string Code, FaultKind Kind, string Message);

/// <summary>Restart strategy as data: separate budgets of attempts for infrastructure and physics, and a back-off that doubles from the first delay up to the longest.</summary>
public sealed record RestartPolicy(int PhysicsAttempts, int InfrastructureAttempts, double BackoffFirstSeconds, double BackoffLongestSeconds)
{
    public static readonly RestartPolicy Default = new(3, 5, 1, 300);
    public TimeSpan Backoff(int failures) => failures == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(BackoffLongestSeconds, BackoffFirstSeconds * Math.Pow(2, failures - 1)));
}

// ---- commands ----
public sealed record RequestRun(RunSpec Spec) : ICommand;
/// <summary>Before a launch: the attempt, its nonce and its folder are stored. Repeated for the attempt under way it is "already so" and the work goes on.</summary>
public sealed record StartRun(int Attempt, string Nonce, string Folder) : ICommand;
public sealed record ReportRunning(string Nonce, string Host, string Job) : ICommand;
public sealed record SucceedRun(string Nonce, PartResult Result) : ICommand;
/// <summary>The attempt failed; <paramref name="Corrected"/> holds the whole changed numbers for the next one, and <paramref name="Correction"/> the changed settings of a program; both null to retry unchanged.</summary>
public sealed record FailRun(string Nonce, Fault Fault, ImmutableSortedDictionary<string, double>? Corrected = null, Correction? Correction = null) : ICommand;
public sealed record AcknowledgeRun : ICommand;

// ---- work ----
/// <summary>Launch (or go on with) that attempt of the run.</summary>
public sealed record LaunchRun(RunSpec Spec, ImmutableSortedDictionary<string, double> Parameters, int Attempt, string? Nonce, TimeSpan Backoff) : Work(Spec.Part, Attempt)
{
    public override string Kind => "launch";
    /// <summary>The program's settings: the spec's, with every correction so far.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = Texts.None;
    public ImmutableArray<Correction> Corrections { get; init; } = [];
    /// <summary>The folders of the earlier attempts, oldest first, from which a program may go on.</summary>
    public ImmutableArray<string> Earlier { get; init; } = [];
    public override TimeSpan Delay => Backoff;
    /// <summary>A program of its own may take weeks, and tells its worker by other means that it lives.</summary>
    public override TimeSpan? Limit => Spec.Calculator == "builtin" ? TimeSpan.FromHours(24) : null;
    public override int Priority => Spec.Property == Properties.Relaxation ? 1 : 2;
}

/// <summary>An attempt that failed: with which fault, where, with which settings.</summary>
public sealed record FailedAttempt(string Code, string Folder, ImmutableSortedDictionary<string, string> Settings);

public enum RunStage { Unknown, Queued, Starting, Running, Succeeded, Abandoned }

/// <summary>One supervised calculation, whatever the program: from request to a result or a stated end, through attempts, faults and corrections.</summary>
public sealed record DftRun(
    RunSpec? Spec = null, RunStage Stage = RunStage.Unknown, int Attempt = 1, string? Nonce = null, string? Folder = null, string? Host = null, string? Job = null,
    ImmutableSortedDictionary<string, double>? Parameters = null, int PhysicsFailures = 0, int InfrastructureFailures = 0, PartResult? Result = null, string? Reason = null, bool Delivered = false)
{
    /// <summary>The program's settings now: the spec's, with every correction so far.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = Texts.None;
    public ImmutableArray<Correction> Corrections { get; init; } = [];
    /// <summary>Faults of the earlier attempts with the settings each ran with, oldest first.</summary>
    public ImmutableArray<FailedAttempt> Failed { get; init; } = [];

    public static readonly Decider<DftRun> Decider = new("run", new(), Decide, Evolve, s => s.Owes());

    static Decision Decide(DftRun s, ICommand command) => (s, command) switch
    {
        ({ Spec: null }, RequestRun c) => Decision.Accept(new RunRequested(c.Spec)),
        ({ Spec: null }, _) => Decision.Refuse("this run was never requested"),
        (_, RequestRun c) => c.Spec == s.Spec ? Decision.Accept() : Decision.Refuse($"the run {s.Spec!.Compound} {s.Spec.Property} {s.Spec.Part} was requested before with other settings"),
        (_, AcknowledgeRun) => s.Delivered || s.Stage is not (RunStage.Succeeded or RunStage.Abandoned) ? Decision.Accept() : Decision.Accept(new RunDelivered()),
        ({ Stage: RunStage.Succeeded or RunStage.Abandoned }, _) => Decision.Accept(), // late or repeated: workers report at least once
        (_, StartRun c) => c.Attempt != s.Attempt ? Decision.Refuse($"attempt {c.Attempt} is not the one under way ({s.Attempt})")
            : s.Stage == RunStage.Queued ? Decision.Accept(new RunStarting(c.Attempt, c.Nonce, c.Folder))
            : c.Nonce == s.Nonce ? Decision.Accept() : Decision.Refuse($"attempt {c.Attempt} was started under another nonce"),
        (_, ReportRunning c) => c.Nonce != s.Nonce || s.Stage != RunStage.Starting ? Decision.Accept() : Decision.Accept(new RunRunning(c.Nonce, c.Host, c.Job)),
        (_, SucceedRun c) => c.Nonce != s.Nonce ? Decision.Accept() : Decision.Accept(new RunSucceeded(s.Attempt, c.Nonce, c.Result)),
        (_, FailRun c) => c.Nonce != s.Nonce ? Decision.Accept() : Fail(s, c),
        _ => throw new UnreachableException($"no answer to {command.GetType().Name}"),
    };

    /// <summary>The same fault with the same settings for the third time after a correction: the corrections go in a circle.</summary>
    bool IsCircle(FailRun c) => Corrections.Length > 0 && c.Fault.Kind == FaultKind.Physics && Failed.Count(f => f.Code == c.Fault.Code && f.Settings.SequenceEqual(Settings)) >= 2;

    static Decision Fail(DftRun s, FailRun c)
    {
        var policy = s.Spec!.Policy;
        var failed = new RunFailed(s.Attempt, c.Nonce, c.Fault, c.Corrected, c.Correction);
        if (s.IsCircle(c)) return Decision.Accept(failed, new RunAbandoned($"{c.Fault.Code}: {c.Fault.Message} (attempt {s.Attempt}; the corrections go in a circle)"));
        var (failures, budget) = c.Fault.Kind switch
        {
            FaultKind.Infrastructure => (s.InfrastructureFailures + 1, policy.InfrastructureAttempts),
            FaultKind.Physics => (s.PhysicsFailures + 1, policy.PhysicsAttempts),
            _ => (1, 1),
        };
        return failures < budget ? Decision.Accept(failed) : Decision.Accept(failed, new RunAbandoned($"{c.Fault.Code}: {c.Fault.Message} (attempt {s.Attempt})"));
    }

    static DftRun Evolve(DftRun s, IEvent e) => e switch
    {
        RunRequested r => s with { Spec = r.Spec, Stage = RunStage.Queued, Parameters = r.Spec.Parameters, Settings = r.Spec.Settings ?? Texts.None },
        RunStarting r => s with { Stage = RunStage.Starting, Nonce = r.Nonce, Folder = r.Folder },
        RunRunning r => s with { Stage = RunStage.Running, Host = r.Host, Job = r.Job },
        RunSucceeded r => s with { Stage = RunStage.Succeeded, Result = r.Result },
        RunFailed r => s with
        {
            Stage = RunStage.Queued, Attempt = r.Attempt + 1, Nonce = null, Folder = null, Host = null, Job = null, Parameters = r.Corrected ?? s.Parameters,
            Settings = r.Correction?.Apply(s.Settings) ?? s.Settings, Corrections = r.Correction is { } correction ? s.Corrections.Add(correction) : s.Corrections,
            Failed = s.Failed.Add(new(r.Fault.Code, s.Folder ?? "", s.Settings)),
            PhysicsFailures = s.PhysicsFailures + (r.Fault.Kind == FaultKind.Physics ? 1 : 0), InfrastructureFailures = s.InfrastructureFailures + (r.Fault.Kind == FaultKind.Infrastructure ? 1 : 0),
        },
        RunAbandoned r => s with { Stage = RunStage.Abandoned, Reason = r.Reason },
        RunDelivered => s with { Delivered = true },
        _ => throw new UnreachableException($"unknown event {e.GetType().Name}"),
    };

    IEnumerable<Work> Owes() => this switch
    {
        { Stage: RunStage.Queued or RunStage.Starting or RunStage.Running } => [new LaunchRun(Spec!, Parameters!, Attempt, Nonce, Spec!.Policy.Backoff(PhysicsFailures + InfrastructureFailures))
            { Settings = Settings, Corrections = Corrections, Earlier = [.. Failed.Select(f => f.Folder).Where(f => f.Length > 0)] }],
        { Stage: RunStage.Succeeded, Delivered: false } => [Report(new ReportPart(Spec!.Property, Spec.Part, Result, null))],
        { Stage: RunStage.Abandoned, Delivered: false } => [Report(new ReportPart(Spec!.Property, Spec.Part, null, Reason))],
        _ => [],
    };

    Tell Report(ReportPart report) => new(EntityId.Compound(Spec!.Campaign, Spec.Compound), report, "report", new AcknowledgeRun());
}
