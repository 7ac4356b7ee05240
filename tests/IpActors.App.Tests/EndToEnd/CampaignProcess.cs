using System.Diagnostics;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>The built program in a folder of its own, run as a user runs it: as a process that can be killed.</summary>
public sealed class CampaignProcess : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("ipactors-test-").FullName;
    public string File => Path.Combine(Folder, "tiny.yaml");
    public string Journal => Path.Combine(Folder, "tiny.db");

    /// <summary>The build that is run.</summary>
    public string Program { get; set; } = Path.Combine(AppContext.BaseDirectory, "ipactors.dll");
    /// <summary>Over the environment of the tests.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>A program that takes longer has hung.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(8);

    public CampaignProcess() => System.IO.File.Copy(Path.Combine(AppContext.BaseDirectory, "EndToEnd", "tiny.yaml"), File);

    public sealed record Answer(int ExitCode, string Out, string Err);

    public Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        info.ArgumentList.Add(Program);
        foreach (var a in arguments) info.ArgumentList.Add(a);
        info.Environment["DOTNET_NOLOGO"] = "1";
        info.Environment["XDG_CACHE_HOME"] = Path.Combine(Folder, "kept"); // results of programs: none from elsewhere, none left behind
        info.Environment.Remove("VASP_PSP_DIR");
        foreach (var (name, value) in Variables) info.Environment[name] = value;
        return Process.Start(info)!;
    }

    /// <summary>As Ctrl-C does. A process that a script began in the background has SIGINT ignored for good, and is told by SIGTERM, which means the same.</summary>
    public static void Interrupt(Process process)
    {
        const int Int = 2;
        var ignored = Convert.ToUInt64(System.IO.File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16);
        Process.Start("kill", [(ignored >> (Int - 1) & 1) == 0 ? "-INT" : "-TERM", $"{process.Id}"]).WaitForExit();
    }

    public Answer Run(params string[] arguments) => RunOn(null, arguments);

    /// <summary>With the number of processors that .NET sees, null for all.</summary>
    public Answer RunOn(int? processors, params string[] arguments)
    {
        if (processors is { } n) Environment.SetEnvironmentVariable("DOTNET_PROCESSOR_COUNT", n.ToString());
        using var process = Start(arguments);
        Environment.SetEnvironmentVariable("DOTNET_PROCESSOR_COUNT", null);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(process.WaitForExit(Longest), $"{string.Join(' ', arguments)} did not end");
        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs until the condition holds, then SIGKILL; false where the campaign ended before.</summary>
    public bool RunAndKillWhen(Func<bool> reached, params string[] more)
    {
        using var process = Start(["run", "tiny.yaml", .. more]);
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(50)))
            if (reached())
            {
                process.Kill();
                process.WaitForExit();
                return true;
            }
        Assert.Equal(0, process.ExitCode);
        return false;
    }

    /// <summary>Starts a run and kills it with SIGKILL after that time; false when it ended by itself before.</summary>
    public bool RunAndKillAfter(TimeSpan time, params string[] more)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        return RunAndKillWhen(() => clock.Elapsed >= time, more);
    }

    public string Export()
    {
        var answer = Run("export", "tiny.yaml", "--format", "csv");
        Assert.True(answer.ExitCode == 0, answer.Err);
        return answer.Out;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>One campaign, run once to its end without disturbance; tests compare with it and work on copies.</summary>
public sealed class FinishedCampaign : IDisposable
{
    public CampaignProcess Process { get; } = new();
    public string Csv { get; }
    public CampaignProcess.Answer Answer { get; }

    public FinishedCampaign()
    {
        Answer = Process.Run("run", "tiny.yaml");
        Assert.True(Answer.ExitCode == 0, Answer.Err);
        Csv = Process.Export();
    }

    /// <summary>A copy with its journal and blobs, to be damaged at will.</summary>
    public CampaignProcess Copy()
    {
        var copy = new CampaignProcess();
        // The journal's files and what is in its folder of blobs; not the lock and the socket of a process.
        foreach (var path in Directory.EnumerateFiles(Process.Folder, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Process.Folder, path);
            if (!relative.StartsWith("tiny.db", StringComparison.Ordinal) || Path.GetExtension(path) is ".sock" or ".lock") continue;
            var target = Path.Combine(copy.Folder, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(path, target, overwrite: true);
        }
        return copy;
    }

    public void Dispose() => Process.Dispose();
}
