using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;

namespace IpActors.Domain.Views;

/// <summary>Folds events into a <see cref="CampaignView"/>: changes in place what no reader has been given yet. For one thread.</summary>
public sealed class CampaignFold(CampaignView from)
{
    /// <summary>Raised when the fold, or what a view holds, changes: views kept by older programs are made again.</summary>
    public const int Version = 1;

    readonly string _campaign = from.Campaign;
    CampaignView _rest = from; // but for what the builders hold
    readonly ImmutableSortedDictionary<string, CompoundSummary>.Builder _compounds = from.Compounds.ToBuilder();
    readonly ImmutableSortedDictionary<string, RunSummary>.Builder _openRuns = from.OpenRuns.ToBuilder();
    readonly ImmutableSortedDictionary<CompoundStage, int>.Builder _stages = from.CandidateStages.ToBuilder();
    readonly ImmutableSortedSet<string>.Builder _awaitingHull = from.AwaitingHull.ToBuilder();
    long _events = from.Events, _done = from.RunsDone, _failed = from.RunsFailed;

    /// <summary>As it stands, never to change again.</summary>
    public CampaignView View => _rest = _rest with
    {
        Compounds = _compounds.ToImmutable(), OpenRuns = _openRuns.ToImmutable(), CandidateStages = _stages.ToImmutable(), AwaitingHull = _awaitingHull.ToImmutable(), Events = _events, RunsDone = _done, RunsFailed = _failed,
    };

    public Campaign Coordinator => _rest.Coordinator;
    public CompoundSummary? Compound(string id) => _compounds.GetValueOrDefault(id);

    /// <summary>One more event; of another campaign, nothing. An event that it throws at has changed nothing.</summary>
    public void Apply(EntityId entity, IEvent e)
    {
        if (entity.Campaign != _campaign) return;
        switch (entity.Kind)
        {
            case "campaign": _rest = _rest with { Coordinator = Campaign.Decider.Evolve(_rest.Coordinator, e) }; break;
            case "compound": ApplyCompound(entity.Key, e); break;
            case "surrogate":
                _rest = _rest with { Surrogates = _rest.Surrogates.SetItem(entity.Key, Surrogate.Decider.Evolve(_rest.Surrogates.GetValueOrDefault(entity.Key) ?? Surrogate.Decider.Initial, e)) };
                if (e is SurrogateFitted f) _rest = _rest with { Fits = _rest.Fits.SetItem($"{entity.Key}/{f.Iteration:D5}", f) };
                break;
            case "run": ApplyRun(entity.Key, e); break;
        }
        _events++;
    }

    void ApplyCompound(string id, IEvent e)
    {
        var before = _compounds.GetValueOrDefault(id);
        var after = before is null ? CompoundSummary.Begin((CompoundGenerated)e) : before.Apply(e);
        if (ReferenceEquals(before, after)) return;
        _compounds[after.Identity.Id] = after; // its id is its key, and held once
        var (awaited, awaits) = (before?.AwaitsHull ?? false, after.AwaitsHull);
        if (awaits && !awaited) _awaitingHull.Add(after.Identity.Id);
        if (awaited && !awaits) _awaitingHull.Remove(id);
        if (after.Identity.Role != CompoundRole.Candidate || before?.Stage == after.Stage) return;
        _stages[after.Stage] = _stages.GetValueOrDefault(after.Stage) + 1;
        if (before is not null) _stages[before.Stage]--;
    }

    void ApplyRun(string key, IEvent e)
    {
        switch (e)
        {
            case RunRequested r: _openRuns[key] = new RunSummary(r.Spec, RunStage.Queued, 1, null); break;
            case RunStarting r: Change(key, s => s with { Stage = RunStage.Starting, Attempt = r.Attempt }); break;
            case RunRunning: Change(key, s => s with { Stage = RunStage.Running }); break;
            case RunFailed r: Change(key, s => s with { Stage = RunStage.Queued, Attempt = r.Attempt + 1, LastFault = r.Fault }); break;
            case RunSucceeded: _openRuns.Remove(key); _done++; break;
            case RunAbandoned: _openRuns.Remove(key); _failed++; break;
        }
    }

    void Change(string key, Func<RunSummary, RunSummary> change)
    {
        if (_openRuns.TryGetValue(key, out var run)) _openRuns[key] = change(run);
    }
}
