using System.Collections.Concurrent;
using IpActors.Domain.Compounds;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Science.Pareto;
using IpActors.Science.Phases;

namespace IpActors.Domain.Campaigns;

/// <summary>What screening and ranking decide, as pure functions of the view: the workers report it, the audit makes it again.</summary>
public static class ScreeningDecisions
{
    /// <summary>The hull's entries: the settled reference phases with their energies (one that was given up is left out), then the imported ones.</summary>
    public static HullEntry[] HullEntries(CampaignView view, IEnumerable<string> references) =>
        [.. references.Select(r => view.Compounds[r]).Where(c => c.Stage != CompoundStage.Abandoned).Select(c => new HullEntry(Composition.Parse(c.Identity.Formula), c.EnergyEvPerAtom, c.Identity.Id, c.Scheme)),
            .. (view.Coordinator.Settings?.References.Imported ?? []).Select(r => new HullEntry(Composition.Parse(r.Formula), r.EnergyEvPerAtom, $"imported-{r.Formula}", r.Scheme))];

    /// <summary>E_d = E − E_hull (Eq. 1), eV/atom, signed and clipped at 0; passes below the limit. Refuses an energy of another scheme than the hull's.</summary>
    public static RecordHull Evaluate(CampaignSettings settings, string hullDigest, HullEnergies hull, CompoundSummary c)
    {
        hull.Hull.RequireScheme(c.Scheme, c.Identity.Id);
        var below = hull.At(c.Identity.Formula);
        var signed = c.EnergyEvPerAtom - below.EnergyEvPerAtom;
        var clipped = Math.Max(0, signed);
        return new RecordHull(hullDigest, signed, clipped, [.. below.Products.Select(p => new HullProduct(p.Label, p.Fraction))], clipped < settings.Screening.MaxDecompositionEnergyEvPerAtom);
    }

    /// <summary>The pool: ids of the candidates that passed by E_d, and by L_s where that is asked for and known, in ordinal order.</summary>
    public static string[] Pool(CampaignView view, IBlobs blobs)
    {
        var filter = view.Coordinator.Settings?.Screening.Synthesizability is { FiltersPool: true } s ? s : null;
        var scores = filter is null ? null : SynthesizabilityScores.FromBytes(blobs.Get(filter.Digest));
        return [.. view.Candidates.Where(c => c.Stage == CompoundStage.HullEvaluated && !(scores?.Of(c.Identity.Id, c.Identity.Formula) < filter?.Min)).Select(c => c.Identity.Id).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Of every compound with all objectives known: its Pareto front (1: non-dominated; 0: it takes no part, as a value of it is only a bound or violates a constraint) and the volume it alone contributes; and
    /// the front's volume.
    /// </summary>
    public static (ImmutableArray<(string Compound, RankCompound Rank)> Ranks, FinishCampaign Finish) Rank(CampaignSettings settings, ImmutableSortedDictionary<string, EvaluationRecorded> evaluations)
    {
        var ids = BatchDecisions.Counted(settings, evaluations).Select(e => e.Compound).ToArray();
        var points = BatchDecisions.Front(settings, evaluations);
        var reference = settings.Objectives.Select(o => o.Reference).ToArray();
        var (fronts, exclusive) = (Dominance.Ranks(points), Hypervolume.Exclusive(points, reference));
        var ranks = ids.Select((id, i) => (Compound: id, Rank: new RankCompound(fronts[i], exclusive[i])))
            .Concat(BatchDecisions.Complete(settings, evaluations).Select(e => e.Compound).Except(ids).Select(id => (Compound: id, Rank: new RankCompound(0, 0))));
        return ([.. ranks.OrderBy(r => r.Compound, StringComparer.Ordinal)], new FinishCampaign(Hypervolume.Volume(points, reference), [.. ids.Where((_, i) => fronts[i] == 1)]));
    }
}

/// <summary>The hull's energies by formula, each computed once: orderings of one composition share theirs. For any number of threads.</summary>
public sealed class HullEnergies(PhaseHull hull)
{
    readonly ConcurrentDictionary<string, Decomposition> _known = new(StringComparer.Ordinal);
    public PhaseHull Hull => hull;
    public Decomposition At(string formula) => _known.GetOrAdd(formula, f => hull.Decompose(Composition.Parse(f)));
}
