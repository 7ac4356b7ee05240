using System.Text.Json;
using IpActors.Science.Numerics;
using Microsoft.Data.Sqlite;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>The promise: killed at any moment, on any number of cores, a campaign ends with the same decisions; and the audit finds whatever is changed.</summary>
public class SameDecisionsTests(FinishedCampaign finished) : IClassFixture<FinishedCampaign>
{
    [Fact] public void The_run_ends_in_a_pareto_table_and_a_report()
    {
        Assert.Contains("Pareto", finished.Answer.Out);
        Assert.True(File.Exists(Directory.EnumerateFiles(finished.Process.Folder, "*.html", SearchOption.AllDirectories).Single()));
        var rows = finished.Csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var total = JsonDocument.Parse(finished.Process.Run("space", "enumerate", "tiny.yaml", "--json").Out).RootElement.GetProperty("total").GetInt32();
        Assert.Equal(total, rows.Skip(1).Count(r => r.Contains(",candidate,", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(8, rows.Skip(1).Count(r => r.Contains("paretoranked", StringComparison.OrdinalIgnoreCase))); // 4 initial, 2 batches of 2
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Killed_again_and_again_it_ends_with_the_same_export(int seed)
    {
        using var process = new CampaignProcess();
        var random = SeededRandom.Stream(seed, "kill");
        var kills = 0;
        // Each run gets at least the start of a process, and longer and longer, so that this ends.
        while (process.RunAndKillAfter(TimeSpan.FromSeconds(0.3 + (1.5 + 0.25 * kills) * random.NextDouble()))) kills++;
        Assert.True(kills >= 3, $"only {kills} kills");
        Assert.Equal(finished.Csv, process.Export());
        var verify = process.Run("audit", "verify", "tiny.yaml");
        Assert.True(verify.ExitCode == 0, verify.Out + verify.Err);
    }

    [Fact] public void One_core_gives_the_same_export()
    {
        using var process = new CampaignProcess();
        Assert.Equal(0, process.RunOn(1, "run", "tiny.yaml", "--slots", "1").ExitCode);
        Assert.Equal(finished.Csv, process.Export());
    }

    [Fact] public void A_finished_campaign_verifies_on_one_core_too()
    {
        var verify = finished.Process.RunOn(1, "audit", "verify", "tiny.yaml");
        Assert.True(verify.ExitCode == 0, verify.Out + verify.Err);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.999)]
    public void One_changed_byte_is_found_at_its_event(double where)
    {
        using var copy = finished.Copy();
        long ordering, sequence;
        string entity;
        using (var db = new SqliteConnection($"Data Source={copy.Journal};Pooling=False"))
        {
            db.Open();
            var count = (long)Scalar(db, "select count(*) from journal");
            using var read = db.CreateCommand();
            read.CommandText = $"select ordering, persistence_id, sequence_number, message from journal order by ordering limit 1 offset {(long)(where * count)}";
            byte[] message;
            using (var row = read.ExecuteReader())
            {
                Assert.True(row.Read());
                (ordering, entity, sequence, message) = (row.GetInt64(0), row.GetString(1), row.GetInt64(2), (byte[])row["message"]);
            }
            // A digit inside the event's own bytes becomes another digit: still readable JSON, another fact.
            var at = Array.FindLastIndex(message, message.Length - 160, b => b is >= (byte)'0' and <= (byte)'8');
            if (at < 0) at = 12;
            message[at]++;
            using var write = db.CreateCommand();
            write.CommandText = "update journal set message = $m where ordering = $o";
            write.Parameters.AddWithValue("$m", message);
            write.Parameters.AddWithValue("$o", ordering);
            Assert.Equal(1, write.ExecuteNonQuery());
        }
        var verify = copy.Run("audit", "verify", "tiny.yaml");
        Assert.Equal(1, verify.ExitCode);
        var last = (verify.Out + verify.Err).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains($"{ordering}", last);
        Assert.Contains(entity, last);
        Assert.Contains($"{sequence}", last);
    }

    [Fact] public void A_replay_shows_the_campaign_as_it_was()
    {
        var then = finished.Process.Run("audit", "replay", "tiny.yaml", "--until", "60", "--json");
        Assert.True(then.ExitCode == 0, then.Err);
        var state = JsonDocument.Parse(then.Out).RootElement;
        Assert.Equal(60, state.GetProperty("events").GetInt64());
        Assert.Equal(0, state.GetProperty("evaluations").GetInt32());
        Assert.Equal(2, finished.Process.Run("audit", "replay", "tiny.yaml", "--until", "yesterday-ish").ExitCode);
    }

    [Fact] public void A_diff_names_where_two_journals_part()
    {
        using var copy = finished.Copy();
        Assert.Equal(0, finished.Process.Run("audit", "diff", finished.Process.Journal, copy.Journal).ExitCode);
        using (var db = new SqliteConnection($"Data Source={copy.Journal};Pooling=False"))
        {
            db.Open();
            using var cut = db.CreateCommand();
            cut.CommandText = "delete from journal where manifest = 'campaign.finished/1'";
            Assert.Equal(1, cut.ExecuteNonQuery());
        }
        var diff = finished.Process.Run("audit", "diff", finished.Process.Journal, copy.Journal, "--json");
        Assert.Equal(1, diff.ExitCode);
        var only = Assert.Single(JsonDocument.Parse(diff.Out).RootElement.EnumerateArray());
        Assert.Equal(("tiny/campaign/coordinator", "campaign.finished/1", JsonValueKind.Null), (only.GetProperty("entity").GetString(), only.GetProperty("inA").GetString(), only.GetProperty("inB").ValueKind));
    }

    static object Scalar(SqliteConnection db, string sql) { using var c = db.CreateCommand(); c.CommandText = sql; return c.ExecuteScalar()!; }
}
