using System.Diagnostics;
using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>The journal belongs to no engine: one begins a campaign, the other goes on with it.</summary>
public sealed class EngineChangeTests(FinishedCampaign embedded) : IClassFixture<FinishedCampaign>
{
    [SkippableFact]
    public async Task Begun_embedded_taken_on_by_the_cluster_and_finished_embedded_a_campaign_on_postgresql_is_the_same()
    {
        using var campaign = new CampaignProcess();
        var journal = PostgresServer.Shared.NewJournal();
        var file = File.ReadAllText(campaign.File).Replace("sqlite:tiny.db", journal.ToString(), StringComparison.Ordinal);
        File.WriteAllText(campaign.File, file);
        await KillAfter(campaign, journal, 200);
        File.WriteAllText(campaign.File, "engine: akka\n" + file);
        await KillAfter(campaign, journal, 450);
        File.WriteAllText(campaign.File, file);
        var finished = campaign.Run("run", "tiny.yaml");
        Assert.True(finished.ExitCode == 0, finished.Err);
        Assert.Equal(embedded.Csv, campaign.Export());
        var verified = campaign.Run("audit", "verify", "tiny.yaml");
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Err);
        await NodeProcesses.SameEvents(new SqliteAddress(embedded.Process.Journal), journal);
    }

    static async Task KillAfter(CampaignProcess campaign, PostgresAddress journal, long events)
    {
        using var run = campaign.Start("run", "tiny.yaml");
        _ = run.StandardOutput.ReadToEndAsync();
        _ = run.StandardError.ReadToEndAsync();
        for (var since = Stopwatch.StartNew(); await Stored() < events; await Task.Delay(50))
        {
            var late = since.Elapsed > TimeSpan.FromMinutes(5);
            if (late) run.Kill();
            Assert.False(run.HasExited || late, $"it ended, or was still on its way, before {events} events");
        }
        run.Kill();
        run.WaitForExit();

        async Task<long> Stored()
        {
            if (!await journal.Exists()) return 0;
            await using var reader = await journal.OpenReader();
            return await reader.ReadNewest(default);
        }
    }
}
