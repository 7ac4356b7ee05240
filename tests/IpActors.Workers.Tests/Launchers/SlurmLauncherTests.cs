using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Workers.Launchers;
using IpActors.Workers.Launchers.Slurm;

namespace IpActors.Workers.Tests.Launchers;

/// <summary>Against a real controller with three node daemons.</summary>
[Collection("Slurm")]
public class SlurmLauncherTests(SharedSlurm shared, Xunit.Abstractions.ITestOutputHelper output)
{
    SlurmCluster Cluster { get { SlurmCluster.Require(); return shared.Cluster; } }

    [SkippableFact]
    public async Task Words_reach_the_program_as_they_are_and_its_exit_code_comes_back()
    {
        using var place = new Place();
        await using var launcher = new SlurmLauncher(Cluster.Options);
        string[] words = ["a b", "it's", "$(touch hacked)", "`id`", "; touch hacked", "\"", "*", "", "-n", "$HOME"];
        var printing = place.Order(["/usr/bin/printf", "[%s]", .. words]);
        var failing = place.Script("echo $MINE; exit 7") with { Environment = Texts.Of(("MINE", "x $(id) 'y'")) };
        var dying = place.Script("kill -SEGV $$");
        var jobs = await Task.WhenAll(new[] { printing, failing, dying }.Select(o => launcher.Start(o, default)));
        Assert.Equal(new JobState.Ended(new(0, null)), await Place.Over(launcher, jobs[0]));
        Assert.Equal(new JobState.Ended(new(7, null)), await Place.Over(launcher, jobs[1]));
        Assert.Equal(new JobState.Ended(new(null, 11)), await Place.Over(launcher, jobs[2]));
        Assert.Equal(string.Concat(words.Select(w => $"[{w}]")), Place.Text(printing, "out.txt"));
        Assert.Equal("x $(id) 'y'\n", Place.Text(failing, "out.txt"));
        Assert.False(File.Exists(Path.Combine(printing.Folder, "hacked")));
        Assert.Equal(1, launcher.Submissions); // they came up together: one array
    }

    [SkippableFact]
    public async Task After_a_crash_of_the_engine_jobs_are_found_again_running_or_ended()
    {
        using var place = new Place();
        var order = place.Script("echo started >> log; while [ ! -e go ]; do sleep 0.1; done; exit 3");
        var other = place.Script("sleep 0.1; exit 4");
        await using var first = new SlurmLauncher(Cluster.Options);
        var job = (await Task.WhenAll(first.Start(order, default), first.Start(other, default)))[0];
        await Place.Until(first, job, s => s is JobState.Running);
        await using var second = new SlurmLauncher(Cluster.Options);
        Assert.Equal(job, await second.Start(order, default));
        File.Delete(Path.Combine(order.Folder, "job.json")); // crashed between sbatch and the note of its answer
        File.Delete(Path.Combine(other.Folder, "job.json"));
        await using var third = new SlurmLauncher(Cluster.Options);
        Assert.Equal(job, await third.Start(order, default));
        Assert.Equal(new JobState.Ended(new(4, null)), await Place.Over(third, await third.Start(other, default)));
        File.WriteAllText(Path.Combine(order.Folder, "go"), "");
        Assert.Equal(new JobState.Ended(new(3, null)), await Place.Over(third, job));
        Assert.Equal("started\n", Place.Text(order, "log"));
        Assert.Equal((0, 0), (second.Submissions, third.Submissions));
    }

    [SkippableFact]
    public async Task Submitted_twice_by_whatever_mishap_it_runs_once()
    {
        using var place = new Place();
        var order = place.Script("echo started >> log; sleep 2; exit 3");
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var job = await launcher.Start(order, default);
        Cluster.Ask("sbatch", $"--chdir={order.Folder}", "--parsable", Path.Combine(order.Folder, "job.sh"));
        Assert.Equal(new JobState.Ended(new(3, null)), await Place.Over(launcher, job));
        await Place.Eventually(() => Cluster.Ask("squeue", "--noheader").Trim().Length == 0, "the queue is empty");
        Assert.Equal("started\n", Place.Text(order, "log"));
    }

    [SkippableFact]
    public async Task Ended_means_that_slurm_confirms_it()
    {
        using var place = new Place();
        var order = place.Script("trap '' TERM; mkfifo pipe; exec 3<> pipe; echo ready > ready; while true; do read -t 1 -u 3; done"); // without forks: Slurm's proctrack/linuxproc may miss a child that is born while it kills
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var job = await launcher.Start(order, default);
        await Place.Eventually(() => Place.Text(order, "ready").Length > 0, "the program has begun");
        await launcher.End(job, "test", default);
        Assert.Equal(0, Place.Living(order));
        Assert.IsType<JobState.Broken>(await Place.Over(launcher, job));
    }

    [SkippableFact]
    public async Task A_job_that_somebody_cancels_or_whose_time_is_over_is_a_fault_of_the_machinery()
    {
        using var place = new Place();
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var cancelled = place.Script("sleep 1000");
        var job = await launcher.Start(cancelled, default);
        await Place.Until(launcher, job, s => s is JobState.Running);
        Cluster.Ask("scancel", job.Id);
        var state = Assert.IsType<JobState.Broken>(await Place.Over(launcher, job));
        Assert.Equal(("cancelled", FaultKind.Infrastructure), (state.Fault.Code, state.Fault.Kind));
        var endless = place.Script("sleep 1000");
        job = await launcher.Start(endless, default);
        await Place.Until(launcher, job, s => s is JobState.Running);
        Cluster.Ask("scontrol", "update", $"JobId={job.Id}", "TimeLimit=0:01"); // as if the minute were over
        Assert.Equal(LaunchFaults.WalltimeCode, Assert.IsType<JobState.Broken>(await Place.Over(launcher, job, 150)).Fault.Code);
    }

    [SkippableFact]
    public async Task A_job_that_gives_way_to_a_more_urgent_one_was_pre_empted()
    {
        using var place = new Place();
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var order = place.Script("echo started >> log; while true; do sleep 0.1; done");
        var job = await launcher.Start(order, default);
        await Place.Eventually(() => Place.Text(order, "log").Length > 0, "the program has begun");
        var urgent = Cluster.Ask("sbatch", "--parsable", "--partition=urgent", $"--nodes={SlurmCluster.Nodes}", "--exclusive", $"--chdir={place.Folder}", "--output=/dev/null", "--wrap=sleep 1000").Trim();
        try
        {
            var state = Assert.IsType<JobState.Broken>(await Place.Over(launcher, job));
            Assert.Equal(("preempted", FaultKind.Infrastructure), (state.Fault.Code, state.Fault.Kind));
            await Place.Eventually(() => Place.Living(order) == 0, "nothing of it is left");
            Assert.Equal("started\n", Place.Text(order, "log")); // and Slurm has not begun it again
        }
        finally { Cluster.Ask("scancel", urgent); }
        await Place.Eventually(() => Cluster.Ask("squeue", "--noheader").Trim().Length == 0, "the queue is empty");
    }

    [SkippableFact]
    public async Task While_the_controller_is_away_nothing_is_known_and_nothing_is_lost()
    {
        using var place = new Place();
        var order = place.Script("echo started >> log; while [ ! -e go ]; do sleep 0.1; done");
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var job = await launcher.Start(order, default);
        await Place.Until(launcher, job, s => s is JobState.Running);
        await Task.Delay(1000); // the save of its submission is over
        var now = DateTime.UtcNow;
        Cluster.Ask("scontrol", "update", $"JobId={job.Id}", "Comment=saved");
        Cluster.UntilSaved(now); // killed before, it would start the job anew, whose claimed folder refuses it
        Cluster.KillController();
        await Place.Until(launcher, job, s => s is JobState.Unknown);
        var late = place.Script("echo late > log");
        var starting = launcher.Start(late, default); // waits
        await Task.Delay(1500);
        Assert.False(starting.IsCompleted);
        Cluster.StartController();
        await Place.Until(launcher, job, s => s is JobState.Running);
        File.WriteAllText(Path.Combine(order.Folder, "go"), "");
        Assert.Equal(new JobState.Ended(new(0, null)), await Place.Over(launcher, job));
        Assert.Equal(new JobState.Ended(new(0, null)), await Place.Over(launcher, await starting));
        Assert.Equal("started\n", Place.Text(order, "log"));
    }

    [SkippableFact]
    public async Task A_controller_that_has_forgotten_its_jobs_leads_to_no_second_run_beside_the_first()
    {
        using var place = new Place();
        var order = place.Script("echo started >> log; while true; do sleep 0.1; done");
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var job = await launcher.Start(order, default);
        await Place.Eventually(() => Place.Text(order, "log").Length > 0, "the program has begun");
        Cluster.KillController();
        Cluster.ForgetJobs();
        Cluster.StartController();
        // Either the node's daemon ends the orphan, or it goes on and is waited for: "broken" is said only of what has ended.
        var state = await Place.Until(launcher, job, s => s is JobState.Broken or JobState.Running, 90);
        if (state is JobState.Broken) await Place.Eventually(() => Place.Living(order) == 0, "nothing of a broken run lives");
        else Assert.True(Place.Living(order) > 0);
        await launcher.End(job, "test", default);
        foreach (var p in IpActors.Workers.Launchers.Local.ProcessIdentity.OfRun(order.Nonce)) p.Signal(9);
    }

    [SkippableFact]
    public async Task A_lost_node_is_told_as_such()
    {
        using var place = new Place();
        await using var launcher = new SlurmLauncher(Cluster.Options);
        var order = place.Script("sleep 1000");
        var job = await launcher.Start(order, default);
        var running = Assert.IsType<JobState.Running>(await Place.Until(launcher, job, s => s is JobState.Running { Host.Length: > 0 }));
        var node = running.Host[^1] - '0';
        Cluster.KillNode(node);
        try
        {
            Cluster.Ask("scontrol", "update", $"NodeName=n{node}", "State=DOWN", "Reason=lost");
            Assert.Equal("node-lost", Assert.IsType<JobState.Broken>(await Place.Over(launcher, job)).Fault.Code);
        }
        finally
        {
            Cluster.StartNode(node);
            Cluster.Ask("scontrol", "update", $"NodeName=n{node}", "State=RESUME");
        }
    }

    [SkippableFact]
    public async Task A_refused_submission_says_what_slurm_says()
    {
        using var place = new Place();
        await using var launcher = new SlurmLauncher(Cluster.Options with { Partition = "nosuch" });
        var e = await Assert.ThrowsAsync<LaunchException>(() => launcher.Start(place.Script("true"), default));
        Assert.Contains("invalid partition", e.Message);
    }

    [SkippableFact]
    public async Task A_setup_script_is_read_first_and_its_failure_told()
    {
        using var place = new Place();
        File.WriteAllText(Path.Combine(place.Folder, "good setup.sh"), "export FROM_SETUP=yes\n");
        File.WriteAllText(Path.Combine(place.Folder, "bad.sh"), "return 1\n");
        await using var good = new SlurmLauncher(Cluster.Options with { Setup = Path.Combine(place.Folder, "good setup.sh") });
        var order = place.Script("echo $FROM_SETUP");
        await Place.Over(good, await good.Start(order, default));
        Assert.Equal("yes\n", Place.Text(order, "out.txt"));
        await using var bad = new SlurmLauncher(Cluster.Options with { Setup = Path.Combine(place.Folder, "bad.sh") });
        Assert.Equal("setup-failed", Assert.IsType<JobState.Broken>(await Place.Over(bad, await bad.Start(place.Script("true"), default))).Fault.Code);
    }

    [SkippableFact]
    public Task Many_short_jobs_take_few_submissions_and_few_questions() => Many(40, 20, 0.5);

    [SkippableFact]
    public async Task A_thousand_short_jobs_too()
    {
        Skip.If(Environment.GetEnvironmentVariable("IPACTORS_LONG") is null, "a thousand jobs take minutes: ./test --long");
        await Many(1000, 50, 5);
    }

    async Task Many(int count, int array, double pollSeconds)
    {
        using var place = new Place();
        await using var launcher = new SlurmLauncher(Cluster.Options with { ArraySize = array, Poll = TimeSpan.FromSeconds(pollSeconds), Lost = TimeSpan.FromSeconds(60) });
        var orders = Enumerable.Range(0, count).Select(k => place.Script($"echo {k} >> log; exit {k % 3}")).ToArray();
        var since = System.Diagnostics.Stopwatch.StartNew();
        var jobs = await Task.WhenAll(orders.Select(o => launcher.Start(o, default)));
        var states = await Task.WhenAll(jobs.Select(j => Place.Over(launcher, j, 900)));
        for (var k = 0; k < count; k++) if (states[k] is JobState.Broken) output.WriteLine(Cluster.Story(jobs[k]));
        Assert.Equal(orders.Select((_, k) => new JobState.Ended(new(k % 3, null))), states);
        Assert.All(orders.Select((o, k) => (o, k)), x => Assert.Equal($"{x.k}\n", Place.Text(x.o, "log")));
        Assert.Equal(count / array, launcher.Submissions);
        Assert.True(launcher.Queries <= since.Elapsed.TotalSeconds / pollSeconds + 3, $"{launcher.Queries} questions in {since.Elapsed.TotalSeconds} s");
        output.WriteLine($"{count} jobs in {since.Elapsed.TotalSeconds:0.0} s ({since.Elapsed.TotalSeconds / count:0.000} s a job on {SlurmCluster.Nodes * SlurmCluster.Cores} slots): {launcher.Submissions} submissions, {launcher.Queries} questions ({launcher.Queries / since.Elapsed.TotalMinutes:0.0} a minute)");
    }
}
