using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Tests.Surrogates;

public class LinearAlgebraTests
{
    [Fact]
    public void Exponential_is_within_two_units_in_the_last_place()
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

    static double[] Positive(int n, ulong seed)
    {
        var random = new SeededRandom(seed);
        var stride = Lanes.Padded(n);
        var b = Enumerable.Range(0, n * n).Select(_ => random.NextGaussian()).ToArray();
        var a = new double[n * stride];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                for (var k = 0; k < n; k++) a[i * stride + j] += b[i * n + k] * b[j * n + k] + (i == j ? 0.1 : 0);
        return a;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(70)]
    [InlineData(101)]
    public void Factor_times_its_transpose_is_the_matrix_and_inverse_times_matrix_is_one(int n)
    {
        var (a, stride) = (Positive(n, 3), Lanes.Padded(n));
        var factor = Cholesky.Factor(a, n);
        var inverse = factor.Inverse();
        var scale = Enumerable.Range(0, n).Max(i => a[i * stride + i]);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(a[i * stride + j], Lanes.Dot(factor.Row(i), factor.Row(j)), 1e-13 * scale);
                var unit = 0.0;
                for (var k = 0; k < n; k++) unit += inverse[Math.Max(i, k) * stride + Math.Min(i, k)] * a[k * stride + j];
                Assert.Equal(i == j ? 1 : 0, unit, 1e-7);
            }
        var x = factor.Solve(a.AsSpan(0, n)); // first row of the matrix: the solution is the first unit vector
        for (var i = 0; i < n; i++) Assert.Equal(i == 0 ? 1 : 0, x[i], 1e-9);
    }

    [Fact]
    public void An_indefinite_matrix_is_refused() =>
        Assert.Throws<ArithmeticException>(() => Cholesky.Factor([1, 2, 0, 0, 2, 1, 0, 0], 2));
}
