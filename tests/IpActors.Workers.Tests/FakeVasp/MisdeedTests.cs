using System.Diagnostics;
using IpActors.Workers.Faults;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.FakeVasp;

public class MisdeedTests
{
    static string Rule(string rule) => $$"""{"rules":[{{{rule}}}]}""";

    static ImmutableArray<FoundFault> Found(Folder folder, int exit) => VaspFaults.Diagnose(VaspEvidenceFiles.Read(folder.Run) with { ExitCode = exit });

    /// <summary>Every text of VASP's table that a single process can print; guards by the INCAR of the row's case.</summary>
    [Theory]
    [InlineData("zbrent", true), InlineData("brmix", true), InlineData("too_few_bands", false), InlineData("rot_matrix", true), InlineData("kpoints_trans", false), InlineData("disk_full", false), InlineData("coef", true), InlineData("set_indpw_full", true), InlineData("sick_job", true)]
    public void A_text_of_the_table_is_printed_and_found(string code, bool boxed)
    {
        using var folder = Folder.With(Folder.Li3OCl(), Folder.Relaxation, script: Rule($"""
            "do":"fault","code":"{code}","step":2,"boxed":{(boxed ? "true" : "false")}
            """));
        Assert.Contains(Found(folder, folder.Play()), f => f.Code == code);
    }

    [Theory]
    [InlineData("unconverged_electronic"), InlineData("unconverged_ionic"), InlineData("potim"), InlineData("positive_energy"), InlineData("large_sigma"), InlineData("drift"), InlineData("vasprun"), InlineData("files"), InlineData("did_not_finish"), InlineData("nostart"), InlineData("xml_overflow"),
     InlineData("stopped_run"), InlineData("aliasing")]
    public void What_shows_in_the_numbers_is_found(string code)
    {
        using var folder = Folder.With(Folder.Li3OCl(), Folder.Relaxation.Replace("NSW = 60", "NSW = 12", StringComparison.Ordinal).Replace("-0.002", "-0.05", StringComparison.Ordinal), script: Rule($"""
            "do":"fault","code":"{code}"
            """));
        var exit = folder.Play();
        // A jump that was survived is none: it is looked for while the run goes on.
        Assert.Contains(code == "potim" ? VaspFaults.Diagnose(VaspEvidenceFiles.Read(folder.Run, ended: false)) : Found(folder, exit), f => f.Code == code);
    }

    [Fact]
    public void The_right_correction_cures()
    {
        const string rule = """{"rules":[{"do":"fault","code":"zbrent","step":2,"unless":["IBRION=1","EDIFF<=1E-7"]}]}""";
        using var sick = Folder.With(Folder.Li3OCl(), Folder.Relaxation, script: rule);
        var exit = sick.Play();
        var e = VaspEvidenceFiles.Read(sick.Run) with { ExitCode = exit };
        var correction = VaspFaults.Decide(e, e.Settings, new Dictionary<string, int>())!.Correction!;
        Assert.Equal("1E-07", correction.After["INCAR.EDIFF"]);
        using var cured = Folder.With(Folder.Li3OCl(), Folder.Relaxation.Replace("EDIFF = 1E-6", "EDIFF = 1E-07", StringComparison.Ordinal), script: rule);
        Assert.Empty(Found(cured, cured.Play()));
    }

    [Theory]
    [InlineData(9, "killed"), InlineData(11, "crashed")]
    public void A_signal_ends_it_and_is_found(int signal, string code)
    {
        using var folder = Folder.With(Folder.Li3OCl(), Folder.Relaxation, script: Rule($"""
            "do":"signal","number":{signal},"step":2
            """));
        var exit = folder.Play();
        Assert.Equal(128 + signal, exit);
        Assert.Contains(Found(folder, exit), f => f.Code == code);
    }

    [Fact]
    public void A_rule_with_times_counts_per_formula()
    {
        using var folder = Folder.With(Folder.Li3OCl(), "NSW = 0\n", script: Rule("\"do\":\"exit\",\"exitCode\":3,\"times\":2"));
        Assert.Equal([3, 3, 0], new[] { folder.Play(), folder.Play(), folder.Play() });
    }

    [Fact]
    public void STOPCAR_ends_it_after_the_step_and_TERM_may_be_ignored()
    {
        using var folder = Folder.With(Folder.Li3OCl(), "IBRION = 0\nMDALGO = 2\nNSW = 100000\nPOTIM = 1\nTEBEG = 300\n", script: """{"rules":[{"do":"slow","seconds":0.02},{"do":"ignore-term"}]}""");
        using var run = folder.Start();
        SpinWait.SpinUntil(() => File.Exists(folder.Of("OSZICAR")) && File.ReadAllText(folder.Of("OSZICAR")).Contains("T=", StringComparison.Ordinal), 20_000);
        using (var kill = Process.Start("kill", ["-TERM", $"{run.Id}"])) kill.WaitForExit();
        Assert.False(run.WaitForExit(300));
        File.WriteAllText(folder.Of("STOPCAR"), "LSTOP = .TRUE.\n");
        Assert.True(run.WaitForExit(20_000));
        Assert.Equal(["stopped_run"], Found(folder, run.ExitCode).Select(f => f.Code));
    }
}
