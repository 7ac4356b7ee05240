using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Descriptors;

/// <summary>
/// The largest eigenpairs of a large dense symmetric matrix by a restarted block Krylov method: from a block V of count + 10 vectors the space [V, AV, ... A⁴V] is
/// orthonormalised in full, its Rayleigh-Ritz pairs are taken, and the best become the next V, until |A u − λ u| ≤ 1e-13 λ₁ √n for all wanted (Golub and Underwood 1977).
/// The products run in parallel over columns, each a dot product in the order of <see cref="Lanes"/>: same bits on any number of cores.
/// </summary>
public static class TopEigenpairs
{
    const int Extra = 10;
    const int Powers = 4;
    const int DirectLimit = 300;

    /// <summary>Eigenvalues from the largest down, unit eigenvectors as rows of n; the matrix is n × Padded(n), its padding zero, and is not changed.</summary>
    public static (double[] Values, double[][] Vectors) Find(double[] matrix, int n, int count, long seed)
    {
        count = Math.Min(count, n);
        var stride = Lanes.Padded(n);
        if (n <= Math.Max(DirectLimit, (Powers + 1) * (count + Extra)))
        {
            var dense = new double[n * n];
            for (var i = 0; i < n; i++) matrix.AsSpan(i * stride, n).CopyTo(dense.AsSpan(i * n));
            var (values, vectors) = SymmetricEigen.Solve(dense, n);
            return (values[..count], vectors[..count]);
        }
        var block = count + Extra;
        var random = SeededRandom.Stream(seed, "top-eigenpairs");
        var (q, aq) = (new double[(Powers + 1) * block * stride], new double[(Powers + 1) * block * stride]);
        for (var i = 0; i < block; i++) for (var k = 0; k < n; k++) q[i * stride + k] = random.NextGaussian();
        var size = Orthonormalise(q, 0, block, n, stride);
        Apply(matrix, q, aq, 0, size, n, stride);
        for (var cycle = 0; cycle < 200; cycle++)
        {
            var from = 0;
            for (var power = 0; power < Powers && size > from; power++)
            {
                var next = size - from;
                aq.AsSpan(from * stride, next * stride).CopyTo(q.AsSpan(size * stride));
                (from, size) = (size, Orthonormalise(q, size, next, n, stride));
                Apply(matrix, q, aq, from, size - from, n, stride);
            }
            var t = new double[size * size];
            Lanes.AddProducts(1, t, size, q, stride, size, aq, stride, size, 0, stride);
            for (var i = 0; i < size; i++) for (var j = 0; j < i; j++) t[i * size + j] = t[j * size + i] = 0.5 * (t[i * size + j] + t[j * size + i]);
            var (ritz, combinations) = SymmetricEigen.Solve(t, size);
            var (nextQ, nextAq) = (new double[q.Length], new double[q.Length]);
            Parallel.For(0, Math.Min(block, size), i => { Combine(combinations[i], q, nextQ, i, stride); Combine(combinations[i], aq, nextAq, i, stride); });
            (q, aq, size) = (nextQ, nextAq, Math.Min(block, size));
            var worst = 0.0;
            for (var i = 0; i < count; i++)
            {
                var r = 0.0;
                for (var k = 0; k < n; k++) { var v = aq[i * stride + k] - ritz[i] * q[i * stride + k]; r += v * v; }
                worst = Math.Max(worst, Math.Sqrt(r));
            }
            if (worst <= 1e-13 * Math.Abs(ritz[0]) * Math.Sqrt(n)) return (ritz[..count], [.. Enumerable.Range(0, count).Select(i => q.AsSpan(i * stride, n).ToArray())]);
        }
        throw new ArithmeticException($"the largest {count} eigenvalues of a matrix of {n} rows did not converge in 200 cycles");
    }

    /// <summary>Rows first .. first + count of aq = those of q times the symmetric matrix.</summary>
    static void Apply(double[] matrix, double[] q, double[] aq, int first, int count, int n, int stride)
    {
        const int chunk = 64;
        Array.Clear(aq, first * stride, count * stride);
        Parallel.For(0, (n + chunk - 1) / chunk, c => Lanes.AddProducts(1, aq.AsSpan(first * stride + c * chunk), stride, q.AsSpan(first * stride, count * stride), stride, count,
            matrix.AsSpan(c * chunk * stride), stride, Math.Min(chunk, n - c * chunk), 0, stride));
    }

    static void Combine(double[] weights, double[] rows, double[] into, int i, int stride)
    {
        var target = into.AsSpan(i * stride, stride);
        for (var r = 0; r < weights.Length; r++)
        {
            var w = weights[r];
            var row = rows.AsSpan(r * stride, stride);
            for (var k = 0; k < target.Length; k++) target[k] += w * row[k];
        }
    }

    /// <summary>Makes the rows first .. first + count orthonormal to each other and to those before (Gram-Schmidt, twice); rows that vanish are dropped. Returns the number of rows kept in all.</summary>
    static int Orthonormalise(double[] q, int first, int count, int n, int stride)
    {
        var size = first;
        for (var i = first; i < first + count; i++)
        {
            var row = q.AsSpan(i * stride, stride);
            var before = Math.Sqrt(Lanes.Dot(row, row));
            if (before == 0) continue;
            for (var pass = 0; pass < 2; pass++)
                for (var j = 0; j < size; j++)
                {
                    var other = q.AsSpan(j * stride, stride);
                    var s = Lanes.Dot(row, other);
                    for (var k = 0; k < n; k++) row[k] -= s * other[k];
                }
            var norm = Math.Sqrt(Lanes.Dot(row, row));
            if (norm <= 1e-12 * before) continue;
            var target = q.AsSpan(size * stride, stride);
            for (var k = 0; k < n; k++) target[k] = row[k] / norm;
            size++;
        }
        return size;
    }
}
