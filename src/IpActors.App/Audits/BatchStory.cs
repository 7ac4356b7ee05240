using IpActors.App.Reports;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Works;

namespace IpActors.App.Audits;

/// <summary>What one batch had to do with one compound: why it was chosen, or what it was passed over for.</summary>
static class BatchStory
{
    /// <param name="before">The coordinator as it was when it decided.</param>
    /// <param name="settled">The compound was out of the pool or taken already, so nothing needs saying.</param>
    public static string? Tell(string id, Batch batch, Campaign before, IBlobs blobs, bool settled)
    {
        var where = batch.Knew is { } knew ? $"Selection {batch.Iteration} ({batch.Rule}; {knew} known, {batch.Pending.Length} under evaluation)" : $"Iteration {batch.Iteration} ({batch.Rule})";
        var chosen = batch.Chosen.FirstOrDefault(c => c.Compound == id);
        if (chosen is null && settled) return null;
        if (!PoolBlobs.Ids(blobs.Get(batch.PoolDigest)).Contains(id)) return null;
        if (chosen is not null && chosen.Mu.IsEmpty)
            return $"{where} chose it as number {chosen.Rank} of {batch.Chosen.Length}: {(batch.Rule == "random" ? "the draw fell on it" : before.Settings!.Acquisition.InitialIds.Contains(id) ? "the campaign file names it for the initial set" : "it lies far, in descriptors, from those before it")}.";
        if (chosen is not null)
            return $"{where} chose it with rank {chosen.Rank} of {batch.Candidates} candidates: {Predicted(chosen, before)}; {Improvement(chosen, batch)}.";
        var pool = CandidatePool.Of(before.Settings!, SelectionInputs.Of(before), blobs);
        var row = Enumerable.Range(0, pool.Ids.Count).First(i => pool.Ids[i] == id);
        if (pool.Violated(row) is { } limit) return $"{where} did not consider it: the constraint is {limit}, and it has {Html.Number(pool.Known(limit.Property, row))}.";
        if (batch.Chosen[0].Mu.IsEmpty)
            return $"{where} passed it over: {(batch.Rule == "random" ? $"the draw did not fall on it{Cap(batch, pool, row)}" : $"the {batch.Chosen.Length} chosen compounds spread wider over the descriptors")}.";
        if (Ranked(id, before, blobs) is not { } own) return $"{where} passed it over.";
        return $"{where} passed it over: rank {own.Rank} of {batch.Candidates} by its own improvement, and {batch.Chosen.Length} {(batch.Chosen.Length == 1 ? "was" : "were")} chosen{Cap(batch, pool, row)}; {Predicted(own, before)}; {Improvement(own, batch, isChosen: false)}; the last one chosen, {batch.Chosen[^1].Compound}, had {Score(batch)} {Html.Number(batch.Chosen[^1].Improvement)}.";
    }

    /// <summary>What selections make of a compound under evaluation.</summary>
    public static string Imagined(Batch batch, AcquisitionSettings settings) =>
        $"Selection {batch.Iteration}, made while it was under evaluation, imagined that it {(settings.Rule == "random" ? "comes out somehow" : settings.Believes ? "comes out at its mean, with sigma smaller around it" : "reaches its bound")}; so did those after it until its results came in.";

    static string Predicted(Chosen c, Campaign campaign) => "in the maximise frame " + string.Join(", ", campaign.Settings!.Objectives.Select((o, k) =>
        $"{o.Property} mu {Html.Number(c.Mu[k])}, sigma {Html.Number(c.Sigma[k], 3)}, bound {Html.Number(c.Bound[k])}"));

    static string Score(Batch batch) => batch.Rule == "ehvi" ? "EHVI" : "uHVI";

    static string Cap(Batch batch, CandidatePool pool, int row)
    {
        if (batch.CapPerComposition is not { } cap) return "";
        var composition = pool.CompositionOf(row);
        var compositions = Enumerable.Range(0, pool.Ids.Count).ToDictionary(i => pool.Ids[i], pool.CompositionOf);
        return batch.Chosen.Select(c => c.Compound).Concat(batch.Pending).Count(c => compositions[c] == composition) >= cap ? $", among them as many of {composition} as may be, {cap}" : $", at most {cap} of a composition";
    }

    static string Improvement(Chosen c, Batch batch, bool isChosen = true) => $"{Score(batch)} {Html.Number(c.Improvement)} over the front's {Html.Number(batch.V0, 8)}" + (batch.Pending.IsEmpty ? "" : " and what is imagined of those under evaluation")
        + (batch.Rule == "greedy" && isChosen ? $", {Html.Number(c.Conditional)} after the ones before it" : "") + (c.Feasibility < 1 ? $", feasible with probability {Html.Number(c.Feasibility, 3)}" : "");

    /// <summary>The compound's place when all candidates are ranked by their own improvement, recomputed from the batch's inputs.</summary>
    static Chosen? Ranked(string id, Campaign before, IBlobs blobs) =>
        BatchDecisions.Ranked(before.Settings!, SelectionInputs.Of(before), blobs).FirstOrDefault(s => s.Id == id) is { } s ? new Chosen(s.Id, s.Rank, s.Mu, s.Sigma, s.Bound, s.Improvement, s.Improvement) { Feasibility = s.Feasibility } : null;
}
