using IpActors.Science.Descriptors;

namespace IpActors.Science.Surrogates;

/// <summary>
/// The log marginal likelihood of standardised y as a function of θ = (log variance_t, log l_t1, [log l_t2] for each term; log noise), with its gradient
/// ½ Σ_ij (α_i α_j − K⁻¹_ij) ∂K_ij/∂θ (Rasmussen and Williams, Eq. 5.9). The constant mean is at its maximum for each θ, m = 1ᵀK⁻¹y / 1ᵀK⁻¹1, so that it adds
/// nothing to the gradient. Owns its work space: one per thread. About n³ multiply-adds per evaluation.
/// </summary>
public sealed class LikelihoodSurface
{
    readonly double[][] _distances;
    readonly double[] _y;
    readonly double[] _extra;
    readonly ImmutableArray<ImmutableArray<int>> _termGroups;
    readonly int _stride;
    readonly double[][] _terms;
    readonly double[] _k;
    readonly double[] _factor;
    readonly double[] _work;
    readonly double[] _inverse;
    readonly double[] _w;

    /// <param name="distances">From <see cref="GroupDistances.Within"/>; shared, read only.</param>
    /// <param name="y">Standardised values.</param>
    /// <param name="extraNoiseVariance">Per point, in standardised units.</param>
    /// <param name="termGroups">The groups of each term, from 1.</param>
    public LikelihoodSurface(double[][] distances, double[] y, double[] extraNoiseVariance, ImmutableArray<ImmutableArray<int>> termGroups)
    {
        (_distances, _y, _extra, _termGroups, _stride) = (distances, y, extraNoiseVariance, termGroups, Lanes.Padded(y.Length));
        _terms = [.. termGroups.Select(_ => new double[y.Length * _stride])];
        (_k, _factor) = (new double[y.Length * _stride], new double[y.Length * _stride]);
        (_work, _inverse) = (new double[y.Length * _stride], new double[y.Length * _stride]);
        _w = new double[_stride];
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
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient, out double mean)
    {
        var (n, h) = (_y.Length, At(theta, 0));
        Array.Clear(_k);
        for (var t = 0; t < _terms.Length; t++)
            for (var i = 0; i < n; i++)
            {
                var length = Lanes.Padded(i + 1);
                var e = _terms[t].AsSpan(i * _stride, length);
                RbfKernel.Term(h.Terms[t], _distances, i * _stride, e);
                Lanes.Add(_k.AsSpan(i * _stride, length), e);
            }
        for (var i = 0; i < n; i++) _k[i * _stride + i] += h.NoiseVariance + _extra[i];
        Cholesky factor;
        try { factor = Cholesky.Factor(_k, n, _factor); }
        catch (ArithmeticException) { mean = 0; gradient.Clear(); return double.NaN; }

        var (a1, ay) = (factor.Solve(Enumerable.Repeat(1.0, n).ToArray()), factor.Solve(_y));
        var (sum1, sumY) = (0.0, 0.0);
        for (var i = 0; i < n; i++) { sum1 += a1[i]; sumY += ay[i]; }
        mean = sumY / sum1;
        var fit = 0.0;
        for (var i = 0; i < n; i++) { ay[i] -= mean * a1[i]; fit += (_y[i] - mean) * ay[i]; }
        Gradient(h, ay, factor.Inverse(_work, _inverse), gradient);
        return -0.5 * fit - 0.5 * factor.LogDeterminant() - 0.5 * n * Math.Log(2 * Math.PI);
    }

    void Gradient(Hyperparameters h, double[] alpha, double[] inverse, Span<double> gradient)
    {
        gradient.Clear();
        for (var i = 0; i < _y.Length; i++)
        {
            var (at, length) = (i * _stride, Lanes.Padded(i + 1));
            var w = _w.AsSpan(0, length);
            for (var j = 0; j < i; j++) w[j] = alpha[i] * alpha[j] - inverse[at + j]; // each pair below the diagonal counts twice
            var diagonal = 0.5 * (alpha[i] * alpha[i] - inverse[at + i]);
            w[i] = diagonal;
            w[(i + 1)..].Clear();
            var p = 0;
            foreach (var (term, values) in h.Terms.Zip(_terms))
            {
                var e = values.AsSpan(at, length);
                gradient[p++] += Lanes.MultiplyAndSum(e, w);
                for (var g = 0; g < term.Groups.Length; g++)
                    gradient[p++] += Lanes.Dot(e, _distances[term.Groups[g] - 1].AsSpan(at, length)) / (term.LengthScales[g] * term.LengthScales[g]);
            }
            gradient[p] += diagonal * h.NoiseVariance;
        }
    }
}
