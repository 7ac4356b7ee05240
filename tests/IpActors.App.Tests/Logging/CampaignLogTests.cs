using IpActors.Engine.Journals;
using System.Text.Json;
using IpActors.App.Campaigns;
using IpActors.App.Logging;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;

namespace IpActors.App.Tests.Logging;

public sealed class CampaignLogTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-log-").FullName;
    string LogPath => Path.Combine(_folder, "x.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_json_entry_has_the_ids_that_its_message_names_as_properties()
    {
        using (var log = CampaignLog.Open(LogPath, "information", new("json", 1, 2)))
        {
            log.Warning("{Message:l}", "tiny/run/Li3XZ-01-O-Cl-0:conductivity:vacancy.900K.s1#launch/vacancy.900K.s1@1 failed: no disk");
            log.Warning("{Message:l}", "tiny/compound/Li3XZ-01-O-Cl-0: refused.");
            log.Debug("not this");
        }
        var entries = File.ReadAllLines(LogPath).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(2, entries.Count);
        var p = entries[0].GetProperty("Properties");
        Assert.Equal(("tiny", "Li3XZ-01-O-Cl-0", "Li3XZ-01-O-Cl-0:conductivity:vacancy.900K.s1"), (p.GetProperty("Campaign").GetString(), p.GetProperty("Compound").GetString(), p.GetProperty("Run").GetString()));
        Assert.Equal("tiny/compound/Li3XZ-01-O-Cl-0", entries[1].GetProperty("Properties").GetProperty("Entity").GetString());
        Assert.StartsWith("tiny/run/", entries[0].GetProperty("RenderedMessage").GetString());
    }

    [Fact]
    public void The_file_rolls_by_size_and_so_many_are_kept()
    {
        using (var log = CampaignLog.Open(LogPath, "information", new("text", 1, 2)))
            for (var i = 0; i < 4000; i++) log.Information("{Number} {Message:l}", i, new string('x', 1000));
        var files = Directory.EnumerateFiles(_folder).ToList();
        Assert.Equal(2, files.Count);
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, (1 << 20) + 2000));
        Assert.Contains("3999 xxx", string.Concat(files.Select(File.ReadAllText)));
    }

    [Fact]
    public async Task A_campaign_says_what_is_stored_every_event_when_debugging_and_nothing_on_the_terminal()
    {
        const string yaml = "name: tiny\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\nlog: {level: debug}\n";
        var at = new CampaignAt(CampaignFile.Parse("tiny.yaml", yaml), new SqliteAddress(Path.Combine(_folder, "x.db")));
        var (output, error) = (Console.Out, Console.Error);
        using var terminal = new StringWriter();
        try
        {
            Console.SetOut(terminal);
            Console.SetError(terminal);
            await using var host = await Composition.Open(at, 1);
            await Resumption.Begin(host.Engine, at, false, default);
            await host.Engine.Send(EntityId.Coordinator("tiny"), new PauseCampaign());
        }
        finally { Console.SetOut(output); Console.SetError(error); }
        var lines = await File.ReadAllLinesAsync(LogPath);
        Assert.Contains(lines, l => l.Contains("[DBG] tiny/campaign/coordinator 1: campaign.created/1"));
        Assert.Contains(lines, l => l.EndsWith("[INF] tiny: paused"));
        Assert.DoesNotContain("campaign.created", terminal.ToString());
    }

    [Fact]
    public void The_level_of_the_command_line_is_one_of_the_files()
    {
        var command = RunCommand.Create();
        Assert.Empty(command.Parse("c.yaml --log-level debug --otlp http://localhost:4318").Errors);
        Assert.NotEmpty(command.Parse("c.yaml --log-level loud").Errors);
    }
}
