namespace IpActors.Science.Surrogates;

/// <summary>
/// The factor of a symmetric positive definite matrix, A + εI = L Lᵀ: left-looking over columns of 8, single-threaded, in the fixed order of <see cref="Lanes"/>;
/// n³/3 multiply-adds. Jitter: ε = 0 is tried first; where a pivot is not positive, ε = 1e-12, 1e-11, ... 1e-4 times the mean of the diagonal, and the first that
/// works is kept in <see cref="Jitter"/>.
/// </summary>
public sealed class Cholesky
{
    const int Block = 8;
    readonly double[] _l;

    Cholesky(double[] l, int n, double jitter) => (_l, N, Jitter) = (l, n, jitter);

    public int N { get; }
    /// <summary>Doubles per row: N padded to a multiple of four; the padding and the upper triangle are zero.</summary>
    public int Stride => Lanes.Padded(N);
    public double Jitter { get; }
    public ReadOnlySpan<double> Row(int i) => _l.AsSpan(i * Stride, Stride);

    /// <summary>Factors the matrix whose lower triangle stands in <paramref name="a"/> (row-major, stride padded to four); throws <see cref="ArithmeticException"/> when the largest jitter does not help.</summary>
    /// <param name="a">Not changed.</param>
    /// <param name="n">Rows.</param>
    /// <param name="work">Space of n × stride for the factor, which then belongs to it; null for new space.</param>
    public static Cholesky Factor(ReadOnlySpan<double> a, int n, double[]? work = null)
    {
        var stride = Lanes.Padded(n);
        var l = work ?? new double[n * stride];
        var mean = 0.0;
        for (var i = 0; i < n; i++) mean += a[i * stride + i] / n;
        for (var relative = 0.0; relative <= 2e-4; relative = relative == 0 ? 1e-12 : relative * 10)
        {
            a[..(n * stride)].CopyTo(l);
            for (var i = 0; i < n; i++) l[i * stride + i] += relative * mean;
            if (TryFactor(l, n, stride)) return new(l, n, relative * mean);
        }
        throw new ArithmeticException($"covariance of {n} points is not positive definite, even with a jitter of {1e-4 * mean:g3}");
    }

    static bool TryFactor(double[] l, int n, int stride)
    {
        for (var j0 = 0; j0 < n; j0 += Block)
        {
            var width = Math.Min(Block, n - j0);
            var pivots = l.AsSpan(j0 * stride);
            Lanes.AddProducts(-1, pivots[j0..], stride, pivots, stride, n - j0, pivots, stride, width, 0, j0);
            for (var j = j0; j < j0 + width; j++)
            {
                var d = l[j * stride + j];
                for (var k = j0; k < j; k++) d -= l[j * stride + k] * l[j * stride + k];
                if (!(d > 0) || !double.IsFinite(d)) return false;
                l[j * stride + j] = Math.Sqrt(d);
                l.AsSpan(j * stride + j + 1, stride - j - 1).Clear();
                for (var i = j + 1; i < j0 + width; i++) SolveEntry(l.AsSpan(i * stride), l.AsSpan(j * stride), j0, j);
            }
            for (var i = j0 + width; i < n; i++)
                for (var j = j0; j < j0 + width; j++) SolveEntry(l.AsSpan(i * stride), l.AsSpan(j * stride), j0, j);
        }
        return true;
    }

    static void SolveEntry(Span<double> x, ReadOnlySpan<double> row, int from, int j)
    {
        var s = x[j];
        for (var k = from; k < j; k++) s -= x[k] * row[k];
        x[j] = s / row[j];
    }

    /// <summary>Replaces each row b of <paramref name="rows"/> (count × Stride) by L⁻¹ b. Columns before <paramref name="firstColumn"/> (a multiple of 8) are known to be zero.</summary>
    public void SolveLower(Span<double> rows, int count, int firstColumn = 0)
    {
        for (var j0 = firstColumn; j0 < N; j0 += Block)
        {
            var width = Math.Min(Block, N - j0);
            Lanes.AddProducts(-1, rows[j0..], Stride, rows, Stride, count, _l.AsSpan(j0 * Stride), Stride, width, firstColumn, j0);
            for (var i = 0; i < count; i++)
                for (var j = j0; j < j0 + width; j++) SolveEntry(rows[(i * Stride)..], _l.AsSpan(j * Stride), j0, j);
        }
    }

    /// <summary>A⁻¹ b; b has N elements or more, the result is padded with zeros to Stride.</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        var x = new double[Stride];
        b[..N].CopyTo(x);
        SolveLower(x, 1);
        for (var i = N - 1; i >= 0; i--)
        {
            x[i] /= _l[i * Stride + i];
            for (var k = 0; k < i; k++) x[k] -= _l[i * Stride + k] * x[i];
        }
        return x;
    }

    /// <summary>log det A = 2 Σ log L_ii.</summary>
    public double LogDeterminant()
    {
        var s = 0.0;
        for (var i = 0; i < N; i++) s += Math.Log(_l[i * Stride + i]);
        return 2 * s;
    }

    /// <summary>The lower triangle of A⁻¹ = L⁻ᵀ L⁻¹, row-major with Stride; entries above the diagonal are not defined.</summary>
    /// <param name="work">Space of N × Stride; null for new space.</param>
    /// <param name="target">Where the result goes, N × Stride; null for new space.</param>
    public double[] Inverse(double[]? work = null, double[]? target = null)
    {
        var (u, inverse) = (work ?? new double[N * Stride], target ?? new double[N * Stride]);
        Array.Clear(u); // row i becomes L⁻¹ e_i, zero before column i
        Array.Clear(inverse);
        for (var i = 0; i < N; i++) u[i * Stride + i] = 1;
        for (var i0 = 0; i0 < N; i0 += Block) SolveLower(u.AsSpan(i0 * Stride), Math.Min(Block, N - i0), i0);
        for (var i0 = 0; i0 < N; i0 += Block)
        {
            var rows = Math.Min(Block, N - i0);
            Lanes.AddProducts(1, inverse.AsSpan(i0 * Stride), Stride, u.AsSpan(i0 * Stride), Stride, rows, u, Stride, i0 + rows, i0, Stride);
        }
        return inverse;
    }
}
