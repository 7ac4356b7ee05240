using IpActors.Domain.Campaigns;
using IpActors.Domain.Views;

namespace IpActors.App.Reports;

/// <summary>The decisions batch by batch: what was predicted of each chosen compound, and what came out.</summary>
static class ReportBatches
{
    public static void Write(Html page, CampaignView view)
    {
        var c = view.Coordinator;
        page.Heading("Batches", "batches");
        if (c.Batches.IsEmpty) { page.Paragraph("Missing: no batch has been selected yet."); return; }
        page.Paragraph("mu ± sigma and results in the maximise frame; uHVI is the hypervolume improvement of mu + beta sigma over the front before the batch (by the rule ehvi: EHVI, the expected improvement); a known objective has sigma 0.");
        if (c.Settings!.Acquisition.Constraints.Any(x => !x.IsHard)) page.Paragraph("uHVI is multiplied by the predicted probability that the constraints hold.");
        var front = ParetoTable.Of(view).Rows.Select(r => r.Id).ToHashSet();
        if (c.IsRolling)
        {
            page.Paragraph("Each row is a compound in the order of its selection, with how many evaluations were known to it and how many compounds were under evaluation and imagined.");
            page.Raw("<details open=\"open\">").Element("summary", $"{c.Batches.Count} selections").Table("Selections", ["selection", "known", "under evaluation", .. Headings(c, c.Settings.Acquisition.Rule)],
                c.Batches.SelectMany(b => b.Chosen.Select(x => (front.Contains(x.Compound) ? "front" : null, Cells(view, c.Settings.Objectives, x).Prepend(b.Pending.Length.ToString()).Prepend(b.Knew?.ToString() ?? "0").Prepend(b.Iteration.ToString()))))).Raw("</details>\n");
            return;
        }
        foreach (var b in c.Batches)
        {
            page.Raw(b == c.Batches[^1] ? "<details open=\"open\">" : "<details>").Element("summary", $"Iteration {b.Iteration}: {b.Chosen.Length} of {b.Candidates} candidates by {b.Rule}{(b.CapPerComposition is { } cap ? $", at most {cap} of a composition" : "")}{(b.Violating > 0 ? $", {b.Violating} left out by constraints" : "")}{(b.Chosen[0].Mu.IsEmpty ? "" : $", beta {Html.Number(b.Beta)}, volume before {Html.Number(b.V0, 8)}")}");
            page.Table($"Iteration {b.Iteration}", Headings(c, b.Rule), b.Chosen.Select(x => (front.Contains(x.Compound) ? "front" : null, Cells(view, c.Settings.Objectives, x))));
            page.Raw("</details>\n");
        }
    }

    static IEnumerable<string> Headings(Campaign c, string rule) => ["rank", "formula", "id", .. c.Settings!.Objectives.Select(o => $"{o.Property}: predicted"), rule == "ehvi" ? "EHVI" : "uHVI", .. c.Settings.Objectives.Select(o => $"{o.Property}: result")];

    static IEnumerable<string> Cells(CampaignView view, ImmutableArray<Objective> objectives, Chosen x)
    {
        var e = view.Coordinator.Evaluations.GetValueOrDefault(x.Compound);
        return [x.Rank.ToString(), view.Compounds[x.Compound].Identity.Formula, x.Compound,
            .. objectives.Select((_, k) => x.Mu.IsEmpty ? "no surrogate" : $"{Html.Number(x.Mu[k])} ± {Html.Number(x.Sigma[k], 3)}"),
            x.Mu.IsEmpty ? "no surrogate" : Html.Number(x.Improvement),
            .. objectives.Select(o => e is null ? "missing" : e.Values.TryGetValue(o.Property, out var v) ? $"{Html.Number(o.ToFrame(v.Value))}{(v.IsCensored ? " (bound)" : "")}" : e.Failure is { } f ? $"failed: {f}" : "missing")];
    }
}
