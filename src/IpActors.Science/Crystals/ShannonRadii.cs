using System.Globalization;

namespace IpActors.Science.Crystals;

/// <summary>Shannon's ionic radii (Å) from data/radii.csv, and the tolerance factor built from them.</summary>
public static class ShannonRadii
{
    static readonly Dictionary<string, double> SixFold = Load();

    /// <summary>Ionic radius in sixfold coordination of the ion as it occurs in salts: lowest charge listed for cations, the anion for O S Se Te F Cl Br I (O 1.40, Cl 1.81, Li 0.76 Å). Null where none is tabulated.</summary>
    public static double? Find(string element) => SixFold.TryGetValue(element, out var r) ? r : null;

    /// <summary>As <see cref="Find"/>; throws <see cref="InputException"/> for an element without a radius.</summary>
    public static double Get(string element) => Find(element) ?? throw new InputException($"no Shannon radius for '{element}'; radii.csv has {string.Join(' ', SixFold.Keys)}");

    /// <summary>
    /// t = (r_Li + Σ w_Z r_Z) / (√2 (Σ w_X r_X + Σ w_Z r_Z)), Eq. 24, with occupancies w of each site adding up to 1. Li3OCl: 0.566. The chalcogens of the formula are X, the halogens Z;
    /// throws <see cref="InputException"/> where either is missing.
    /// </summary>
    public static double ToleranceFactor(Formula formula)
    {
        var (x, z) = (Mean(formula, Formula.Chalcogens, "chalcogen (O S Se Te)"), Mean(formula, Formula.Halogens, "halogen (F Cl Br I)"));
        return (Get("Li") + z) / (Math.Sqrt(2) * (x + z));
    }

    static double Mean(Formula formula, ImmutableArray<string> elements, string what)
    {
        double amount = 0, sum = 0;
        foreach (var (element, n) in formula.Amounts) if (elements.Contains(element)) (amount, sum) = (amount + n, sum + n * Get(element));
        return amount > 0 ? sum / amount : throw new InputException($"{formula} has no {what}, so it has no tolerance factor");
    }

    static Dictionary<string, double> Load()
    {
        var best = new Dictionary<string, (double Rank, double Radius)>();
        foreach (var row in EmbeddedCsv.Rows("radii.csv"))
        {
            if (row["coordination"] != "VI") continue;
            var charge = int.Parse(row["charge"], CultureInfo.InvariantCulture);
            // Anions first, then the lowest cation charge, high spin before low spin.
            var rank = (charge < 0 ? -100 : charge) + (row["spin_state"] == "Low Spin" ? 0.5 : 0);
            if (!best.TryGetValue(row["element"], out var known) || rank < known.Rank) best[row["element"]] = (rank, double.Parse(row["ionic_radius_A"], CultureInfo.InvariantCulture));
        }
        return best.ToDictionary(p => p.Key, p => p.Value.Radius);
    }
}
