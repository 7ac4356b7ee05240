using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpActors.Science.Surrogates;

/// <summary>k(x, x') = Σ_t variance_t · exp(−Σ_{g in t} |x_g − x'_g|² / (2 l_tg²)), Eqs. 8 and 13-19.</summary>
public static class RbfKernel
{
    /// <summary>One term over a row of squared distances (one matrix per group, starting at <paramref name="at"/>): e_j = variance · exp(...), length a multiple of four.</summary>
    public static void Term(KernelTerm term, double[][] squaredDistances, int at, Span<double> e)
    {
        e.Clear();
        ref var target = ref MemoryMarshal.GetReference(e);
        var last = term.Groups.Length - 1;
        for (var p = 0; p <= last; p++)
        {
            ref var d = ref squaredDistances[term.Groups[p] - 1][at];
            var scale = Vector256.Create(0.5 / (term.LengthScales[p] * term.LengthScales[p]));
            var variance = Vector256.Create(term.Variance);
            for (nuint j = 0; j < (nuint)e.Length; j += Lanes.Width)
            {
                var x = Vector256.LoadUnsafe(ref target, j) - Vector256.LoadUnsafe(ref d, j) * scale;
                if (p == last) x = variance * Lanes.Exp(x);
                x.StoreUnsafe(ref target, j);
            }
        }
    }

    /// <summary>The sum of all terms over a row; <paramref name="scratch"/> has the row's length.</summary>
    public static void Row(ImmutableArray<KernelTerm> terms, double[][] squaredDistances, int at, Span<double> k, Span<double> scratch)
    {
        k.Clear();
        foreach (var term in terms)
        {
            Term(term, squaredDistances, at, scratch);
            Lanes.Add(k, scratch);
        }
    }
}
