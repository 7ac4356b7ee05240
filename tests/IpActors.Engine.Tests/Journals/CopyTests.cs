using IpActors.Domain.Entities;
using IpActors.Engine.Audit;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IpActors.Engine.Tests.Journals;

public sealed class CopyTests : IDisposable
{
    readonly Folder _folder = new();
    public void Dispose() => _folder.Dispose();

    SqliteAddress File(string name) => new(_folder[name]);
    static Task<CopyResult> Copy(JournalAddress from, JournalAddress to) => JournalCopy.Run(from, to, Toy.Kinds);

    /// <summary>With works owed, a blob, and rows of another program, tags and a snapshot as a cluster leaves them.</summary>
    async Task<SqliteAddress> Made()
    {
        var at = File("from.db");
        await using (var journal = SqliteJournal.Open(at.Path))
        await using (var engine = new EmbeddedEngine(journal, Toy.Kinds, []))
        {
            await Fixture.Script(engine);
            for (var i = 0; i < 300; i++) await engine.Send(Toy.Id($"m{i % 7}"), new Add($"{i}", i));
            engine.Blobs.Put([1, 2, 3]);
            engine.Blobs.Put(new byte[100_000]);
        }
        using var db = new SqliteConnection($"Data Source={at.Path};Pooling=False");
        db.Open();
        db.Do("""
            INSERT INTO journal (ordering, created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (5000, 3, 0, '/sharding/x', 1, x'00FF', NULL, 13, NULL), (7000, 4, 1, 'play/toy/a', 999, x'01', 'm', 71935, 'w');
            INSERT INTO tags VALUES (5000, 'red', 1, '/sharding/x');
            INSERT INTO snapshot VALUES ('play/toy/a', 2, 5, x'0A0B', 'snap/1', 71935);
            """);
        return at;
    }

    static async Task<List<string>> Rows(JournalAddress at)
    {
        await using ICopySource source = at is SqliteAddress s ? new SqliteSource(s) : await PostgresSource.Open((PostgresAddress)at, default);
        var rows = new List<string>();
        foreach (var table in JournalTables.All)
            await foreach (var row in source.Rows(table)) rows.Add($"{table.Name}: {string.Join(' ', row.Select(v => v switch { byte[] b => Convert.ToHexString(b), null => "NULL", _ => v.ToString() }))}");
        return rows;
    }

    async Task IsWhole(JournalAddress copy, JournalAddress of)
    {
        Assert.Equal((await Rows(of)).Order(StringComparer.Ordinal), (await Rows(copy)).Order(StringComparer.Ordinal));
        await using var a = await copy.OpenReader();
        await using var b = await of.OpenReader();
        Assert.Equal(await Seal.Of(b), await Seal.Of(a));
        Assert.Equal(2, JournalCopy.Digests(a.Blobs).Count);
        foreach (var digest in JournalCopy.Digests(b.Blobs)) Assert.Equal(b.Blobs.Get(digest), a.Blobs.Get(digest));
    }

    [SkippableTheory, InlineData(false), InlineData(true)]
    public async Task A_copy_is_the_same_row_by_row_and_is_gone_on_with_and_copied_back(bool postgres)
    {
        var from = await Made();
        JournalAddress to = postgres ? PostgresServer.Shared.NewJournal() : File("to.db");
        var result = await Copy(from, to);
        Assert.Equal((1L, 1L, 2), (result.Rows["tags"], result.Rows["snapshot"], result.Blobs));
        await IsWhole(to, from);
        await using (var engine = new EmbeddedEngine(await to.Open(), Toy.Kinds, [ToyWorker.Closing()]))
        {
            Assert.Equal((6, 7), ((await engine.Read<Toy>(Toy.Id("a"))).Total, (await engine.Read<Toy>(Toy.Id("b"))).Total));
            await engine.Start();
            await engine.WhenIdle().InTime();
            Assert.Equal(9, (await engine.Read<Toy>(Toy.Id("a"))).Total); // what was owed has been done
            var events = new List<StoredEvent>();
            await foreach (var e in engine.Events()) events.Add(e);
            Assert.All(events.Zip(events.Skip(1)), p => Assert.True(p.First.Ordering < p.Second.Ordering));
            Assert.True(events[^1].Ordering > 7000);
        }
        await Copy(to, File("back.db"));
        await IsWhole(File("back.db"), to);
        await using var back = new EmbeddedEngine(await File("back.db").Open(), Toy.Kinds, []);
        Assert.Equal(9, (await back.Read<Toy>(Toy.Id("a"))).Total);
        Assert.Single(Assert.IsType<Decision.Accepted>(await back.Send(Toy.Id("a"), new Add("new", 1))).Events);
    }

    [SkippableFact]
    public async Task A_target_with_anything_in_it_a_missing_source_and_the_source_itself_are_refused()
    {
        var (from, to) = (await Made(), PostgresServer.Shared.NewJournal());
        async Task<string> Refusal(JournalAddress a, JournalAddress b) => (await Assert.ThrowsAsync<InputException>(() => Copy(a, b))).Message;
        await Copy(from, to);
        Assert.Contains("holds a journal already", await Refusal(from, to));
        System.IO.File.WriteAllText(_folder["there.db"], "");
        Assert.Contains("there is something already", await Refusal(from, File("there.db")));
        Directory.CreateDirectory(_folder["half.db.blobs"]);
        Assert.Contains("folder of blobs", await Refusal(from, File("half.db")));
        Assert.Contains("no such journal", await Refusal(File("none.db"), File("x.db")));
        Assert.Contains("are the same", await Refusal(from, from));
        Assert.False(System.IO.File.Exists(_folder["x.db"]));
    }

    [SkippableFact]
    public async Task A_source_that_an_engine_holds_and_a_damaged_one_are_refused_and_leave_nothing()
    {
        var from = await Made();
        await using (await from.Open()) Assert.Contains("is running it; pause it", (await Assert.ThrowsAsync<InputException>(() => Copy(from, File("to.db")))).Message);
        using (var db = new SqliteConnection($"Data Source={from.Path};Pooling=False")) { db.Open(); db.Do("UPDATE journal SET manifest = 'toy.unheard-of/1' WHERE ordering = 3"); }
        Assert.Contains("damaged: event 3", (await Assert.ThrowsAsync<InputException>(() => Copy(from, File("to.db")))).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, "to.db*"));
    }

    [SkippableFact]
    public async Task A_copy_that_broke_off_is_refused_by_engines_and_begun_anew_by_the_next_copy()
    {
        var (from, to) = (await Made(), PostgresServer.Shared.NewJournal());
        await using (var target = await PostgresTarget.Create(to, default))
        await using (var source = new SqliteSource(from))
        {
            target.Blobs.Put([9, 9]);
            await target.Write(source, default);
        } // never published, as if the process had been killed
        Assert.Contains("broken off", (await Assert.ThrowsAsync<InputException>(() => to.Open())).Message);
        Assert.Contains("broken off", (await Assert.ThrowsAsync<InputException>(() => to.OpenReader())).Message);
        await Copy(from, to);
        await IsWhole(to, from);

        await using (var target = SqliteTarget.Create(File("to.db")))
        await using (var source = new SqliteSource(from)) await target.Write(source, default);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, "to.db*"));
        System.IO.File.WriteAllText(_folder["to.db.copying"], "left by a process that was killed");
        await Copy(from, File("to.db"));
        await IsWhole(File("to.db"), from);
    }

    [SkippableFact]
    public async Task A_server_lost_on_the_way_is_one_line_and_no_journal()
    {
        using var server = new PostgresServer();
        var from = await Made();
        using var proxy = new CutProxy(server.Port);
        var copying = Copy(from, server.At("target", reconnect: 1) with { Port = proxy.Port });
        await Patience.Until(() => copying.IsCompleted || server.Exists("target"));
        server.Kill();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => copying.InTime());
        Assert.True(error is JournalException or InputException, $"{error}");
        Assert.DoesNotContain('\n', error.Message);
        server.Start();
        await Copy(from, server.At("target"));
        await IsWhole(server.At("target"), from);
    }
}
