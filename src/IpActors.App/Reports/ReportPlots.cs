using IpActors.App.Exports;
using IpActors.App.Reports.Svg;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Views;
using IpActors.Science.Crystals;

namespace IpActors.App.Reports;

/// <summary>The plots of the report, each from the view alone.</summary>
static class ReportPlots
{
    /// <summary>More points than this are thinned evenly, and the title says so.</summary>
    const int MostPoints = 4000;

    /// <summary>Hypervolume and best value of each objective per iteration.</summary>
    public static IEnumerable<string> Progress(Campaign c)
    {
        yield return Plot.Render("Hypervolume per iteration", "iteration", "hypervolume",
            new PlotSeries("hypervolume", [.. c.Iterations.Select(i => new PlotPoint(i.Iteration, i.Hypervolume, $"iteration {i.Iteration}: {Html.Number(i.Hypervolume, 8)} (+{Html.Number(i.Gained)}), {i.Evaluations} evaluations"))], IsLine: true));
        foreach (var o in c.Settings!.Objectives)
            yield return Plot.Render($"Best {o.Property} per iteration", "iteration", Label(o),
                new PlotSeries("best", [.. c.Iterations.SelectMany(i => i.Best.Where(b => b.Objective == o.Property).Select(b => new PlotPoint(i.Iteration, Shown(o, b.Value), $"iteration {i.Iteration}: {b.Compound}, {Html.Number(b.Value)}")))], 1, IsLine: true));
    }

    /// <summary>Evaluated compounds, every objective against every other.</summary>
    public static IEnumerable<string> Pairs(CampaignView view)
    {
        var c = view.Coordinator;
        var front = ParetoTable.Of(view).Rows.Select(r => r.Id).ToHashSet();
        var evaluated = BatchDecisions.Complete(c.Settings!, c.Evaluations).ToList();
        var objectives = c.Settings!.Objectives;
        for (var i = 0; i < objectives.Length; i++)
            for (var j = i + 1; j < objectives.Length; j++)
            {
                var (x, y) = (objectives[i], objectives[j]);
                PlotPoint Point(EvaluationRecorded e) => new(Shown(x, e.Values[x.Property].Value), Shown(y, e.Values[y.Property].Value),
                    $"{view.Compounds[e.Compound].Identity.Formula} {e.Compound}: {Html.Number(e.Values[x.Property].Value)}, {Html.Number(e.Values[y.Property].Value)}",
                    Error(x, e), Error(y, e));
                yield return Plot.Render($"{y.Property} against {x.Property}", Label(x), Label(y),
                    [.. Groups(c, evaluated, front).Select(g => new PlotSeries(g.Name, [.. g.Members.Select(Point)], g.Color, Radius: g.Color == 1 ? 4.5 : 3))]);
            }
    }

    /// <summary>The evaluated compounds over the first three objectives; null where there are fewer.</summary>
    public static string? Space(CampaignView view)
    {
        var c = view.Coordinator;
        if (c.Settings!.Objectives is not [var x, var y, var z, ..]) return null;
        var front = ParetoTable.Of(view).Rows.Select(r => r.Id).ToHashSet();
        var evaluated = BatchDecisions.Complete(c.Settings, c.Evaluations).ToList();
        SpacePoint Point(EvaluationRecorded e) => new(Shown(x, e.Values[x.Property].Value), Shown(y, e.Values[y.Property].Value), Shown(z, e.Values[z.Property].Value),
            $"{view.Compounds[e.Compound].Identity.Formula} {e.Compound}: {string.Join(", ", new[] { x, y, z }.Select(o => Html.Number(e.Values[o.Property].Value)))}", Error(x, e), Error(y, e), Error(z, e));
        return Plot3D.Render("The front in three dimensions", Label(x), Label(y), Label(z),
            [.. Groups(c, evaluated, front).Select(g => new SpaceSeries(g.Name, [.. g.Members.Select(Point)], g.Color, Radius: g.Color == 1 ? 4.5 : 3, Drops: g.Color == 1))]);
    }

    /// <summary>Those that take no part, where there are any; the dominated; the front, drawn last.</summary>
    static IEnumerable<(string Name, int Color, List<EvaluationRecorded> Members)> Groups(Campaign c, List<EvaluationRecorded> evaluated, HashSet<string> front)
    {
        var uncounted = evaluated.Where(e => BatchDecisions.WhyNotCounted(c.Settings!, e) is not null).ToList();
        if (uncounted.Count > 0) yield return ("bound, or not feasible", 2, uncounted);
        yield return ("dominated", 3, [.. evaluated.Except(uncounted).Where(e => !front.Contains(e.Compound))]);
        yield return ("front", 1, [.. evaluated.Where(e => front.Contains(e.Compound))]);
    }

    /// <summary>E_d against imported L_s, with the two limits as lines.</summary>
    public static string Synthesizability(IReadOnlyList<(CompoundSummary Compound, double Score)> known, double maxEd, double minScore)
    {
        var every = Math.Max(1, (known.Count + MostPoints - 1) / MostPoints);
        PlotPoint Point((CompoundSummary Compound, double Score) k) => new(k.Score, k.Compound.Hull!.SignedEvPerAtom, $"{k.Compound.Identity.Formula} {k.Compound.Identity.Id}: L_s {Html.Number(k.Score)}, {Html.Number(k.Compound.Hull.SignedEvPerAtom)} eV/atom");
        var ed = known.Select(k => k.Compound.Hull!.SignedEvPerAtom).Append(maxEd).ToList();
        bool Inside((CompoundSummary Compound, double Score) k) => k.Score >= minScore && k.Compound.Hull!.Passes;
        return Plot.Render($"Decomposition energy against synthesizability{(every > 1 ? $" (every {every}th compound)" : "")}", "L_s", "E_d, signed (eV/atom)",
            new PlotSeries("outside", [.. known.Where((k, i) => i % every == 0 && !Inside(k)).Select(Point)], 3, Radius: 2), new PlotSeries("stable and likely", [.. known.Where((k, i) => i % every == 0 && Inside(k)).Select(Point)], 0, Radius: 2),
            new PlotSeries("limits", [new(0, maxEd, "limit of E_d"), new(1, maxEd, "limit of E_d")], 1, IsLine: true, Radius: 0), new PlotSeries("", [new(minScore, ed.Min(), "limit of L_s"), new(minScore, ed.Max(), "limit of L_s")], 1, IsLine: true, Radius: 0));
    }

    /// <summary>Distance to the hull against Goldschmidt's tolerance factor (Eq. 24).</summary>
    public static string Stability(CampaignView view)
    {
        var known = view.Candidates.Where(c => c.Hull is not null).ToList();
        var every = Math.Max(1, (known.Count + MostPoints - 1) / MostPoints);
        var points = known.Where((_, i) => i % every == 0).Select(c => (c.Stage, Point: new PlotPoint(Tolerance(c.Identity.Formula), c.Hull!.SignedEvPerAtom, $"{c.Identity.Formula} {c.Identity.Id}: {Html.Number(c.Hull.SignedEvPerAtom)} eV/atom"))).ToList();
        PlotSeries Of(string name, int color, Func<CompoundStage, bool> which) => new(name, [.. points.Where(p => which(p.Stage)).Select(p => p.Point)], color, Radius: 2);
        return Plot.Render($"Decomposition energy against tolerance factor{(every > 1 ? $" (every {every}th compound)" : "")}", "tolerance factor", "E_d, signed (eV/atom)",
            Of("unstable", 3, s => s == CompoundStage.Unstable), Of("in the pool", 0, s => s == CompoundStage.HullEvaluated), Of("selected", 1, s => s is CompoundStage.DftQueued or CompoundStage.PropertiesKnown or CompoundStage.ParetoRanked));
    }

    static double Tolerance(string formula)
    {
        try { return ShannonRadii.ToleranceFactor(Formula.Parse(formula)); }
        catch (Science.InputException) { return double.NaN; }
    }

    internal static string Label(Objective o) => o.Transform == "log10" ? $"log10 of {PropertyColumns.Title(o.Property)}" : PropertyColumns.Title(o.Property);
    static double Shown(Objective o, double value) => o.Transform == "log10" ? Math.Log10(Math.Max(value, 1e-12)) : value;
    static double Error(Objective o, EvaluationRecorded e) => o.ErrorToFrame(e.Values[o.Property].Value, e.Values[o.Property].Error) / Math.Abs(o.Scale);
}
