using System.Security.Cryptography;
using System.Text;

namespace IpActors.Science.Numerics;

/// <summary>
/// The only source of chance: xoshiro256** (Blackman and Vigna, ACM TOMS 47, 36 (2021)), seeded by splitmix64. A stream is named by text, so
/// that each decision and each calculation has its own numbers, whatever the order in which they run.
/// </summary>
public sealed class SeededRandom
{
    ulong _a, _b, _c, _d;
    double _spareGaussian = double.NaN;

    public SeededRandom(ulong seed)
    {
        ulong Next() { seed += 0x9E3779B97F4A7C15; var z = seed; z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9; z = (z ^ (z >> 27)) * 0x94D049BB133111EB; return z ^ (z >> 31); }
        (_a, _b, _c, _d) = (Next(), Next(), Next(), Next());
    }

    /// <summary>The stream of that name under a campaign's seed: SHA-256 of "seed/name", first 8 bytes.</summary>
    public static SeededRandom Stream(long seed, string name) =>
        new(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}")), 0));

    public ulong NextUInt64()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a; _d ^= _b; _b ^= _c; _a ^= _d; _c ^= t; _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0..bound-1 without bias (Lemire's multiply with rejection).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var limit = ulong.MaxValue - ulong.MaxValue % (ulong)bound;
        ulong v;
        do v = NextUInt64(); while (v >= limit);
        return (int)(v % (ulong)bound);
    }

    /// <summary>Standard normal, Marsaglia's polar method.</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian)) { var spare = _spareGaussian; _spareGaussian = double.NaN; return spare; }
        double u, v, s;
        do { u = 2 * NextDouble() - 1; v = 2 * NextDouble() - 1; s = u * u + v * v; } while (s >= 1 || s == 0);
        var f = Math.Sqrt(-2 * Math.Log(s) / s);
        _spareGaussian = v * f;
        return u * f;
    }

    /// <summary>Fisher-Yates in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--) { var j = NextInt(i + 1); (items[i], items[j]) = (items[j], items[i]); }
    }
}
