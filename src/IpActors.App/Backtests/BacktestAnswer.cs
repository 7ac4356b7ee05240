using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using IpActors.App.Reports;
using IpActors.App.Reports.Svg;
using IpActors.Domain.Campaigns;
using IpActors.Science.Backtests;

namespace IpActors.App.Backtests;

/// <summary>What a backtest found, as JSON, text and a page.</summary>
sealed record BacktestAnswer(string Source, PoolTable Table, ReplaySettings Settings, ImmutableArray<long> Seeds, ImmutableArray<RuleSummary> Rules)
{
    KnownPool Pool => Table.Pool;

    public JsonObject ToJson() => new()
    {
        ["pool"] = new JsonObject { ["source"] = Source, ["compounds"] = Pool.Count, ["features"] = Pool.Features.RowWidth, ["front"] = Pool.Front.Length, ["hypervolume"] = Pool.Volume },
        ["objectives"] = Array(Table.Objectives, o => new JsonObject { ["name"] = o.Property, ["transform"] = o.Transform, ["scale"] = o.Scale, ["reference"] = o.Reference }),
        ["initial"] = Settings.Initial, ["batch"] = Settings.Batch, ["beta"] = Settings.Beta, ["starts"] = Settings.Starts, ["mode"] = Settings.Rolling ? "rolling" : "synchronous", ["slots"] = Settings.SlotCount, ["select_after"] = Settings.SelectAfter, ["refit_every"] = Settings.RefitEvery,
        ["pending"] = Settings.Pending.ToString().ToLowerInvariant(), ["time_spread"] = Settings.TimeSpread, ["known"] = Array(Settings.Known, k => JsonValue.Create(Table.Objectives[k].Property)), ["seeds"] = Array(Seeds, s => JsonValue.Create(s)),
        ["rules"] = Array(Rules, r => new JsonObject
        {
            ["rule"] = r.Rule,
            ["trace"] = Array(r.Points, p => new JsonObject { ["evaluations"] = p.Evaluations, ["share_mean"] = p.Mean, ["share_deviation"] = p.Deviation, ["share_lowest"] = p.Lowest, ["share_highest"] = p.Highest, ["time_mean"] = p.Time }),
            ["evaluations_to_reach"] = Array(r.Reached, x => new JsonObject { ["share"] = x.Share, ["median"] = x.Median, ["median_time"] = x.MedianTime, ["seeds_reached"] = x.Seeds, ["by_seed"] = Array(x.Each, e => e is { } n ? JsonValue.Create(n) : null) }),
        }),
    };

    static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> node) => new([.. items.Select(node)]);

    string Heading => string.Create(CultureInfo.InvariantCulture, $"{Pool.Count} compounds of {Source}, {Pool.Features.RowWidth} features, {Pool.Front.Length} on the front, hypervolume {Pool.Volume:G8} over ({string.Join(", ", Pool.Reference.Select(r => r.ToString("G6", CultureInfo.InvariantCulture)))})");
    string Protocol => string.Create(CultureInfo.InvariantCulture, $"{Seeds.Length} seeds; {Settings.Initial} initial evaluations by space filling, the same for every rule, then batches of {Settings.Batch}, up to {Math.Min(Settings.Evaluations, Pool.Count)}; beta {Settings.Beta:G4}{Way}");
    string Way => string.Create(CultureInfo.InvariantCulture, $"; {Settings.SlotCount} evaluations at a time, their durations {(Settings.TimeSpread == 0 ? "equal" : $"log-normal with a spread of {Settings.TimeSpread:G4}")}{(Settings.Rolling ? $"; rolling, selected after {Settings.SelectAfter}, refitted every {Settings.RefitEvery}, those under evaluation imagined {(Settings.Pending == IpActors.Science.Acquisition.PendingRule.Bound ? "at their bounds" : "at their means")}" : "")}{(Settings.Known.IsEmpty ? "" : $"; known: {string.Join(", ", Settings.Known.Select(k => Table.Objectives[k].Property))}")}{(Pool.Censored.Any(c => c.Contains(true)) ? $"; {Pool.Censored.Count(c => c.Contains(true))} compounds have a bound for a value and take no part in the volume" : "")}");
    static readonly ImmutableArray<string> Columns = ["rule", "after the initial set", "at the end", .. RuleSummary.Shares.Select(s => $"evaluations (time) to {100 * s:F0} %")];

    IEnumerable<string[]> Lines => Rules.Select(r => (string[])[r.Rule, Share(r.Points[0]), Share(r.Points[^1]), .. r.Reached.Select(Reach)]);
    static string Share(SharePoint p) => string.Create(CultureInfo.InvariantCulture, $"{100 * p.Mean:F2} ± {100 * p.Deviation:F2} %");
    string Reach(Reached r) => (r.Median is { } m ? m.ToString("G6", CultureInfo.InvariantCulture) + (r.MedianTime is { } t ? $" ({t.ToString("F1", CultureInfo.InvariantCulture)})" : "") : $"more than {Math.Min(Settings.Evaluations, Pool.Count)}") + (r.Seeds < Seeds.Length ? $" ({r.Seeds} of {Seeds.Length} seeds)" : "");

    public string ToText()
    {
        string[][] lines = [[.. Columns], .. Lines];
        var widths = Columns.Select((_, i) => lines.Max(l => l[i].Length)).ToArray();
        var text = new StringBuilder($"{Heading}\n{Protocol}\n\n");
        foreach (var line in lines) text.Append(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).Append('\n');
        return text.Append($"\n{Meaning}\n").ToString();
    }

    const string Meaning = "Shares are of the whole pool's hypervolume: mean and standard deviation over the seeds. Evaluations to reach a share: the median over the seeds, counted in whole batches; in brackets the median time, in mean durations of an evaluation (models cost nothing).";

    /// <summary>One self-contained page: the traces, the share that is still missing on a logarithmic scale, and the tables.</summary>
    public string ToHtml()
    {
        var page = new Html().Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Element("title", "Backtest of acquisition rules").Raw("<style>\n").Raw(ReportStyle.Css).Raw("\n</style>\n</head>\n<body>\n<main>\n")
            .Element("h1", "Backtest of acquisition rules").Paragraph(Heading + ".").Paragraph(Protocol + ".").Raw("<div class=\"plots\">\n");
        page.Raw(Plot.Render("Share of the pool's hypervolume; bars are one standard deviation over the seeds", "evaluations", "hypervolume / pool's", [.. Rules.Select((r, i) => new PlotSeries(r.Rule,
            [.. r.Points.Select(p => new PlotPoint(p.Evaluations, p.Mean, $"{r.Rule}, {p.Evaluations} evaluations: {Share(p)}, from {Html.Number(100 * p.Lowest)} to {Html.Number(100 * p.Highest)} %", double.NaN, p.Deviation))], i, IsLine: true))]));
        page.Raw(Plot.Render("What is still missing of the pool's hypervolume (points where nothing is missing are left out)", "evaluations", "log10 of the missing share", [.. Rules.Select((r, i) => new PlotSeries(r.Rule,
            [.. r.Points.Where(p => p.Mean < 1).Select(p => new PlotPoint(p.Evaluations, Math.Log10(1 - p.Mean), $"{r.Rule}, {p.Evaluations} evaluations: {Html.Number(100 * (1 - p.Mean))} % missing"))], i, IsLine: true))]));
        page.Raw(Plot.Render("Share of the pool's hypervolume over time", "time in mean durations of an evaluation", "hypervolume / pool's", [.. Rules.Select((r, i) => new PlotSeries(r.Rule,
            [.. r.Points.Select(p => new PlotPoint(p.Time, p.Mean, $"{r.Rule}, time {Html.Number(p.Time)}: {Share(p)}"))], i, IsLine: true))]));
        page.Raw("</div>\n").Table("Rules", Columns, Lines.Select(l => ((string?)null, (IEnumerable<string>)l))).Paragraph(Meaning);
        page.Table("Objectives in the maximise frame", ["column", "transform", "scale", "reference"], Table.Objectives.Select(o => ((string?)null, (IEnumerable<string>)[o.Property, o.Transform, Html.Number(o.Scale), Html.Number(o.Reference, 6)])));
        foreach (var r in Rules)
            page.Raw("<details>").Element("summary", $"{r.Rule}, batch by batch").Table($"Share of the pool's hypervolume by {r.Rule}", ["evaluations", "mean", "standard deviation", "lowest", "highest"],
                r.Points.Select(p => ((string?)null, (IEnumerable<string>)[p.Evaluations.ToString(), Html.Number(p.Mean, 6), Html.Number(p.Deviation, 3), Html.Number(p.Lowest, 6), Html.Number(p.Highest, 6)]))).Raw("</details>\n");
        return page.Raw("</main>\n</body>\n</html>\n").ToString();
    }
}
