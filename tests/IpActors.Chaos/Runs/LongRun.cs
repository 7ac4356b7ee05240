using System.Diagnostics;
using System.Text;
using IpActors.Chaos.Host;

namespace IpActors.Chaos.Runs;

/// <summary>Many seeds, as many at a time as the machine has cores.</summary>
public sealed record LongRun(JournalKind Kind, ImmutableArray<Outcome> Outcomes, TimeSpan Time)
{
    public ImmutableArray<Outcome> Failed => [.. Outcomes.Where(o => !o.Problems.IsEmpty)];

    /// <param name="real">how many more seeds run with the real built-in model</param>
    /// <param name="soFar">told of what has been done after each</param>
    public static async Task<LongRun> Of(JournalKind kind, int from, int count, int real, Action<string>? say = null, Action<LongRun>? soFar = null)
    {
        var watch = Stopwatch.StartNew();
        var jobs = Enumerable.Range(from, count).Select(s => (Seed: s, Real: false)).Concat(Enumerable.Range(from, real).Select(s => (Seed: s, Real: true))).ToList();
        var (outcomes, gate) = (new Outcome?[jobs.Count], new Lock());
        LongRun SoFar() => new(kind, [.. outcomes.OfType<Outcome>()], watch.Elapsed);
        await Parallel.ForEachAsync(Enumerable.Range(0, jobs.Count), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, _) =>
        {
            var outcome = await ChaosRun.Of(kind, jobs[i].Seed, jobs[i].Real);
            lock (gate)
            {
                outcomes[i] = outcome;
                say?.Invoke($"{outcome}{(outcome.Problems.IsEmpty ? "" : $"\n    {outcome.Replay}")}");
                soFar?.Invoke(SoFar());
            }
        });
        return SoFar();
    }

    /// <summary>The run as a page: what was done, by whom, and what came of it.</summary>
    public string Report()
    {
        var text = new StringBuilder();
        var (cheap, real) = (Outcomes.Where(o => !o.Real).ToList(), Outcomes.Count(o => o.Real));
        text.AppendLine($"# Chaos: {Outcomes.Length} campaigns under an adversary, journal {Kind.Name}\n");
        text.AppendLine($"{cheap.Count} seeds from {cheap[0].Seed} on with the cheap calculator{(real > 0 ? $", {real} of them with the built-in model as well" : "")}. What the adversary does and what is checked: docs/robustness.md.\n");
        text.AppendLine($"- outcome: {Outcomes.Length - Failed.Length} of {Outcomes.Length} ended as undisturbed{(Failed.IsEmpty ? "" : $"; not so: {string.Join(", ", Failed.Select(f => f.Seed))}")}");
        text.AppendLine($"- processes: {Outcomes.Sum(o => o.Lives)}, of which {Outcomes.Sum(o => o.Faults.Where(f => f.Key.StartsWith("killed", StringComparison.Ordinal)).Sum(f => f.Value))} were killed");
        text.AppendLine($"- time: {Time.TotalMinutes:F0} min on {Machine()}");
        text.AppendLine($"- commit: {Environment.GetEnvironmentVariable("IPACTORS_COMMIT") ?? "not stated"}\n");
        text.AppendLine("| fault | times |\n|---|---|");
        foreach (var f in Outcomes.SelectMany(o => o.Faults).GroupBy(f => f.Key, f => f.Value).OrderBy(f => f.Key, StringComparer.Ordinal)) text.AppendLine($"| {f.Key} | {f.Sum()} |");
        foreach (var f in Failed) text.AppendLine($"\n{f}\n\n    {f.Replay}");
        return text.ToString();
    }

    static string Machine()
    {
        var model = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
        return $"{Environment.ProcessorCount} cores ({model ?? "unknown processor"}), {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}";
    }
}
