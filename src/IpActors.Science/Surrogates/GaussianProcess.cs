using IpActors.Science.Descriptors;

namespace IpActors.Science.Surrogates;

/// <summary>Mean and standard deviation at each row.</summary>
public sealed record Prediction(double[] Mu, double[] Sigma);

/// <summary>Each training point predicted from all others: mean, standard deviation of the OBSERVATION (noise included), log density of the value that was left out.</summary>
public sealed record LeaveOneOut(double[] Mu, double[] Sigma, double[] LogPredictive);

/// <summary>
/// Exact Gaussian process with given hyperparameters (Eqs. 7-12; Rasmussen and Williams, Algorithm 2.1): y = m + f(x) + e, f ~ GP(0, k), e_i ~ N(0, noise + extra_i).
/// K = k(X, X) + diag(noise + extra); α = K⁻¹ (y − m). Nothing is fitted or standardised. n³/3 to build, n² per prediction.
/// </summary>
public sealed class GaussianProcess
{
    const int BlockRows = 64;
    readonly Cholesky _factor;
    readonly double[] _alpha;
    readonly double[] _residual;
    readonly double[][] _paddedRows;

    /// <summary>Throws <see cref="ArgumentException"/> where shapes or hyperparameters do not fit, <see cref="ArithmeticException"/> where K cannot be factored (<see cref="Cholesky"/>).</summary>
    /// <param name="hyperparameters">In the units of y and of the rows.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="y">One value per row.</param>
    /// <param name="extraNoiseVariance">Variance on top of the common noise, per point (censored values); empty for none.</param>
    public GaussianProcess(Hyperparameters hyperparameters, LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extraNoiseVariance = null)
    {
        CheckShapes(rows, y, extraNoiseVariance);
        if (hyperparameters.Fault(rows.Widths.Length) is { } fault) throw new ArgumentException(fault, nameof(hyperparameters));
        (Hyperparameters, Rows) = (hyperparameters, rows);
        var (n, stride) = (rows.Count, Lanes.Padded(rows.Count));
        var distances = GroupDistances.Within(rows);
        var (k, scratch) = (new double[n * stride], new double[stride]);
        for (var i = 0; i < n; i++)
        {
            RbfKernel.Row(hyperparameters.Terms, distances, i * stride, k.AsSpan(i * stride, stride), scratch);
            k[i * stride + i] += hyperparameters.NoiseVariance + (extraNoiseVariance?[i] ?? 0);
        }
        _factor = Cholesky.Factor(k, n);
        _residual = [.. y.Select(v => v - hyperparameters.Mean)];
        _alpha = _factor.Solve(_residual);
        _paddedRows = [.. Enumerable.Range(0, rows.Widths.Length).Select(g => GroupDistances.PaddedRows(rows, g, 0, n))];
        var fit = 0.0;
        for (var i = 0; i < n; i++) fit += _residual[i] * _alpha[i];
        LogMarginalLikelihood = -0.5 * fit - 0.5 * _factor.LogDeterminant() - 0.5 * n * Math.Log(2 * Math.PI);
    }

    public Hyperparameters Hyperparameters { get; }
    public LatentPool Rows { get; }
    /// <summary>log p(y | X) = −½ (y − m)ᵀ α − ½ log det K − (n/2) log 2π.</summary>
    public double LogMarginalLikelihood { get; }
    /// <summary>What had to be added to the diagonal of K; 0 as a rule.</summary>
    public double Jitter => _factor.Jitter;

    internal static void CheckShapes(LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extra)
    {
        if (rows.Count == 0) throw new ArgumentException("no training rows", nameof(rows));
        if (y.Count != rows.Count) throw new ArgumentException($"{y.Count} values for {rows.Count} rows", nameof(y));
        if (extra is not null && extra.Count != rows.Count) throw new ArgumentException($"{extra.Count} noise variances for {rows.Count} rows", nameof(extra));
        if (extra is not null && extra.Any(v => !(v >= 0))) throw new ArgumentException("an extra noise variance is negative", nameof(extra));
        if (y.Any(v => !double.IsFinite(v)) || rows.Values.ContainsAnyExceptInRange(double.MinValue, double.MaxValue)) throw new ArgumentException("a training value is not finite", nameof(y));
    }

    /// <summary>
    /// μ = m + k*ᵀ α and σ² = k** − k*ᵀ K⁻¹ k* of f, without noise, at every row of the pool. In blocks of 64 rows that may run in parallel; each row is computed on
    /// its own, so neither blocks nor cores change a bit.
    /// </summary>
    public Prediction Predict(LatentPool pool)
    {
        if (!pool.Widths.SequenceEqual(Rows.Widths)) throw new ArgumentException($"groups are {string.Join(",", pool.Widths)} wide, in training {string.Join(",", Rows.Widths)}", nameof(pool));
        var (mu, sigma) = (new double[pool.Count], new double[pool.Count]);
        Parallel.For(0, (pool.Count + BlockRows - 1) / BlockRows, b => PredictBlock(pool, b * BlockRows, Math.Min(BlockRows, pool.Count - b * BlockRows), mu, sigma));
        return new(mu, sigma);
    }

    void PredictBlock(LatentPool pool, int first, int count, double[] mu, double[] sigma)
    {
        var (n, stride) = (Rows.Count, _factor.Stride);
        var distances = new double[Rows.Widths.Length][];
        for (var g = 0; g < distances.Length; g++)
        {
            distances[g] = new double[count * stride];
            GroupDistances.Between(GroupDistances.PaddedRows(pool, g, first, count), count, _paddedRows[g], n, Lanes.Padded(Rows.Widths[g]), distances[g], stride);
        }
        var prior = Hyperparameters.Terms.Sum(t => t.Variance);
        var (k, scratch) = (new double[count * stride], new double[stride]);
        for (var i = 0; i < count; i++)
        {
            var row = k.AsSpan(i * stride, stride);
            RbfKernel.Row(Hyperparameters.Terms, distances, i * stride, row, scratch);
            row[n..].Clear();
            mu[first + i] = Hyperparameters.Mean + Lanes.Dot(row, _alpha);
        }
        _factor.SolveLower(k, count);
        for (var i = 0; i < count; i++)
        {
            var v = k.AsSpan(i * stride, stride);
            sigma[first + i] = Math.Sqrt(Math.Max(0, prior - Lanes.Dot(v, v)));
        }
    }

    /// <summary>Closed form (Rasmussen and Williams, Eqs. 5.10-5.12): μ_i = y_i − α_i / [K⁻¹]_ii, σ_i² = 1 / [K⁻¹]_ii, at these hyperparameters; n³.</summary>
    public LeaveOneOut LeaveOneOut()
    {
        var n = Rows.Count;
        var inverse = _factor.Inverse();
        var (mu, sigma, log) = (new double[n], new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var variance = 1 / inverse[i * _factor.Stride + i];
            var miss = _alpha[i] * variance;
            mu[i] = Hyperparameters.Mean + _residual[i] - miss;
            sigma[i] = Math.Sqrt(variance);
            log[i] = -0.5 * (Math.Log(2 * Math.PI * variance) + miss * miss / variance);
        }
        return new(mu, sigma, log);
    }
}
