using IpActors.App.Reports.Svg;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Science.Descriptors;
using IpActors.Science.Surrogates;
using Objective = IpActors.Domain.Campaigns.Objective;

namespace IpActors.App.Reports;

/// <summary>What the surrogates said and what came out: leave-one-out and true predictions against results, how honest the error bars are, and the ranking that the last batch was taken from.</summary>
static class ReportSurrogates
{
    const int MostPoints = 4000;

    public static void Write(Html page, CampaignView view, IBlobs blobs)
    {
        page.Heading("Surrogates", "surrogates");
        var c = view.Coordinator;
        var fitted = c.Settings!.Objectives.Concat(c.Settings.Modelled).DistinctBy(o => o.Property).Where(o => view.Surrogates.GetValueOrDefault(o.Property) is { Training: not null, Fitted: not null }).ToList();
        if (fitted.Count == 0) { page.Paragraph("Missing: no surrogate has been fitted yet."); return; }
        try
        {
            var parts = fitted.Select(o => Of(view, o, blobs)).ToList();
            page.Paragraph("Leave-one-out: each evaluated compound predicted from all the others by the last model, ± the deviation of an observation. Before the evaluation: mu ± sigma at the time when the compound was chosen, so what was really foreseen. " +
                "Horizontal bars are the results' own errors; on the line, prediction and result are equal. Compounds with a bound in place of a value are drawn, but not counted below.");
            page.Raw("<div class=\"plots\">\n");
            foreach (var p in parts) page.Raw(Parity(p));
            page.Raw("</div>\n").Table("Calibration: shares of results within the 68 % and 95 % intervals (honest bars give 68 and 95), root mean square error in the unit of the plot, mean square of error over bar (honest: 1)",
                ["objective", "prediction", "compounds", "within 68 %", "within 95 %", "RMS error", "mean z²"], parts.SelectMany(Rows));
            page.Paragraph("The bar of a prediction before the evaluation is sigma of the model with the result's own error in quadrature; noise that the model fitted is not in it. Few compounds make the shares coarse: of n, one more or less is 100 / n %.");
            foreach (var o in c.Settings.Objectives.Where(c.Settings.IsKnown)) page.Paragraph($"{o.Property} is used as known for the whole pool; no surrogate is asked for it.");
            Acquisition(page, c, blobs);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException) { page.Paragraph($"Missing: the models cannot be built again ({e.Message})."); }
    }

    sealed record Pair(string Compound, double Result, double ResultError, double Mu, double Sigma, bool IsCensored);
    sealed record Compared(Objective Objective, int Iteration, ImmutableArray<Pair> LeftOut, ImmutableArray<Pair> Foreseen);

    static Compared Of(CampaignView view, Objective o, IBlobs blobs)
    {
        var c = view.Coordinator;
        var (training, h) = (view.Surrogates[o.Property].Training!, view.Surrogates[o.Property].Fitted!.Hyperparameters);
        var model = SurrogateDecisions.Model(training, h, PoolBlobs.Ids(blobs.Get(training.PoolDigest)), LatentPool.FromBytes(blobs.Get(training.LatentDigest)));
        bool Censored(string id) => c.Evaluations[id].Values[o.Property].IsCensored;
        var known = c.Settings!.Objectives.IndexOf(o); // what only a constraint is about stands in no batch
        return new(o, training.Iteration,
            [.. training.Compounds.Select((id, i) => new Pair(id, training.Y[i], training.Noise[i], model.Loo.Mu[i], model.Loo.Sigma[i], Censored(id)))],
            [.. c.Batches.SelectMany(b => b.Chosen).Where(x => known >= 0 && !x.Mu.IsEmpty && x.Sigma[known] > 0 && c.Evaluations.TryGetValue(x.Compound, out var e) && e.Values.ContainsKey(o.Property)).Select(x =>
            {
                var v = c.Evaluations[x.Compound].Values[o.Property];
                return new Pair(x.Compound, o.ToFrame(v.Value), o.ErrorToFrame(v.Value, v.Error), x.Mu[known], x.Sigma[known], v.IsCensored);
            })]);
    }

    static string Parity(Compared p)
    {
        var o = p.Objective;
        // From the maximise frame back to what is plotted: the value, or its logarithm.
        PlotPoint Point(Pair x) => new(x.Result / o.Scale, x.Mu / o.Scale, $"{x.Compound}: predicted {Html.Number(x.Mu / o.Scale)} ± {Html.Number(x.Sigma / Math.Abs(o.Scale), 3)}, {(x.IsCensored ? "bound" : "result")} {Html.Number(x.Result / o.Scale)}",
            x.IsCensored ? double.NaN : x.ResultError / Math.Abs(o.Scale), x.Sigma / Math.Abs(o.Scale));
        var all = p.LeftOut.Concat(p.Foreseen).SelectMany(x => (double[])[x.Result / o.Scale, x.Mu / o.Scale]).DefaultIfEmpty(0).ToList();
        return Plot.Render($"{o.Property}: predicted against result (model of iteration {p.Iteration}, {p.LeftOut.Length} compounds)", $"result, {ReportPlots.Label(o)}", $"predicted, {ReportPlots.Label(o)}",
            new PlotSeries("equal", [new(all.Min(), all.Min(), ""), new(all.Max(), all.Max(), "")], 3, IsLine: true, Radius: 0),
            new PlotSeries("leave-one-out", [.. p.LeftOut.Select(Point)]), new PlotSeries("before the evaluation", [.. p.Foreseen.Select(Point)], 1));
    }

    static IEnumerable<(string?, IEnumerable<string>)> Rows(Compared p)
    {
        yield return (null, Row(p.Objective, $"leave-one-out, model of iteration {p.Iteration}", p.LeftOut, x => x.Sigma));
        yield return (null, Row(p.Objective, "before the evaluation", p.Foreseen, x => Math.Sqrt(x.Sigma * x.Sigma + x.ResultError * x.ResultError)));
    }

    static IEnumerable<string> Row(Objective o, string what, ImmutableArray<Pair> pairs, Func<Pair, double> bar)
    {
        Pair[] counted = [.. pairs.Where(x => !x.IsCensored)];
        if (counted.Length == 0) return [o.Property, what, "0", "missing", "missing", "missing", "missing"];
        var s = Math.Abs(o.Scale);
        var c = Calibration.Of([.. counted.Select(x => x.Mu / s)], [.. counted.Select(x => bar(x) / s)], [.. counted.Select(x => x.Result / s)]);
        return [o.Property, what, counted.Length.ToString(), $"{100 * c.Coverage68:F0} %", $"{100 * c.Coverage95:F0} %", Html.Number(c.RootMeanSquareError, 3), Html.Number(c.MeanSquaredZ, 3)];
    }

    static void Acquisition(Html page, Campaign c, IBlobs blobs)
    {
        if (c.Batches.LastOrDefault(b => !b.Chosen[0].Mu.IsEmpty) is not { } batch) return;
        var ranked = BatchDecisions.Ranked(c.Settings!, SelectionInputs.OfBatch(c, batch), blobs);
        var chosen = batch.Chosen.Select(x => x.Compound).ToHashSet();
        var every = Math.Max(1, (ranked.Length + MostPoints - 1) / MostPoints);
        PlotPoint Point(Science.Acquisition.Scored s) => new(s.Rank, s.Improvement, $"rank {s.Rank}: {s.Id}, improvement {Html.Number(s.Improvement)}");
        var score = batch.Rule == "ehvi" ? "EHVI" : "uHVI";
        page.Raw("<div class=\"plots\">\n").Raw(Plot.Render($"{score} of the pool's open compounds in {(batch.Knew is null ? "iteration" : "selection")} {batch.Iteration}{(every > 1 ? $" (every {every}th)" : "")}", "rank", score,
            new PlotSeries("passed over", [.. ranked.Where((s, i) => !chosen.Contains(s.Id) && i % every == 0).Select(Point)], 3, Radius: 2), new PlotSeries("chosen", [.. ranked.Where(s => chosen.Contains(s.Id)).Select(Point)], 1))).Raw("</div>\n");
        page.Paragraph($"{ranked.Count(s => s.Improvement > 0)} of {ranked.Length} open compounds promised any improvement over the front's {Html.Number(batch.V0, 8)}{(batch.Pending.IsEmpty ? "" : $" and what was imagined of the {batch.Pending.Length} under evaluation")}.{(batch.Violating > 0 ? $" {batch.Violating} more were left out by constraints." : "")}");
    }
}
