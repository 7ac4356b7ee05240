using System.Diagnostics;
using System.Globalization;
using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Journals;
using IpActors.Workers.Tests.Launchers;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>Programs of a killed node: on its own machine their guardians end them before another attempt begins; in a scheduler's queue they go on, and another node takes them over.</summary>
public sealed class LocalProgramsTests
{
    const string Roles = "coordinator, entity";

    /// <summary>The first program to be started hangs; the others take a moment. Each notes when it began and, asked to end, when it ended.</summary>
    const string Hanging = """
        import signal
        first = os.path.join(marks, "..", "hung")
        log = open(os.path.join(marks, "..", "life"), "a", buffering=1)
        def note(what): log.write("%s %d %s %.3f %d\n" % (name, attempt, what, time.time(), os.getpid()))
        def ended(*_): note("ended"); os._exit(1)
        signal.signal(signal.SIGTERM, ended)
        note("began")
        try:
            os.close(os.open(first, os.O_CREAT | os.O_EXCL))
            time.sleep(1000)
        except FileExistsError: time.sleep(0.2)
        answer()
        """;

    [SkippableFact]
    public async Task A_killed_nodes_programs_are_gone_before_another_attempt_begins_and_nothing_is_doubled()
    {
        Skip.If(Environment.GetEnvironmentVariable("IPACTORS_LONG") != "1", "minutes long; set IPACTORS_LONG=1");
        using var calm = new ProgramCampaign("answer()");
        Assert.Equal(0, calm.Process.Run("run", "tiny.yaml").ExitCode);
        using var c = new ProgramCampaign(Hanging, "{poll_s: 0.1, grace_s: 2}");
        using var nodes = new NodeProcesses(c.Process, new SqliteAddress(c.Process.Journal), [Roles, "worker", "worker"]);
        var run = nodes.Start(0);
        var victim = nodes.Start(1);
        await nodes.Until(() => File.Exists(Path.Combine(c.Folder, "hung")));
        var hung = Life(c)[0];
        Assert.True(Directory.Exists($"/proc/{hung.Pid}"));
        var next = nodes.Start(2); // of three nodes two go on
        await nodes.Until(() => next.IsIn);
        victim.Process.Kill();
        var since = Stopwatch.StartNew();
        await nodes.Until(() => !Directory.Exists($"/proc/{hung.Pid}"));
        // The lease of 15 s, and what a guardian needs to notice and to ask.
        Assert.InRange(since.Elapsed.TotalSeconds, 8, 15 + 2 + 2 + 15);
        NodeProcesses.Ended(run, 0);
        NodeProcesses.Ended(next, 0);

        var life = Life(c);
        var ended = Assert.Single(life, l => l.What == "ended");
        Assert.Equal((hung.Name, hung.Attempt), (ended.Name, ended.Attempt));
        var again = Assert.Single(life, l => l.Name == hung.Name && l.Attempt == 2 && l.What == "began");
        Assert.True(again.Time > ended.Time, "the second attempt began before the first was gone");
        Assert.All(c.Starts, s => Assert.Equal(1, s.Value));
        Assert.Equal(calm.Starts.Keys.Append($"{hung.Name}.2").Order(StringComparer.Ordinal), c.Starts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(calm.Process.Export(), c.Process.Export());
        Assert.Equal(0, c.Process.Run("audit", "verify", "tiny.yaml").ExitCode);
    }

    [SkippableFact]
    public async Task A_killed_nodes_slurm_jobs_are_taken_over_by_the_next_and_none_is_sent_twice()
    {
        Skip.If(Environment.GetEnvironmentVariable("IPACTORS_LONG") != "1", "minutes long; set IPACTORS_LONG=1");
        SlurmCluster.Require();
        using var calm = new ProgramCampaign("answer()");
        Assert.Equal(0, calm.Process.Run("run", "tiny.yaml").ExitCode);
        using var slurm = new SlurmCluster();
        using var c = new ProgramCampaign("time.sleep(3)\nanswer()", "{with: slurm, poll_s: 0.5, grace_s: 2, walltime_h: 0.5, slurm: {jobs: 12, array: 8}}");
        using var nodes = new NodeProcesses(c.Process, new SqliteAddress(c.Process.Journal), [Roles, "worker", "worker"]);
        var run = nodes.Start(0);
        var victim = nodes.Start(1);
        await nodes.Until(() => c.Starts.Count >= 3);
        var next = nodes.Start(2);
        await nodes.Until(() => next.IsIn);
        victim.Process.Kill();
        NodeProcesses.Ended(run, 0);
        NodeProcesses.Ended(next, 0);
        Assert.All(c.Starts, s => Assert.Equal(1, s.Value));
        Assert.Equal(calm.Starts.Keys.Order(StringComparer.Ordinal), c.Starts.Keys.Order(StringComparer.Ordinal)); // no second attempt of any
        Assert.Equal(calm.Process.Export(), c.Process.Export());
        Assert.Equal(0, c.Process.Run("audit", "verify", "tiny.yaml").ExitCode);
    }

    sealed record Note(string Name, int Attempt, string What, double Time, int Pid);

    static List<Note> Life(ProgramCampaign c) => [.. File.ReadAllLines(Path.Combine(c.Folder, "life")).Select(l => l.Split(' ')).Where(w => w.Length == 5)
        .Select(w => new Note(w[0], int.Parse(w[1]), w[2], double.Parse(w[3], CultureInfo.InvariantCulture), int.Parse(w[4])))];
}
