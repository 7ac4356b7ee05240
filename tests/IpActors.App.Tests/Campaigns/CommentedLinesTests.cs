using System.Text.RegularExpressions;
using IpActors.App.Campaigns;
using IpActors.App.Programs;
using IpActors.Domain.Works;

namespace IpActors.App.Tests.Campaigns;

/// <summary>Lines that stand commented out in shipped files, for the user to take over: they have to be right too.</summary>
public sealed class CommentedLinesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-").FullName;
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What the comment in the file tells the user to do.</summary>
    string Uncommented()
    {
        var text = Repository.Read("config/inverse-perovskites.yaml");
        var from = text.IndexOf("\n# programs:\n", StringComparison.Ordinal);
        Assert.True(from > 0, "the lines for VASP are not there any more");
        text = text[..from] + Regex.Replace(text[from..], "^# ?", "", RegexOptions.Multiline);
        text = Regex.Replace(text, "^ +model:.*\n", "", RegexOptions.Multiline);
        Assert.Equal(4, Regex.Count(text, "with: builtin"));
        return text.Replace("with: builtin", "with: vasp").Replace("/home/me/potpaw_PBE.54", _folder);
    }

    [Fact]
    public void The_papers_campaign_with_vasp_on_slurm_is_read()
    {
        var file = CampaignFile.Parse("inverse-perovskites.yaml", Uncommented());
        Assert.All(file.Settings.Calculators, c => Assert.Equal("vasp", c.Calculator));
        Assert.Equal(4, file.Settings.Calculators.Length);
        var conductivity = file.Settings.PlanOf(Properties.Conductivity)!;
        Assert.Equal(20, conductivity.Parts.Length); // each trajectory at constant pressure first
        var vasp = file.Host.Programs.Programs["vasp"];
        Assert.Equal(["srun", "vasp_std"], vasp.Command.AsEnumerable());
        Assert.Equal(_folder, vasp.Library);
        Assert.Equal("1", vasp.Environment["OMP_NUM_THREADS"]);
        var l = file.Host.Launcher;
        Assert.Equal((LauncherSection.Slurm, 64, 43_200.0, 172_800.0, 60.0, 30.0), (l.With, l.Cores, l.WalltimeSeconds, l.LongestWalltimeSeconds, l.GraceSeconds, l.PollSeconds));
        Assert.Equal((100, 20, "compute", "my-project", 1, 120_000, "vasp-modules.sh"), (l.Slurm.Jobs, l.Slurm.ArraySize, l.Slurm.Partition, l.Slurm.Account, l.Slurm.Nodes, l.Slurm.MemoryMB, l.Slurm.Setup));
        Assert.Equal(["--exclusive"], l.Slurm.Options.AsEnumerable());
    }

    [Fact]
    public async Task And_is_ready_to_be_submitted_from_a_machine_without_vasp()
    {
        var file = CampaignFile.Parse("inverse-perovskites.yaml", Uncommented());
        await using var setup = Setup.Of(file.Host.Programs, file.Host.Launcher, _folder, _folder);
        Assert.Equal("slurm", setup.Programs["vasp"].Launcher.Name);
        Assert.Equal(64, setup.Programs["vasp"].Cores);
        Assert.Equal(file.Host.Launcher.Slurm.Jobs, Setup.Pools(file.Host.Launcher)["jobs"]);
    }

    [Fact]
    public void The_lines_that_the_docs_give_are_those_of_the_file()
    {
        var text = Repository.Read("docs/programs.md");
        var block = Assert.Single(text.Split("```yaml\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)]), b => b.Contains("with: slurm", StringComparison.Ordinal));
        var smallest = "name: docs\nobjectives: [{property: band-gap, reference: 0}]\ncalculators:\n  relaxation: {with: vasp}\n  band-gap: {with: vasp}\n";
        var (docs, file) = (CampaignFile.Parse("docs.yaml", smallest + block).Host.Launcher, CampaignFile.Parse("inverse-perovskites.yaml", Uncommented()).Host.Launcher);
        Assert.Equal(file.Slurm.Options.AsEnumerable(), docs.Slurm.Options.AsEnumerable());
        Assert.Equal(file with { Slurm = file.Slurm with { Options = [] } }, docs with { Slurm = docs.Slurm with { Options = [] } });
    }
}
