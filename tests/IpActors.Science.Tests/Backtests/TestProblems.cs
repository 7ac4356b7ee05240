using IpActors.Science.Backtests;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Backtests;

/// <summary>Discretised problems with analytic fronts, as pools in the maximise frame: points of the front, and uniform ones. Minimised in the literature, so values change their sign.</summary>
static class TestProblems
{
    /// <summary>DTLZ2 with three objectives and two distance variables (Deb et al. 2002): f on the unit sphere octant times 1 + g, g = sum (x - 1/2)^2. Reference -1.6 each.</summary>
    public static KnownPool Dtlz2(int uniform, int perAngle, long seed)
    {
        var x = Uniform(uniform, 4, seed);
        for (var i = 0; i < perAngle; i++) for (var j = 0; j < perAngle; j++) x.Add([i / (perAngle - 1.0), j / (perAngle - 1.0), 0.5, 0.5]);
        return Pool(x, v =>
        {
            var r = 1 + (v[2] - 0.5) * (v[2] - 0.5) + (v[3] - 0.5) * (v[3] - 0.5);
            var (a, b) = (v[0] * Math.PI / 2, v[1] * Math.PI / 2);
            return [-r * Math.Cos(a) * Math.Cos(b), -r * Math.Cos(a) * Math.Sin(b), -r * Math.Sin(a)];
        }, [-1.6, -1.6, -1.6]);
    }

    /// <summary>ZDT1 with four variables (Zitzler, Deb, Thiele 2000): f1 = x1, f2 = g (1 - sqrt(f1 / g)), g = 1 + 9 mean(x2...). Front f2 = 1 - sqrt(f1). Reference (-1.1, -10).</summary>
    public static KnownPool Zdt1(int uniform, int onFront, long seed)
    {
        var x = Uniform(uniform, 4, seed);
        for (var i = 0; i < onFront; i++) x.Add([i / (onFront - 1.0), 0, 0, 0]);
        return Pool(x, v => { var g = 1 + 3 * (v[1] + v[2] + v[3]); return [-v[0], -g * (1 - Math.Sqrt(v[0] / g))]; }, [-1.1, -10]);
    }

    public static KnownPool Pool(IReadOnlyList<double[]> x, Func<double[], double[]> f, double[] reference) =>
        new([.. x.Select((_, i) => $"p{i:D4}")], LatentPool.FromRows([x[0].Length], x), [.. x.Select(f)], reference);

    static List<double[]> Uniform(int n, int dimension, long seed)
    {
        var random = SeededRandom.Stream(seed, "uniform");
        return [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, dimension).Select(_ => random.NextDouble()).ToArray())];
    }
}
