using System.Globalization;

namespace IpActors.Science.Crystals;

/// <summary>One element: mass (u), Pauling electronegativity and radii (Å; NaN where none is tabulated).</summary>
public sealed record Element(int Z, string Symbol, string Name, double MassU, double PaulingElectronegativity, double CovalentRadiusA);

/// <summary>The element table of data/elements.csv (pymatgen and chemicals, MIT).</summary>
public static class Elements
{
    static readonly Dictionary<string, Element> Table = EmbeddedCsv.Rows("elements.csv")
        .Select(r => new Element(int.Parse(r["Z"], CultureInfo.InvariantCulture), r["symbol"], r["name"], Number(r["atomic_mass_u"]), Number(r["pauling_electronegativity"]), Number(r["covalent_radius_A"])))
        .ToDictionary(e => e.Symbol);

    public static bool Exists(string symbol) => Table.ContainsKey(symbol);
    /// <summary>The element; throws <see cref="ArgumentException"/> naming an unknown symbol.</summary>
    public static Element Get(string symbol) => Table.TryGetValue(symbol, out var e) ? e : throw new ArgumentException($"unknown element '{symbol}'");

    static double Number(string text) => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);
}
