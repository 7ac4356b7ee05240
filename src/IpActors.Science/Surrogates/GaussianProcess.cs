using System.Runtime.Intrinsics;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;

namespace IpActors.Science.Surrogates;

/// <summary>Mean and standard deviation at each row.</summary>
public sealed record Prediction(double[] Mu, double[] Sigma);

/// <summary>Each training point predicted from all others: mean, standard deviation of the OBSERVATION (noise included), log density of the value that was left out.</summary>
public sealed record LeaveOneOut(double[] Mu, double[] Sigma, double[] LogPredictive);

/// <summary>
/// Exact Gaussian process with given hyperparameters (Eqs. 7-12; Rasmussen and Williams, Algorithm 2.1): y = m + f(x) + e, f ~ GP(0, k), e_i ~ N(0, noise + extra_i).
/// K = k(X, X) + diag(noise + extra); α = K⁻¹ (y − m). Nothing is fitted or standardised. n³/6 multiply-adds to build, n²/2 per prediction.
/// </summary>
public sealed class GaussianProcess
{
    const int BlockRows = 32;
    readonly CovarianceFactor _factor;
    readonly KernelTerms _terms;
    readonly double[] _extra;
    readonly double[] _alpha;
    readonly double[] _residual;
    readonly double[] _y;

    /// <summary>Throws <see cref="ArgumentException"/> where shapes or hyperparameters do not fit, <see cref="ArithmeticException"/> where K cannot be factored, even with jitter.</summary>
    /// <param name="hyperparameters">In the units of y and of the rows.</param>
    /// <param name="rows">Training rows.</param>
    /// <param name="y">One value per row.</param>
    /// <param name="extraNoiseVariance">Variance on top of the common noise, per point (censored values); empty for none.</param>
    public GaussianProcess(Hyperparameters hyperparameters, LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extraNoiseVariance = null)
        : this(hyperparameters, rows, y, extraNoiseVariance, null) { }

    GaussianProcess(Hyperparameters hyperparameters, LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extraNoiseVariance, CovarianceFactor? known)
    {
        CheckShapes(rows, y, extraNoiseVariance);
        if (hyperparameters.Fault(rows.Widths.Length) is { } fault) throw new ArgumentException(fault, nameof(hyperparameters));
        (Hyperparameters, Rows, _terms, _factor) = (hyperparameters, rows, new(hyperparameters.Terms), new(rows.Count));
        _extra = extraNoiseVariance is null ? new double[rows.Count] : [.. extraNoiseVariance];
        _y = [.. y];
        _residual = [.. y.Select(v => v - hyperparameters.Mean)];
        var n = rows.Count;
        var distances = GroupDistances.Within(rows);
        _alpha = EightLanes.Exist ? Solve<EightLanes, Vector512<double>>(distances, known) : Solve<FourLanes, Vector256<double>>(distances, known);
        var fit = 0.0;
        for (var i = 0; i < n; i++) fit += _residual[i] * _alpha[i];
        LogMarginalLikelihood = -0.5 * fit - _factor.SumOfLogs() - 0.5 * n * Math.Log(2 * Math.PI);
    }

    unsafe double[] Solve<O, V>(GroupDistances distances, CovarianceFactor? known) where O : struct, IVectors<V> where V : struct
    {
        if (!_factor.Factor<O, V>(_terms, distances, Hyperparameters.NoiseVariance, _extra, known))
            throw new ArithmeticException($"covariance of {Rows.Count} points is not positive definite, even with a jitter of {_factor.Jitter:g3}");
        var rightSides = new AlignedDoubles(8 * _factor.Padded);
        var x = rightSides.Pointer;
        for (var i = 0; i < Rows.Count; i++) x[8 * i] = _residual[i];
        Triangle<O, V>.Solve(_factor.U, _factor.Padded, _factor.MinusReciprocals, x, 1);
        var alpha = new double[Rows.Count];
        for (var i = alpha.Length - 1; i >= 0; i--)
        {
            var s = -x[8 * i];
            for (var k = i + 1; k < alpha.Length; k++) s = Math.FusedMultiplyAdd(Panels.Upper(_factor.U, k / 8)[8 * i + k % 8], alpha[k], s);
            alpha[i] = s * _factor.MinusReciprocals[i];
        }
        GC.KeepAlive(rightSides);
        return alpha;
    }

    /// <summary>
    /// The process of these training rows and more, at the same hyperparameters: the factor grows by the new columns, n² multiply-adds a point instead of n³/6. The same bits
    /// as made anew; where a jitter is needed it is made anew.
    /// </summary>
    /// <param name="rows">The new rows.</param>
    /// <param name="y">Their values.</param>
    /// <param name="extraNoiseVariance">As in the constructor, of the new rows.</param>
    public GaussianProcess Extended(LatentPool rows, IReadOnlyList<double> y, IReadOnlyList<double>? extraNoiseVariance = null)
    {
        if (!rows.Widths.SequenceEqual(Rows.Widths)) throw new ArgumentException($"groups are {string.Join(",", rows.Widths)} wide, in training {string.Join(",", Rows.Widths)}", nameof(rows));
        var all = new LatentPool(Rows.Widths, [.. Rows.Values, .. rows.Values]);
        return new(Hyperparameters, all, [.. _y, .. y], [.. _extra, .. extraNoiseVariance ?? new double[rows.Count]], _factor);
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
    /// μ = m + k*ᵀ α and σ² = k** − k*ᵀ K⁻¹ k* of f, without noise, at every row of the pool. In blocks of 32 rows that may run in parallel; each row is a lane of
    /// its own, so neither blocks nor cores change a bit.
    /// </summary>
    public Prediction Predict(LatentPool pool)
    {
        var (mu, sigma) = (new double[pool.Count], new double[pool.Count]);
        Predict(pool, mu, sigma);
        return new(mu, sigma);
    }

    /// <summary>As <see cref="Predict(LatentPool)"/>, into given places: a pool too large for memory is predicted part after part, with the same bits.</summary>
    /// <param name="pool">Some rows.</param>
    /// <param name="mu">As many numbers.</param>
    /// <param name="sigma">As many numbers.</param>
    public void Predict(LatentPool pool, Memory<double> mu, Memory<double> sigma)
    {
        if (!pool.Widths.SequenceEqual(Rows.Widths)) throw new ArgumentException($"groups are {string.Join(",", pool.Widths)} wide, in training {string.Join(",", Rows.Widths)}", nameof(pool));
        if (mu.Length != pool.Count || sigma.Length != pool.Count) throw new ArgumentException($"{pool.Count} rows, but space for {mu.Length} means and {sigma.Length} deviations", nameof(mu));
        Parallel.For(0, (pool.Count + BlockRows - 1) / BlockRows, () => new PredictionSpace(BlockRows, pool.RowWidth, pool.Widths.Length, _factor.Padded), (b, _, space) =>
        {
            var (first, count) = (b * BlockRows, Math.Min(BlockRows, pool.Count - b * BlockRows));
            if (EightLanes.Exist) PredictBlock<EightLanes, Vector512<double>>(pool, first, count, space, mu.Span[first..], sigma.Span[first..]);
            else PredictBlock<FourLanes, Vector256<double>>(pool, first, count, space, mu.Span[first..], sigma.Span[first..]);
            return space;
        }, _ => { });
    }

    sealed class PredictionSpace(int rows, int width, int groups, int points)
    {
        public readonly AlignedDoubles Coordinates = new(8 * width);
        public readonly AlignedDoubles Distances = new(groups * 8 * points);
        public readonly AlignedDoubles Covariances = new(rows * points);
        public readonly AlignedDoubles Scratch = new(8 * points);
        public readonly AlignedDoubles Sums = new(2 * rows);
    }

    // Panels of 8 candidates: every candidate is a lane.
    unsafe void PredictBlock<O, V>(LatentPool pool, int first, int count, PredictionSpace space, Span<double> mu, Span<double> sigma) where O : struct, IVectors<V> where V : struct
    {
        var (n, panels) = (Rows.Count, Panels.Eights(count) / 8);
        var sums = space.Sums.Pointer;
        var d = stackalloc double*[pool.Widths.Length];
        space.Covariances.Span.Clear();
        fixed (double* training = Rows.Values, alpha = _alpha)
            for (var q = 0; q < panels; q++)
            {
                var coordinates = space.Coordinates.Span[..(8 * pool.RowWidth)];
                coordinates.Clear();
                GroupDistances.Transpose(pool, first + 8 * q, Math.Min(8, count - 8 * q), coordinates);
                var offset = 0;
                for (var g = 0; g < pool.Widths.Length; offset += pool.Widths[g++])
                {
                    d[g] = space.Distances.Pointer + g * 8 * n;
                    KernelLoops<O, V>.Distances(space.Coordinates.Pointer + 8 * offset, pool.Widths[g], training + offset, pool.RowWidth, n, d[g]);
                }
                var k = space.Covariances.Pointer + q * 8 * _factor.Padded;
                _terms.AddTo<O, V>(k, d, space.Scratch.Pointer, 8 * n);
                KernelLoops<O, V>.Products(alpha, k, n, sums + 8 * q);
            }
        Triangle<O, V>.Solve(_factor.U, _factor.Padded, _factor.MinusReciprocals, space.Covariances.Pointer, panels);
        for (var q = 0; q < panels; q++) KernelLoops<O, V>.Squares(space.Covariances.Pointer + q * 8 * _factor.Padded, n, sums + BlockRows + 8 * q);
        var prior = 0.0;
        for (var t = 0; t < _terms.Count; t++) prior += _terms.Variance(t);
        for (var i = 0; i < count; i++) (mu[i], sigma[i]) = (Hyperparameters.Mean + sums[i], Math.Sqrt(Math.Max(0, prior - sums[BlockRows + i])));
        GC.KeepAlive(_factor);
        GC.KeepAlive(space);
    }

    /// <summary>Closed form (Rasmussen and Williams, Eqs. 5.10-5.12): μ_i = y_i − α_i / [K⁻¹]_ii, σ_i² = 1 / [K⁻¹]_ii, at these hyperparameters; n³/6 multiply-adds.</summary>
    public LeaveOneOut LeaveOneOut()
    {
        var n = Rows.Count;
        var inverse = EightLanes.Exist ? InverseDiagonal<EightLanes, Vector512<double>>() : InverseDiagonal<FourLanes, Vector256<double>>();
        var (mu, sigma, log) = (new double[n], new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var variance = 1 / inverse[i];
            var miss = _alpha[i] * variance;
            mu[i] = Hyperparameters.Mean + _residual[i] - miss;
            sigma[i] = Math.Sqrt(variance);
            log[i] = -0.5 * (Math.Log(2 * Math.PI * variance) + miss * miss / variance);
        }
        return new(mu, sigma, log);
    }

    unsafe double[] InverseDiagonal<O, V>() where O : struct, IVectors<V> where V : struct
    {
        var (m, squares) = (new AlignedDoubles(Panels.LowerLength(_factor.Padded)), new AlignedDoubles(_factor.Padded));
        Triangle<O, V>.Invert(_factor.U, _factor.Padded, _factor.MinusReciprocals, m.Pointer);
        for (var p = 0; 8 * p < _factor.Padded; p++) KernelLoops<O, V>.Squares(Panels.Lower(m.Pointer, p, _factor.Padded) + 64 * p, _factor.Padded - 8 * p, squares.Pointer + 8 * p);
        GC.KeepAlive(m);
        GC.KeepAlive(_factor);
        return squares.Span.ToArray();
    }
}
