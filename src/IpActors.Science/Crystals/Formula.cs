using System.Globalization;
using System.Text;

namespace IpActors.Science.Crystals;

/// <summary>
/// A chemical formula: elements with positive amounts. Written as the inverse-perovskite literature writes it where the charges balance as A⁺, X²⁻, Z⁻ (alkali metals, then O S Se Te, then F Cl Br I:
/// <c>Li12OS3Cl2Br2</c>), otherwise by rising electronegativity (<c>LiClO4</c>, <c>Li2CO3</c>); amounts of 1 are left out. Two formulas are equal when their elements and amounts are.
/// </summary>
public sealed class Formula : IEquatable<Formula>
{
    public static readonly ImmutableArray<string> Chalcogens = ["O", "S", "Se", "Te"];
    public static readonly ImmutableArray<string> Halogens = ["F", "Cl", "Br", "I"];

    static readonly ImmutableArray<string> Alkalis = ["Li", "Na", "K", "Rb", "Cs"];

    /// <summary>Elements with amounts in printing order.</summary>
    public ImmutableArray<(string Element, double Amount)> Amounts { get; }

    public Formula(IEnumerable<(string Element, double Amount)> amounts)
    {
        var sums = new Dictionary<string, double>();
        foreach (var (e, n) in amounts)
        {
            if (!Elements.Exists(e)) throw new InputException($"unknown element '{e}' in a formula");
            if (!double.IsFinite(n) || n < 0) throw new InputException($"the amount of {e} in a formula must be a positive number, not {n.ToString("R", CultureInfo.InvariantCulture)}");
            if (n > 0) sums[e] = sums.GetValueOrDefault(e) + n;
        }
        if (sums.Count == 0) throw new InputException("a formula needs at least one element");
        Amounts = Ordered(sums);
    }

    public static Formula Of(Structure s) => new(s.Composition().Select(c => (c.Element, (double)c.Count)));
    public static Formula Of(params ReadOnlySpan<(string Element, int Count)> amounts) => new(amounts.ToArray().Select(c => (c.Element, (double)c.Count)));

    /// <summary>Reads <c>Li3OCl</c>, <c>Li(Ni0.8Mn0.2)O2</c>, <c>LiNi10/12Mn1/12Co1/12O2</c>; throws <see cref="InputException"/> naming the place.</summary>
    public static Formula Parse(string text) => new(FormulaReader.Read(text).Select(a => (a.Key, a.Value.ToDouble())));

    /// <summary>False instead of an exception.</summary>
    public static bool TryParse(string text, out Formula? formula)
    {
        try { formula = Parse(text); return true; }
        catch (InputException) { formula = null; return false; }
    }

    public double this[string element] => Amounts.FirstOrDefault(a => a.Element == element).Amount;
    public double AtomCount => Amounts.Sum(a => a.Amount);

    /// <summary>Divided by the greatest common divisor of the amounts; amounts that are no integers are first scaled by the smallest integer up to 1000 that makes them so, else left as they are.</summary>
    public Formula Reduced()
    {
        for (var scale = 1; scale <= 1000; scale++)
        {
            var scaled = Amounts.Select(a => a.Amount * scale).ToArray();
            if (!scaled.All(v => Math.Abs(v - Math.Round(v)) < 1e-7 * scale && Math.Round(v) >= 1)) continue;
            var divisor = scaled.Select(v => (long)Math.Round(v)).Aggregate(Gcd);
            return new(Amounts.Select((a, i) => (a.Element, Math.Round(scaled[i]) / divisor)));
        }
        return this;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (e, n) in Amounts) { text.Append(e); if (n != 1) text.Append(n.ToString("R", CultureInfo.InvariantCulture)); }
        return text.ToString();
    }

    public bool Equals(Formula? other) => other is not null && Amounts.AsSpan().SequenceEqual(other.Amounts.AsSpan());
    public override bool Equals(object? obj) => Equals(obj as Formula);
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    static ImmutableArray<(string, double)> Ordered(Dictionary<string, double> sums)
    {
        double Sum(ImmutableArray<string> elements) => elements.Sum(e => sums.GetValueOrDefault(e));
        double a = Sum(Alkalis), x = Sum(Chalcogens), z = Sum(Halogens);
        var isFamily = a > 0 && Math.Abs(a - 2 * x - z) < 1e-6 * a && sums.Keys.All(e => Alkalis.Contains(e) || Chalcogens.Contains(e) || Halogens.Contains(e));
        double Rank(string e) => isFamily ? Alkalis.Contains(e) ? Alkalis.IndexOf(e) - 9 : Chalcogens.Contains(e) ? Chalcogens.IndexOf(e) : 4 + Halogens.IndexOf(e)
            : double.IsNaN(Elements.Get(e).PaulingElectronegativity) ? 9 : Elements.Get(e).PaulingElectronegativity;
        return [.. sums.OrderBy(p => Rank(p.Key)).ThenBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value))];
    }

    static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
