using System.Text.Json;
using IpActors.Workers.Launchers.Local;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>A short campaign whose relaxations the stand-in for VASP does, as a real process under the real engine, with a script of misdeeds.</summary>
public sealed class MisbehavingVasp : IDisposable
{
    public CampaignProcess Process { get; } = new();
    string Runs => Path.Combine(Process.Folder, "tiny.runs");

    /// <param name="rules">Of tests/FakeVasp/README.md.</param>
    /// <param name="settings">Of the relaxation, in VASP's words.</param>
    public MisbehavingVasp(string rules, string settings = "{}", string launcher = "{poll_s: 0.1, grace_s: 1}", string restart = "{physics_attempts: 2, infrastructure_attempts: 3, backoff_first_s: 0.05, backoff_longest_s: 0.1}")
    {
        var script = Path.Combine(Process.Folder, "misdeeds.json");
        File.WriteAllText(script, $"{{ \"rules\": [\n{rules}\n] }}");
        File.WriteAllText(Process.File, $$"""
            name: misdeeds
            seed: 5
            journal: sqlite:tiny.db
            space: {aristotypes: [Li3XZ, Li4XZ2], x: [O, S], z: [Cl, Br], max_index: 1}
            screening: {max_decomposition_energy_eV_per_atom: 0.2}
            objectives:
              - {property: decomposition-energy, transform: linear, scale: -10.0, reference: -2.0}
              - {property: band-gap, transform: linear, scale: 1.0, reference: 0.0}
            surrogate: {latent: 4, starts: 1}
            acquisition: {initial: 3, batch: 2}
            stop: {max_iterations: 2}
            calculators:
              relaxation: {with: vasp, fmax_eV_per_A: 0.01, max_steps: 60, settings: {{settings}}}
              band-gap: {with: builtin}
            programs:
              vasp:
                command: [dotnet, '{{FakeVaspProgram.Dll}}']
                potcar: '{{FakeVaspProgram.Potcars}}'
                environment: {FAKEVASP_SCRIPT: '{{script}}', DOTNET_GCHeapHardLimit: '0x10000000'}
              cache: off
            launcher: {{launcher}}
            restart: {{restart}}
            """);
    }

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Finish()
    {
        var answer = Process.Run("run", "tiny.yaml");
        Assert.True(answer.ExitCode == 0, answer.Err);
        var verified = Process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Err);
        return ShippedCampaign.Rows(Process.Export());
    }

    /// <summary>Every failed attempt: compound, attempt, fault, its kind, and what of <c>resume</c> follows.</summary>
    public IReadOnlyList<(string Compound, int Attempt, string Code, string Kind, string? Resume)> Failures()
    {
        var all = new List<(string, int, string, string, string?)>();
        foreach (var line in Process.Run("audit", "export", "tiny.yaml").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var e = JsonDocument.Parse(line).RootElement;
            if (!e.GetProperty("manifest").GetString()!.StartsWith("run.failed/", StringComparison.Ordinal)) continue;
            var (what, fault) = (e.GetProperty("event"), e.GetProperty("event").GetProperty("fault"));
            var resume = what.TryGetProperty("correction", out var c) && c.GetProperty("after").TryGetProperty("resume", out var r) ? r.GetString() : null;
            all.Add((e.GetProperty("entity").GetString()!.Split('/')[2].Split(':')[0], what.GetProperty("attempt").GetInt32(), fault.GetProperty("code").GetString()!, fault.GetProperty("kind").GetString()!.ToLowerInvariant(), resume));
        }
        return all;
    }

    /// <summary>One relaxation of Li3OCl with the same file, and what <c>calculate</c> says of it.</summary>
    public CampaignProcess.Answer Calculate()
    {
        File.WriteAllText(Path.Combine(Process.Folder, "POSCAR"), "Li3OCl\n3.9\n1 0 0\n0 1 0\n0 0 1\nLi O Cl\n3 1 1\nDirect\n0.5 0.5 0\n0.5 0 0.5\n0 0.5 0.5\n0.5 0.5 0.5\n0 0 0.02\n");
        return Process.Run("calculate", "POSCAR", "--with", "vasp", "--property", "relax", "--campaign", "tiny.yaml", "--json");
    }

    /// <summary>Folders of attempts, in order.</summary>
    public IReadOnlyList<string> Folders => [.. new[] { Runs, Path.Combine(Process.Folder, "calculations") }.Where(Directory.Exists).SelectMany(r => Directory.EnumerateFiles(r, "run.json", SearchOption.AllDirectories)).Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>Processes of any attempt that still run, wherever they have gone.</summary>
    public int Living => Folders.Sum(f => ProcessIdentity.OfRun(f[(f.LastIndexOf('-') + 1)..]).Count);

    public void Dispose() => Process.Dispose();
}
