using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>What can be made again from the events may be lost.</summary>
public class LostTablesTests(FinishedCampaign finished) : IClassFixture<FinishedCampaign>
{
    [Fact] public void Without_snapshots_and_without_the_table_of_owing_entities_a_killed_campaign_goes_on_to_the_same_end()
    {
        using var process = new CampaignProcess();
        for (var seconds = 1.5; !File.Exists(process.Journal) || Count(process, "owing") < 2; seconds += 0.5)
            Assert.True(process.RunAndKillAfter(TimeSpan.FromSeconds(seconds)), "it ended before it was killed");
        Sql(process, "DELETE FROM owing; DELETE FROM snapshot");
        var rebuilt = process.Run("audit", "rebuild-owing", "tiny.yaml", "--json");
        Assert.True(rebuilt.ExitCode == 0, rebuilt.Err);
        Assert.True(JsonDocument.Parse(rebuilt.Out).RootElement.GetProperty("corrected").GetInt32() > 0);
        Assert.Contains("what the events call for", process.Run("audit", "rebuild-owing", "tiny.yaml").Out);
        var run = process.Run("run", "tiny.yaml");
        Assert.True(run.ExitCode == 0, run.Err);
        Assert.Equal(finished.Csv, process.Export());
    }

    /// <summary>0 also where it was killed before it had made the table.</summary>
    static long Count(CampaignProcess process, string table) => (long)Sql(process, $"SELECT count(*) FROM sqlite_master WHERE name = '{table}'")! == 0 ? 0 : (long)Sql(process, $"SELECT count(*) FROM {table}")!;

    static object? Sql(CampaignProcess process, string sql)
    {
        using var db = new SqliteConnection($"Data Source={process.Journal};Pooling=False");
        db.Open();
        using var c = db.CreateCommand();
        c.CommandText = sql;
        return c.ExecuteScalar();
    }
}
