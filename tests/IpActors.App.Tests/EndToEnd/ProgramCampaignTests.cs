using System.Text.Json;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>Campaigns with real programs under guardians, disturbed.</summary>
public class ProgramCampaignTests
{
    const string Slow = "time.sleep(0.4)\nanswer()";

    static string Run(ProgramCampaign c, int code = 0)
    {
        var answer = c.Process.Run("run", "tiny.yaml");
        Assert.True(answer.ExitCode == code, answer.Err + answer.Out);
        return answer.Err;
    }

    static void Green(ProgramCampaign c)
    {
        var verified = c.Process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Err);
    }

    [Fact]
    public void Killed_again_and_again_every_program_is_started_once_and_the_end_is_the_same()
    {
        using var calm = new ProgramCampaign(Slow);
        Run(calm);
        var expected = calm.Process.Export();
        Assert.Contains("Li3", expected);
        using var killed = new ProgramCampaign(Slow);
        foreach (var seconds in new[] { 1.2, 1.7, 2.2, 1.5 }) killed.Process.RunAndKillAfter(TimeSpan.FromSeconds(seconds));
        Run(killed);
        Assert.Equal(expected, killed.Process.Export());
        Assert.All(killed.Starts, s => Assert.Equal(1, s.Value));
        Assert.Equal(calm.Starts.Keys.Order(StringComparer.Ordinal), killed.Starts.Keys.Order(StringComparer.Ordinal));
        Green(killed);
    }

    [Fact]
    public void Programs_under_way_at_a_crash_are_adopted_and_those_that_end_meanwhile_are_read()
    {
        using var c = new ProgramCampaign("while not os.path.exists(os.path.join(marks, 'go.' + name)) and not os.path.exists(os.path.join(marks, 'go')): time.sleep(0.05)\nanswer()", launcher: "{slots: 2, poll_s: 0.1}");
        Assert.True(c.Process.RunAndKillWhen(() => Directory.GetFiles(c.Marks).Length == 2));
        var first = Directory.GetFiles(c.Marks).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        File.WriteAllText(Path.Combine(c.Marks, "go." + first[0]![..^2]), ""); // one ends while nobody is there
        Thread.Sleep(1500);
        File.WriteAllText(Path.Combine(c.Marks, "go"), "");
        Run(c);
        File.Delete(Path.Combine(c.Marks, "go"));
        File.Delete(Path.Combine(c.Marks, "go." + first[0]![..^2]));
        Assert.All(c.Starts, s => Assert.Equal(1, s.Value));
        Green(c);
    }

    [Fact]
    public void No_calculation_is_paid_for_twice_across_campaigns_until_the_cache_is_cleaned()
    {
        using var c = new ProgramCampaign("answer()");
        Run(c);
        var (first, csv) = (c.Starts.Count, c.Process.Export());
        c.ClearMarks();
        foreach (var f in Directory.GetFileSystemEntries(c.Folder, "tiny.db*").Concat([Path.Combine(c.Folder, "tiny.runs")]))
            if (Directory.Exists(f)) Directory.Delete(f, true); else File.Delete(f);
        Run(c);
        Assert.Equal((0, csv), (c.Starts.Count, c.Process.Export()));
        var cache = Path.Combine(c.Folder, "cache");
        using (var list = JsonDocument.Parse(c.Process.Run("cache", "list", "--folder", cache, "--json").Out)) Assert.Equal(first, list.RootElement.GetArrayLength());
        using (var clean = JsonDocument.Parse(c.Process.Run("cache", "clean", "--folder", cache, "--json").Out)) Assert.Equal(first, clean.RootElement.GetProperty("deleted").GetInt32());
        Assert.Equal("[]", c.Process.Run("cache", "list", "--folder", cache, "--json").Out.Trim());
    }

    [Fact]
    public void Faults_have_budgets_of_their_own_and_are_told_as_sentences()
    {
        // Every third compound fails once by the machine, every fifth for good by its physics; one writes nonsense.
        using var c = new ProgramCampaign("""
            k = sum(map(ord, name))
            if k % 3 == 0 and attempt == 1: json.dump({"fault": "no-licence", "kind": "infrastructure", "message": "the server is down"}, open("result.json", "w"))
            elif k % 5 == 1 and not name.startswith("ref-"): json.dump({"fault": "not-converged", "message": "it oscillates"}, open("result.json", "w"))
            elif k % 7 == 1 and not name.startswith("ref-"): json.dump({"value": 1.0, "unit": "kJ"}, open("result.json", "w"))
            elif k % 11 == 1 and not name.startswith("ref-"): sys.exit("out of ideas")
            else: answer()
            """, restart: "{physics_attempts: 2, infrastructure_attempts: 3, backoff_first_s: 0.05, backoff_longest_s: 0.1}");
        Run(c);
        Green(c);
        var events = c.Process.Run("audit", "export", "tiny.yaml").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        static int Sum(string name) => name.Sum(ch => ch);
        var compounds = c.Starts.Keys.GroupBy(k => k[..^2]).ToDictionary(g => g.Key, g => g.Count());
        Assert.Contains(compounds, p => Sum(p.Key) % 3 == 0);
        foreach (var (name, attempts) in compounds)
        {
            var (k, mine) = (Sum(name), !name.StartsWith("ref-", StringComparison.Ordinal));
            var infrastructure = k % 3 == 0 ? 1 : 0;
            var expected = infrastructure + (mine && k % 5 == 1 ? 2 : mine && k % 7 == 1 ? 1 : mine && k % 11 == 1 ? 2 : 1);
            Assert.True(expected == attempts, $"{name}: {attempts} attempts, expected {expected}");
        }
        var failing = compounds.Keys.First(n => !n.StartsWith("ref-", StringComparison.Ordinal) && Sum(n) % 5 == 1);
        var story = c.Process.Run("audit", "explain", "tiny.yaml", failing).Out;
        Assert.Contains("not-converged", story);
        Assert.Contains("it oscillates", story);
    }

    [Fact]
    public async Task Interrupted_the_programs_go_on_and_stopped_they_end()
    {
        using var c = new ProgramCampaign("time.sleep(1000)", launcher: "{slots: 2, poll_s: 0.1, grace_s: 0.5}");
        using (var run = c.Process.Start("run", "tiny.yaml"))
        {
            var error = run.StandardError.ReadToEndAsync();
            _ = run.StandardOutput.ReadToEndAsync();
            for (var k = 0; k < 2400 && Directory.GetFiles(c.Marks).Length < 2; k++) Thread.Sleep(50);
            CampaignProcess.Interrupt(run);
            Assert.True(run.WaitForExit(TimeSpan.FromSeconds(60)), "an interrupted run ends soon");
            Assert.Equal(130, run.ExitCode);
            Assert.Contains("2 programs go on running", await error);
        }
        Assert.Equal(2, Sleepers(c));
        var stopped = c.Process.Run("stop", "tiny.yaml");
        Assert.True(stopped.ExitCode == 0, stopped.Err);
        Assert.Equal(0, Sleepers(c));
        Assert.All(c.Starts, s => Assert.Equal(1, s.Value));
    }

    [SkippableFact]
    public void A_scratch_disk_that_is_full_for_a_while_costs_attempts_and_no_decision()
    {
        using var calm = new ProgramCampaign("answer()");
        Run(calm);
        using var c = new ProgramCampaign("answer()", restart: "{physics_attempts: 3, infrastructure_attempts: 500, backoff_first_s: 0.2, backoff_longest_s: 0.3}");
        var scratch = Directory.CreateDirectory(Path.Combine(c.Folder, "scratch")).FullName;
        Skip.IfNot(Mount("-t", "tmpfs", "-o", "size=400k", "tmpfs", scratch), "a small file system cannot be mounted here (root is needed)");
        try
        {
            c.Edit("{poll_s: 0.1, grace_s: 1}", $"{{poll_s: 0.1, grace_s: 1, folder: '{scratch}'}}");
            using var run = c.Process.Start("run", "tiny.yaml");
            var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            var since = System.Diagnostics.Stopwatch.StartNew();
            while (!Directory.EnumerateDirectories(scratch, "2-*", SearchOption.AllDirectories).Any() && new DriveInfo(scratch).AvailableFreeSpace > 0 && since.Elapsed.TotalSeconds < 120) Thread.Sleep(50);
            Assert.True(new DriveInfo(scratch).AvailableFreeSpace < 100_000, "the disk has filled up");
            Thread.Sleep(1500);
            Assert.False(run.HasExited);
            Assert.True(Mount("-o", "remount,size=100m", scratch));
            Assert.True(run.WaitForExit(TimeSpan.FromMinutes(4)));
            Succeeded(run, output, error);
        }
        finally { System.Diagnostics.Process.Start("umount", ["-l", scratch]).WaitForExit(); }
        Assert.Equal(calm.Process.Export(), c.Process.Export());
        Green(c);
        Assert.Contains(c.Process.Run("audit", "export", "tiny.yaml").Out.Split('\n'), l => l.Contains("run.failed", StringComparison.Ordinal) && (l.Contains("no-folder", StringComparison.Ordinal) || l.Contains("disk_full", StringComparison.Ordinal)));
    }

    static void Succeeded(System.Diagnostics.Process run, Task<string> output, Task<string> error) => Assert.True(run.ExitCode == 0, error.Result + output.Result);

    static bool Mount(params string[] arguments)
    {
        using var p = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
        p.WaitForExit();
        return p.ExitCode == 0;
    }

    static int Sleepers(ProgramCampaign c) => Directory.EnumerateDirectories("/proc").Where(d => Path.GetFileName(d).All(char.IsAsciiDigit)).Count(d =>
    {
        try { return File.ReadAllText(Path.Combine(d, "cmdline")).Contains("relax.py", StringComparison.Ordinal) && new DirectoryInfo(Path.Combine(d, "cwd")).LinkTarget?.StartsWith(c.Folder, StringComparison.Ordinal) == true; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return false; }
    });

    [Fact]
    public void What_is_missing_is_said_before_anything_is_begun()
    {
        using var c = new ProgramCampaign("answer()");
        var file = File.ReadAllText(c.Process.File);
        foreach (var (from, to, said) in new[]
        {
            ("[python3, relax.py]", "[no-such-python, relax.py]", "'no-such-python' is not on the PATH"),
            ("  command: {command: [python3, relax.py], scheme: toy}\n", "", "there is no command; add 'programs: {command:"),
            ("relaxation: {with: command}", "relaxation: {with: command, settings: {a b: 1}}", "'a b' under calculators.relaxation.settings will not do"),
            ("band-gap: {with: builtin}", "band-gap: {with: builtin, settings: {INCAR.ENCUT: 1}}", "the built-in model has no settings"),
            ("launcher: {poll_s: 0.1, grace_s: 1}", "launcher: {walltime_h: 2, longest_walltime_h: 1}", "shorter than walltime_h"),
        })
        {
            Assert.Contains(from, file);
            File.WriteAllText(c.Process.File, file.Replace(from, to));
            var answer = c.Process.Run("run", "tiny.yaml");
            Assert.Equal(2, answer.ExitCode);
            Assert.Contains(said, answer.Err);
            Assert.Single(answer.Err.Trim().Split('\n'));
            Assert.False(File.Exists(c.Process.Journal));
        }
    }
}
