using IpActors.App.Exports;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Views;
using IpActors.Domain.Works;

namespace IpActors.App.Reports;

/// <summary>
/// A campaign as one self-contained HTML file: no network, no script, the same view gives the same bytes. Whatever is not there is named as missing.
/// </summary>
public static class HtmlReport
{
    /// <param name="blobs">Of the campaign's journal: models and rankings are built again from them; a missing one is named.</param>
    /// <param name="aboutModel">What the calculators used can and cannot tell, by calculator name.</param>
    public static string Build(CampaignView view, IBlobs blobs, IReadOnlyDictionary<string, string> aboutModel)
    {
        var c = view.Coordinator;
        var settings = c.Settings ?? throw new ArgumentException("the view holds no campaign", nameof(view));
        var page = new Html().Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Element("title", $"{view.Campaign}: campaign report").Raw("<style>\n").Raw(ReportStyle.Css).Raw("\n</style>\n</head>\n<body>\n<main>\n")
            .Element("h1", view.Campaign).Paragraph(Summary(view));
        Front(page, view);
        page.Heading("What was reached", "reached").Raw("<div class=\"plots\">\n");
        foreach (var plot in ReportPlots.Progress(c)) page.Raw(plot);
        page.Raw("</div>\n").Heading("Evaluated compounds", "evaluated").Paragraph("Every pair of objectives, with standard errors where they are known; the non-dominated compounds are marked.").Raw("<div class=\"plots\">\n");
        foreach (var plot in ReportPlots.Pairs(view)) page.Raw(plot);
        if (ReportPlots.Space(view) is { } space) page.Raw(space);
        page.Raw("</div>\n").Heading("Screening", "screening");
        Stages(page, view);
        page.Raw("<div class=\"plots\">\n").Raw(ReportPlots.Stability(view)).Raw("</div>\n");
        page.Paragraph("The synthesizability score L_s is not available in this build, so the regions of E_d and L_s are not drawn.");
        ReportBatches.Write(page, view);
        ReportSurrogates.Write(page, view, blobs);
        page.Heading("What the calculators can and cannot tell", "calculators");
        foreach (var name in settings.Calculators.Select(AboutCalculators.NameOf).Distinct())
            page.Paragraph(aboutModel.GetValueOrDefault(name) ?? $"{name}: no statement about its accuracy comes with it.");
        Settings(page, c);
        return page.Raw("</main>\n</body>\n</html>\n").ToString();
    }

    static string Summary(CampaignView view)
    {
        var c = view.Coordinator;
        var stage = c.Paused && !c.IsOver ? $"{c.Stage} (paused)" : c.Stage.ToString();
        var volume = c.Result?.Hypervolume ?? (c.Iterations.IsEmpty ? double.NaN : c.Iterations[^1].Hypervolume);
        return $"Stage: {stage}{(c.EndReason is { } reason ? $", because {reason}" : "")}. {view.Candidates.Count()} candidates and {view.References.Count()} reference phases, " +
            $"{(c.Pool is { } pool ? $"{pool.Count} in the pool" : "pool not closed yet")}, {c.Evaluations.Count} evaluated in {c.Batches.Count} batches; hypervolume {Html.Number(volume, 8)}. " +
            $"{view.RunsDone} calculations done, {view.RunsFailed} given up.";
    }

    static void Front(Html page, CampaignView view)
    {
        var table = ParetoTable.Of(view);
        page.Heading("Pareto front", "front");
        if (table.Rows.IsEmpty) { page.Paragraph("Missing: no compound has every objective yet."); return; }
        page.Table($"{table.Rows.Length} non-dominated compounds in the columns of the paper's Table 2; ± and ×/÷ give one standard error", [.. ParetoTable.Headings, "iteration", "exclusive hypervolume", "id"],
            table.Rows.Select(r => ((string?)null, ParetoTable.Cells(r).Concat([r.Iteration?.ToString() ?? "missing", Html.Number(r.Exclusive), r.Id]))));
    }

    static void Stages(Html page, CampaignView view)
    {
        var c = view.Coordinator;
        page.Table("Candidates by stage", ["stage", "candidates"], Enum.GetValues<CompoundStage>().Where(s => view.Count(s) > 0).Select(s => ((string?)null, (IEnumerable<string>)[s.ToString(), view.Count(s).ToString()])));
        if (c.Pool is { } p) page.Paragraph($"Of {c.Space!.Count} candidates {p.Relaxed} were relaxed, {p.Count} passed the screening (E_d below {Html.Number(c.Settings!.Screening.MaxDecompositionEnergyEvPerAtom)} eV/atom), {p.Unstable} did not, {p.Abandoned} were given up.");
    }

    static void Settings(Html page, Campaign c)
    {
        var s = c.Settings!;
        page.Heading("Settings", "settings").Table("Objectives in the maximise frame", ["property", "transform", "scale", "reference"],
            s.Objectives.Select(o => ((string?)null, (IEnumerable<string>)[PropertyColumns.Title(o.Property), o.Transform, Html.Number(o.Scale), Html.Number(o.Reference)])));
        page.Table("Calculations", ["property", "calculator", "calculations per compound", "tolerated failures"],
            s.Calculators.Select(p => ((string?)null, (IEnumerable<string>)[p.Property == Properties.Relaxation ? p.Property : PropertyColumns.Title(p.Property), p.Calculator, p.Parts.Length.ToString(), p.ToleratedFailures.ToString()])));
        page.Raw("<details><summary>The campaign file</summary>\n").Element("pre", c.File).Raw("</details>\n").Paragraph($"SHA-256 of the file: {c.FileDigest}. Numeric fingerprint of the machine: {c.Fingerprint}.");
    }
}
