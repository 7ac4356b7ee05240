using System.Diagnostics;
using System.Text.Json;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Engine.Audit;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Snapshots;
using IpActors.Engine.Tests.Toys;
using IpActors.Engine.Views;
using IpActors.Science.Enumeration;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Tests.Scale;

/// <summary>The cheap campaign with the real engine: what snapshots may and may not change, and that kills change nothing.</summary>
public sealed class ScaleTests : IDisposable
{
    /// <summary>A dozen compounds.</summary>
    static readonly SpaceOptions Few = new() { Aristotypes = [Aristotypes.Find("Li3XZ")!], X = ["O", "S"], Z = ["Cl", "Br"], Ratios = [Ratio.Zero, Ratio.Half], Cap = 2, Pinned = [] };
    readonly Folder _folder = new();
    readonly EventCodec _codec = new(EntityKinds.All);
    public void Dispose() => _folder.Dispose();

    async Task<CampaignView> View(string journal)
    {
        await using var reader = SqliteJournalReader.OpenReader(_folder[journal]);
        var view = new StoredView(reader, _codec, ScaleCampaign.Name);
        await view.Refresh(null, default);
        return view.View;
    }

    /// <summary>All of a view as text, but for what depends on how often an engine was started.</summary>
    static string Text(CampaignView v) => string.Join('\n', v.Compounds.Values.Select(c => JsonSerializer.Serialize(c, JsonFormat.Options)).Prepend(
        JsonSerializer.Serialize(new { v.Coordinator, v.Surrogates, v.Fits, v.OpenRuns, v.AwaitingHull, stages = v.CandidateStages.Where(s => s.Value > 0).Select(s => $"{s.Key} {s.Value}"), v.RunsDone, v.RunsFailed, v.Events }, JsonFormat.Options)));

    void Sql(string journal, string sql)
    {
        using var db = new SqliteConnection($"Data Source={_folder[journal]};Pooling=False");
        db.Open();
        using var c = db.CreateCommand();
        c.CommandText = sql;
        c.ExecuteNonQuery();
    }

    async Task RunToTheEnd(string journal, EngineOptions options)
    {
        await using var engine = ScaleCampaign.Open(_folder[journal], options: options);
        await ScaleCampaign.Begin(engine, Few, 0.9);
        await engine.Start();
        await (await engine.Follow(ScaleCampaign.Name)).When(v => v.Coordinator.IsOver, default).InTime();
    }

    static readonly EngineOptions Often = new() { Slots = 16, SnapshotViewEvery = 10, SnapshotEntityEvery = 2 };

    [Fact]
    public async Task Snapshots_kept_deleted_or_damaged_between_starts_change_nothing_of_what_is_stored()
    {
        await RunToTheEnd("plain.db", new() { Slots = 16, SnapshotViewEvery = long.MaxValue, SnapshotEntityEvery = long.MaxValue });
        var starts = 0;
        for (var over = false; !over; starts++)
        {
            await using (var engine = ScaleCampaign.Open(_folder["often.db"], options: Often))
            {
                await ScaleCampaign.Begin(engine, Few, 0.9);
                var follower = await engine.Follow(ScaleCampaign.Name);
                var until = follower.Current.Events + 60;
                await engine.Start();
                over = (await follower.When(v => v.Events >= until || v.Coordinator.IsOver, default).InTime()).Coordinator.IsOver;
            }
            Sql("often.db", (starts % 4) switch { 1 => "DELETE FROM snapshot", 2 => "UPDATE snapshot SET snapshot = substr(snapshot, 1, length(snapshot) - 9)", 3 => "UPDATE snapshot SET sequence_number = sequence_number - 1", _ => "SELECT 1" });
        }
        Assert.True(starts >= 4, $"only {starts} starts");
        await using var plain = SqliteJournalReader.OpenReader(_folder["plain.db"]);
        await using var often = SqliteJournalReader.OpenReader(_folder["often.db"]);
        Assert.Empty((await HashChain.Verify(often, EntityKinds.All)).Findings);
        Assert.Equal((await View("plain.db")).Coordinator.Result, (await View("often.db")).Coordinator.Result, (a, b) => a!.Hypervolume.Equals(b!.Hypervolume) && a.Front.SequenceEqual(b.Front));
        Assert.Equal(Batches(await View("plain.db")), Batches(await View("often.db")));

        static string Batches(CampaignView v) => JsonSerializer.Serialize(v.Coordinator.Batches, JsonFormat.Options);
    }

    [Fact]
    public async Task A_view_from_its_snapshot_is_the_view_from_the_events_and_one_that_does_not_fit_is_passed_over()
    {
        await RunToTheEnd("j.db", Often);
        await using (var reader = SqliteJournalReader.OpenReader(_folder["j.db"]))
        {
            var (snapshot, at) = await ViewSnapshots.Read(reader, ScaleCampaign.Name, default);
            Assert.True(at > 0 && snapshot.Compounds.Count > 5, "there is a snapshot");
        }
        var with = Text(await View("j.db"));
        Sql("j.db", "UPDATE journal SET message = replace(message, 'hash\":\"', 'hash\":\"0') WHERE ordering = (SELECT sequence_number FROM snapshot WHERE manifest LIKE 'campaign-view%')");
        await using (var reader = SqliteJournalReader.OpenReader(_folder["j.db"])) Assert.Equal(0, (await ViewSnapshots.Read(reader, ScaleCampaign.Name, default)).Ordering);
        Sql("j.db", "UPDATE journal SET message = replace(message, 'hash\":\"0', 'hash\":\"') WHERE ordering = (SELECT sequence_number FROM snapshot WHERE manifest LIKE 'campaign-view%'); DELETE FROM snapshot");
        Assert.Equal(with, Text(await View("j.db")));
    }

    [Fact]
    public async Task A_coordinator_recovers_from_its_snapshot_as_from_its_events()
    {
        await RunToTheEnd("j.db", Often);
        await using var journal = SqliteJournal.Open(_folder["j.db"]);
        var id = EntityId.Coordinator(ScaleCampaign.Name).PersistenceId;
        var whole = Recovered.From(await journal.ReadEntity(id, 0, default), Campaign.Decider, _codec);
        var middle = Recovered.From((await journal.ReadEntity(id, 0, default)).Take(10), Campaign.Decider, _codec);
        await journal.WriteSnapshot(EntitySnapshots.Of(id, middle, Campaign.Decider, 0));
        Assert.Equal(10, (await journal.ReadSnapshot(id, default))!.SequenceNumber);
        var again = await EntitySnapshots.Recover(journal, id, Campaign.Decider, _codec, default);
        Assert.Equal((whole.SequenceNumber, whole.Hash, Json(whole)), (again.SequenceNumber, again.Hash, Json(again)));

        // A snapshot that says something else is seen to be used while it fits, and not when its event has another hash.
        var forged = middle with { State = (Campaign)middle.State with { File = "forged" } };
        await journal.WriteSnapshot(EntitySnapshots.Of(id, forged, Campaign.Decider, 0));
        Assert.Equal("forged", ((Campaign)(await EntitySnapshots.Recover(journal, id, Campaign.Decider, _codec, default)).State).File);
        await journal.WriteSnapshot(EntitySnapshots.Of(id, forged with { Hash = EventCodec.NoHash }, Campaign.Decider, 0));
        Assert.Equal(Json(whole), Json(await EntitySnapshots.Recover(journal, id, Campaign.Decider, _codec, default)));

        static string Json(Recovered r) => JsonSerializer.Serialize((Campaign)r.State, JsonFormat.Options);
    }

    [Fact]
    public async Task Stored_states_come_in_the_order_asked_for()
    {
        await RunToTheEnd("j.db", Often);
        var ids = (await View("j.db")).Compounds.Keys.Reverse().Append("Li3XZ-none").Select(id => EntityId.Compound(ScaleCampaign.Name, id)).ToArray();
        await using var reader = SqliteJournalReader.OpenReader(_folder["j.db"]);
        var states = new List<Compound>();
        await foreach (var c in StoredView.States<Compound>(reader, _codec, ids)) states.Add(c);
        Assert.Equal([.. ids.SkipLast(1).Select(i => i.Key), null], states.Select(c => c.Identity?.Id));
        Assert.All(states.SkipLast(1), c => Assert.NotNull(c.Relaxation!.Structure));
    }

    [SkippableLong]
    public async Task Killed_again_and_again_a_campaign_of_hundreds_ends_the_same()
    {
        await RunChild("once.db", null);
        var kills = 0;
        while (!await RunChild("killed.db", TimeSpan.FromSeconds(3 + kills))) kills++;
        Assert.True(kills >= 3, $"only {kills} kills");
        Assert.Equal(Decisions(await View("once.db")), Decisions(await View("killed.db")));

        static string Decisions(CampaignView v) => JsonSerializer.Serialize(new { v.Coordinator.Batches, v.Coordinator.Evaluations, v.Coordinator.Result, v.Coordinator.Hull, v.Coordinator.Pool }, JsonFormat.Options);
    }

    async Task<bool> RunChild(string journal, TimeSpan? kill)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(ScaleTests).Assembly.Location, "scale", "run", _folder[journal], "small", "0.3"]) { RedirectStandardOutput = true })!;
        var output = child.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(kill ?? TimeSpan.FromMinutes(10));
        try { await child.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException) when (kill is not null) { child.Kill(); await child.WaitForExitAsync(); return false; }
        Assert.Contains("over:", await output);
        return true;
    }
}

/// <summary>A test for <c>./test --long</c>.</summary>
sealed class SkippableLongAttribute : FactAttribute
{
    public SkippableLongAttribute() { if (Environment.GetEnvironmentVariable("IPACTORS_LONG") is null) Skip = "long: ./test --long"; }
}
