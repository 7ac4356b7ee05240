using System.Runtime.CompilerServices;
using IpActors.Science.Numerics;

namespace IpActors.Science.Surrogates;

/// <summary>The elementwise loops of covariances: distances, sums of terms, derivatives. Flat arrays whose length is a multiple of 8; one chain of roundings per element.</summary>
static unsafe class KernelLoops<O, V> where O : struct, IVectors<V> where V : struct
{
    /// <summary>
    /// d[8 j + lane] = Σ_k (row_jk − x_k,lane)², one fused chain in increasing k (equal points give exactly 0), for 8 lanes; coordinates of the lanes stand k by k, those of the rows row by row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Distances(double* x, int width, double* rows, int strideRows, int count, double* d)
    {
        for (var lane = 0; lane < 8; lane += O.Width)
        {
            var j = 0;
            for (; j + 4 <= count; j += 4)
            {
                V s0 = default, s1 = default, s2 = default, s3 = default;
                var r0 = rows + (nint)j * strideRows;
                double* r1 = r0 + strideRows, r2 = r1 + strideRows, r3 = r2 + strideRows, at = x + lane;
                for (var k = 0; k < width; k++, at += 8)
                {
                    var v = O.Load(at);
                    var e = O.Subtract(O.Splat(r0[k]), v); s0 = O.MultiplyAdd(e, e, s0);
                    e = O.Subtract(O.Splat(r1[k]), v); s1 = O.MultiplyAdd(e, e, s1);
                    e = O.Subtract(O.Splat(r2[k]), v); s2 = O.MultiplyAdd(e, e, s2);
                    e = O.Subtract(O.Splat(r3[k]), v); s3 = O.MultiplyAdd(e, e, s3);
                }
                var target = d + 8 * (nint)j + lane;
                O.Store(target, s0); O.Store(target + 8, s1); O.Store(target + 16, s2); O.Store(target + 24, s3);
            }
            for (; j < count; j++)
            {
                V s = default;
                double* row = rows + (nint)j * strideRows, at = x + lane;
                for (var k = 0; k < width; k++, at += 8) { var e = O.Subtract(O.Splat(row[k]), O.Load(at)); s = O.MultiplyAdd(e, e, s); }
                O.Store(d + 8 * (nint)j + lane, s);
            }
        }
    }

    /// <summary>target_i = a · d_i + (onto null: nothing; else onto_i)</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scaled(double* d, double a, double* onto, double* target, int count)
    {
        for (var i = 0; i < count; i += O.Width) O.Store(target + i, onto is null ? O.Multiply(O.Splat(a), O.Load(d + i)) : O.MultiplyAdd(O.Splat(a), O.Load(d + i), O.Load(onto + i)));
    }

    /// <summary>k_i = variance · exp(a d_i) + k_i</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTerm(double variance, double* d, double a, double* k, int count)
    {
        var (v, s) = (O.Splat(variance), O.Splat(a));
        for (var i = 0; i < count; i += O.Width) O.Store(k + i, O.MultiplyAdd(v, Exponential<O, V>.Of(O.Multiply(s, O.Load(d + i))), O.Load(k + i)));
    }

    /// <summary>k_i = variance · exp(b e_i + a d_i) + k_i</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTerm(double variance, double* d, double a, double* e, double b, double* k, int count)
    {
        var (v, s, t) = (O.Splat(variance), O.Splat(a), O.Splat(b));
        for (var i = 0; i < count; i += O.Width)
            O.Store(k + i, O.MultiplyAdd(v, Exponential<O, V>.Of(O.MultiplyAdd(t, O.Load(e + i), O.Multiply(s, O.Load(d + i)))), O.Load(k + i)));
    }

    /// <summary>Lane by lane over rows of 8: sums_0 += Σ w exp(a d), sums_8 += Σ w exp(a d) d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Derivatives(double* w, double* d, double a, int count, double* sums)
    {
        var s = O.Splat(a);
        for (var lane = 0; lane < 8; lane += O.Width)
        {
            V s0 = O.Load(sums + lane), s1 = O.Load(sums + 8 + lane);
            for (var i = lane; i < count; i += 8)
            {
                var x = O.Load(d + i);
                var we = O.Multiply(O.Load(w + i), Exponential<O, V>.Of(O.Multiply(s, x)));
                s0 = O.Add(s0, we);
                s1 = O.MultiplyAdd(we, x, s1);
            }
            O.Store(sums + lane, s0); O.Store(sums + 8 + lane, s1);
        }
    }

    /// <summary>Lane by lane over rows of 8: sums_0 += Σ w exp(b e + a d), sums_8 += Σ w exp(..) d, sums_16 += Σ w exp(..) e.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Derivatives(double* w, double* d, double a, double* e, double b, int count, double* sums)
    {
        var (s, t) = (O.Splat(a), O.Splat(b));
        for (var lane = 0; lane < 8; lane += O.Width)
        {
            V s0 = O.Load(sums + lane), s1 = O.Load(sums + 8 + lane), s2 = O.Load(sums + 16 + lane);
            for (var i = lane; i < count; i += 8)
            {
                var (x, y) = (O.Load(d + i), O.Load(e + i));
                var we = O.Multiply(O.Load(w + i), Exponential<O, V>.Of(O.MultiplyAdd(t, y, O.Multiply(s, x))));
                s0 = O.Add(s0, we);
                s1 = O.MultiplyAdd(we, x, s1);
                s2 = O.MultiplyAdd(we, y, s2);
            }
            O.Store(sums + lane, s0); O.Store(sums + 8 + lane, s1); O.Store(sums + 16 + lane, s2);
        }
    }

    /// <summary>w[8 j + lane] = α_j α_lane − inverse[8 j + lane]</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(double* alpha, double* alphaOfLanes, double* inverse, double* w, int rows)
    {
        for (var lane = 0; lane < 8; lane += O.Width)
        {
            var own = O.Load(alphaOfLanes + lane);
            V zero = default;
            for (var j = 0; j < rows; j++) O.Store(w + 8 * j + lane, O.MultiplyAdd(O.Splat(alpha[j]), own, O.Subtract(zero, O.Load(inverse + 8 * j + lane))));
        }
    }

    /// <summary>mu_c = Σ_j α_j k_jc for the columns c of a panel, one chain in increasing j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Products(double* alpha, double* k, int rows, double* mu)
    {
        for (var lane = 0; lane < 8; lane += O.Width)
        {
            V s = default;
            for (var j = 0; j < rows; j++) s = O.MultiplyAdd(O.Splat(alpha[j]), O.Load(k + 8 * (nint)j + lane), s);
            O.Store(mu + lane, s);
        }
    }

    /// <summary>squares_c = Σ_j v_jc² for the columns c of a panel, one chain in increasing j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Squares(double* v, int rows, double* squares)
    {
        for (var lane = 0; lane < 8; lane += O.Width)
        {
            V s = default;
            for (var j = 0; j < rows; j++) { var x = O.Load(v + 8 * (nint)j + lane); s = O.MultiplyAdd(x, x, s); }
            O.Store(squares + lane, s);
        }
    }
}
