using System.Globalization;
using IpActors.Domain.Views;
using IpActors.Science.Crystals;

namespace IpActors.App.Exports;

/// <summary>The relaxed structures of a campaign, one text per compound.</summary>
public static class StructureExport
{
    public static readonly ImmutableArray<string> Formats = ["poscar", "cif", "extxyz"];

    /// <summary>The compounds that have a structure to write.</summary>
    public static IEnumerable<CompoundSummary> Of(CampaignView view) => view.Compounds.Values.Where(c => c.IsRelaxed);

    public static string Text(CompoundSummary c, Structure s, string format) => format switch
    {
        "poscar" => Poscar.Write(s, $"{c.Identity.Id} {c.Identity.Formula} {c.Identity.SpaceGroup}"),
        "cif" => Cif.Write(s, c.Identity.Id, $"{c.Identity.Formula}, generated as {c.Identity.SpaceGroup} ({c.Identity.SpaceGroupNumber})"),
        "extxyz" => Extxyz.Write(s, [("id", c.Identity.Id), ("formula", c.Identity.Formula), ("space_group", c.Identity.SpaceGroup), .. Numbers(c)]),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no such format"),
    };

    static IEnumerable<(string, string)> Numbers(CompoundSummary c)
    {
        if (double.IsFinite(c.EnergyEvPerAtom)) yield return ("energy_eV_per_atom", R(c.EnergyEvPerAtom));
        if (c.Hull is { } h) yield return ("e_d_eV_per_atom", R(h.EdEvPerAtom));
        foreach (var p in PropertyColumns.All) if (c.Values.TryGetValue(p.Property, out var v)) yield return (p.Value, R(v.Value));
    }

    static string R(double v) => v.ToString("R", CultureInfo.InvariantCulture);
}
