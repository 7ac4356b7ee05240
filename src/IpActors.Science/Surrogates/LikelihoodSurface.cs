using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Science.Surrogates;

/// <summary>
/// The log marginal likelihood of standardised y as a function of θ = (log variance_t, log l_t1, [log l_t2] for each term; log noise), with its gradient
/// ½ Σ_ij (α_i α_j − K⁻¹_ij) ∂K_ij/∂θ (Rasmussen and Williams, Eq. 5.9). The constant mean is at its maximum for each θ, m = 1ᵀK⁻¹y / 1ᵀK⁻¹1, so that it adds
/// nothing to the gradient. n³/2 fused multiply-adds and n² exponentials a term per evaluation. Owns its work space: one per thread; an evaluation allocates nothing.
/// </summary>
public sealed unsafe class LikelihoodSurface
{
    readonly GroupDistances _distances;
    readonly double[] _y;
    readonly double[] _extra;
    readonly ImmutableArray<ImmutableArray<int>> _termGroups;
    readonly KernelTerms _terms;
    readonly CovarianceFactor _factor;
    readonly AlignedDoubles _m;
    readonly AlignedDoubles _rightSides;
    readonly AlignedDoubles _solutions;
    readonly AlignedDoubles _alpha;
    readonly AlignedDoubles _inverse;
    readonly AlignedDoubles _weights;
    readonly AlignedDoubles _sums;

    /// <param name="distances">From <see cref="GroupDistances.Within"/>; shared, read only.</param>
    /// <param name="y">Standardised values.</param>
    /// <param name="extraNoiseVariance">Per point, in standardised units.</param>
    /// <param name="termGroups">The groups of each term, from 1; one or two a term.</param>
    public LikelihoodSurface(GroupDistances distances, double[] y, double[] extraNoiseVariance, ImmutableArray<ImmutableArray<int>> termGroups)
    {
        if (termGroups.Any(t => t.Length is < 1 or > 2)) throw new ArgumentException("a term has one group or two", nameof(termGroups));
        (_distances, _y, _extra, _termGroups, _terms, _factor) = (distances, y, extraNoiseVariance, termGroups, new(termGroups), new(y.Length));
        var padded = _factor.Padded;
        (_m, _rightSides, _solutions, _alpha) = (new(Panels.LowerLength(padded)), new(8 * padded), new(8 * padded), new(padded));
        (_inverse, _weights, _sums) = (new(16 * padded), new(8 * padded), new(24 * termGroups.Length));
        Dimension = termGroups.Sum(g => 1 + g.Length) + 1;
    }

    public int Dimension { get; }

    /// <summary>The hyperparameters of θ.</summary>
    public Hyperparameters At(ReadOnlySpan<double> theta, double mean)
    {
        var (terms, p) = (new List<KernelTerm>(), 0);
        foreach (var groups in _termGroups)
        {
            var variance = Math.Exp(theta[p++]);
            var scales = new double[groups.Length];
            for (var g = 0; g < scales.Length; g++) scales[g] = Math.Exp(theta[p++]);
            terms.Add(new(groups, variance, [.. scales]));
        }
        return new(mean, Math.Exp(theta[p]), [.. terms]);
    }

    /// <summary>The value at θ; the gradient goes to <paramref name="gradient"/>, the maximising mean to <paramref name="mean"/>. NaN where K cannot be factored.</summary>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient, out double mean) =>
        EightLanes.Exist ? Evaluate<EightLanes, Vector512<double>>(theta, gradient, out mean) : Evaluate<FourLanes, Vector256<double>>(theta, gradient, out mean);

    double Evaluate<O, V>(ReadOnlySpan<double> theta, Span<double> gradient, out double mean) where O : struct, IVectors<V> where V : struct
    {
        var (n, padded) = (_y.Length, _factor.Padded);
        _terms.Set(theta);
        var noise = Math.Exp(theta[^1]);
        if (!_factor.Factor<O, V>(_terms, _distances, noise, _extra)) { mean = 0; gradient.Clear(); return double.NaN; }

        Triangle<O, V>.Invert(_factor.U, padded, _factor.MinusReciprocals, _m.Pointer);
        double* z = _rightSides.Pointer, solutions = _solutions.Pointer, alpha = _alpha.Pointer;
        _rightSides.Span.Clear();
        for (var i = 0; i < n; i++) (z[8 * i], z[8 * i + 1]) = (_y[i], 1);
        Triangle<O, V>.Solve(_factor.U, padded, _factor.MinusReciprocals, z, 1);
        Triangle<O, V>.SolveBack(z, _m.Pointer, padded, solutions);
        var (sumY, sum1, fit) = (0.0, 0.0, 0.0);
        for (var i = 0; i < n; i++) { sumY += solutions[Of(i, 0)]; sum1 += solutions[Of(i, 1)]; }
        mean = sumY / sum1;
        for (var i = 0; i < n; i++) { alpha[i] = solutions[Of(i, 0)] - mean * solutions[Of(i, 1)]; fit += (_y[i] - mean) * alpha[i]; }
        Gradient<O, V>(alpha, noise, gradient);
        GC.KeepAlive(this);
        return -0.5 * fit - _factor.SumOfLogs() - 0.5 * n * Math.Log(2 * Math.PI);
    }

    static int Of(int i, int column) => 64 * (i / 8) + 8 * column + i % 8;

    void Gradient<O, V>(double* alpha, double noise, Span<double> gradient) where O : struct, IVectors<V> where V : struct
    {
        var d = stackalloc double*[_distances.Groups];
        var w = _weights.Pointer;
        var trace = 0.0;
        _sums.Span.Clear();
        for (var c = 0; c < _factor.Padded / 8; c += 2)
        {
            Triangle<O, V>.InversePanels(_m.Pointer, _factor.Padded, c, _inverse.Pointer, _inverse.Pointer + 8 * _factor.Padded);
            for (var p = c; p < Math.Min(c + 2, _factor.Padded / 8); p++)
            {
                var rows = 8 * p + 8;
                KernelLoops<O, V>.Weights(alpha, alpha + 8 * p, _inverse.Pointer + (p - c) * 8 * _factor.Padded, w, rows);
                for (var j = 8 * p; j < rows; j++)
                {
                    w[8 * j + j - 8 * p] *= j < _y.Length ? 0.5 : 0; // each pair above the diagonal counts twice
                    trace += w[8 * j + j - 8 * p];
                    for (var lane = 0; lane < j - 8 * p; lane++) w[8 * j + lane] = 0;
                }
                for (var g = 0; g < _distances.Groups; g++) d[g] = _distances.Panel(g, p);
                _terms.AddDerivatives<O, V>(w, d, 8 * rows, _sums.Pointer);
            }
        }
        gradient[_terms.Gradient(_sums.Pointer, gradient)] = trace * noise;
    }
}
