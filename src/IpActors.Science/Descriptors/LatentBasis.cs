using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Descriptors;

/// <summary>
/// Kernel principal components (Schölkopf, Smola and Müller 1998) of one group of descriptors: K_ij = exp(−|x_i − x_j|² / (2 w²)) with w the median distance over the pairs
/// of distinct rows, centred; z_ik = √λ_k u_ik for its largest eigenpairs (λ_k, u_k), the component of largest magnitude of each u_k (the first, where equal) made positive. Up to
/// 5,000 rows all of them make K; above, 2,000 landmarks drawn by the seed do (Nystroem), and every row is projected on their components. Components with λ_k ≤ 1e-10 λ_1
/// are left out. n² memory and time.
/// </summary>
public sealed class LatentBasis
{
    public const int ExactLimit = 5000;
    public const int Landmarks = 2000;

    LatentBasis(double[][] latent, double width, double[] eigenvalues, ImmutableArray<int> landmarks) =>
        (Latent, WidthOfKernel, Eigenvalues, LandmarkRows) = (latent, width, eigenvalues, landmarks);

    /// <summary>One row of latent variables per row described, at most the components asked for.</summary>
    public double[][] Latent { get; }
    /// <summary>w, in units of the scaled rows.</summary>
    public double WidthOfKernel { get; }
    public double[] Eigenvalues { get; }
    /// <summary>The rows that made the kernel, in increasing order; all of them in the exact case.</summary>
    public ImmutableArray<int> LandmarkRows { get; }

    /// <summary>Fits and projects. Throws <see cref="ArgumentException"/> for no rows or rows of unequal length.</summary>
    /// <param name="rows">Descriptors, one array per structure.</param>
    /// <param name="components">Most components; fewer come back where the rows span fewer, one (of zeros) where all rows are equal.</param>
    /// <param name="seed">Names the landmarks and the eigen solver's start.</param>
    /// <param name="standardise">Each column to mean 0 and variance 1 first (for columns of different units); columns that vary by less than 1e-9 of their magnitude become 0. Otherwise as they are.</param>
    public static LatentBasis Fit(IReadOnlyList<double[]> rows, int components, long seed, bool standardise = true) => Fit(rows, components, seed, standardise, ExactLimit, Landmarks);

    /// <summary>The same with another limit and number of landmarks.</summary>
    public static LatentBasis Fit(IReadOnlyList<double[]> rows, int components, long seed, bool standardise, int exactLimit, int landmarkCount)
    {
        if (rows.Count == 0 || components < 1) throw new ArgumentException($"{rows.Count} rows, {components} components; give one or more of each", nameof(rows));
        var scaled = ScaledRows.Of(rows, standardise);
        ImmutableArray<int> landmarks = [.. Enumerable.Range(0, rows.Count)];
        if (rows.Count > exactLimit)
        {
            var drawn = landmarks.ToArray();
            SeededRandom.Stream(seed, "landmarks").Shuffle<int>(drawn);
            landmarks = [.. drawn.Take(landmarkCount).Order()];
        }
        var (n, stride) = (landmarks.Length, Lanes.Padded(landmarks.Length));
        var k = new double[n * stride];
        Parallel.For(0, n, i => { for (var j = 0; j < i; j++) k[i * stride + j] = Lanes.SquaredDistance(scaled.Row(landmarks[i]), scaled.Row(landmarks[j])); });
        var w = Math.Sqrt(MedianOfDistinct(k, n, stride));
        if (w == 0) return new([.. rows.Select(_ => new double[1])], 0, [0], landmarks);
        Parallel.For(0, n, i => Kernel(k.AsSpan(i * stride, stride), w));
        for (var i = 0; i < n; i++) { k[i * stride + i] = 1; for (var j = 0; j < i; j++) k[j * stride + i] = k[i * stride + j]; }
        var (columns, mean) = Centre(k, n, stride);

        var (values, vectors) = TopEigenpairs.Find(k, n, Math.Min(components, n), seed);
        var kept = Math.Max(1, values.Count(v => v > 1e-10 * values[0]));
        for (var c = 0; c < kept; c++)
        {
            var sign = Math.Sign(vectors[c].MaxBy(Math.Abs)) / (landmarks.Length == rows.Count ? 1 / Math.Sqrt(values[c]) : Math.Sqrt(values[c]));
            for (var i = 0; i < n; i++) vectors[c][i] *= sign;
        }
        var latent = new double[rows.Count][];
        if (n == rows.Count) for (var i = 0; i < n; i++) latent[i] = [.. vectors.Take(kept).Select(v => v[i])];
        else Parallel.For(0, rows.Count, i => latent[i] = Project(scaled, i, landmarks, w, columns, mean, vectors, kept));
        return new(latent, w, values[..kept], landmarks);
    }

    /// <summary>The median of the squared distances below the diagonal that are not 0 to rounding; 0 where there are none.</summary>
    static double MedianOfDistinct(double[] d, int n, int stride)
    {
        var all = new double[n * (n - 1) / 2];
        for (int i = 0, at = 0; i < n; at += i, i++) d.AsSpan(i * stride, i).CopyTo(all.AsSpan(at));
        Array.Sort(all);
        if (all.Length == 0 || all[^1] == 0) return 0;
        var first = Array.FindIndex(all, v => v > 1e-20 * all[^1]);
        var count = all.Length - first;
        return count % 2 == 1 ? all[first + count / 2] : 0.5 * (all[first + count / 2 - 1] + all[first + count / 2]);
    }

    static void Kernel(Span<double> d, double w)
    {
        for (var j = 0; j < d.Length; j += Lanes.Width)
            Lanes.Exp(Vector256.Create<double>(d[j..]) * Vector256.Create(-0.5 / (w * w))).CopyTo(d[j..]);
    }

    /// <summary>K_ij − K̄_i − K̄_j + K̄ in place, the padding set to 0; returns the means of the columns and of all.</summary>
    static (double[] Columns, double Mean) Centre(double[] k, int n, int stride)
    {
        var means = new double[n];
        for (var i = 0; i < n; i++)
        {
            k.AsSpan(i * stride + n, stride - n).Clear();
            foreach (var v in k.AsSpan(i * stride, n)) means[i] += v / n;
        }
        var mean = 0.0;
        foreach (var v in means) mean += v / n;
        for (var i = 0; i < n; i++) for (var j = 0; j < n; j++) k[i * stride + j] += mean - (means[i] + means[j]);
        return (means, mean);
    }

    /// <summary>z_c = Σ_a (k(x, a) − mean over a of k(x, a) − K̄_a + K̄) u_ca / √λ_c.</summary>
    static double[] Project(ScaledRows rows, int i, ImmutableArray<int> landmarks, double w, double[] columns, double mean, double[][] vectors, int kept)
    {
        var n = landmarks.Length;
        var k = new double[Lanes.Padded(n)];
        for (var a = 0; a < n; a++) k[a] = Lanes.SquaredDistance(rows.Row(i), rows.Row(landmarks[a]));
        Kernel(k, w);
        var own = 0.0;
        for (var a = 0; a < n; a++) own += k[a] / n;
        var z = new double[kept];
        for (var a = 0; a < n; a++)
        {
            var centred = k[a] - own - columns[a] + mean;
            for (var c = 0; c < kept; c++) z[c] += centred * vectors[c][a];
        }
        return z;
    }
}
