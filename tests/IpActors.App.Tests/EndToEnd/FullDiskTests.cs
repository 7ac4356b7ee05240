using System.Diagnostics;

namespace IpActors.App.Tests.EndToEnd;

public class FullDiskTests(FinishedCampaign finished) : IClassFixture<FinishedCampaign>
{
    [SkippableFact]
    public void A_campaign_whose_disk_fills_up_says_so_in_one_line_and_with_space_again_ends_with_the_same_decisions()
    {
        Skip.If(OperatingSystem.IsWindows(), "limits the size of files as Unix can");
        using var process = new CampaignProcess();
        var stopped = 0;
        // Files may not grow beyond a limit, which to the program is a full disk; the limit is raised until it suffices.
        for (var kilobytes = 120; kilobytes < 4000; kilobytes += kilobytes / 2)
        {
            var info = new ProcessStartInfo("/bin/bash", ["-c", $"trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"", "bash", "dotnet", Path.Combine(AppContext.BaseDirectory, "ipactors.dll"), "run", "tiny.yaml"])
                { WorkingDirectory = process.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
            info.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // its shared memory counts as a file
            using var run = Process.Start(info)!;
            var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            Assert.True(run.WaitForExit(TimeSpan.FromMinutes(5)));
            if (run.ExitCode == 0) break;
            stopped++;
            var line = Assert.Single(error.Result.Split('\n'), l => l.StartsWith("ipactors: ", StringComparison.Ordinal));
            Assert.True(run.ExitCode is 1 or 2 && line.Contains("tiny.db") && (line.Contains("no space left") || line.Contains("check its space")), $"{run.ExitCode} {output.Result} {error.Result}");
        }
        Assert.True(stopped > 0);
        var whole = process.Run("run", "tiny.yaml");
        Assert.True(whole.ExitCode == 0, whole.Err);
        Assert.Equal(finished.Csv, process.Export());
        Assert.Equal(0, process.Run("audit", "verify", "tiny.yaml").ExitCode);
    }
}
