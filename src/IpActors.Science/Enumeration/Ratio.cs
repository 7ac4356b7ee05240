using System.Numerics;

namespace IpActors.Science.Enumeration;

/// <summary>A ratio p/q in lowest terms, 0 ≤ p ≤ q: the share of one of two species on a site class.</summary>
public readonly record struct Ratio(int Numerator, int Denominator) : IComparable<Ratio>
{
    public static readonly Ratio Zero = new(0, 1);
    public static readonly Ratio Half = new(1, 2);

    public static Ratio Of(int p, int q)
    {
        if (p < 0 || q < 1 || p > q) throw new ArgumentException($"{p}/{q} is no ratio between 0 and 1");
        var d = (int)BigInteger.GreatestCommonDivisor(p, q);
        return new(p / d, q / d);
    }

    /// <summary>1 − p/q.</summary>
    public Ratio Complement => new(Denominator - Numerator, Denominator);
    public bool IsPure => Numerator == 0 || Numerator == Denominator;

    public int CompareTo(Ratio other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);
    public static bool operator <(Ratio a, Ratio b) => a.CompareTo(b) < 0;
    public static bool operator >(Ratio a, Ratio b) => a.CompareTo(b) > 0;
    public static bool operator <=(Ratio a, Ratio b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Ratio a, Ratio b) => a.CompareTo(b) >= 0;
    public override string ToString() => $"{Numerator}/{Denominator}";
}
