using System.Numerics;
using IpActors.Science.Crystals;

namespace IpActors.Science.Phases;

/// <summary>
/// What a formula is made of. <see cref="Reduced"/> is exact: Li3OCl0.5Br0.5, Li6O2ClBr and (Li3O)2ClBr share one key. Elements are in ordinal order of their symbols.
/// </summary>
public sealed class Composition
{
    /// <summary>The formula exactly as written.</summary>
    public string Formula { get; }
    public ImmutableArray<string> Elements { get; }
    /// <summary>Atoms of each element in one formula unit as written.</summary>
    public ImmutableArray<double> Amounts { get; }
    /// <summary>Atomic fractions; they sum to 1.</summary>
    public ImmutableArray<double> Fractions { get; }
    /// <summary>Smallest whole numbers in ordinal order of the symbols, as in Br1Cl1Li6O2: equal for equal compositions.</summary>
    public string Reduced { get; }
    public double AtomsPerFormula { get; }
    internal UInt128 Mask { get; }
    internal ImmutableArray<int> AtomicNumbers { get; }

    Composition(string formula, IReadOnlyList<(string Symbol, Rational Amount)> parts)
    {
        Formula = formula;
        Elements = [.. parts.Select(p => p.Symbol)];
        Amounts = [.. parts.Select(p => p.Amount.ToDouble())];
        var common = parts.Aggregate(BigInteger.One, (d, p) => d * p.Amount.Denominator / BigInteger.GreatestCommonDivisor(d, p.Amount.Denominator));
        var counts = parts.Select(p => p.Amount.Numerator * (common / p.Amount.Denominator)).ToArray();
        var divisor = counts.Aggregate(BigInteger.GreatestCommonDivisor);
        var total = (double)(counts.Aggregate(BigInteger.Add) / divisor);
        Fractions = [.. counts.Select(c => (double)(c / divisor) / total)];
        Reduced = string.Concat(Elements.Zip(counts, (e, c) => $"{e}{c / divisor}"));
        AtomsPerFormula = Amounts.Sum();
        AtomicNumbers = [.. Elements.Select(e => Crystals.Elements.Get(e).Z)];
        Mask = AtomicNumbers.Aggregate(UInt128.Zero, (m, z) => m | (UInt128.One << z));
    }

    public double Amount(string element) => Elements.IndexOf(element) is >= 0 and var i ? Amounts[i] : 0;
    public double Fraction(string element) => Elements.IndexOf(element) is >= 0 and var i ? Fractions[i] : 0;
    public override string ToString() => Formula;

    /// <summary>Reads what <see cref="FormulaReader"/> does.</summary>
    /// <exception cref="InputException">not a formula; names the formula and the position, counted from 1</exception>
    public static Composition Parse(string formula)
    {
        return new Composition(formula, [.. FormulaReader.Read(formula).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value))]);
    }
}
