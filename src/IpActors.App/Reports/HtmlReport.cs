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
        page.Raw("</div>\n");
        if (c.IsRolling) page.Paragraph($"Compounds were selected as results came in, {settings.Acquisition.Batch} under evaluation at a time; an iteration is the initial set, then {settings.Acquisition.Batch} evaluation{(settings.Acquisition.Batch == 1 ? "" : "s")} each in the order of their arrival.");
        page.Heading("Evaluated compounds", "evaluated").Paragraph($"Every pair of objectives, with standard errors where they are known; the non-dominated compounds are marked.{(BatchDecisions.Complete(settings, c.Evaluations).Count() - BatchDecisions.Counted(settings, c.Evaluations).Count() is > 0 and var uncounted ? $" {uncounted} take no part in the front: a value is only a bound, or violates a constraint." : "")}").Raw("<div class=\"plots\">\n");
        foreach (var plot in ReportPlots.Pairs(view)) page.Raw(plot);
        if (ReportPlots.Space(view) is { } space) page.Raw(space);
        page.Raw("</div>\n").Heading("Screening", "screening");
        Stages(page, view);
        page.Raw("<div class=\"plots\">\n").Raw(ReportPlots.Stability(view)).Raw("</div>\n");
        Scores(page, view, blobs);
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
            $"{(c.Pool is { } pool ? $"{pool.Count} in the pool" : "pool not closed yet")}, {c.Evaluations.Count} evaluated in {c.Batches.Count} {(c.IsRolling ? "selections" : "batches")}; hypervolume {Html.Number(volume, 8)}. " +
            $"{view.RunsDone} calculations done, {view.RunsFailed} given up.";
    }

    static void Front(Html page, CampaignView view)
    {
        var table = ParetoTable.Of(view);
        page.Heading("Pareto front", "front");
        if (table.Rows.IsEmpty) { page.Paragraph("Missing: no compound has a value of every objective yet."); return; }
        page.Table($"{table.Rows.Length} non-dominated compounds in the columns of the paper's Table 2; ± and ×/÷ give one standard error", [.. ParetoTable.Headings, "iteration", "exclusive hypervolume", "id"],
            table.Rows.Select(r => ((string?)null, ParetoTable.Cells(r).Concat([r.Iteration?.ToString() ?? "missing", Html.Number(r.Exclusive), r.Id]))));
    }

    static void Stages(Html page, CampaignView view)
    {
        var c = view.Coordinator;
        page.Table("Candidates by stage", ["stage", "candidates"], Enum.GetValues<CompoundStage>().Where(s => view.Count(s) > 0).Select(s => ((string?)null, (IEnumerable<string>)[s.ToString(), view.Count(s).ToString()])));
        if (c.Pool is { } p) page.Paragraph($"Of {c.Space!.Count} candidates {p.Relaxed} were relaxed, {p.Count} passed the screening (E_d below {Html.Number(c.Settings!.Screening.MaxDecompositionEnergyEvPerAtom)} eV/atom), {p.Unstable} did not, {p.Abandoned} were given up.");
    }

    /// <summary>E_d against imported L_s; the four regions are those of the paper's Fig. 9.</summary>
    static void Scores(Html page, CampaignView view, IBlobs blobs)
    {
        var screening = view.Coordinator.Settings!.Screening;
        if (screening.Synthesizability is not { } s) { page.Paragraph("The synthesizability score L_s is not available (none was imported), so the regions of E_d and L_s are not drawn. The pool is chosen by E_d alone."); return; }
        try
        {
            var scores = SynthesizabilityScores.FromBytes(blobs.Get(s.Digest));
            var known = view.Candidates.Where(c => c.Hull is not null).Select(c => (Compound: c, Score: scores.Of(c.Identity.Id, c.Identity.Formula))).ToList();
            page.Raw("<div class=\"plots\">\n").Raw(ReportPlots.Synthesizability([.. known.Where(k => !double.IsNaN(k.Score))], screening.MaxDecompositionEnergyEvPerAtom, s.Min)).Raw("</div>\n");
            page.Paragraph($"L_s of {known.Count(k => !double.IsNaN(k.Score))} of {known.Count} compounds was imported; of the others it is not available. A score below 0.5 means unlabelled, not unsynthesizable. {(s.FiltersPool ? $"The pool is chosen by E_d, and by L_s of at least {Html.Number(s.Min)} where it is known." : "The pool is chosen by E_d alone.")}");
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException) { page.Paragraph($"Missing: the scores L_s ({e.Message})."); }
    }

    static void Settings(Html page, Campaign c)
    {
        var s = c.Settings!;
        page.Heading("Settings", "settings").Table("Objectives in the maximise frame", ["property", "transform", "scale", "reference"],
            s.Objectives.Select(o => ((string?)null, (IEnumerable<string>)[PropertyColumns.Title(o.Property), o.Transform, Html.Number(o.Scale), Html.Number(o.Reference)])));
        if (s.Acquisition.Constraints.Length > 0)
            page.Table("Constraints on the front", ["property", "min", "max", "mode"], s.Acquisition.Constraints.Select(x => ((string?)null, (IEnumerable<string>)[PropertyColumns.Title(x.Property), x.Min is { } a ? Html.Number(a) : "", x.Max is { } b ? Html.Number(b) : "", x.Mode])));
        page.Table("Calculations", ["property", "calculator", "calculations per compound", "tolerated failures"],
            s.Calculators.Select(p => ((string?)null, (IEnumerable<string>)[p.Property == Properties.Relaxation ? p.Property : PropertyColumns.Title(p.Property), p.Calculator, p.Parts.Length.ToString(), p.ToleratedFailures.ToString()])));
        page.Raw("<details><summary>The campaign file</summary>\n").Element("pre", c.File).Raw("</details>\n").Paragraph($"SHA-256 of the file: {c.FileDigest}. Numeric fingerprint of the machine: {c.Fingerprint}.");
    }
}
