using IpActors.Workers.Tests.Launchers;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>A campaign whose programs are jobs of a real Slurm, while engine, nodes and controller are killed.</summary>
public class SlurmCampaignTests
{
    const string Launcher = "{with: slurm, poll_s: 0.5, grace_s: 2, walltime_h: 0.5, slurm: {jobs: 12, array: 8}}";

    [SkippableFact]
    public void Engine_node_and_controller_are_killed_and_nothing_is_lost_or_doubled()
    {
        SlurmCluster.Require();
        using var calm = new ProgramCampaign("answer()");
        Assert.Equal(0, calm.Process.Run("run", "tiny.yaml").ExitCode);
        using var cluster = new SlurmCluster();
        using var c = new ProgramCampaign("time.sleep(1.5)\nanswer()", Launcher, "{infrastructure_attempts: 8, backoff_first_s: 0.1, backoff_longest_s: 0.5}");
        c.Process.RunAndKillWhen(() => c.Starts.Count >= 2);                 // the engine, with jobs running
        Thread.Sleep(2000);                                                  // some end while nobody is there
        using (var run = c.Process.Start("run", "tiny.yaml"))
        {
            var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            Until(() => c.Starts.Count >= 6);
            cluster.KillNode(2);
            cluster.Ask("scontrol", "update", "NodeName=n2", "State=DOWN", "Reason=lost");
            Until(() => c.Starts.Count >= 9);
            cluster.KillController();
            Thread.Sleep(2000);
            cluster.StartController();
            cluster.StartNode(2);
            Thread.Sleep(1000);
            cluster.Ask("scontrol", "update", "NodeName=n2", "State=RESUME");
            Assert.True(run.WaitForExit(TimeSpan.FromMinutes(6)), "the campaign ends");
            Assert.True(run.ExitCode == 0, error.Result + output.Result);
        }
        Assert.Equal(calm.Process.Export(), c.Process.Export());
        Assert.Equal(0, c.Process.Run("audit", "verify", "tiny.yaml").ExitCode);
        // No attempt ran twice, and an attempt beyond the first is there only for a job that was lost.
        Assert.All(c.Starts, s => Assert.Equal(1, s.Value));
        Assert.Equal(calm.Starts.Keys.Select(k => k[..^2]).Order(StringComparer.Ordinal), c.Starts.Keys.Select(k => k[..^2]).Distinct().Order(StringComparer.Ordinal));
        Assert.InRange(c.Starts.Count, calm.Starts.Count, calm.Starts.Count + 10);
    }

    [SkippableFact]
    public void Stopped_its_jobs_are_cancelled()
    {
        SlurmCluster.Require();
        using var cluster = new SlurmCluster();
        using var c = new ProgramCampaign("time.sleep(1000)", Launcher);
        Assert.True(c.Process.RunAndKillWhen(() => c.Starts.Count >= 3));
        Assert.NotEqual("", cluster.Ask("squeue", "--noheader"));
        var stopped = c.Process.Run("stop", "tiny.yaml");
        Assert.True(stopped.ExitCode == 0, stopped.Err);
        Until(() => cluster.Ask("squeue", "--noheader", "--states=PD,R,CG").Trim().Length == 0);
    }

    [SkippableFact]
    public void No_more_runs_are_in_the_queue_than_the_campaign_allows_and_they_go_out_in_arrays()
    {
        SlurmCluster.Require();
        using var cluster = new SlurmCluster();
        using var c = new ProgramCampaign("time.sleep(1)\nanswer()", Launcher.Replace("jobs: 12, array: 8", "jobs: 4, array: 3"));
        using var run = c.Process.Start("run", "tiny.yaml");
        var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        var most = 0;
        while (!run.WaitForExit(100)) most = Math.Max(most, cluster.Ask("squeue", "--noheader", "--array", "--states=PD,R", "--format=%i").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.True(run.ExitCode == 0, error.Result + output.Result);
        Assert.InRange(most, 2, 4);
        var scripts = Directory.GetFiles(c.Folder, "job.sh", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        Assert.Contains(scripts, s => s.Contains("#SBATCH --array=0-", StringComparison.Ordinal));
        Assert.All(scripts, s => Assert.DoesNotContain("--array=0-3", s));
        Assert.InRange(scripts.Count, 1, c.Starts.Count - 1);
    }

    /// <summary>Slurm counts whole minutes: the first attempt is cut after one, the second is given two.</summary>
    [SkippableFact]
    public void A_run_that_is_cut_off_gets_twice_the_time_next()
    {
        SlurmCluster.Require();
        using var cluster = new SlurmCluster();
        using var c = new ProgramCampaign("if attempt == 1: time.sleep(1000)\nanswer()", "{with: slurm, poll_s: 0.5, grace_s: 2, walltime_h: 0.0166, longest_walltime_h: 0.1}");
        File.WriteAllText(Path.Combine(c.Folder, "POSCAR"), "Li3OCl\n3.9\n1 0 0\n0 1 0\n0 0 1\nLi O Cl\n3 1 1\nDirect\n0.5 0.5 0\n0.5 0 0.5\n0 0.5 0.5\n0.5 0.5 0.5\n0 0 0\n");
        var answer = c.Process.Run("calculate", "POSCAR", "--with", "command", "--property", "relax", "--campaign", "tiny.yaml", "--json");
        Assert.True(answer.ExitCode == 0, answer.Err);
        Assert.Contains("walltime: ", answer.Err);
        var times = Directory.GetFiles(Path.Combine(c.Folder, "calculations"), "job.sh", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => File.ReadLines(f).Single(l => l.StartsWith("#SBATCH --time=", StringComparison.Ordinal))).ToList();
        Assert.Equal(["#SBATCH --time=1", "#SBATCH --time=2"], times);
    }

    static void Until(Func<bool> isSo)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); !isSo(); Thread.Sleep(100)) Assert.True(since.Elapsed.TotalMinutes < 3, "not within three minutes");
    }
}
