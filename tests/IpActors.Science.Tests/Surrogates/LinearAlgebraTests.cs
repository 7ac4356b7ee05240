using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Tests.Surrogates;

/// <summary>Panels, tiles and vectors against loops over single numbers, bit for bit: both take one chain of fused multiply-adds per entry.</summary>
public unsafe class LinearAlgebraTests
{
    public static TheoryData<int> Sizes => [.. Enumerable.Range(1, 40), 63, 64, 65, 100, 300];

    static double[,] Positive(int n, ulong seed)
    {
        var random = new SeededRandom(seed);
        var points = Enumerable.Range(0, n).Select(_ => (X: 4 * random.NextDouble(), Y: 4 * random.NextDouble())).ToArray();
        var a = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
                a[i, j] = a[j, i] = Math.Exp(-Math.Pow(points[i].X - points[j].X, 2) - Math.Pow(points[i].Y - points[j].Y, 2)) + (i == j ? 0.01 : 0);
        return a;
    }

    /// <summary>A = Uᵀ U in the order that <see cref="Triangle{O, V}"/> states.</summary>
    static double[,] NaiveFactor(double[,] a, int n)
    {
        var u = new double[n, n];
        for (var j = 0; j < n; j++)
        {
            var reciprocal = 0.0;
            for (var i = j; i < n; i++)
            {
                var s = -a[j, i];
                for (var k = 0; k < j; k++) s = Math.FusedMultiplyAdd(u[k, j], u[k, i], s);
                if (i == j) { u[j, j] = Math.Sqrt(-s); reciprocal = 1 / u[j, j]; }
                else u[j, i] = s * -reciprocal;
            }
        }
        return u;
    }

    /// <summary>U⁻ᵀ b.</summary>
    static double[] NaiveSolve(double[,] u, double[] b, int n)
    {
        var x = new double[n];
        for (var j = 0; j < n; j++)
        {
            var s = -b[j];
            for (var k = 0; k < j; k++) s = Math.FusedMultiplyAdd(u[k, j], x[k], s);
            x[j] = s * -(1 / u[j, j]);
        }
        return x;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Factor_solutions_and_inverse_are_those_of_single_numbers_bit_for_bit(int n)
    {
        Check<FourLanes, Vector256<double>>(n);
        if (EightLanes.Exist) Check<EightLanes, Vector512<double>>(n);
    }

    static void Check<O, V>(int n) where O : struct, IVectors<V> where V : struct
    {
        var (a, padded) = (Positive(n, 3), Panels.Eights(n));
        var expected = NaiveFactor(a, n);
        AlignedDoubles upper = new(Panels.UpperLength(padded)), reciprocals = new(padded), lower = new(Panels.LowerLength(padded)), right = new(3 * 8 * padded), x = new(8 * padded), y = new(8 * padded), back = new(8 * padded);
        for (var p = 0; p < padded / 8; p++)
            for (var i = 0; i < 8 * p + 8; i++)
                for (var lane = 0; lane < 8; lane++)
                    Panels.Upper(upper.Pointer, p)[8 * i + lane] = i < n && 8 * p + lane < n ? a[i, 8 * p + lane] : i == 8 * p + lane ? 1 : 0;
        Assert.True(Triangle<O, V>.Factor(upper.Pointer, padded, reciprocals.Pointer));
        for (var i = 0; i < n; i++)
            for (var j = i; j < n; j++) Same(expected[i, j], Panels.Upper(upper.Pointer, j / 8)[8 * i + j % 8]);

        // Three panels of right sides: two at a time, and one.
        double[][] sides = [.. Enumerable.Range(0, 24).Select(c => Enumerable.Range(0, n).Select(i => Math.Sin(1 + c + i)).ToArray())];
        for (var c = 0; c < 24; c++)
            for (var i = 0; i < n; i++) right.Span[c / 8 * 8 * padded + 8 * i + c % 8] = sides[c][i];
        Triangle<O, V>.Solve(upper.Pointer, padded, reciprocals.Pointer, right.Pointer, 3);
        var solved = sides.Select(s => NaiveSolve(expected, s, n)).ToArray();
        for (var c = 0; c < 24; c++)
            for (var i = 0; i < n; i++) Same(solved[c][i], right.Span[c / 8 * 8 * padded + 8 * i + c % 8]);

        Triangle<O, V>.Invert(upper.Pointer, padded, reciprocals.Pointer, lower.Pointer);
        double[][] columns = [.. Enumerable.Range(0, n).Select(c => NaiveSolve(expected, [.. Enumerable.Range(0, n).Select(i => i == c ? 1.0 : 0)], n))];
        for (var c = 0; c < n; c++)
            for (var i = c; i < n; i++) Same(columns[c][i], Panels.Lower(lower.Pointer, c / 8, padded)[8 * i + c % 8]);

        double Product(double[] v, double[] w, int from) { var s = 0.0; for (var k = from; k < n; k++) s = Math.FusedMultiplyAdd(v[k], w[k], s); return s; }
        for (var c = 0; c < padded / 8; c += 2)
        {
            Triangle<O, V>.InversePanels(lower.Pointer, padded, c, x.Pointer, y.Pointer);
            for (var column = 8 * c; column < Math.Min(8 * c + 16, n); column++)
                for (var j = 0; j <= column; j++) Same(Product(columns[j], columns[column], column), (column < 8 * c + 8 ? x : y).Pointer[8 * j + column % 8]);
        }
        Triangle<O, V>.SolveBack(right.Pointer, lower.Pointer, padded, back.Pointer);
        for (var i = 0; i < n; i++)
        {
            Same(Product(solved[2], columns[i], i), back.Pointer[64 * (i / 8) + 16 + i % 8]);
            var b = 0.0;
            for (var j = 0; j < n; j++) b += a[i, j] * back.Pointer[64 * (j / 8) + 16 + j % 8];
            Assert.Equal(sides[2][i], b, 1e-10 * n); // A x = b, whatever the order
        }
        GC.KeepAlive((upper, reciprocals, lower, right, x, y, back));
    }

    static void Same(double expected, double actual) { if (expected != actual) Assert.Fail($"expected {expected:R}, got {actual:R}"); }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void A_matrix_that_is_not_positive_definite_is_refused(int n)
    {
        var (u, reciprocals) = (new AlignedDoubles(Panels.UpperLength(16)), new AlignedDoubles(16));
        for (var i = 0; i < 16; i++) Panels.Upper(u.Pointer, i / 8)[8 * i + i % 8] = i == n - 1 ? -1e-9 : 1;
        Assert.False(Triangle<FourLanes, Vector256<double>>.Factor(u.Pointer, 16, reciprocals.Pointer));
        GC.KeepAlive((u, reciprocals));
    }

    /// <summary>e^x to 25 digits by its series, for a double x in [−1022 ln 2, 0], as a multiple of 2^n.</summary>
    static (decimal Mantissa, int Exponent) Exact(double x)
    {
        const decimal Ln2 = 0.6931471805599453094172321215m;
        var n = (int)Math.Round(x / Math.Log(2));
        var whole = Math.Truncate(x);
        var r = (decimal)whole + (decimal)((long)((x - whole) * (1L << 62))) / (1L << 62) - n * Ln2;
        var (sum, term) = (1m, 1m);
        for (var k = 1; k < 30; k++) { term *= r / k; sum += term; }
        return (sum, n);
    }

    [Fact]
    public void Exponential_is_within_1_3_units_in_the_last_place()
    {
        var random = new SeededRandom(1);
        var worst = 0.0;
        double* x = stackalloc double[8], e = stackalloc double[8], f = stackalloc double[8];
        for (var round = 0; round < 12_000; round++)
        {
            for (var lane = 0; lane < 8; lane++) x[lane] = -random.NextDouble() * (round % 3) switch { 0 => 1, 1 => 40, _ => 707 };
            FourLanes.Store(e, Exponential<FourLanes, Vector256<double>>.Of(FourLanes.Load(x)));
            FourLanes.Store(e + 4, Exponential<FourLanes, Vector256<double>>.Of(FourLanes.Load(x + 4)));
            if (EightLanes.Exist)
            {
                EightLanes.Store(f, Exponential<EightLanes, Vector512<double>>.Of(EightLanes.Load(x)));
                for (var lane = 0; lane < 8; lane++) Same(e[lane], f[lane]);
            }
            for (var lane = 0; lane < 8; lane++)
            {
                var (mantissa, exponent) = Exact(x[lane]);
                var scaled = Math.ScaleB(e[lane], -exponent);
                var unit = Math.BitIncrement(scaled) - scaled;
                worst = Math.Max(worst, (double)Math.Abs((decimal)(long)Math.ScaleB(scaled, 53) / (1L << 53) - mantissa) / unit);
            }
        }
        Assert.InRange(worst, 0.5, 1.3);
    }

    [Fact]
    public void Exponential_of_nothing_is_one_and_far_below_it_is_zero()
    {
        static double Of(double x) => Exponential<FourLanes, Vector256<double>>.Of(Vector256.Create(x))[2];
        Assert.Equal(1, Of(0));
        foreach (var x in (double[])[-708.1, -1e5, -1e300, double.NegativeInfinity]) Assert.Equal(0, Of(x));
        Assert.InRange(Of(-708), 3.307e-308, 3.308e-308);
    }

    [Fact]
    public void Exponential_of_four_lanes_in_the_descriptors_is_within_two_units_in_the_last_place()
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 100_000; i++)
        {
            var x = -random.NextDouble() * (i % 2 == 0 ? 1 : 700);
            var (exact, ours) = (Math.Exp(x), Lanes.Exp(Vector256.Create(x))[i % 4]);
            Assert.True(Math.Abs(exact - ours) <= 2 * Math.BitIncrement(exact) - 2 * exact, $"exp({x:R}): {exact:R}, {ours:R}");
        }
        Assert.Equal(1, Lanes.Exp(Vector256<double>.Zero)[0]);
        Assert.Equal(0, Lanes.Exp(Vector256.Create(-1e5))[0]);
        Assert.Equal(0, Lanes.Exp(Vector256.Create(double.NegativeInfinity))[0]);
    }
}
