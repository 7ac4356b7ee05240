using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;

namespace IpActors.Domain.Views;

/// <summary>
/// One campaign as its stored events tell it: a fold over all events of all its entities in journal order, for workers that wait for many compounds, for people who look, and for exports. Readers see a consistent
/// snapshot; <see cref="Apply"/> is called by one follower only.
/// </summary>
public sealed record CampaignView(string Campaign)
{
    public Campaign Coordinator { get; init; } = Campaigns.Campaign.Decider.Initial;
    public ImmutableSortedDictionary<string, CompoundSummary> Compounds { get; init; } = ImmutableSortedDictionary.Create<string, CompoundSummary>(StringComparer.Ordinal);
    public ImmutableSortedDictionary<string, Surrogate> Surrogates { get; init; } = ImmutableSortedDictionary.Create<string, Surrogate>(StringComparer.Ordinal);
    /// <summary>Fits and predictions of every iteration, by "objective/iteration".</summary>
    public ImmutableSortedDictionary<string, SurrogateFitted> Fits { get; init; } = ImmutableSortedDictionary.Create<string, SurrogateFitted>(StringComparer.Ordinal);
    public ImmutableSortedDictionary<string, RunSummary> OpenRuns { get; init; } = ImmutableSortedDictionary.Create<string, RunSummary>(StringComparer.Ordinal);
    public ImmutableSortedDictionary<CompoundStage, int> CandidateStages { get; init; } = ImmutableSortedDictionary<CompoundStage, int>.Empty;
    /// <summary>Compounds whose screening calculations are done and that have no distance to the hull yet.</summary>
    public ImmutableSortedSet<string> AwaitingHull { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    public long RunsDone { get; init; }
    public long RunsFailed { get; init; }
    public long Events { get; init; }

    public int Count(CompoundStage stage) => CandidateStages.GetValueOrDefault(stage);
    public IEnumerable<CompoundSummary> Candidates => Compounds.Values.Where(c => c.Identity.Role == CompoundRole.Candidate);
    public IEnumerable<CompoundSummary> References => Compounds.Values.Where(c => c.Identity.Role == CompoundRole.Reference);

    /// <summary>The view after one more event of one of the campaign's entities.</summary>
    public CampaignView Apply(EntityId entity, IEvent e)
    {
        if (entity.Campaign != Campaign) return this;
        var v = this with { Events = Events + 1 };
        return entity.Kind switch
        {
            "campaign" => v with { Coordinator = Campaigns.Campaign.Decider.Evolve(Coordinator, e) },
            "compound" => v.WithCompound(entity.Key, e),
            "surrogate" => (v with { Surrogates = Surrogates.SetItem(entity.Key, Surrogate.Decider.Evolve(Surrogates.GetValueOrDefault(entity.Key) ?? Surrogate.Decider.Initial, e)) }).WithFit(entity.Key, e),
            "run" => v.WithRun(entity.Key, e),
            _ => v,
        };
    }

    CampaignView WithFit(string objective, IEvent e) => e is SurrogateFitted f ? this with { Fits = Fits.SetItem($"{objective}/{f.Iteration:D5}", f) } : this;

    CampaignView WithCompound(string id, IEvent e)
    {
        var before = Compounds.GetValueOrDefault(id);
        var after = before is null ? CompoundSummary.Begin((CompoundGenerated)e) : before.Apply(e);
        var awaits = after.IsSettled && after.Hull is null && after.Stage != CompoundStage.Abandoned;
        var v = this with { Compounds = Compounds.SetItem(id, after), AwaitingHull = awaits ? AwaitingHull.Add(id) : AwaitingHull.Remove(id) };
        if (after.Identity.Role != CompoundRole.Candidate || before?.Stage == after.Stage) return v;
        var stages = CandidateStages.SetItem(after.Stage, Count(after.Stage) + 1);
        return v with { CandidateStages = before is null ? stages : stages.SetItem(before.Stage, stages[before.Stage] - 1) };
    }

    CampaignView WithRun(string key, IEvent e) => e switch
    {
        RunRequested r => this with { OpenRuns = OpenRuns.SetItem(key, new RunSummary(r.Spec, RunStage.Queued, 1, null)) },
        RunStarting r => Change(key, s => s with { Stage = RunStage.Starting, Attempt = r.Attempt }),
        RunRunning => Change(key, s => s with { Stage = RunStage.Running }),
        RunFailed r => Change(key, s => s with { Stage = RunStage.Queued, Attempt = r.Attempt + 1, LastFault = r.Fault }),
        RunSucceeded => this with { OpenRuns = OpenRuns.Remove(key), RunsDone = RunsDone + 1 },
        RunAbandoned => this with { OpenRuns = OpenRuns.Remove(key), RunsFailed = RunsFailed + 1 },
        _ => this,
    };

    CampaignView Change(string key, Func<RunSummary, RunSummary> change) => OpenRuns.TryGetValue(key, out var run) ? this with { OpenRuns = OpenRuns.SetItem(key, change(run)) } : this;
}

public sealed record RunSummary(RunSpec Spec, RunStage Stage, int Attempt, Fault? LastFault);

/// <summary>What is known of one compound.</summary>
public sealed record CompoundSummary(CompoundIdentity Identity, CompoundStage Stage)
{
    public Structure? Relaxed { get; init; }
    public double EnergyEvPerAtom { get; init; } = double.NaN;
    public string Scheme { get; init; } = "";
    public HullEvaluated? Hull { get; init; }
    public int? Iteration { get; init; }
    public int? Rank { get; init; }
    public CompoundRanked? Front { get; init; }
    public string? Reason { get; init; }
    public ImmutableSortedDictionary<string, PropertyValue> Values { get; init; } = ImmutableSortedDictionary.Create<string, PropertyValue>(StringComparer.Ordinal);
    ImmutableHashSet<string> ScreeningOpen { get; init; } = [];

    /// <summary>Its screening calculations are done (relaxation and what comes with it), or it was given up.</summary>
    public bool IsSettled => Stage == CompoundStage.Abandoned || (Relaxed is not null && ScreeningOpen.IsEmpty);

    internal static CompoundSummary Begin(CompoundGenerated g) => new(g.Identity, CompoundStage.Generated) { ScreeningOpen = [.. g.Screening.Select(p => p.Property).Where(p => p != Properties.Relaxation)] };

    internal CompoundSummary Apply(IEvent e) => e switch
    {
        CompoundRelaxed r => this with { Stage = CompoundStage.Relaxed, Relaxed = r.Result.Structure, EnergyEvPerAtom = r.Result["energy_eV_per_atom"], Scheme = r.Result.Texts.GetValueOrDefault("scheme", "") },
        PropertyKnown p => (this with { Values = Values.SetItem(p.Value.Property, p.Value), ScreeningOpen = ScreeningOpen.Remove(p.Value.Property) }).WithStageOfProperties(),
        HullEvaluated h => this with { Hull = h, Stage = h.Passes ? CompoundStage.HullEvaluated : CompoundStage.Unstable, Values = Values.SetItem(Properties.DecompositionEnergy, h.AsProperty(Scheme)) },
        CompoundSelected s => (this with { Stage = CompoundStage.DftQueued, Iteration = s.Iteration, Rank = s.Rank, Wanted = [.. s.Plans.Select(p => p.Property)] }).WithStageOfProperties(),
        CompoundRanked r => this with { Stage = CompoundStage.ParetoRanked, Front = r },
        CompoundAbandoned a => this with { Stage = CompoundStage.Abandoned, Reason = a.Reason },
        _ => this,
    };

    ImmutableArray<string> Wanted { get; init; } = [];
    CompoundSummary WithStageOfProperties() => Stage == CompoundStage.DftQueued && Wanted.All(Values.ContainsKey) ? this with { Stage = CompoundStage.PropertiesKnown } : this;
}
