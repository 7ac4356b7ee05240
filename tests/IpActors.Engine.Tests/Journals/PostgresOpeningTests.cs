using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Tests.Journals;

public sealed class PostgresOpeningTests
{
    readonly PostgresAddress _at = PostgresServer.Shared.NewJournal();

    void Sql(string sql)
    {
        using var db = PostgresServer.Shared.Open(schema: _at.Schema);
        using var c = new NpgsqlCommand(sql, db);
        c.ExecuteNonQuery();
    }

    static async Task<string> Refusal(PostgresAddress at)
    {
        var message = (await Assert.ThrowsAsync<InputException>(() => PostgresJournal.Open(at))).Message;
        Assert.Contains($"{at}", message);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    [SkippableFact]
    public async Task What_the_server_refuses_is_one_line_with_the_remedy()
    {
        Assert.Contains("start it, or check host and port", await Refusal(_at with { Port = 1 }));
        Assert.Contains("there is no database 'nowhere'; create it", await Refusal(_at with { Database = "nowhere" }));
        Assert.Contains("wants a password of 'guarded'; give it by PGPASSWORD", await Refusal(_at with { User = "guarded" }));
        Assert.Contains("lacks a permission", await Refusal(_at with { User = "plain" }));
        Assert.Contains("'plain'", await Refusal(_at with { User = "plain", Schema = "public" }));
    }

    [SkippableFact]
    public async Task The_password_comes_from_a_file_that_only_its_user_reads_and_is_never_said()
    {
        using var folder = new Folder();
        File.WriteAllText(folder["p"], "wrong-secret\n");
        File.SetUnixFileMode(folder["p"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var at = _at with { User = "guarded", PasswordFile = folder["p"] };
        Assert.Contains("can be read by others; chmod 600", (await Assert.ThrowsAsync<InputException>(() => PostgresJournal.Open(at))).Message);
        File.SetUnixFileMode(folder["p"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var wrong = await Refusal(at);
        Assert.Contains("the password of 'guarded' is wrong", wrong);
        Assert.DoesNotContain("secret", wrong);
        PostgresServer.Shared.Sql($"CREATE SCHEMA {_at.Schema} AUTHORIZATION guarded", "screening");
        File.WriteAllText(folder["p"], "quite-secret\n");
        await using var journal = await PostgresJournal.Open(at);
        Assert.Contains("fsync = off", journal.Warning);
        await using var engine = new EmbeddedEngine(journal, Toy.Kinds, []);
        await engine.Send(Toy.Id("a"), new Add("1", 1));
        Assert.DoesNotContain("secret", $"{at}");
    }

    [SkippableFact]
    public async Task A_newer_format_a_foreign_schema_a_missing_journal_and_a_broken_copy_are_refused()
    {
        Assert.Contains("no such journal", (await Assert.ThrowsAsync<InputException>(() => PostgresJournalReader.OpenReader(_at))).Message);
        Assert.False(await _at.Exists());
        await (await PostgresJournal.Open(_at)).DisposeAsync();
        Assert.True(await _at.Exists());
        Sql("UPDATE meta SET value = '2'");
        Assert.Contains("format 2, this program reads up to 1", await Refusal(_at));
        Assert.Contains("format 2", (await Assert.ThrowsAsync<InputException>(() => PostgresJournalReader.OpenReader(_at))).Message);
        Sql("UPDATE meta SET value = '1'; INSERT INTO meta VALUES ('incomplete', 'a copy into it was broken off')");
        Assert.Contains("broken off; run 'journal copy' again", await Refusal(_at));
        Sql("DROP TABLE journal");
        Assert.Contains("holds other tables, but no journal", await Refusal(_at));
    }

    [SkippableFact]
    public async Task The_same_journal_cannot_be_opened_twice_but_again_after_closing()
    {
        var first = await PostgresJournal.Open(_at);
        Assert.Contains($"in use by process {Environment.ProcessId}", await Refusal(_at));
        await first.DisposeAsync();
        await using var second = await PostgresJournal.Open(_at);
        Assert.Equal(2, (await second.ReadLease(default))!.Epoch);
    }

    [SkippableFact]
    public async Task Another_hosts_lease_counts_until_it_expires_by_the_databases_clock()
    {
        await (await PostgresJournal.Open(_at)).DisposeAsync();
        const string Now = "(extract(epoch from clock_timestamp()) * 10000000)::bigint + 621355968000000000";
        foreach (var (host, start) in new[] { ("elsewhere", "x"), (ProcessIdentity.Host, "another-boot:7") })
        {
            Sql($"UPDATE lease SET host_kind = 'akka', host = '{host}', process_id = 7, process_start = '{start}', expires = {Now} + 200000000");
            Assert.Contains($"process 7 on {host}", await Refusal(_at));
            Sql($"UPDATE lease SET expires = {Now} - 1");
            await (await PostgresJournal.Open(_at)).DisposeAsync();
        }
        Sql($"UPDATE lease SET host_kind = 'embedded', host = '{ProcessIdentity.Host}', process_id = 7, process_start = '{ProcessIdentity.Current.Split(':')[0]}:0', expires = {Now} + 200000000");
        await (await PostgresJournal.Open(_at)).DisposeAsync(); // of this boot, and dead
    }

    [SkippableFact]
    public async Task A_lease_is_renewed_while_it_is_held()
    {
        var time = new ManualTime();
        await using var journal = await PostgresJournal.Open(_at, time);
        var first = (await journal.ReadLease(default))!.Expires;
        await Task.Delay(20);
        time.Advance(TimeSpan.FromSeconds(11));
        await journal.SetControlAddress("table");
        var lease = (await journal.ReadLease(default))!;
        Assert.True(lease.Expires > first);
        Assert.Equal("table", lease.ControlAddress);
    }

    [SkippableFact]
    public async Task A_writer_whose_lease_was_taken_over_writes_nothing_more()
    {
        await using var engine = new EmbeddedEngine(await PostgresJournal.Open(_at), Toy.Kinds, []);
        await engine.Send(Toy.Id("a"), new Add("1", 1));
        Sql("UPDATE lease SET epoch = epoch + 1, process_start = 'another'");
        Assert.Contains("taken the journal over", (await Assert.ThrowsAsync<JournalException>(() => engine.Send(Toy.Id("a"), new Add("2", 1)))).Message);
        await Assert.ThrowsAsync<JournalException>(() => engine.WhenIdle());
        await engine.DisposeAsync();
        Assert.Equal((1L, "embedded"), (PostgresServer.Shared.Value<long>("SELECT count(*) FROM journal", _at.Schema), PostgresServer.Shared.Value<string>("SELECT host_kind FROM lease", _at.Schema)));
    }

    [SkippableFact]
    public async Task The_tables_are_those_of_Akka_Persistence_Sql_and_our_own()
    {
        await (await PostgresJournal.Open(_at)).DisposeAsync();
        string Columns(string table) => PostgresServer.Shared.Value<string>($"SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table}'", _at.Schema);
        Assert.Equal("ordering bigint, created bigint, deleted boolean, persistence_id text, sequence_number bigint, message bytea, manifest text, identifier integer, writer_uuid text", Columns("journal"));
        Assert.Equal("ordering_id bigint, tag text, sequence_nr bigint, persistence_id text", Columns("tags"));
        Assert.Equal("persistence_id text, sequence_number bigint, created bigint, snapshot bytea, manifest text, serializer_id integer", Columns("snapshot"));
        Sql("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (1, false, 'p', 1, 'x')");
        Assert.Equal("23505", Assert.Throws<PostgresException>(() => Sql("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (1, false, 'p', 1, 'x')")).SqlState);
    }

    [SkippableFact]
    public async Task A_bad_append_fails_alone_and_what_is_owed_follows_the_order_of_the_appends()
    {
        var codec = new EventCodec(Toy.Kinds);
        Append One(string toy, long sequence, string[]? owed = null, string[]? settled = null)
        {
            var e = new Added("", 1);
            return new(Toy.Id(toy), [new(sequence, e, codec.Encode(Toy.Id(toy).PersistenceId, sequence, e, EventCodec.NoHash))], [.. owed ?? []], [.. settled ?? []]);
        }
        await using var journal = await PostgresJournal.Open(_at);
        var first = journal.Append(One("a", 1, owed: ["w1", "w2"]));
        var second = journal.Append(One("a", 2, owed: ["w3"], settled: ["w1"]));
        var at = Enumerable.Range(0, 50).Select(i => journal.Append(One($"b{i}", 1))).ToList();
        var twice = journal.Append(One("a", 2, owed: ["w4"]));
        await Assert.ThrowsAsync<JournalException>(() => twice);
        await Task.WhenAll([first, second, .. at]);
        Assert.Equal(["w2", "w3"], (await journal.ReadOwing(default))["play/toy/a"].Order());
        await journal.ReplaceOwing("play/toy/a", 1, ["old"]); // it has gone on since
        Assert.Equal(["w2", "w3"], (await journal.ReadOwing(default))["play/toy/a"].Order());
        await journal.ReplaceOwing("play/toy/a", 2, ["new"]);
        Assert.Equal(["new"], (await journal.ReadOwing(default))["play/toy/a"]);
    }

    [SkippableFact]
    public async Task A_snapshot_takes_the_place_of_older_ones()
    {
        await using var journal = await PostgresJournal.Open(_at);
        Assert.Null(await journal.ReadSnapshot("play/toy/a", default));
        foreach (var n in (long[])[3, 7, 7, 5]) await journal.WriteSnapshot(new("play/toy/a", n, 1, "snap/1", new byte[] { (byte)n, 0 }));
        var read = (await journal.ReadSnapshot("play/toy/a", default))!;
        Assert.Equal((5L, "snap/1", 5), (read.SequenceNumber, read.Manifest, read.Content.Span[0]));
        Assert.Equal(1L, PostgresServer.Shared.Value<long>("SELECT count(*) FROM snapshot", _at.Schema));
    }

    [SkippableFact]
    public async Task A_blob_is_kept_under_its_digest_and_damage_is_noticed_and_mended()
    {
        await using var journal = await PostgresJournal.Open(_at);
        var content = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();
        var digest = journal.Blobs.Put(content);
        Assert.Equal(digest, journal.Blobs.Put(content));
        Assert.Equal(content, journal.Blobs.Get(digest));
        Sql("UPDATE blobs SET content = 'x'");
        Assert.Throws<InvalidDataException>(() => journal.Blobs.Get(digest));
        journal.Blobs.Put(content);
        Assert.Equal(content, journal.Blobs.Get(digest));
        Assert.Throws<FileNotFoundException>(() => journal.Blobs.Get(new string('a', 64)));
    }
}
