using System.Text;
using System.Text.Json.Nodes;
using IpActors.App.Exports;
using IpActors.App.Progress;
using IpActors.App.Reports;
using IpActors.Domain.Views;
using IpActors.Engine.Control;

namespace IpActors.App.Campaigns;

/// <summary>A campaign's state as text and as JSON.</summary>
static class CampaignStatus
{
    public static JsonObject ToJson(CampaignAt at, CampaignView view, bool running, ControlStatus? engine = null)
    {
        var (c, p) = (view.Coordinator, CampaignProgress.Of(view));
        var stages = new JsonObject();
        foreach (var (name, count) in p.Compounds) stages[name] = count;
        return new()
        {
            ["campaign"] = view.Campaign, ["stage"] = p.Stage.ToString(), ["paused"] = p.Paused, ["running"] = running, ["file"] = at.File.Source, ["journal"] = at.Journal.ToString(), ["events"] = view.Events,
            ["candidates"] = view.Candidates.Count(), ["references"] = view.References.Count(), ["byStage"] = stages, ["pool"] = c.Pool?.Count,
            ["calculations"] = new JsonObject { ["running"] = p.Running, ["queued"] = p.Queued, ["done"] = p.RunsDone, ["abandoned"] = p.RunsFailed },
            ["iteration"] = p.Iteration, ["evaluations"] = c.Evaluations.Count, ["hypervolume"] = JsonExport.Number(p.Hypervolume), ["endReason"] = c.EndReason,
            ["best"] = JsonExport.Array(c.Iterations.IsEmpty ? [] : c.Iterations[^1].Best.Select(b => new JsonObject { ["property"] = b.Objective, ["id"] = b.Compound, ["value"] = JsonExport.Number(b.Value) })),
            ["deadLetters"] = engine?.DeadLetters, ["stuck"] = engine?.Stuck,
            ["quarantined"] = engine is null ? null : JsonExport.Array(engine.Quarantined.Select(q => new JsonObject { ["id"] = q.Id, ["reason"] = q.Reason })),
            ["front"] = JsonExport.Array(ParetoTable.Of(view).Rows.Select(Row)),
        };
    }

    static JsonObject Row(ParetoRow r) => new()
    {
        ["id"] = r.Id, ["formula"] = r.Formula, ["spaceGroup"] = r.SpaceGroup, ["base"] = r.Base, ["e_d_eV_per_atom"] = JsonExport.Number(r.EdEvPerAtom),
        ["band_gap_eV"] = JsonExport.Number(r.Gap?.Value), ["hydration_energy_kJ_per_mol"] = JsonExport.Number(r.Hydration?.Value),
        ["conductivity_400K_S_per_cm"] = JsonExport.Number(r.Conductivity?.Value), ["conductivity_400K_error_S_per_cm"] = JsonExport.Number(r.Conductivity?.Error),
        ["flags"] = JsonExport.Array(new[] { r.Gap, r.Hydration, r.Conductivity }.SelectMany(v => v?.Flags ?? []).Distinct().Select(f => JsonValue.Create(f))), ["iteration"] = r.Iteration, ["exclusiveHypervolume"] = r.Exclusive,
    };

    public static string ToText(CampaignAt at, CampaignView view, bool running, ControlStatus? engine = null)
    {
        var p = CampaignProgress.Of(view);
        var text = new StringBuilder();
        void Row(string what, string value) => text.Append($"{what,-14}{value}\n");
        Row("campaign", $"{view.Campaign} ({(running ? "an engine is running it" : "not running")})");
        Row("journal", at.Journal.ToString());
        Row("stage", $"{p.Stage}{(p.Paused ? ", paused" : "")}: {p.Headline}");
        Row("compounds", string.Join(", ", p.Compounds.Select(c => $"{c.Count} {c.Name}")) + $"; {view.References.Count()} references");
        Row("calculations", $"{p.Running} running, {p.Queued} queued, {p.RunsDone} done, {p.RunsFailed} given up");
        if (p.Hypervolume is { } v) Row("hypervolume", v.ToString("G8"));
        foreach (var best in p.Best) Row("best", best);
        if (engine is { DeadLetters: > 0 } e) Row("dead letters", e.DeadLettersBy is { } by ? $"{e.DeadLetters} ({by.Refused} refused, {by.NoSuchEntity} to entities that do not exist, {by.NoSuchKind} to unknown kinds, {by.Late} late)" : $"{e.DeadLetters}");
        foreach (var q in engine?.Quarantined ?? []) Row("stuck", $"{q.Id}: {q.Reason}");
        return text.ToString();
    }
}
