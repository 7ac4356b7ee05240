using System.Runtime.CompilerServices;

namespace IpActors.Science.Numerics;

/// <summary>
/// The inner loop of the dense triangular algebra. Matrices are cut into panels of 8 columns, and a panel's rows of 8 numbers follow each other, so that all it reads are streams. A tile T of 8 rows
/// by 8 or 16 columns stays in registers while k runs down a panel u (its columns are T's rows) and one or two panels x (their columns are T's). Every entry is one chain of
/// fused multiply-adds in increasing k, t_rc = Σ_k u_kr x_kc, so that neither the tile nor the width of a vector leaves a trace in the bits.
/// </summary>
static unsafe class Tile<O, V> where O : struct, IVectors<V> where V : struct
{
    public enum Work
    {
        /// <summary>T = Σ_k u_kr x_kc</summary>
        Product,
        /// <summary>T −= Σ_k u_kr x_kc; the chain begins at −T.</summary>
        Subtract,
        /// <summary>As Subtract, then T = D⁻ᵀ T with D the upper triangle in rows to .. to + 7 of u, given −1 / D_rr.</summary>
        Solve,
    }

    /// <summary>The tile of one panel x.</summary>
    public static void One(Work work, double* u, double* x, int from, int to, double* t, double* minusReciprocals)
    {
        for (var lane = 0; lane < 8; lane += O.Width) Narrow(work, u, x + lane, from, to, t + lane, minusReciprocals);
    }

    /// <summary>The tiles of two panels x and y at once.</summary>
    public static void Two(Work work, double* u, double* x, double* y, int from, int to, double* t, double* s, double* minusReciprocals)
    {
        if (O.Width == 8) { Wide(work, u, x, y, from, to, t, s, minusReciprocals); return; } // fewer registers elsewhere
        One(work, u, x, from, to, t, minusReciprocals);
        One(work, u, y, from, to, s, minusReciprocals);
    }

    /// <summary>The tile of 8 rows by two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Wide(Work work, double* u, double* x0, double* x1, int from, int to, double* t0, double* t1, double* minusReciprocals)
    {
        V a0 = default, a1 = default;
        V b0 = default, b1 = default;
        V c0 = default, c1 = default;
        V d0 = default, d1 = default;
        V e0 = default, e1 = default;
        V f0 = default, f1 = default;
        V g0 = default, g1 = default;
        V h0 = default, h1 = default;
        if (work != Work.Product)
        {
            V zero = default;
            a0 = O.Subtract(zero, O.Load(t0 + 0)); a1 = O.Subtract(zero, O.Load(t1 + 0));
            b0 = O.Subtract(zero, O.Load(t0 + 8)); b1 = O.Subtract(zero, O.Load(t1 + 8));
            c0 = O.Subtract(zero, O.Load(t0 + 16)); c1 = O.Subtract(zero, O.Load(t1 + 16));
            d0 = O.Subtract(zero, O.Load(t0 + 24)); d1 = O.Subtract(zero, O.Load(t1 + 24));
            e0 = O.Subtract(zero, O.Load(t0 + 32)); e1 = O.Subtract(zero, O.Load(t1 + 32));
            f0 = O.Subtract(zero, O.Load(t0 + 40)); f1 = O.Subtract(zero, O.Load(t1 + 40));
            g0 = O.Subtract(zero, O.Load(t0 + 48)); g1 = O.Subtract(zero, O.Load(t1 + 48));
            h0 = O.Subtract(zero, O.Load(t0 + 56)); h1 = O.Subtract(zero, O.Load(t1 + 56));
        }
        double* p = u + 8 * (nint)from, end = u + 8 * (nint)to;
        x0 += 8 * (nint)from;
        x1 += 8 * (nint)from;
        for (; p < end; p += 8, x0 += 8, x1 += 8)
        {
            V v0 = O.Load(x0), v1 = O.Load(x1);
            var s = O.Splat(p[0]); a0 = O.MultiplyAdd(s, v0, a0); a1 = O.MultiplyAdd(s, v1, a1);
            s = O.Splat(p[1]); b0 = O.MultiplyAdd(s, v0, b0); b1 = O.MultiplyAdd(s, v1, b1);
            s = O.Splat(p[2]); c0 = O.MultiplyAdd(s, v0, c0); c1 = O.MultiplyAdd(s, v1, c1);
            s = O.Splat(p[3]); d0 = O.MultiplyAdd(s, v0, d0); d1 = O.MultiplyAdd(s, v1, d1);
            s = O.Splat(p[4]); e0 = O.MultiplyAdd(s, v0, e0); e1 = O.MultiplyAdd(s, v1, e1);
            s = O.Splat(p[5]); f0 = O.MultiplyAdd(s, v0, f0); f1 = O.MultiplyAdd(s, v1, f1);
            s = O.Splat(p[6]); g0 = O.MultiplyAdd(s, v0, g0); g1 = O.MultiplyAdd(s, v1, g1);
            s = O.Splat(p[7]); h0 = O.MultiplyAdd(s, v0, h0); h1 = O.MultiplyAdd(s, v1, h1);
        }
        if (work == Work.Solve)
        {
            var s = O.Splat(minusReciprocals[0]); a0 = O.Multiply(a0, s); a1 = O.Multiply(a1, s);
            s = O.Splat(p[1]); b0 = O.MultiplyAdd(s, a0, b0); b1 = O.MultiplyAdd(s, a1, b1);
            s = O.Splat(p[2]); c0 = O.MultiplyAdd(s, a0, c0); c1 = O.MultiplyAdd(s, a1, c1);
            s = O.Splat(p[3]); d0 = O.MultiplyAdd(s, a0, d0); d1 = O.MultiplyAdd(s, a1, d1);
            s = O.Splat(p[4]); e0 = O.MultiplyAdd(s, a0, e0); e1 = O.MultiplyAdd(s, a1, e1);
            s = O.Splat(p[5]); f0 = O.MultiplyAdd(s, a0, f0); f1 = O.MultiplyAdd(s, a1, f1);
            s = O.Splat(p[6]); g0 = O.MultiplyAdd(s, a0, g0); g1 = O.MultiplyAdd(s, a1, g1);
            s = O.Splat(p[7]); h0 = O.MultiplyAdd(s, a0, h0); h1 = O.MultiplyAdd(s, a1, h1);
            s = O.Splat(minusReciprocals[1]); b0 = O.Multiply(b0, s); b1 = O.Multiply(b1, s);
            s = O.Splat(p[10]); c0 = O.MultiplyAdd(s, b0, c0); c1 = O.MultiplyAdd(s, b1, c1);
            s = O.Splat(p[11]); d0 = O.MultiplyAdd(s, b0, d0); d1 = O.MultiplyAdd(s, b1, d1);
            s = O.Splat(p[12]); e0 = O.MultiplyAdd(s, b0, e0); e1 = O.MultiplyAdd(s, b1, e1);
            s = O.Splat(p[13]); f0 = O.MultiplyAdd(s, b0, f0); f1 = O.MultiplyAdd(s, b1, f1);
            s = O.Splat(p[14]); g0 = O.MultiplyAdd(s, b0, g0); g1 = O.MultiplyAdd(s, b1, g1);
            s = O.Splat(p[15]); h0 = O.MultiplyAdd(s, b0, h0); h1 = O.MultiplyAdd(s, b1, h1);
            s = O.Splat(minusReciprocals[2]); c0 = O.Multiply(c0, s); c1 = O.Multiply(c1, s);
            s = O.Splat(p[19]); d0 = O.MultiplyAdd(s, c0, d0); d1 = O.MultiplyAdd(s, c1, d1);
            s = O.Splat(p[20]); e0 = O.MultiplyAdd(s, c0, e0); e1 = O.MultiplyAdd(s, c1, e1);
            s = O.Splat(p[21]); f0 = O.MultiplyAdd(s, c0, f0); f1 = O.MultiplyAdd(s, c1, f1);
            s = O.Splat(p[22]); g0 = O.MultiplyAdd(s, c0, g0); g1 = O.MultiplyAdd(s, c1, g1);
            s = O.Splat(p[23]); h0 = O.MultiplyAdd(s, c0, h0); h1 = O.MultiplyAdd(s, c1, h1);
            s = O.Splat(minusReciprocals[3]); d0 = O.Multiply(d0, s); d1 = O.Multiply(d1, s);
            s = O.Splat(p[28]); e0 = O.MultiplyAdd(s, d0, e0); e1 = O.MultiplyAdd(s, d1, e1);
            s = O.Splat(p[29]); f0 = O.MultiplyAdd(s, d0, f0); f1 = O.MultiplyAdd(s, d1, f1);
            s = O.Splat(p[30]); g0 = O.MultiplyAdd(s, d0, g0); g1 = O.MultiplyAdd(s, d1, g1);
            s = O.Splat(p[31]); h0 = O.MultiplyAdd(s, d0, h0); h1 = O.MultiplyAdd(s, d1, h1);
            s = O.Splat(minusReciprocals[4]); e0 = O.Multiply(e0, s); e1 = O.Multiply(e1, s);
            s = O.Splat(p[37]); f0 = O.MultiplyAdd(s, e0, f0); f1 = O.MultiplyAdd(s, e1, f1);
            s = O.Splat(p[38]); g0 = O.MultiplyAdd(s, e0, g0); g1 = O.MultiplyAdd(s, e1, g1);
            s = O.Splat(p[39]); h0 = O.MultiplyAdd(s, e0, h0); h1 = O.MultiplyAdd(s, e1, h1);
            s = O.Splat(minusReciprocals[5]); f0 = O.Multiply(f0, s); f1 = O.Multiply(f1, s);
            s = O.Splat(p[46]); g0 = O.MultiplyAdd(s, f0, g0); g1 = O.MultiplyAdd(s, f1, g1);
            s = O.Splat(p[47]); h0 = O.MultiplyAdd(s, f0, h0); h1 = O.MultiplyAdd(s, f1, h1);
            s = O.Splat(minusReciprocals[6]); g0 = O.Multiply(g0, s); g1 = O.Multiply(g1, s);
            s = O.Splat(p[55]); h0 = O.MultiplyAdd(s, g0, h0); h1 = O.MultiplyAdd(s, g1, h1);
            s = O.Splat(minusReciprocals[7]); h0 = O.Multiply(h0, s); h1 = O.Multiply(h1, s);
        }
        else if (work == Work.Subtract)
        {
            V zero = default;
            a0 = O.Subtract(zero, a0); a1 = O.Subtract(zero, a1);
            b0 = O.Subtract(zero, b0); b1 = O.Subtract(zero, b1);
            c0 = O.Subtract(zero, c0); c1 = O.Subtract(zero, c1);
            d0 = O.Subtract(zero, d0); d1 = O.Subtract(zero, d1);
            e0 = O.Subtract(zero, e0); e1 = O.Subtract(zero, e1);
            f0 = O.Subtract(zero, f0); f1 = O.Subtract(zero, f1);
            g0 = O.Subtract(zero, g0); g1 = O.Subtract(zero, g1);
            h0 = O.Subtract(zero, h0); h1 = O.Subtract(zero, h1);
        }
        O.Store(t0 + 0, a0); O.Store(t1 + 0, a1);
        O.Store(t0 + 8, b0); O.Store(t1 + 8, b1);
        O.Store(t0 + 16, c0); O.Store(t1 + 16, c1);
        O.Store(t0 + 24, d0); O.Store(t1 + 24, d1);
        O.Store(t0 + 32, e0); O.Store(t1 + 32, e1);
        O.Store(t0 + 40, f0); O.Store(t1 + 40, f1);
        O.Store(t0 + 48, g0); O.Store(t1 + 48, g1);
        O.Store(t0 + 56, h0); O.Store(t1 + 56, h1);
    }

    /// <summary>The tile of 8 rows by one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Narrow(Work work, double* u, double* x0, int from, int to, double* t0, double* minusReciprocals)
    {
        V a0 = default;
        V b0 = default;
        V c0 = default;
        V d0 = default;
        V e0 = default;
        V f0 = default;
        V g0 = default;
        V h0 = default;
        if (work != Work.Product)
        {
            V zero = default;
            a0 = O.Subtract(zero, O.Load(t0 + 0));
            b0 = O.Subtract(zero, O.Load(t0 + 8));
            c0 = O.Subtract(zero, O.Load(t0 + 16));
            d0 = O.Subtract(zero, O.Load(t0 + 24));
            e0 = O.Subtract(zero, O.Load(t0 + 32));
            f0 = O.Subtract(zero, O.Load(t0 + 40));
            g0 = O.Subtract(zero, O.Load(t0 + 48));
            h0 = O.Subtract(zero, O.Load(t0 + 56));
        }
        double* p = u + 8 * (nint)from, end = u + 8 * (nint)to;
        x0 += 8 * (nint)from;
        for (; p < end; p += 8, x0 += 8)
        {
            V v0 = O.Load(x0);
            var s = O.Splat(p[0]); a0 = O.MultiplyAdd(s, v0, a0);
            s = O.Splat(p[1]); b0 = O.MultiplyAdd(s, v0, b0);
            s = O.Splat(p[2]); c0 = O.MultiplyAdd(s, v0, c0);
            s = O.Splat(p[3]); d0 = O.MultiplyAdd(s, v0, d0);
            s = O.Splat(p[4]); e0 = O.MultiplyAdd(s, v0, e0);
            s = O.Splat(p[5]); f0 = O.MultiplyAdd(s, v0, f0);
            s = O.Splat(p[6]); g0 = O.MultiplyAdd(s, v0, g0);
            s = O.Splat(p[7]); h0 = O.MultiplyAdd(s, v0, h0);
        }
        if (work == Work.Solve)
        {
            var s = O.Splat(minusReciprocals[0]); a0 = O.Multiply(a0, s);
            s = O.Splat(p[1]); b0 = O.MultiplyAdd(s, a0, b0);
            s = O.Splat(p[2]); c0 = O.MultiplyAdd(s, a0, c0);
            s = O.Splat(p[3]); d0 = O.MultiplyAdd(s, a0, d0);
            s = O.Splat(p[4]); e0 = O.MultiplyAdd(s, a0, e0);
            s = O.Splat(p[5]); f0 = O.MultiplyAdd(s, a0, f0);
            s = O.Splat(p[6]); g0 = O.MultiplyAdd(s, a0, g0);
            s = O.Splat(p[7]); h0 = O.MultiplyAdd(s, a0, h0);
            s = O.Splat(minusReciprocals[1]); b0 = O.Multiply(b0, s);
            s = O.Splat(p[10]); c0 = O.MultiplyAdd(s, b0, c0);
            s = O.Splat(p[11]); d0 = O.MultiplyAdd(s, b0, d0);
            s = O.Splat(p[12]); e0 = O.MultiplyAdd(s, b0, e0);
            s = O.Splat(p[13]); f0 = O.MultiplyAdd(s, b0, f0);
            s = O.Splat(p[14]); g0 = O.MultiplyAdd(s, b0, g0);
            s = O.Splat(p[15]); h0 = O.MultiplyAdd(s, b0, h0);
            s = O.Splat(minusReciprocals[2]); c0 = O.Multiply(c0, s);
            s = O.Splat(p[19]); d0 = O.MultiplyAdd(s, c0, d0);
            s = O.Splat(p[20]); e0 = O.MultiplyAdd(s, c0, e0);
            s = O.Splat(p[21]); f0 = O.MultiplyAdd(s, c0, f0);
            s = O.Splat(p[22]); g0 = O.MultiplyAdd(s, c0, g0);
            s = O.Splat(p[23]); h0 = O.MultiplyAdd(s, c0, h0);
            s = O.Splat(minusReciprocals[3]); d0 = O.Multiply(d0, s);
            s = O.Splat(p[28]); e0 = O.MultiplyAdd(s, d0, e0);
            s = O.Splat(p[29]); f0 = O.MultiplyAdd(s, d0, f0);
            s = O.Splat(p[30]); g0 = O.MultiplyAdd(s, d0, g0);
            s = O.Splat(p[31]); h0 = O.MultiplyAdd(s, d0, h0);
            s = O.Splat(minusReciprocals[4]); e0 = O.Multiply(e0, s);
            s = O.Splat(p[37]); f0 = O.MultiplyAdd(s, e0, f0);
            s = O.Splat(p[38]); g0 = O.MultiplyAdd(s, e0, g0);
            s = O.Splat(p[39]); h0 = O.MultiplyAdd(s, e0, h0);
            s = O.Splat(minusReciprocals[5]); f0 = O.Multiply(f0, s);
            s = O.Splat(p[46]); g0 = O.MultiplyAdd(s, f0, g0);
            s = O.Splat(p[47]); h0 = O.MultiplyAdd(s, f0, h0);
            s = O.Splat(minusReciprocals[6]); g0 = O.Multiply(g0, s);
            s = O.Splat(p[55]); h0 = O.MultiplyAdd(s, g0, h0);
            s = O.Splat(minusReciprocals[7]); h0 = O.Multiply(h0, s);
        }
        else if (work == Work.Subtract)
        {
            V zero = default;
            a0 = O.Subtract(zero, a0);
            b0 = O.Subtract(zero, b0);
            c0 = O.Subtract(zero, c0);
            d0 = O.Subtract(zero, d0);
            e0 = O.Subtract(zero, e0);
            f0 = O.Subtract(zero, f0);
            g0 = O.Subtract(zero, g0);
            h0 = O.Subtract(zero, h0);
        }
        O.Store(t0 + 0, a0);
        O.Store(t0 + 8, b0);
        O.Store(t0 + 16, c0);
        O.Store(t0 + 24, d0);
        O.Store(t0 + 32, e0);
        O.Store(t0 + 40, f0);
        O.Store(t0 + 48, g0);
        O.Store(t0 + 56, h0);
    }
}
