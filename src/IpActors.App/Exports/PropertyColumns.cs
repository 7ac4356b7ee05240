using IpActors.Domain.Works;

namespace IpActors.App.Exports;

/// <summary>How a property is called where its unit stands in the name: <c>band_gap_eV</c>.</summary>
public sealed record PropertyColumn(string Property, string Stem, string UnitInName, string Title)
{
    public string Value => $"{Stem}_{UnitInName}";
    public string Error => $"{Stem}_error_{UnitInName}";
    public string Flags => $"{Stem}_flags";
}

public static class PropertyColumns
{
    /// <summary>The calculated properties of a compound, in the order of every table.</summary>
    public static readonly ImmutableArray<PropertyColumn> All =
    [
        new(Properties.BandGap, "band_gap", "eV", "E_g (eV)"),
        new(Properties.HydrationEnergy, "hydration_energy", "kJ_per_mol", "E_h (kJ/mol)"),
        new(Properties.Conductivity, "conductivity_400K", "S_per_cm", "σ(400 K) (S/cm)"),
    ];

    /// <summary>How a property is written on an axis or in a heading.</summary>
    public static string Title(string property) => All.FirstOrDefault(c => c.Property == property)?.Title ?? property switch { Properties.DecompositionEnergy => "E_d (eV/atom)", Properties.ToleranceFactor => "tolerance factor", Properties.Synthesizability => "L_s", _ => $"{property} ({Properties.Unit(property)})" };
}
