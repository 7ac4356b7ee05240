using IpActors.Domain.Works;
using IpActors.Engine.Blobs;
using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

sealed class SqliteSource : ICopySource
{
    readonly SqliteConnection _db;
    readonly SqliteTransaction _snapshot;

    public SqliteSource(SqliteAddress at)
    {
        _db = SqliteAccess.OpenReader(at.Path);
        _snapshot = _db.BeginTransaction(deferred: true);
    }

    public IAsyncEnumerable<object?[]> Rows(JournalTables.Table table) => JournalTables.Read(_db, table);

    public async ValueTask DisposeAsync()
    {
        await _snapshot.DisposeAsync();
        await _db.DisposeAsync();
    }
}

/// <summary>Made under another name beside its own.</summary>
sealed class SqliteTarget : ICopyTarget
{
    readonly string _path;
    string Making => _path + ".copying";

    SqliteTarget(string path)
    {
        _path = path;
        Discard();
        Blobs = new FileBlobs(Making + ".blobs");
    }

    public static SqliteTarget Create(SqliteAddress at)
    {
        var path = Path.GetFullPath(at.Path);
        if (File.Exists(path) || Directory.Exists(path)) throw new InputException($"{at}: there is something already; name a journal that is not there yet");
        if (Directory.Exists(path + ".blobs")) throw new InputException($"{at}: a folder of blobs ({at}.blobs) is there already; move it away or name another journal");
        if (!at.Exclusive && FileSystems.TypeOf(path) is { } type && FileSystems.IsNetwork(type)) throw new InputException($"{at}: is on a network file system ({type}); write sqlite:{at}?network=exclusive");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new(path);
    }

    public IBlobs Blobs { get; }

    public async Task<ImmutableSortedDictionary<string, long>> Write(ICopySource source, CancellationToken cancel)
    {
        await using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Making, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        db.Open();
        db.Do("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
        SqliteSchema.Prepare(db);
        await using var transaction = db.BeginTransaction();
        var rows = ImmutableSortedDictionary.CreateBuilder<string, long>();
        foreach (var table in JournalTables.All) rows[table.Name] = await JournalTables.Write(db, table, source.Rows(table), cancel);
        transaction.Commit();
        return rows.ToImmutable();
    }

    public IJournalReader OpenReader() => SqliteJournalReader.OpenReader(Making);

    /// <summary>The file last: without it there is no journal.</summary>
    public Task Publish(CancellationToken cancel)
    {
        if (Directory.Exists(Making + ".blobs")) Directory.Move(Making + ".blobs", _path + ".blobs");
        File.Move(Making, _path);
        return Task.CompletedTask;
    }

    void Discard()
    {
        foreach (var file in (string[])[Making, Making + "-journal", Making + "-wal", Making + "-shm"]) File.Delete(file);
        if (Directory.Exists(Making + ".blobs")) Directory.Delete(Making + ".blobs", recursive: true);
    }

    public ValueTask DisposeAsync() { Discard(); return ValueTask.CompletedTask; }
}
