using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpActors.Science.Surrogates;

/// <summary>
/// Arithmetic in four lanes of doubles with one stated order, so that the bits depend neither on the number of cores nor on how a loop was tiled: lane l of an
/// accumulator takes the elements k ≡ l (mod 4) in increasing k, then (l0 + l1) + (l2 + l3). Multiplications and additions are separate (no fused operation).
/// Rows are padded with zeros to a multiple of four.
/// </summary>
public static class Lanes
{
    public const int Width = 4;

    /// <summary>The next multiple of four.</summary>
    public static int Padded(int n) => (n + Width - 1) & ~(Width - 1);

    public static double Sum(Vector256<double> v) => (v[0] + v[1]) + (v[2] + v[3]);

    /// <summary>Σ a_k b_k; the lengths are equal and a multiple of four.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var ra = ref MemoryMarshal.GetReference(a);
        ref var rb = ref MemoryMarshal.GetReference(b);
        var s = Vector256<double>.Zero;
        for (nuint k = 0; k < (nuint)a.Length; k += Width) s += Vector256.LoadUnsafe(ref ra, k) * Vector256.LoadUnsafe(ref rb, k);
        return Sum(s);
    }

    /// <summary>
    /// C_ij += sign · Σ_{from ≤ k &lt; to} A_ik B_jk for rows × columns entries, where A, B and C are row-major; from and to are multiples of four. Two by four
    /// entries at a time share their loads; every entry has an accumulator of its own, so the tiling leaves no trace in the bits.
    /// </summary>
    public static void AddProducts(double sign, Span<double> c, int strideC, ReadOnlySpan<double> a, int strideA, int rows, ReadOnlySpan<double> b, int strideB, int columns, int from, int to)
    {
        if (to <= from || rows == 0 || columns == 0) return;
        ref var ra = ref MemoryMarshal.GetReference(a);
        ref var rb = ref MemoryMarshal.GetReference(b);
        for (var i = 0; i < rows; i += 2)
        {
            ref var a0 = ref Unsafe.Add(ref ra, (nint)i * strideA);
            ref var a1 = ref Unsafe.Add(ref ra, (nint)Math.Min(i + 1, rows - 1) * strideA);
            for (var j = 0; j < columns; j += 4)
            {
                ref var b0 = ref Unsafe.Add(ref rb, (nint)j * strideB);
                ref var b1 = ref Unsafe.Add(ref rb, (nint)Math.Min(j + 1, columns - 1) * strideB);
                ref var b2 = ref Unsafe.Add(ref rb, (nint)Math.Min(j + 2, columns - 1) * strideB);
                ref var b3 = ref Unsafe.Add(ref rb, (nint)Math.Min(j + 3, columns - 1) * strideB);
                Vector256<double> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
                for (var k = (nuint)from; k < (nuint)to; k += Width)
                {
                    var (x, y) = (Vector256.LoadUnsafe(ref a0, k), Vector256.LoadUnsafe(ref a1, k));
                    var z = Vector256.LoadUnsafe(ref b0, k); s00 += x * z; s10 += y * z;
                    z = Vector256.LoadUnsafe(ref b1, k); s01 += x * z; s11 += y * z;
                    z = Vector256.LoadUnsafe(ref b2, k); s02 += x * z; s12 += y * z;
                    z = Vector256.LoadUnsafe(ref b3, k); s03 += x * z; s13 += y * z;
                }
                var left = columns - j;
                Put(c[(i * strideC + j)..], left, sign, s00, s01, s02, s03);
                if (i + 1 < rows) Put(c[((i + 1) * strideC + j)..], left, sign, s10, s11, s12, s13);
            }
        }
    }

    static void Put(Span<double> c, int left, double sign, Vector256<double> s0, Vector256<double> s1, Vector256<double> s2, Vector256<double> s3)
    {
        c[0] += sign * Sum(s0);
        if (left > 1) c[1] += sign * Sum(s1);
        if (left > 2) c[2] += sign * Sum(s2);
        if (left > 3) c[3] += sign * Sum(s3);
    }

    /// <summary>|a − b|² by differences (equal points give exactly 0); equal lengths, a multiple of four.</summary>
    public static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var ra = ref MemoryMarshal.GetReference(a);
        ref var rb = ref MemoryMarshal.GetReference(b);
        var s = Vector256<double>.Zero;
        for (nuint k = 0; k < (nuint)a.Length; k += Width)
        {
            var d = Vector256.LoadUnsafe(ref ra, k) - Vector256.LoadUnsafe(ref rb, k);
            s += d * d;
        }
        return Sum(s);
    }

    /// <summary>
    /// exp(x) for x ≤ 0: x = n ln 2 + r with |r| ≤ ln 2 / 2 (ln 2 in two parts, Cody and Waite), Taylor series of degree 13 in r, scaled by 2^n. Error below 2 units
    /// in the last place; 0 below −708.
    /// </summary>
    public static Vector256<double> Exp(Vector256<double> x)
    {
        const double shift = 6755399441055744.0; // 1.5 · 2^52: adding it rounds to an integer
        var under = Vector256.LessThan(x, Vector256.Create(-708.0));
        x = Vector256.ConditionalSelect(under, Vector256.Create(-708.0), x);
        var n = x * Vector256.Create(1.4426950408889634) + Vector256.Create(shift);
        var exponent = n.AsInt64() << 52;
        n -= Vector256.Create(shift);
        var r = (x - n * Vector256.Create(0.693147180369123816490)) - n * Vector256.Create(1.90821492927058770002e-10);
        var p = Vector256.Create(1.0 / 6227020800);
        p = p * r + Vector256.Create(1.0 / 479001600);
        p = p * r + Vector256.Create(1.0 / 39916800);
        p = p * r + Vector256.Create(1.0 / 3628800);
        p = p * r + Vector256.Create(1.0 / 362880);
        p = p * r + Vector256.Create(1.0 / 40320);
        p = p * r + Vector256.Create(1.0 / 5040);
        p = p * r + Vector256.Create(1.0 / 720);
        p = p * r + Vector256.Create(1.0 / 120);
        p = p * r + Vector256.Create(1.0 / 24);
        p = p * r + Vector256.Create(1.0 / 6);
        p = p * r + Vector256.Create(0.5);
        p = p * r + Vector256<double>.One;
        p = p * r + Vector256<double>.One;
        var scaled = (p.AsInt64() + exponent).AsDouble();
        return Vector256.ConditionalSelect(under, Vector256<double>.Zero, scaled);
    }
}
