using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Tests.Journals;

public sealed class WritingTests : IDisposable
{
    readonly Folder _folder = new();
    readonly EventCodec _codec = new(Toy.Kinds);
    string JournalPath => _folder["j.db"];
    public void Dispose() => _folder.Dispose();

    Append One(string toy, long sequence, string text = "", string[]? owed = null, string[]? settled = null)
    {
        var e = new Added(text, 1);
        return new(Toy.Id(toy), [new(sequence, e, _codec.Encode(Toy.Id(toy).PersistenceId, sequence, e, EventCodec.NoHash))], [.. owed ?? []], [.. settled ?? []]);
    }

    [Fact]
    public async Task Events_and_what_is_owed_are_stored_together_and_a_bad_append_fails_alone()
    {
        await using var journal = SqliteJournal.Open(JournalPath);
        await journal.Append(One("a", 1, owed: ["w1", "w2"]));
        await journal.Append(One("a", 2, owed: ["w3"], settled: ["w1"]));
        var at = Enumerable.Range(0, 50).Select(i => journal.Append(One($"b{i}", 1))).ToList();
        var twice = journal.Append(One("a", 2, owed: ["w4"]));
        await Assert.ThrowsAsync<JournalException>(() => twice);
        await Task.WhenAll(at);
        Assert.Equal(["w2", "w3"], (await journal.ReadOwing(default))["play/toy/a"].Order());
        await journal.ReplaceOwing("play/toy/a", 1, ["old"]); // it has gone on since
        Assert.Equal(["w2", "w3"], (await journal.ReadOwing(default))["play/toy/a"].Order());
        await journal.ReplaceOwing("play/toy/a", 2, ["new"]);
        Assert.Equal(["new"], (await journal.ReadOwing(default))["play/toy/a"]);
    }

    [Fact]
    public async Task A_full_disk_is_said_clearly_and_leaves_nothing_half_written()
    {
        await SqliteJournal.Open(JournalPath).DisposeAsync();
        using var db = SqliteAccess.OpenWriter(JournalPath);
        var pages = db.Rows("PRAGMA page_count", r => r.GetInt64(0))[0];
        db.Do($"PRAGMA max_page_count = {pages + 3}");
        using var writer = new SqliteWriter(JournalPath, db, 1);
        var small = new WriteRequest.Events(One("a", 1, owed: ["w"]));
        var large = new WriteRequest.Events(One("b", 1, new string('x', 100_000), owed: ["w"]));
        var error = writer.TryCommit([small, large], DateTimeOffset.UnixEpoch);
        Assert.Contains("no space left", error!.Message);
        Assert.Equal([0L, 0L], db.Rows("SELECT count(*) FROM journal UNION ALL SELECT count(*) FROM owing", r => r.GetInt64(0)));
        Assert.Null(writer.TryCommit([small], DateTimeOffset.UnixEpoch));
        Assert.Equal(1L, db.Rows("SELECT count(*) FROM journal", r => r.GetInt64(0))[0]);
    }

    [Fact]
    public async Task Rows_of_others_and_deleted_rows_are_not_read()
    {
        await using (var journal = SqliteJournal.Open(JournalPath)) await journal.Append(One("a", 1));
        using (var db = SqliteAccess.OpenWriter(JournalPath))
            db.Do("""
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) SELECT created, 1, persistence_id, 2, message, manifest, identifier FROM journal WHERE sequence_number = 1;
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) SELECT created, 0, '/system/sharding/toy', 1, message, 'x', 13 FROM journal WHERE sequence_number = 1;
                """);
        await using var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []);
        var events = new List<StoredEvent>();
        await foreach (var e in engine.Events()) events.Add(e);
        Assert.Single(events);
        Assert.Equal(1, (await engine.Read<Toy>(Toy.Id("a"))).Total);
    }

    [Fact]
    public async Task Ticks_are_those_of_the_injected_clock()
    {
        var time = new ManualTime();
        await using var journal = SqliteJournal.Open(JournalPath, time);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero), (await journal.Append(One("a", 1)))[0].Created);
        Assert.Equal(new DateTime(2026, 1, 1, 1, 0, 0).Ticks, (await journal.ReadEntity("play/toy/a", 0, default))[0].CreatedTicks);
    }

    [Fact]
    public async Task A_reader_sees_each_commit_of_a_running_engine()
    {
        await using var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []);
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        for (var i = 1; i <= 5; i++)
        {
            await engine.Send(Toy.Id("a"), new Add($"{i}", 1));
            Assert.Equal(i, (await reader.ReadEntity("play/toy/a", 0, default)).Count);
        }
        Assert.Equal(2, (await reader.ReadEntity("play/toy/a", 3, default)).Count);
    }

    [Fact]
    public async Task The_table_of_owing_entities_can_be_made_again_from_the_events()
    {
        await using (var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []))
            foreach (var (toy, command) in new (string, ICommand)[] { ("a", new OpenJob("x")), ("b", new OpenJob("y")), ("b", new CloseJob("y")), ("c", new Write("a", "l", 1)) }) await engine.Send(Toy.Id(toy), command);
        using (var db = SqliteAccess.OpenWriter(JournalPath)) db.Do("DELETE FROM owing WHERE persistence_id LIKE '%/a'; INSERT INTO owing VALUES ('play/toy/b', 'job/y@1'), ('play/toy/ghost', 'job/z@1')");
        await using var journal = SqliteJournal.Open(JournalPath);
        Assert.Equal(3, await Owing.Rebuild(journal, Toy.Kinds));
        Assert.Equal(["play/toy/a job/x@1", "play/toy/c tell/l@1"], (await journal.ReadOwing(default)).SelectMany(o => o.Value.Select(w => $"{o.Key} {w}")).Order());
        Assert.Equal(0, await Owing.Rebuild(journal, Toy.Kinds));
    }

    [Fact]
    public async Task Starting_corrects_the_table_for_the_entities_it_wakes_and_survives_one_that_is_damaged()
    {
        await using (var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []))
            foreach (var toy in (string[])["a", "b", "c"]) await engine.Send(Toy.Id(toy), new OpenJob("x"));
        using (var db = SqliteAccess.OpenWriter(JournalPath)) db.Do("INSERT INTO owing VALUES ('play/toy/a', 'job/gone@1'); UPDATE journal SET manifest = 'toy.unheard-of/1' WHERE persistence_id = 'play/toy/b'");
        var worker = ToyWorker.Closing();
        await using var again = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, [worker], Contract.EmbeddedOnSqlite.QuickOptions);
        await again.Start();
        await Patience.Until(() => again.Status.Quarantined.Length == 1);
        await again.WhenIdle().InTime();
        Assert.Equal(["play/toy/a#job/x@1", "play/toy/c#job/x@1"], worker.Started.Select(w => w.ToString()).Order());
        Assert.Contains("hash mismatch", again.Status.Quarantined[0].Reason);
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        Assert.Equal(["play/toy/b"], (await reader.ReadOwing(default)).Keys);
    }

    [Fact]
    public async Task Through_crashes_failures_and_passivation_the_table_of_owing_entities_stays_what_the_events_call_for()
    {
        for (var life = 0; life < 4; life++)
        {
            var random = new Random(life);
            var worker = new ToyWorker((job, context, cancel) => job.Name switch
            {
                "0" => throw new IOException("broken"), "1" => Task.Delay(Timeout.Infinite, cancel), _ => context.Send(context.Entity, new CloseJob(job.Name), cancel),
            });
            await using (var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, [worker], Contract.EmbeddedOnSqlite.QuickOptions with { MaxLive = 5, IdleTime = TimeSpan.FromMilliseconds(8) }))
            {
                await engine.Start();
                await Task.WhenAll(Enumerable.Range(0, 400).Select(async i =>
                {
                    var (toy, other, n, what) = (random.Next(15), random.Next(15), random.Next(8), random.Next(9));
                    try
                    {
                        await engine.Send(Toy.Id($"{toy}"), what switch
                        {
                            0 => new Explode(), 1 => new Spoil(), 2 => new CloseJob($"{n}"), 3 => new Settle($"{n}"), 4 or 5 => new OpenJob($"{n}", n % 3), 6 => new Add($"{i}", n - 1),
                            _ => new Write($"{other}", $"{n}", n - 1, n % 2 == 0),
                        });
                    }
                    catch (InvalidOperationException) { } // thrown by the toy
                }));
            }
            await using var journal = SqliteJournal.Open(JournalPath);
            Assert.NotEmpty(await journal.ReadOwing(default));
            Assert.Equal(0, await Owing.Rebuild(journal, Toy.Kinds));
            Assert.Empty((await Engine.Audit.HashChain.Verify(journal, Toy.Kinds)).Findings);
        }
    }
}
