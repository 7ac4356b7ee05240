using System.Runtime.CompilerServices;

namespace IpActors.Science.Numerics;

/// <summary>
/// e^x for x ≤ 0 in vectors: x = n ln 2 + r with |r| ≤ ln 2 / 2 (ln 2 in two parts, Cody and Waite), e^r by the polynomial of degree 11 that is best in the relative
/// sense (Remez; error 2.2e-17 with these coefficients), scaled by 2^n. Error below 1.3 units in the last place; 0 below −708.
/// </summary>
static class Exponential<O, V> where O : struct, IVectors<V> where V : struct
{
    const double Limit = -708, Round = 6755399441055744.0; // 1.5 · 2^52: adding it rounds to an integer

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        var shifted = O.MultiplyAdd(x, O.Splat(1.4426950408889634), O.Splat(Round));
        var n = O.Subtract(shifted, O.Splat(Round));
        var r = O.MultiplyAdd(n, O.Splat(-0.6931471803691238), x);
        r = O.MultiplyAdd(n, O.Splat(-1.9082149292705877e-10), r);
        // pairs of coefficients, then pairs of pairs: half the latency of Horner's scheme, which the scheduler cannot hide
        var (r2, a) = (O.Multiply(r, r), O.MultiplyAdd(O.Splat(0.1666666666666617), r, O.Splat(0.5000000000000018)));
        var b = O.MultiplyAdd(O.Splat(0.008333333333559454), r, O.Splat(0.04166666666649263));
        var c = O.MultiplyAdd(O.Splat(0.00019841269432430215), r, O.Splat(0.001388888895126123));
        var d = O.MultiplyAdd(O.Splat(2.7557622654577368e-06), r, O.Splat(2.4801486481239124e-05));
        var e = O.MultiplyAdd(O.Splat(2.499429278995145e-08), r, O.Splat(2.7632308243338413e-07));
        var r4 = O.Multiply(r2, r2);
        a = O.MultiplyAdd(b, r2, a);
        c = O.MultiplyAdd(d, r2, c);
        c = O.MultiplyAdd(e, r4, c);
        a = O.MultiplyAdd(c, r4, a);
        var p = O.Add(O.MultiplyAdd(a, r2, r), O.Splat(1.0));
        return O.Scale(p, shifted, x, Limit);
    }
}
