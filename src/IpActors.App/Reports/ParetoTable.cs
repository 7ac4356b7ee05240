using System.Globalization;
using System.Text;
using IpActors.App.Exports;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Views;
using IpActors.Domain.Works;

namespace IpActors.App.Reports;

/// <summary>One compound of the front, with the columns of the paper's Table 2; a value that is not there is null.</summary>
/// <param name="Base">The aristotype.</param>
/// <param name="Exclusive">Hypervolume that it alone contributes.</param>
public sealed record ParetoRow(string Id, string Formula, string SpaceGroup, string Base, double? EdEvPerAtom, PropertyValue? Gap, PropertyValue? Hydration, PropertyValue? Conductivity, int? Iteration, double Exclusive);

/// <summary>The non-dominated compounds so far, in the paper's order of columns: by base (n = infinity first), formula, space group and id.</summary>
public sealed record ParetoTable(ImmutableArray<ParetoRow> Rows)
{
    public static ParetoTable Of(CampaignView view)
    {
        if (view.Coordinator is not { Settings: { } settings } c || c.Evaluations.IsEmpty) return new([]);
        var ranks = ScreeningDecisions.Rank(settings, c.Evaluations).Ranks;
        return new([.. ranks.Where(r => r.Rank.Front == 1).Select(r => Row(view.Compounds[r.Compound], r.Rank.ExclusiveHypervolume))
            .OrderBy(r => r.Base, StringComparer.Ordinal).ThenBy(r => r.Formula, StringComparer.Ordinal).ThenBy(r => r.SpaceGroup, StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal)]);
    }

    static ParetoRow Row(CompoundSummary c, double exclusive) => new(c.Identity.Id, c.Identity.Formula, c.Identity.SpaceGroup, c.Identity.Aristotype, c.Hull?.EdEvPerAtom,
        c.Values.GetValueOrDefault(Properties.BandGap), c.Values.GetValueOrDefault(Properties.HydrationEnergy), c.Values.GetValueOrDefault(Properties.Conductivity), c.Iteration, exclusive);

    public static readonly ImmutableArray<string> Headings = ["formula", "space group", "base", "E_d (eV/atom)", .. PropertyColumns.All.Select(p => p.Title)];

    /// <summary>The cells of a row under <see cref="Headings"/>.</summary>
    public static IEnumerable<string> Cells(ParetoRow r) => [r.Formula, r.SpaceGroup, r.Base, r.EdEvPerAtom is { } ed ? Short(ed, "F3") : "missing", Cell(r.Gap, "F2"), Cell(r.Hydration, "F1"), Cell(r.Conductivity, "E1")];

    /// <summary>Value, standard error and flags in words; a censored value is an upper bound.</summary>
    public static string Cell(PropertyValue? v, string format)
    {
        if (v is null) return "missing";
        var text = $"{(v.IsCensored ? "< " : "")}{Short(v.Value, format)}{Error(v, e => Short(e, format))}";
        return v.Flags.IsEmpty ? text : $"{text} ({string.Join(", ", v.Flags)})";
    }

    /// <summary>" ± e" for one standard error; " ×/÷ f" where the error is known in decades, as a symmetric one would reach below 0.</summary>
    public static string Error(PropertyValue v, Func<double, string> format) =>
        v.IsCensored ? "" : v.Details.TryGetValue("error_decades", out var decades) ? $" ×/÷ {Math.Pow(10, decades).ToString("G2", CultureInfo.InvariantCulture)}" : double.IsFinite(v.Error) ? $" ± {format(v.Error)}" : "";

    /// <summary>As aligned text with a heading.</summary>
    public string ToText()
    {
        if (Rows.IsEmpty) return "no compound has a value of every objective yet\n";
        string[][] lines = [[.. Headings], .. Rows.Select(r => Cells(r).ToArray())];
        var widths = Headings.Select((_, i) => lines.Max(l => l[i].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var line in lines) text.Append(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).Append('\n');
        return text.ToString();
    }

    static string Short(double v, string format) => v.ToString(format == "E1" ? "0.0e+00" : format, CultureInfo.InvariantCulture);
}
