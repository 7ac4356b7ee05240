using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using IpActors.Science.Descriptors;
using IpActors.Science.Pareto;
using IpActors.Science.Surrogates;

namespace IpActors.Bench;

/// <summary>
/// Our half of tests/compare/optimiser_bench.py, which calls it as "optimiser FOLDER TASK...": reads the tables that the script wrote, and for each task named warms up, measures it in CPU time and
/// prints "task milliseconds value" lines.
/// </summary>
static class OptimiserTasks
{
    public static void Run(string[] arguments)
    {
        var folder = arguments[0];
        double[][] Read(string name) => [.. File.ReadLines(Path.Combine(folder, name)).Select(l => l.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray())];

        void Measure(string task, int repeats, int warmUps, Func<double> work)
        {
            if (!arguments.Skip(1).Contains(task)) return;
            for (var i = 0; i < warmUps; i++) work();
            using var self = Process.GetCurrentProcess();
            var before = self.TotalProcessorTime;
            var value = 0.0;
            for (var i = 0; i < repeats; i++) value = work();
            self.Refresh();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task} {(self.TotalProcessorTime - before).TotalMilliseconds / repeats:R} {value:R}"));
        }

        Measure("peak", 1, 1, Peak.Run);
        var (front, candidates) = (Read("front.csv"), Read("candidates.csv"));
        Measure("uhvi", 200, 50, () => new BoxDecomposition(front, [0, 0, 0]).Improvements(candidates).Sum());
        var numbers = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.Combine(folder, "pool.f64"))).ToArray();
        var pool = new LatentPool([30, 30, 30], numbers);
        foreach (var n in new[] { 100, 300 })
        {
            var table = Read($"fit_{n}.csv");
            var (rows, y) = (LatentPool.FromRows([30, 30, 30], [.. table.Select(r => r[..^1])]), table.Select(r => r[^1]).ToArray());
            var (mean, deviation) = SurrogateModel.Standardisation(y);
            double[] z = [.. y.Select(v => (v - mean) / deviation)];
            var surface = new LikelihoodSurface(GroupDistances.Within(rows), z, new double[n], Hyperparameters.TermGroups(3));
            double[] theta = [.. Enumerable.Range(0, surface.Dimension).Select(i => i is 0 or 2 or 4 or 6 or 9 or 12 ? -1 : i == 15 ? -3 : 2.0)], gradient = new double[theta.Length];
            Measure($"evaluation_{n}", n == 100 ? 2000 : 200, 50, () => surface.Evaluate(theta, gradient, out _));
            Measure($"fit_{n}", n == 100 ? 3 : 1, 1, () => SurrogateModel.Fit(rows, y, null, 1, new FitOptions(Starts: 5, WeakPrior: false)).Lml);
            var process = new GaussianProcess(surface.At(theta, 0), rows, z);
            Measure($"predict_{n}", n == 100 ? 10 : 4, 2, () => process.Predict(pool) is var p ? p.Mu.Sum() + p.Sigma.Sum() : 0);
            if (arguments.Skip(1).Contains($"pool_{n}")) Pool(n, front, pool, [.. Enumerable.Range(0, 3).Select(k => new GaussianProcess(surface.At(theta, 0), rows, [.. z.Select(v => Math.Cos(k) * v)]))]);
        }
    }

    /// <summary>700,000 candidates: mu and sigma of three objectives, mu + sigma, and its improvement over the front; a part of the pool after the other, on all cores, in wall time.</summary>
    static void Pool(int n, double[][] front, LatentPool part, GaussianProcess[] objectives)
    {
        const int Parts = 70;
        var clock = Stopwatch.StartNew();
        var boxes = new BoxDecomposition(front, [0, 0, 0]);
        double[][] mu = [.. objectives.Select(_ => new double[part.Count])], sigma = [.. objectives.Select(_ => new double[part.Count])];
        var (improvements, sum) = (new double[part.Count], 0.0);
        for (var i = 0; i < Parts; i++)
        {
            for (var k = 0; k < objectives.Length; k++)
            {
                objectives[k].Predict(part, mu[k], sigma[k]);
                for (var j = 0; j < part.Count; j++) mu[k][j] += sigma[k][j];
            }
            boxes.Improvements(mu, improvements);
            sum += improvements.Sum();
        }
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pool_{n} {clock.Elapsed.TotalMilliseconds:R} {sum:R}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory_{n} {self.PeakWorkingSet64 / 1e6:F0} 0"));
    }
}
