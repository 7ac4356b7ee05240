using IpActors.Science.Transport;
using Xunit.Abstractions;
namespace IpActors.Science.Tests.Transport;
public class ExplorationTests(ITestOutputHelper o)
{
    void Run(string name, Func<ulong, Trajectory> make, double truth, int n, DiffusionSettings s)
    {
        int covered = 0, refused = 0, upOk = 0, sub = 0; double sum = 0, sum2 = 0, err = 0, eff = 0;
        for (var i = 0; i < n; i++)
        {
            var e = DiffusionFit.Estimate(make((ulong)i + 1), DiffusionSpace.Bulk, s);
            if (e.UpperBound95 >= truth) upOk++;
            if (e.D is not { } d) { refused++; continue; }
            sum += d; sum2 += d * d; err += e.StandardError; eff += e.Windows; if (Math.Abs(d - truth) <= e.StandardError) covered++;
            if (e.Subdiffusive) sub++;
        }
        double m = n - refused;
        o.WriteLine($"{name}: truth {truth:e2} mean {sum / m:e2} sd {Math.Sqrt(sum2 / m - sum / m * sum / m):e2} meanerr {err / m:e2} cover {covered / m:P0} refused {refused} upOk {upOk / (double)n:P0} eff {eff / m:F1} sub {sub}");
    }
    [Fact]
    public void Explore()
    {
        foreach (var n in new[] { 3, 4 }) { var t = Walks.Vacancy(9, n, 400000, 0.05, 5, 2.8); var m = MeanSquaredDisplacement.Tensors(t, [40, 400]); o.WriteLine($"vac f({n}) = {(m[1].TotalA2 - m[0].TotalA2) / 18 / (5 * 7.84 / (n * n * n - 1)):F4}"); }
        const double f = 0.6531;
        var s = new DiffusionSettings();
        Run("brown 50ps 10at", i => Walks.Brownian(i, 1000, 10, 0.05, 0.1, 0), 0.1e-4, 100, s with { JumpsOneByOne = false });
        Run("brown 50ps 10at vib", i => Walks.Brownian(i, 1000, 10, 0.05, 0.1, 0.3), 0.1e-4, 100, s with { JumpsOneByOne = false });
        Run("brown 4ps 24at vib", i => Walks.Brownian(i, 160, 24, 0.025, 0.3, 0.3), 0.3e-4, 200, s with { JumpsOneByOne = false });
        Run("brown 4ps 1at vib", i => Walks.Brownian(i, 160, 1, 0.025, 3, 0.3), 3e-4, 200, s with { JumpsOneByOne = false });
        foreach (var rate in new[] { 0.2, 1.0, 5.0, 20 })
            Run($"vac 50ps rate {rate}", i => Walks.Vacancy(i, 3, 1000, 0.05, rate, 2.8, 0.2), f * rate * 7.84 / 6 / 26 * 1e-4, 100, s);
        foreach (var rate in new[] { 1, 5.0, 20 })
            Run($"vac 4ps rate {rate}", i => Walks.Vacancy(i, 3, 160, 0.025, rate, 2.8, 0.2), f * rate * 7.84 / 6 / 26 * 1e-4, 200, s);
    }
}
