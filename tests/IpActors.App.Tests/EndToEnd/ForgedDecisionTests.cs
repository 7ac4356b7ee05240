using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using Microsoft.Data.Sqlite;

namespace IpActors.App.Tests.EndToEnd;

/// <summary>Whoever rewrites a decision and recomputes every hash is still found, as the decision does not follow from the events before it.</summary>
public class ForgedDecisionTests(FinishedCampaign finished) : IClassFixture<FinishedCampaign>
{
    [Theory]
    [InlineData(1e-12, false, 1)]
    [InlineData(1e-12, true, 0)]
    [InlineData(1e-6, true, 1)]
    [InlineData(0, true, 0)]
    public void A_forged_improvement_with_valid_hashes_is_found(double forged, bool onAnotherMachine, int exitCode)
    {
        using var copy = finished.Copy();
        var ordering = Rewrite(copy.Journal, e => e switch
        {
            BatchSelected { Batch.Iteration: 1 } b when forged > 0 => b with { Batch = b.Batch with { Chosen = b.Batch.Chosen.SetItem(0, b.Batch.Chosen[0] with { Improvement = b.Batch.Chosen[0].Improvement + forged }) } },
            CampaignCreated c when onAnotherMachine => c with { Fingerprint = "of another machine" },
            _ => e,
        });
        var verify = copy.Run("audit", "verify", "tiny.yaml");
        Assert.True(exitCode == verify.ExitCode, verify.Out + verify.Err);
        var last = verify.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        if (exitCode == 1) { Assert.Contains($"event {ordering}:", last); Assert.Contains("tiny/campaign/coordinator", last); }
        Assert.Equal(onAnotherMachine, verify.Err.Contains("1e-9"));
    }

    /// <summary>Rewrites the coordinator's events and their chain of hashes; returns the ordering of the first batch after the initial one.</summary>
    static long Rewrite(string journal, Func<IEvent, IEvent> change)
    {
        var codec = new EventCodec(EntityKinds.All);
        using var db = new SqliteConnection($"Data Source={journal};Pooling=False");
        db.Open();
        var rows = new List<(long Ordering, long Number, byte[] Message, string Manifest)>();
        using (var read = db.CreateCommand())
        {
            read.CommandText = "select ordering, sequence_number, message, manifest from journal where persistence_id = 'tiny/campaign/coordinator' order by sequence_number";
            using var r = read.ExecuteReader();
            while (r.Read()) rows.Add((r.GetInt64(0), r.GetInt64(1), (byte[])r["message"], r.GetString(3)));
        }
        var (previous, batch) = (EventCodec.NoHash, 0L);
        foreach (var row in rows)
        {
            var e = codec.Decode("tiny/campaign/coordinator", row.Number, row.Manifest, row.Message).Event;
            if (e is BatchSelected { Batch.Iteration: 1 }) batch = row.Ordering;
            var code = codec.Encode("tiny/campaign/coordinator", row.Number, change(e), previous);
            using var write = db.CreateCommand();
            write.CommandText = "update journal set message = $m where ordering = $o";
            write.Parameters.AddWithValue("$m", code.Payload);
            write.Parameters.AddWithValue("$o", row.Ordering);
            Assert.Equal(1, write.ExecuteNonQuery());
            previous = code.Hash;
        }
        return batch;
    }
}
