using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;

namespace IpActors.Domain.Views;

/// <summary>
/// One campaign as its stored events tell it: a fold over all events of all its entities in journal order, for workers that wait for many compounds, for people who look, and for exports. Readers see a consistent
/// snapshot. It holds a few hundred bytes of a compound: structures, parts and
/// products of decomposition stay with the compound's events and are read from there.
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

    /// <summary>The view after one more event of one of the campaign's entities. For many, <see cref="CampaignFold"/> is cheaper.</summary>
    public CampaignView Apply(EntityId entity, IEvent e)
    {
        if (entity.Campaign != Campaign) return this;
        var fold = new CampaignFold(this);
        fold.Apply(entity, e);
        return fold.View;
    }
}

public sealed record RunSummary(RunSpec Spec, RunStage Stage, int Attempt, Fault? LastFault);
