using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Science.Surrogates;

/// <summary>
/// K = k(X, X) + diag(noise) and its factor K + εI = Uᵀ U, in space that is used again for the next hyperparameters. Jitter: ε = 0 is tried first; where a pivot is not
/// positive, ε = 1e-12, 1e-11, ... 1e-4 times the mean of the diagonal, and the first that works is kept.
/// </summary>
sealed unsafe class CovarianceFactor
{
    readonly AlignedDoubles _u;
    readonly AlignedDoubles _minusReciprocals;
    readonly AlignedDoubles _scratch;

    public CovarianceFactor(int n)
    {
        (N, Padded) = (n, Panels.Eights(n));
        (_u, _minusReciprocals, _scratch) = (new(Panels.UpperLength(Padded)), new(Padded), new(8 * Padded));
    }

    public int N { get; }
    /// <summary>Rows: N up to the next multiple of 8, the rest those of the unit matrix.</summary>
    public int Padded { get; }
    public double Jitter { get; private set; }
    /// <summary>In upper panels.</summary>
    public double* U => _u.Pointer;
    public double* MinusReciprocals => _minusReciprocals.Pointer;

    /// <summary>Factors K at these terms; false when the largest jitter does not help.</summary>
    /// <param name="terms">the kernel</param>
    /// <param name="distances">of the N points</param>
    /// <param name="noise">variance, common</param>
    /// <param name="extra">variances on top, per point; empty for none</param>
    /// <param name="known">the factor of the first points at these terms and noises, to begin from; null for none</param>
    public bool Factor<O, V>(KernelTerms terms, GroupDistances distances, double noise, ReadOnlySpan<double> extra, CovarianceFactor? known = null) where O : struct, IVectors<V> where V : struct
    {
        var mean = noise;
        for (var t = 0; t < terms.Count; t++) mean += terms.Variance(t);
        foreach (var v in extra) mean += v / N;
        for (var relative = 0.0; relative <= 2e-4; relative = relative == 0 ? 1e-12 : relative * 10)
        {
            Jitter = relative * mean;
            var done = relative == 0 && known is { Jitter: 0 } ? known.N / 8 : 0;
            if (done > 0)
            {
                known!._u.Span[..Panels.UpperOffset(done)].CopyTo(_u.Span);
                known._minusReciprocals.Span[..(8 * done)].CopyTo(_minusReciprocals.Span);
            }
            for (var p = done; p < Padded / 8; p++)
            {
                Fill<O, V>(terms, distances, p);
                for (var i = 8 * p; i < Math.Min(N, 8 * p + 8); i++) Diagonal(i) += noise + (extra.IsEmpty ? 0 : extra[i]) + Jitter;
            }
            if (Triangle<O, V>.Factor(U, Padded, MinusReciprocals, done)) return true;
        }
        return false;
    }

    ref double Diagonal(int i) => ref _u.Span[Panels.UpperOffset(i / 8) + 8 * i + i % 8];

    void Fill<O, V>(KernelTerms terms, GroupDistances distances, int p) where O : struct, IVectors<V> where V : struct
    {
        var rows = 8 * p + 8;
        var k = _u.Span.Slice(Panels.UpperOffset(p), 8 * rows);
        k.Clear();
        var d = stackalloc double*[distances.Groups];
        for (var g = 0; g < distances.Groups; g++) d[g] = distances.Panel(g, p);
        terms.AddTo<O, V>(Panels.Upper(U, p), d, _scratch.Pointer, 8 * rows);
        if (rows <= N) return;
        k[(8 * N)..].Clear();
        for (var lane = N - 8 * p; lane < 8; lane++)
            for (var j = 0; j < rows; j++) k[8 * j + lane] = j == 8 * p + lane ? 1 : 0;
    }

    /// <summary>Σ log of the diagonal of U, which is half of log det K.</summary>
    public double SumOfLogs()
    {
        var s = 0.0;
        for (var i = 0; i < N; i++) s += Math.Log(Diagonal(i));
        return s;
    }
}
