using System.Collections.Concurrent;
using System.Diagnostics;
using IpActors.Chaos.Adversary;
using IpActors.Chaos.Host;

namespace IpActors.Chaos.Runs;

/// <summary>The undisturbed run of a campaign: what it exports, how long it takes, how many appends it makes.</summary>
public sealed record Baseline(string Csv, int Milliseconds, int Appends)
{
    static readonly ConcurrentDictionary<(string, bool, long), Lazy<Task<Baseline>>> Known = [];

    public static Task<Baseline> Of(JournalKind kind, Plan plan) => Known.GetOrAdd((kind.Name, plan.Real, plan.CampaignSeed), _ => new(() => Run(kind, plan))).Value;

    static async Task<Baseline> Run(JournalKind kind, Plan plan)
    {
        using var folder = new CampaignFolder(kind, plan);
        var watch = Stopwatch.StartNew();
        var (code, error) = await HostProcess.Run(kind, folder.Path, plan, life: -1);
        var found = await Findings.Of(folder.Path);
        if (code != CampaignHost.Over || found.Problems.Length > 0) throw new InvalidOperationException($"the undisturbed run failed ({code}): {error} {string.Join("; ", found.Problems)}");
        return new(found.Csv, (int)watch.ElapsedMilliseconds, found.Events);
    }
}

/// <summary>A folder with a campaign file, removed in the end unless it is to be looked at.</summary>
public sealed class CampaignFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ipactors-chaos-").FullName;
    public bool Keep { get; set; }

    readonly JournalKind _kind;

    public CampaignFolder(JournalKind kind, Plan plan)
    {
        _kind = kind;
        File.WriteAllText(System.IO.Path.Combine(Path, "chaos.yaml"), File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, plan.Template)).Replace("SEED", $"{plan.CampaignSeed}"));
        kind.Prepare(Path);
    }

    public void Dispose()
    {
        if (Keep) return;
        _kind.Remove(Path);
        Directory.Delete(Path, recursive: true);
    }
}

/// <summary>This program as the process that runs a campaign.</summary>
public static class HostProcess
{
    /// <summary>What stands for the exit code of a process that had to be ended after a time that no machine, however busy, needs.</summary>
    public const int Endless = -1;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public static Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var a in arguments.Prepend(System.IO.Path.Combine(AppContext.BaseDirectory, "IpActors.Chaos.dll"))) info.ArgumentList.Add(a);
        info.Environment["DOTNET_TieredPGO"] = "0";
        info.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(info)!;
    }

    public static Process Start(JournalKind kind, string folder, Plan plan, Life? life, Baseline? baseline) =>
        Start("host", kind.Name, folder, plan.Real ? "real" : "cheap", $"{plan.Seed}", $"{life?.Number ?? -1}", $"{baseline?.Milliseconds ?? 0}", $"{baseline?.Appends ?? 0}");

    public static async Task<(int Code, string Error)> Run(JournalKind kind, string folder, Plan plan, int life) => await Answer(life < 0 ? Start(kind, folder, plan, null, null) : Start("rival", folder));

    public static async Task<(int Code, string Error)> Answer(Process process)
    {
        using (process)
        {
            var (error, _) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
            try { await process.WaitForExitAsync().WaitAsync(Patience); }
            catch (TimeoutException) { process.Kill(); return (Endless, $"it did not end within {Patience.TotalMinutes} min"); }
            return (process.ExitCode, await error);
        }
    }
}
