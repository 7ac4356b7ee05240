using System.Diagnostics;
using System.Globalization;
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
        foreach (var n in new[] { 100, 300 })
        {
            var table = Read($"fit_{n}.csv");
            var (rows, y) = (LatentPool.FromRows([30, 30, 30], [.. table.Select(r => r[..^1])]), table.Select(r => r[^1]).ToArray());
            var (mean, deviation) = SurrogateModel.Standardisation(y);
            var surface = new LikelihoodSurface(GroupDistances.Within(rows), [.. y.Select(v => (v - mean) / deviation)], new double[n], Hyperparameters.TermGroups(3));
            var (theta, gradient) = (new double[surface.Dimension], new double[surface.Dimension]);
            for (var i = 0; i < theta.Length; i++) theta[i] = i is 1 or 3 or 5 or 7 or 8 or 10 or 11 or 13 or 14 ? 2 : -1;
            Measure($"evaluation_{n}", n == 100 ? 2000 : 200, 50, () => surface.Evaluate(theta, gradient, out _));
            Measure($"fit_{n}", n == 100 ? 3 : 1, 1, () => SurrogateModel.Fit(rows, y, null, 1, new FitOptions(Starts: 5, WeakPrior: false)).Lml);
        }
    }
}
