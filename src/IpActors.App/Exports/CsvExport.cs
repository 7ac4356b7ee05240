using System.Globalization;
using IpActors.Domain.Views;

namespace IpActors.App.Exports;

/// <summary>
/// All compounds as comma-separated text, ordered by id. Numbers are the shortest text that reads back bit for bit, unknown ones are empty, and nothing of when, where or after how many attempts
/// is in it: campaigns with equal results give equal bytes.
/// </summary>
public static class CsvExport
{
    static readonly string[] Before = ["id", "role", "formula", "aristotype", "space_group", "space_group_number", "index", "stage", "energy_eV_per_atom", "e_d_eV_per_atom", "e_d_signed_eV_per_atom"];
    static readonly string[] After = ["iteration", "rank", "front"];

    public static IEnumerable<string> Header => Before.Concat(PropertyColumns.All.SelectMany(c => new[] { c.Value, c.Error, c.Flags })).Concat(After);

    public static string Write(CampaignView view)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(view, text);
        return text.ToString();
    }

    public static void Write(CampaignView view, TextWriter to)
    {
        void Line(IEnumerable<string> cells) { to.Write(string.Join(',', cells)); to.Write('\n'); }
        Line(Header);
        foreach (var c in view.Compounds.Values) Line(Row(c).Select(Quoted));
    }

    static IEnumerable<string> Row(CompoundSummary c)
    {
        var i = c.Identity;
        string[] identity = [i.Id, i.Role.ToString().ToLowerInvariant(), i.Formula, i.Aristotype, i.SpaceGroup, Text(i.SpaceGroupNumber), Text(i.Index), c.Stage.ToString(),
            Text(c.EnergyEvPerAtom), Text(c.Hull?.EdEvPerAtom), Text(c.Hull?.SignedEvPerAtom)];
        var values = PropertyColumns.All.SelectMany(p => c.Values.TryGetValue(p.Property, out var v) ? new[] { Text(v.Value), Text(v.Error), string.Join(' ', v.Flags) } : ["", "", ""]);
        return identity.Concat(values).Concat([Text(c.Iteration), Text(c.Rank), Text(c.Front?.Front)]);
    }

    static string Text(double? v) => v is { } x && double.IsFinite(x) ? x.ToString("R", CultureInfo.InvariantCulture) : "";
    static string Text(int? v) => v?.ToString(CultureInfo.InvariantCulture) ?? "";
    static string Quoted(string cell) => cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
