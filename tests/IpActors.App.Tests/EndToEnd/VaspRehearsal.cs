using System.Text.Json;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>The shipped rehearsal with the stand-in for VASP and all its misdeeds, shorter.</summary>
public sealed class VaspRehearsal : IDisposable
{
    const string Mark = "starts";

    public CampaignProcess Process { get; } = new();
    string Runs => Path.Combine(Process.Folder, "tiny.runs");

    /// <param name="isCounted">Started by a script that leaves a line in the run's folder each time.</param>
    public VaspRehearsal(bool isCounted)
    {
        var command = $"dotnet, {FakeVaspProgram.Dll}";
        if (isCounted)
        {
            var script = Path.Combine(Process.Folder, "vasp.sh");
            File.WriteAllText(script, $"echo started >> {Mark}\nexec dotnet '{FakeVaspProgram.Dll}'\n");
            command = $"/bin/sh, {script}";
        }
        ShippedCampaign.Put(Process, "vasp-dry-run",
            ("[dotnet, ../tests/FakeVasp/bin/Release/net10.0/FakeVasp.dll]", $"[{command}]"), ("potcar: ../tests/FakeVasp/potcars", $"potcar: {FakeVaspProgram.Potcars}"),
            ("FAKEVASP_SCRIPT: ../tests/FakeVasp/misdeeds.json", $"FAKEVASP_SCRIPT: {FakeVaspProgram.Misdeeds}"), ("poll_s: 0.2", "poll_s: 0.1"),
            ("initial: 3", "initial: 2"), ("batch: 2", "batch: 1"), ("max_iterations: 2", "max_iterations: 1"), ("[800, 1000, 1200]", "[800, 1200]"), ("tolerated_failures: 6", "tolerated_failures: 2"), ("[vacancy, interstitial]", "[interstitial]"));
    }

    /// <summary>Every run's folder, below the folder of all.</summary>
    public IReadOnlyList<string> Folders => [.. Directory.EnumerateFiles(Runs, "run.json", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>COMPOUND/PROPERTY.PART/ATTEMPT of every folder: one that is there twice was begun under two nonces.</summary>
    public IReadOnlyList<string> Attempts => [.. Folders.Select(f => Path.GetRelativePath(Runs, f)).Select(f => f[..f.LastIndexOf('-')]).Order(StringComparer.Ordinal)];

    public int Begun => Directory.Exists(Runs) ? Directory.EnumerateFiles(Runs, "started.json", SearchOption.AllDirectories).Count() : 0;

    /// <summary>How often the program was started in a folder.</summary>
    public static int Starts(string folder) => File.ReadAllLines(Path.Combine(folder, Mark)).Length;

    public void Finish()
    {
        var answer = Process.Run("run", "tiny.yaml");
        Assert.True(answer.ExitCode == 0, answer.Err);
        var verified = Process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Err);
    }

    /// <summary>What happened to the runs: the run's key, the event's name, the event.</summary>
    public IReadOnlyList<(string Run, string Name, JsonElement Event)> Events()
    {
        var lines = Process.Run("audit", "export", "tiny.yaml").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);
        return [.. lines.Select(l => (l.GetProperty("entity").GetString()!, l.GetProperty("manifest").GetString()!, l.GetProperty("event"))).Where(l => l.Item1.StartsWith("vasp-dry-run/run/", StringComparison.Ordinal))
            .Select(l => (l.Item1["vasp-dry-run/run/".Length..], l.Item2, l.Item3))];
    }

    public void Dispose() => Process.Dispose();
}

/// <summary>Run once without disturbance.</summary>
public sealed class CalmRehearsal : IDisposable
{
    public VaspRehearsal Campaign { get; } = new(isCounted: false);
    public string Csv { get; }

    public CalmRehearsal()
    {
        Campaign.Finish();
        Csv = Campaign.Process.Export();
    }

    public void Dispose() => Campaign.Dispose();
}
