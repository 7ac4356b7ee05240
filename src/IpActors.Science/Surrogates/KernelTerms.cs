using IpActors.Science.Numerics;

namespace IpActors.Science.Surrogates;

/// <summary>
/// k(x, x') = Σ_t variance_t · exp(−Σ_{g in t} |x_g − x'_g|² / (2 l_tg²)), Eqs. 8 and 13-19, ready for the loops: groups from 0, and −1/(2 l²) in place of each l. Terms are added
/// in their order.
/// </summary>
sealed unsafe class KernelTerms
{
    readonly int[][] _groups;
    readonly double[][] _scales;
    readonly double[] _variances;

    public KernelTerms(ImmutableArray<ImmutableArray<int>> termGroups)
    {
        _groups = [.. termGroups.Select(t => t.Select(g => g - 1).ToArray())];
        _scales = [.. _groups.Select(g => new double[g.Length])];
        _variances = new double[_groups.Length];
    }

    public KernelTerms(ImmutableArray<KernelTerm> terms) : this([.. terms.Select(t => t.Groups)])
    {
        for (var t = 0; t < terms.Length; t++)
        {
            _variances[t] = terms[t].Variance;
            for (var g = 0; g < _scales[t].Length; g++) _scales[t][g] = Scale(terms[t].LengthScales[g]);
        }
    }

    public int Count => _groups.Length;
    public int[] Groups(int term) => _groups[term];
    public double Variance(int term) => _variances[term];

    /// <summary>The terms at θ = (log variance_t, log l_t1, ...), the same bits as from the hyperparameters that exp(θ) makes.</summary>
    public void Set(ReadOnlySpan<double> theta)
    {
        var p = 0;
        for (var t = 0; t < _groups.Length; t++)
        {
            _variances[t] = Math.Exp(theta[p++]);
            for (var g = 0; g < _scales[t].Length; g++) _scales[t][g] = Scale(Math.Exp(theta[p++]));
        }
    }

    static double Scale(double length) => -0.5 / (length * length);

    /// <summary>k_i += Σ_t of the distances d[group] + i; <paramref name="scratch"/> is used by terms of three groups and more, with space for count numbers.</summary>
    public void AddTo<O, V>(double* k, double** d, double* scratch, int count) where O : struct, IVectors<V> where V : struct
    {
        for (var t = 0; t < _groups.Length; t++)
        {
            var (groups, scales) = (_groups[t], _scales[t]);
            var last = groups.Length - 1;
            if (last == 0) { KernelLoops<O, V>.AddTerm(_variances[t], d[groups[0]], scales[0], k, count); continue; }
            var first = d[groups[0]];
            var scale = scales[0];
            for (var g = 1; g < last; g++)
            {
                if (g == 1) KernelLoops<O, V>.Scaled(first, scale, null, scratch, count);
                KernelLoops<O, V>.Scaled(d[groups[g]], scales[g], scratch, scratch, count);
                first = scratch;
                scale = 1;
            }
            KernelLoops<O, V>.AddTerm(_variances[t], first, scale, d[groups[last]], scales[last], k, count);
        }
    }

    /// <summary>Lane by lane, over rows of 8: adds Σ w e_t to sums, then Σ w e_t d_g for each group of the term, e_t without its variance. For terms of one or two groups.</summary>
    /// <param name="sums">24 numbers a term</param>
    public void AddDerivatives<O, V>(double* w, double** d, int count, double* sums) where O : struct, IVectors<V> where V : struct
    {
        for (var t = 0; t < _groups.Length; t++)
        {
            var (groups, scales) = (_groups[t], _scales[t]);
            if (groups.Length == 1) KernelLoops<O, V>.Derivatives(w, d[groups[0]], scales[0], count, sums + 24 * t);
            else KernelLoops<O, V>.Derivatives(w, d[groups[0]], scales[0], d[groups[1]], scales[1], count, sums + 24 * t);
        }
    }

    /// <summary>∂/∂log variance_t = variance_t Σ w e_t and ∂/∂log l_tg = variance_t Σ w e_t d_g / l², in the order of θ; returns how many. Lanes are added pairwise.</summary>
    public int Gradient(double* sums, Span<double> gradient)
    {
        var p = 0;
        for (var t = 0; t < _groups.Length; t++)
        {
            gradient[p++] = _variances[t] * SumOfLanes(sums + 24 * t);
            for (var g = 0; g < _groups[t].Length; g++) gradient[p++] = _variances[t] * SumOfLanes(sums + 24 * t + 8 * (g + 1)) * (-2 * _scales[t][g]);
        }
        return p;
    }

    static double SumOfLanes(double* s) => ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}
