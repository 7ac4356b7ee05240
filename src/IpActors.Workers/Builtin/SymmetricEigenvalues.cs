using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Single eigenvalues of a real symmetric matrix: Householder's reduction to tridiagonal form (4/3 n³ operations), then bisection on Sturm sequences
/// (Barth, Martin, Wilkinson, Numer. Math. 9, 386 (1967)). Absolute error about n · 1e-16 · |A|.
/// </summary>
static class SymmetricEigenvalues
{
    /// <summary>The eigenvalues of the given ranks (0: smallest). The n x n matrix, row by row with the given stride (a multiple of 4, zero beyond n), is destroyed.</summary>
    public static double[] Of(double[] a, int n, int stride, params ReadOnlySpan<int> ranks)
    {
        var (diagonal, off) = (new double[n], new double[n]);
        Tridiagonalise(a, n, stride, diagonal, off);
        var result = new double[ranks.Length];
        for (var k = 0; k < ranks.Length; k++) result[k] = Bisect(diagonal, off, ranks[k]);
        return result;
    }

    static unsafe void Tridiagonalise(double[] matrix, int n, int stride, double[] diagonal, double[] off)
    {
        var (uArray, pArray) = (new double[stride], new double[stride]);
        fixed (double* a = matrix, u = uArray, p = pArray)
            for (var k = n - 1; k >= 1; k--)
            {
                // Row k left of the diagonal becomes (0 … 0, off); only the leading k x k block is used further.
                var row = a + k * stride;
                diagonal[k] = row[k];
                var padded = k + 3 & ~3;
                double norm2 = 0;
                for (var j = 0; j < k; j++) norm2 += row[j] * row[j];
                var last = row[k - 1];
                var rest = norm2 - last * last;
                if (rest <= 1e-30 * norm2 || rest == 0) { off[k] = last; continue; }
                var norm = last > 0 ? -Math.Sqrt(norm2) : Math.Sqrt(norm2);
                off[k] = norm;
                for (var j = 0; j < padded; j++) (u[j], p[j]) = (j < k ? row[j] : 0, 0);
                u[k - 1] -= norm;
                var h = norm2 - norm * last; // |u|²/2
                Multiply(a, stride, k, padded, u, p);
                double uTp = 0;
                for (var j = 0; j < k; j++) { p[j] /= h; uTp += u[j] * p[j]; }
                var half = uTp / (2 * h);
                for (var j = 0; j < k; j++) p[j] -= half * u[j];
                for (var j = k; j < padded; j++) p[j] = 0;
                Update(a, stride, k, u, p);
            }
        diagonal[0] = matrix[0];
    }

    /// <summary>p = A u with the lower triangle of A alone; each element is read once.</summary>
    static unsafe void Multiply(double* a, int stride, int k, int padded, double* u, double* p)
    {
        for (var i = 0; i < k; i++)
        {
            var row = a + i * stride;
            Vector256<double> sum = default, ui = Vector256.Create(u[i]);
            var whole = i & ~3;
            for (var j = 0; j < whole; j += 4)
            {
                var v = Vector256.Load(row + j);
                sum = Vector256.FusedMultiplyAdd(v, Vector256.Load(u + j), sum);
                Vector256.FusedMultiplyAdd(v, ui, Vector256.Load(p + j)).Store(p + j);
            }
            var s = VectorMath.SumLanes(sum);
            for (var j = whole; j < i; j++) { s += row[j] * u[j]; p[j] += row[j] * u[i]; }
            p[i] += s + row[i] * u[i];
        }
    }

    /// <summary>A -= u qᵀ + q uᵀ in the lower triangle.</summary>
    static unsafe void Update(double* a, int stride, int k, double* u, double* q)
    {
        for (var i = 0; i < k; i++)
        {
            var row = a + i * stride;
            Vector256<double> ui = Vector256.Create(-u[i]), qi = Vector256.Create(-q[i]);
            for (var j = 0; j <= i; j += 4)
                Vector256.FusedMultiplyAdd(ui, Vector256.Load(q + j), Vector256.FusedMultiplyAdd(qi, Vector256.Load(u + j), Vector256.Load(row + j))).Store(row + j);
        }
    }

    static double Bisect(double[] d, double[] e, int rank)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (var i = 0; i < d.Length; i++)
        {
            var radius = Math.Abs(e[i]) + (i + 1 < d.Length ? Math.Abs(e[i + 1]) : 0);
            (low, high) = (Math.Min(low, d[i] - radius), Math.Max(high, d[i] + radius));
        }
        var tolerance = 1e-15 * Math.Max(Math.Abs(low), Math.Abs(high));
        while (high - low > tolerance)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high) break;
            if (CountBelow(d, e, middle) > rank) high = middle; else low = middle;
        }
        return 0.5 * (low + high);
    }

    /// <summary>Number of eigenvalues below x: negative pivots of the factorisation of T - x.</summary>
    static int CountBelow(double[] d, double[] e, double x)
    {
        var count = 0;
        var q = 1.0;
        for (var i = 0; i < d.Length; i++)
        {
            q = d[i] - x - e[i] * e[i] / q; // e[0] = 0
            if (q == 0) q = -1e-300;
            if (q < 0) count++;
        }
        return count;
    }
}
