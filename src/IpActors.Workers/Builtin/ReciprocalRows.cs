using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// The waves k = h a* + k b* + l c* of half of reciprocal space below the cutoff, as rows of equal (h, k) in which l and -l share their products, with g = 4π k_e/V · w(k)/k² of each and b = 2 g (1/k² - d ln w/dk²), which the strain derivative needs.
/// w is e^{-k²/4α²} or the <see cref="ProlateSplit"/>'s.
/// </summary>
sealed class ReciprocalRows(EwaldSettings settings, ProlateSplit? split)
{
    readonly double _alpha = settings.AlphaPerA, _cutoff = settings.ReciprocalCutoffPerA;
    readonly int[] _max = new int[3];
    Vec3 _a, _b, _c;

    /// <summary>Rows of h, k, the largest |l| and where their weights start; every start is a multiple of four.</summary>
    public List<(int H, int K, int L, int Start)> Rows { get; } = [];
    /// <summary>The weights of h, k, l and h, k, -l; zero outside the cutoff.</summary>
    public double[] GPlus { get; private set; } = [];
    public double[] GMinus { get; private set; } = [];
    public double[] BPlus { get; private set; } = [];
    public double[] BMinus { get; private set; } = [];
    /// <summary>Largest |h|, |k| and |l|.</summary>
    public ReadOnlySpan<int> Max => _max;
    public int Weights { get; private set; }
    public Mat3 Basis { get; private set; }
    /// <summary>2π times the reciprocal vectors, in rows.</summary>
    public Mat3 Reciprocal => new(_a, _b, _c);

    /// <summary>Lists the rows and their weights for this cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Prepare(in Mat3 basis)
    {
        Basis = basis;
        var inverse = basis.Inverse.Transposed;
        (_a, _b, _c) = (2 * Math.PI * inverse.A, 2 * Math.PI * inverse.B, 2 * Math.PI * inverse.C);
        var prefactor = 4 * Math.PI * PairInteraction.CoulombConstant / Math.Abs(basis.Determinant);
        var k2Max = _cutoff * _cutoff;
        int hMax = (int)(_cutoff * basis.A.Length / (2 * Math.PI)), kMax = (int)(_cutoff * basis.B.Length / (2 * Math.PI));
        Rows.Clear();
        _max.AsSpan().Clear();
        var start = 0;
        for (var h = 0; h <= hMax; h++)
            for (var k = h == 0 ? 0 : -kMax; k <= kMax; k++)
            {
                var p = h * _a + k * _b;
                var centre = -p.Dot(_c) / _c.LengthSquared;
                var rest = k2Max - (p + centre * _c).LengthSquared;
                if (rest < 0) continue;
                var half = Math.Sqrt(rest / _c.LengthSquared);
                var l = (int)Math.Max(Math.Abs(centre - half), Math.Abs(centre + half));
                if (h == 0 && k == 0 && l == 0) continue;
                Rows.Add((h, k, l, start));
                (_max[0], _max[1], _max[2]) = (h, Math.Max(_max[1], Math.Abs(k)), Math.Max(_max[2], l));
                start += l + 4 & ~3;
            }
        Weights = start;
        if (GPlus.Length < start) (GPlus, GMinus, BPlus, BMinus) = (new double[start + start / 4], new double[start + start / 4], new double[start + start / 4], new double[start + start / 4]);
        foreach (var (h, k, l, first) in Rows)
        {
            Weigh(h * _a + k * _b, 1, l, first, k2Max, prefactor, h == 0 && k == 0 ? 1 : 0, GPlus, BPlus);
            Weigh(h * _a + k * _b, -1, l, first, k2Max, prefactor, h == 0 && k == 0 ? int.MaxValue : 1, GMinus, BMinus);
        }
    }

    /// <summary>g and b of k = p ± l c*, zero outside the sphere and below <paramref name="from"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Weigh(Vec3 p, int sign, int l, int first, double k2Max, double prefactor, int from, double[] g, double[] b)
    {
        for (var m = 0; m <= l; m += 4)
        {
            var index = Vector256.Create((double)m, m + 1, m + 2, m + 3);
            var s = sign * index;
            Vector256<double> x = Vector256.FusedMultiplyAdd(s, Vector256.Create(_c.X), Vector256.Create(p.X)), y = Vector256.FusedMultiplyAdd(s, Vector256.Create(_c.Y), Vector256.Create(p.Y)), z = Vector256.FusedMultiplyAdd(s, Vector256.Create(_c.Z), Vector256.Create(p.Z));
            var k2 = x * x + y * y + z * z;
            var keep = Vector256.LessThan(k2, Vector256.Create(k2Max)) & Vector256.GreaterThanOrEqual(index, Vector256.Create((double)from)) & Vector256.LessThanOrEqual(index, Vector256.Create((double)l));
            k2 = Vector256.ConditionalSelect(keep, k2, Vector256.Create(1.0));
            Vector256<double> w, falls; // w and -dw/dk²
            if (split is null) { w = VectorMath.Exp(k2 * (-0.25 / (_alpha * _alpha))); falls = w * (0.25 / (_alpha * _alpha)); }
            else { (w, falls) = split.Reciprocal(k2); falls = -falls; }
            var scale = (Vector256.Create(prefactor) / k2) & keep;
            (scale * w).StoreUnsafe(ref g[first + m]);
            (2.0 * scale * (w / k2 + falls)).StoreUnsafe(ref b[first + m]);
        }
    }
}
