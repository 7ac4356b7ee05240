using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Tests.Journals;

public sealed class OpeningTests : IDisposable
{
    readonly Folder _folder = new();
    string JournalPath => _folder["j.db"];
    public void Dispose() => _folder.Dispose();

    void Sql(string sql)
    {
        using var db = new SqliteConnection($"Data Source={JournalPath};Pooling=False");
        db.Open();
        db.Do(sql);
    }

    string Refusal()
    {
        var message = Assert.Throws<InputException>(() => SqliteJournal.Open(JournalPath)).Message;
        Assert.Contains(JournalPath, message);
        return message;
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var text = new string('x', 5000);
        File.WriteAllText(JournalPath, text);
        Assert.Contains("no SQLite database", Refusal());
        Assert.Contains("no SQLite database", Assert.Throws<InputException>(() => SqliteJournalReader.OpenReader(JournalPath)).Message);
        Assert.Equal(text, File.ReadAllText(JournalPath));
    }

    [Fact]
    public void Somebody_elses_database_is_refused_and_left_alone()
    {
        Sql("CREATE TABLE recipes (name TEXT)");
        var bytes = File.ReadAllBytes(JournalPath);
        Assert.Contains("no table 'journal'", Refusal());
        Assert.Equal(bytes, File.ReadAllBytes(JournalPath));
        Assert.Equal([JournalPath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_newer_format_is_refused()
    {
        await SqliteJournal.Open(JournalPath).DisposeAsync();
        Sql("UPDATE meta SET value = '2'");
        Assert.Contains("format 2, this program reads up to 1", Refusal());
        Assert.Contains("format 2", Assert.Throws<InputException>(() => SqliteJournalReader.OpenReader(JournalPath)).Message);
    }

    [Fact]
    public async Task A_damaged_file_is_one_clear_line()
    {
        await SqliteJournal.Open(JournalPath).DisposeAsync();
        var bytes = File.ReadAllBytes(JournalPath);
        Array.Fill(bytes, (byte)0xAB, 100, 3000);
        File.WriteAllBytes(JournalPath, bytes);
        Assert.Contains("damaged", Refusal());
    }

    [Fact]
    public void A_folder_and_a_missing_journal_are_refused()
    {
        Assert.Contains("a folder", Assert.Throws<InputException>(() => SqliteJournal.Open(_folder.Path)).Message);
        Assert.Contains("no such journal", Assert.Throws<InputException>(() => SqliteJournalReader.OpenReader(JournalPath)).Message);
        Assert.False(File.Exists(JournalPath));
    }

    [Fact]
    public async Task The_same_journal_cannot_be_opened_twice_but_again_after_closing()
    {
        var first = SqliteJournal.Open(JournalPath);
        Assert.Contains("in use by process", Refusal());
        await first.DisposeAsync();
        await using var second = SqliteJournal.Open(JournalPath);
        Assert.Equal(2, (await second.ReadLease(default))!.Epoch);
    }

    [Fact]
    public async Task A_closed_journal_is_one_file_that_can_be_copied()
    {
        await using (var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, [])) await engine.Send(Toy.Id("a"), new Add("1", 1));
        Assert.Equal(["j.db", "j.db.lock"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Another_hosts_lease_is_believed_until_it_expires()
    {
        var time = new ManualTime();
        await SqliteJournal.Open(JournalPath, time).DisposeAsync();
        Sql($"UPDATE lease SET host_kind = 'embedded', host = 'elsewhere', process_id = 7, expires = {(time.GetUtcNow() + TimeSpan.FromSeconds(20)).UtcTicks}");
        Assert.Contains("process 7 on elsewhere", Assert.Throws<InputException>(() => SqliteJournal.Open(JournalPath, time)).Message);
        time.Advance(TimeSpan.FromSeconds(21));
        await SqliteJournal.Open(JournalPath, time).DisposeAsync();
    }

    [Fact]
    public async Task A_lease_is_renewed_while_it_is_held()
    {
        var time = new ManualTime();
        await using var journal = SqliteJournal.Open(JournalPath, time);
        var first = (await journal.ReadLease(default))!.Expires;
        for (var i = 0; i < 12; i++) time.Advance(TimeSpan.FromSeconds(10));
        await journal.SetControlAddress("somewhere"); // after the renewals in the queue
        var lease = (await journal.ReadLease(default))!;
        Assert.Equal((first + TimeSpan.FromSeconds(120), "somewhere"), (lease.Expires, lease.ControlAddress));
    }

    [Fact]
    public async Task A_writer_whose_lease_was_taken_over_writes_nothing_more()
    {
        await using var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []);
        await engine.Send(Toy.Id("a"), new Add("1", 1));
        Sql("UPDATE lease SET epoch = epoch + 1");
        Assert.Contains("taken the journal over", (await Assert.ThrowsAsync<JournalException>(() => engine.Send(Toy.Id("a"), new Add("2", 1)))).Message);
        await Assert.ThrowsAsync<JournalException>(() => engine.WhenIdle());
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        Assert.Single(await reader.ReadEntity("play/toy/a", 0, default));
    }

    [Fact]
    public async Task The_tables_are_those_of_Akka_Persistence_Sql_and_our_own()
    {
        await SqliteJournal.Open(JournalPath).DisposeAsync();
        using var db = new SqliteConnection($"Data Source={JournalPath};Pooling=False");
        db.Open();
        List<string> Columns(string table) => db.Rows($"SELECT name || ' ' || type FROM pragma_table_info('{table}')", r => r.GetString(0));
        Assert.Equal(["ordering INTEGER", "created BigInt", "deleted Bit", "persistence_id NVarChar(255)", "sequence_number BigInt", "message VarBinary", "manifest NVarChar(500)", "identifier INTEGER", "writer_uuid NVarChar(128)"], Columns("journal"));
        Assert.Equal(["ordering_id BigInt", "tag NVarChar(64)", "sequence_nr BigInt", "persistence_id NVarChar(255)"], Columns("tags"));
        Assert.Equal(["persistence_id NVarChar(255)", "sequence_number BigInt", "created BigInt", "snapshot VarBinary", "manifest NVarChar(500)", "serializer_id INTEGER"], Columns("snapshot"));
        Assert.Equal(["1"], db.Rows("SELECT value FROM meta WHERE name = 'format'", r => r.GetString(0)));
        Assert.Equal(["wal"], db.Rows("PRAGMA journal_mode", r => r.GetString(0)));
        Assert.Throws<SqliteException>(() => db.Do("INSERT INTO journal SELECT NULL, 1, 0, 'p', 1, x'00', 'm', 1, 'w' UNION ALL SELECT NULL, 1, 0, 'p', 1, x'00', 'm', 1, 'w'"));
    }

    [Theory]
    [InlineData("/home/me/j.db", "ext4")]
    [InlineData("/scratch/j.db", "lustre")]
    [InlineData("/scratch/tmp/j.db", "tmpfs")]
    [InlineData("/scratchy/j.db", "ext4")]
    [InlineData("/with space/j.db", "nfs4")]
    public void The_file_system_of_a_path_is_that_of_its_longest_mount(string path, string type)
    {
        const string Mounts = """
            22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
            30 22 0:30 / /scratch rw - lustre mds@tcp:/scratch rw
            31 30 0:31 / /scratch/tmp rw,nosuid shared:9 master:2 - tmpfs tmpfs rw
            32 22 0:32 / /with\040space rw - nfs4 server:/x rw
            """;
        Assert.Equal(type, FileSystems.TypeOf(path, Mounts));
        Assert.Equal(type is "lustre" or "nfs4", FileSystems.IsNetwork(type));
    }

    [Theory, InlineData("nfs4"), InlineData("lustre"), InlineData("fuse.sshfs")]
    public async Task A_journal_on_a_network_file_system_is_refused_with_the_remedies_and_taken_exclusively(string type)
    {
        var refusal = Assert.Throws<InputException>(() => SqliteJournal.Open(JournalPath, null, exclusive: false, LeaseInfo.Embedded, _ => type)).Message;
        Assert.Contains(type, refusal);
        foreach (var remedy in (string[])["local disk", "?network=exclusive", "PostgreSQL"]) Assert.Contains(remedy, refusal);
        Assert.False(File.Exists(JournalPath));
        await SqliteJournal.Open(JournalPath, null, exclusive: true, LeaseInfo.Embedded, _ => type).DisposeAsync();
        await SqliteJournal.Open(_folder["local.db"], null, exclusive: false, LeaseInfo.Embedded, _ => "ext4").DisposeAsync();
    }
}
