using System.Diagnostics;
using System.Text.Json;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Workers.Launchers;
using IpActors.Workers.Launchers.Local;

namespace IpActors.Workers.Tests.Launchers;

/// <summary>Real processes under real guardians.</summary>
public class LocalLauncherTests
{
    [Fact]
    public async Task Arguments_reach_the_program_as_they_are_and_no_shell_reads_them()
    {
        using var place = new Place();
        string[] words = ["a b", "it's", "$(touch hacked)", "`touch hacked`", "; touch hacked", "\"", "*", "", "-n", "ä\nö"];
        var order = place.Order(["/usr/bin/printf", "[%s]", .. words]) with { Environment = Texts.Of(("MINE", "x y")) };
        var launcher = Place.Local();
        var state = await Place.Over(launcher, await launcher.Start(order, default));
        Assert.Equal(new JobState.Ended(new(0, null)), state);
        Assert.Equal(string.Concat(words.Select(w => $"[{w}]")), Place.Text(order, "out.txt"));
        Assert.False(File.Exists(Path.Combine(order.Folder, "hacked")));
    }

    [Fact]
    public async Task A_run_has_its_folder_its_environment_its_exit_code_and_nothing_on_its_input()
    {
        using var place = new Place();
        var order = place.Script("pwd; echo $MINE; echo trouble >&2; read line && echo $line; exit 7") with { Environment = Texts.Of(("MINE", "x y")) };
        var launcher = Place.Local();
        Assert.Equal(new JobState.Ended(new(7, null)), await Place.Over(launcher, await launcher.Start(order, default)));
        Assert.Equal($"{order.Folder}\nx y\n", Place.Text(order, "out.txt"));
        Assert.Equal("trouble\n", Place.Text(order, "err.txt"));
    }

    [Fact]
    public async Task A_signal_that_ends_the_program_is_told_from_an_exit_code()
    {
        using var place = new Place();
        var launcher = Place.Local();
        Assert.Equal(new JobState.Ended(new(null, 11)), await Place.Over(launcher, await launcher.Start(place.Script("kill -SEGV $$"), default)));
    }

    [Fact]
    public async Task Started_again_after_a_crash_of_the_engine_it_is_the_same_run()
    {
        using var place = new Place();
        var order = place.Script("echo started >> log; while [ ! -e go ]; do sleep 0.05; done; exit 3");
        var first = await Place.Local().Start(order, default);
        var second = await Place.Local().Start(order, default); // another engine: it knows the folder alone
        Assert.Equal(first, second);
        await Place.Eventually(() => Place.Text(order, "log").Length > 0, "the program has begun");
        Assert.IsType<JobState.Running>(await Place.Local().Look(second, default));
        File.WriteAllText(Path.Combine(order.Folder, "go"), "");
        Assert.Equal(new JobState.Ended(new(3, null)), await Place.Over(Place.Local(), second));
        Assert.Equal(new JobState.Ended(new(3, null)), await Place.Local().Look(await Place.Local().Start(order, default), default)); // and when it has ended, it has
        Assert.Equal("started\n", Place.Text(order, "log"));
    }

    [Fact]
    public async Task Started_by_many_at_once_it_runs_once()
    {
        using var place = new Place();
        var order = place.Script("echo started >> log; sleep 1");
        var jobs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Place.Local().Start(order, default))));
        Assert.Single(jobs.Distinct());
        await Place.Over(Place.Local(), jobs[0]);
        Assert.Equal("started\n", Place.Text(order, "log"));
    }

    [Fact]
    public async Task Ended_nothing_of_it_is_left_not_even_what_ignores_signals_or_has_gone_into_another_session()
    {
        using var place = new Place();
        var order = place.Script("trap '' TERM; setsid sleep 1000 & (trap '' TERM; while true; do sleep 0.1; done) & echo ready > ready; while true; do sleep 0.1; done");
        var launcher = Place.Local(graceSeconds: 0.3);
        var job = await launcher.Start(order, default);
        await Place.Eventually(() => Place.Text(order, "ready").Length > 0, "the program has begun");
        Assert.True(Place.Living(order) >= 4, "guardian, program, sleeper, loop");
        await launcher.End(job, "test", default);
        Assert.Equal(0, Place.Living(order));
        Assert.Equal(new JobState.Ended(new(null, 9, "request")), await launcher.Look(job, default));
    }

    [Fact]
    public async Task What_a_program_leaves_behind_is_counted_and_ended()
    {
        using var place = new Place();
        var order = place.Script("setsid sleep 1000 & setsid sleep 1000 & exit 0");
        var tidy = place.Script("sleep 0.3 & exit 0");
        var launcher = Place.Local();
        Assert.Equal(new JobState.Ended(new(0, null) { Leftovers = 2 }), await Place.Over(launcher, await launcher.Start(order, default)));
        Assert.Equal(0, Place.Programs(order));
        Assert.Equal(new JobState.Ended(new(0, null)), await Place.Over(launcher, await launcher.Start(tidy, default)));
    }

    [Fact]
    public async Task A_program_that_ends_when_asked_is_not_killed()
    {
        using var place = new Place();
        var order = place.Script("trap 'echo saved > saved; exit 0' TERM; echo ready > ready; while true; do sleep 0.05; done");
        var launcher = Place.Local(graceSeconds: 20);
        var job = await launcher.Start(order, default);
        await Place.Eventually(() => Place.Text(order, "ready").Length > 0, "the program has begun");
        await launcher.End(job, "test", default);
        Assert.Equal("saved\n", Place.Text(order, "saved"));
        Assert.Equal(new JobState.Ended(new(0, null, "request")), await launcher.Look(job, default));
    }

    [Fact]
    public async Task Without_its_guardian_a_run_is_lost_and_ended_before_that_is_said()
    {
        using var place = new Place();
        var order = place.Script("echo ready > ready; while true; do sleep 0.1; done");
        var launcher = Place.Local();
        var job = await launcher.Start(order, default);
        await Place.Eventually(() => Place.Text(order, "ready").Length > 0, "the program has begun");
        GuardFiles.Read<GuardedProcess>(order.Folder, GuardFiles.Guardian)!.Process.Signal(9);
        var state = Assert.IsType<JobState.Broken>(await Place.Over(launcher, job));
        Assert.Equal(("lost", FaultKind.Infrastructure), (state.Fault.Code, state.Fault.Kind));
        Assert.Equal(0, Place.Living(order));
    }

    [Fact]
    public async Task A_stranger_with_the_number_of_an_old_run_is_left_alone()
    {
        using var place = new Place();
        using var stranger = Process.Start("sleep", "1000");
        try
        {
            var order = place.Script("true");
            var identity = ProcessIdentity.Of(stranger.Id)!;
            foreach (var (file, who) in new[] { (GuardFiles.Guardian, identity with { StartTicks = identity.StartTicks - 1 }), (GuardFiles.Started, identity with { Boot = "another" }) })
                GuardFiles.Write(order.Folder, file, new GuardedProcess(Environment.MachineName, who));
            var job = await Place.Local().Start(order, default);
            await Place.Local().End(job, "test", default);
            Assert.Equal("lost", Assert.IsType<JobState.Broken>(await Place.Local().Look(job, default)).Fault.Code);
            Assert.False(stranger.HasExited);
            Assert.Equal("", Place.Text(order, "out.txt")); // and the folder of a lost run is not used again
        }
        finally { stranger.Kill(); }
    }

    [Fact]
    public async Task A_run_of_another_host_is_neither_started_again_nor_ended_from_here()
    {
        using var place = new Place();
        var order = place.Script("true");
        GuardFiles.Write(order.Folder, GuardFiles.Guardian, new GuardedProcess("elsewhere", new(1, 1, "b")));
        GuardFiles.Write(order.Folder, GuardFiles.Started, new GuardedProcess("elsewhere", new(2, 1, "b")));
        var launcher = Place.Local();
        var job = await launcher.Start(order, default);
        Assert.Contains("elsewhere", Assert.IsType<JobState.Waiting>(await launcher.Look(job, default)).Why);
        await Assert.ThrowsAsync<LaunchException>(() => launcher.End(job, "test", default));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_a_fault_of_the_machine_in_words()
    {
        using var place = new Place();
        var launcher = Place.Local();
        var state = Assert.IsType<JobState.Broken>(await Place.Over(launcher, await launcher.Start(place.Order("/no/such/vasp_std"), default)));
        Assert.Equal("not-started", state.Fault.Code);
        Assert.Contains("/no/such/vasp_std: No such file", state.Fault.Message);
    }

    [Fact]
    public async Task When_its_time_is_over_it_is_ended_and_that_is_no_fault_of_the_physics()
    {
        using var place = new Place();
        var launcher = Place.Local();
        var order = place.Script("while true; do sleep 0.1; done") with { WalltimeSeconds = 0.5 };
        var state = Assert.IsType<JobState.Broken>(await Place.Over(launcher, await launcher.Start(order, default)));
        Assert.Equal((LaunchFaults.WalltimeCode, FaultKind.Infrastructure, 0), (state.Fault.Code, state.Fault.Kind, Place.Programs(order)));
    }

    [Fact]
    public async Task A_run_lives_as_long_as_its_nodes_lease_is_renewed()
    {
        using var place = new Place();
        var lease = Path.Combine(place.Folder, "lease");
        File.WriteAllText(lease, "");
        var launcher = Place.Local(lease: (lease, 2));
        var order = place.Script("while true; do sleep 0.1; done");
        var job = await launcher.Start(order, default);
        for (var i = 0; i < 12; i++) // longer than the lease
        {
            await Task.Delay(300);
            File.SetLastWriteTimeUtc(lease, DateTime.UtcNow.AddDays(i % 2 == 0 ? -100 : 100)); // whatever the clock says
        }
        Assert.IsType<JobState.Running>(await launcher.Look(job, default));
        var state = Assert.IsType<JobState.Broken>(await Place.Over(launcher, job));
        Assert.Equal(("node-lost", 0), (state.Fault.Code, Place.Programs(order)));
    }

    [Fact]
    public async Task Its_files_tell_a_person_what_runs_and_how_it_ended()
    {
        using var place = new Place();
        var order = place.Script("exit 5");
        var launcher = Place.Local();
        await Place.Over(launcher, await launcher.Start(order, default));
        using var guard = JsonDocument.Parse(Place.Text(order, "guard.json"));
        Assert.Equal(["/bin/bash", "script.sh"], guard.RootElement.GetProperty("command").EnumerateArray().Select(e => e.GetString()));
        using var exit = JsonDocument.Parse(Place.Text(order, "exit.json"));
        Assert.Equal(5, exit.RootElement.GetProperty("code").GetInt32());
    }
}
