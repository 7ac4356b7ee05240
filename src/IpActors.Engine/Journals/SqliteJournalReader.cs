using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using IpActors.Domain.Works;
using IpActors.Engine.Blobs;
using IpActors.Engine.Codec;
using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

/// <summary>Reads an SQLite journal, through a few connections of its own; also while another process writes it.</summary>
public class SqliteJournalReader : IJournalReader
{
    const int Connections = 4, EntitiesAtOnce = 500;
    readonly SemaphoreSlim _free;
    readonly ConcurrentBag<Connection> _idle = [];
    readonly string _path;
    readonly Connection? _shared;
    readonly EntityReads _entities;

    /// <param name="shared">The one connection that there may be, the writer's; null: readers have their own.</param>
    protected SqliteJournalReader(string path, SqliteConnection? shared = null)
    {
        _path = path;
        _free = new(shared is null ? Connections : 1);
        _entities = new(shared is null ? Connections - 1 : 1, ReadEntities); // one is left for what takes long
        if (shared is not null) _idle.Add(_shared = new(shared));
        Blobs = new FileBlobs(path + ".blobs");
    }

    /// <summary>Opens a journal for reading only; throws <see cref="InputException"/> when there is none.</summary>
    public static SqliteJournalReader OpenReader(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: there is no such journal");
        if (SqliteLease.IsHeldExclusively(path)) throw new InputException($"{path}: a running engine holds it exclusively (?network=exclusive), so it cannot be read now; wait until that ends or end it (ipactors pause), or use PostgreSQL, which many may read");
        try
        {
            var db = SqliteAccess.OpenReader(path);
            var reader = new SqliteJournalReader(path);
            reader._idle.Add(new(db));
            SqliteSchema.Check(db, path, mayBeEmpty: false);
            return reader;
        }
        catch (SqliteException e) { throw new InputException(SqliteAccess.Explain(path, e)); }
    }

    public string JournalPath => _path;
    public IBlobs Blobs { get; }

    public ValueTask<IReadOnlyList<JournalRow>> ReadEntity(string persistenceId, long afterSequence, CancellationToken cancel) => _entities.Ask(persistenceId, afterSequence, cancel);

    /// <summary>Each as by itself; many in one transaction, since SQLite's page cache is only good for as long as one lasts where somebody writes.</summary>
    async ValueTask ReadEntities(IReadOnlyList<EntityReads.Request> requests) => await Read(c =>
    {
        if (requests.Count > 1) c.Query(SqliteSchema.Begin).Run();
        try { foreach (var r in requests) r.Rows = c.Query(SqliteSchema.ReadEntity).Bind(1, EventCodec.SerializerId).Bind(2, r.PersistenceId).Bind(3, r.AfterSequence).Rows(); }
        finally { if (requests.Count > 1) c.Query(SqliteSchema.Rollback).Run(); }
        return requests;
    }, CancellationToken.None).ConfigureAwait(false);

    public async IAsyncEnumerable<JournalRow> ReadEntities(IReadOnlyList<string> persistenceIds, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var chunk in persistenceIds.Order(StringComparer.Ordinal).Chunk(EntitiesAtOnce))
            foreach (var row in await Read(c => c.Query(SqliteSchema.ReadEntities).Bind(1, EventCodec.SerializerId).Bind(2, JsonSerializer.Serialize(chunk)).Rows(), cancel)) yield return row;
    }

    public async IAsyncEnumerable<JournalRow> ReadAll(long afterOrdering, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = await Read(c => c.Db.Rows(SqliteSchema.Newest, r => r.GetInt64(0))[0], cancel);
        while (afterOrdering < last)
        {
            var after = afterOrdering;
            var rows = await Read(c => c.Query(SqliteSchema.ReadAll).Bind(1, EventCodec.SerializerId).Bind(2, after).Bind(3, last).Rows(), cancel);
            if (rows.Count == 0) yield break;
            foreach (var row in rows) yield return row;
            afterOrdering = rows[^1].Ordering;
        }
    }

    /// <summary>One snapshot of the whole journal, on a connection of its own.</summary>
    public async IAsyncEnumerable<JournalRow> ReadByEntity([EnumeratorCancellation] CancellationToken cancel)
    {
        if (_shared is not null)
        {
            await foreach (var row in ReadByEntityInPages(cancel)) yield return row;
            yield break;
        }
        SqliteConnection? db = null;
        SqliteCommand? command = null;
        SqliteDataReader? rows = null;
        try
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                JournalRow row;
                try
                {
                    db ??= SqliteAccess.OpenReader(_path);
                    command ??= db.Command(SqliteSchema.ReadByEntity, ("?1", EventCodec.SerializerId));
                    rows ??= command.ExecuteReader();
                    if (!rows.Read()) yield break;
                    row = Row(rows);
                }
                catch (SqliteException e) { throw new JournalException(SqliteAccess.Explain(_path, e), e); }
                yield return row;
            }
        }
        finally { rows?.Dispose(); command?.Dispose(); db?.Dispose(); }
    }

    /// <summary>Where the writer needs the connection in between.</summary>
    async IAsyncEnumerable<JournalRow> ReadByEntityInPages([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var (id, number) = ("", 0L); ;)
        {
            var rows = await Read(c => c.Db.Rows(SqliteSchema.ReadByEntityAfter, Row, ("?1", EventCodec.SerializerId), ("$id", id), ("$after", number)), cancel);
            if (rows.Count == 0) yield break;
            foreach (var row in rows) yield return row;
            (id, number) = (rows[^1].PersistenceId, rows[^1].SequenceNumber);
        }
    }

    /// <summary>Lets the writer have the connection, where there is only one.</summary>
    private protected T Alone<T>(Func<T> write)
    {
        if (_shared is null) return write();
        _free.Wait();
        try { return write(); }
        finally { _free.Release(); }
    }

    public ValueTask<IReadOnlyDictionary<string, ImmutableHashSet<string>>> ReadOwing(CancellationToken cancel) => Read<IReadOnlyDictionary<string, ImmutableHashSet<string>>>(c =>
        c.Db.Rows(SqliteSchema.ReadOwing, r => (Id: r.GetString(0), Work: r.GetString(1))).GroupBy(r => r.Id, r => r.Work).ToDictionary(g => g.Key, g => g.ToImmutableHashSet()), cancel);

    public ValueTask<JournalSnapshot?> ReadSnapshot(string persistenceId, CancellationToken cancel) => Read(c => c.Db.Rows(SqliteSchema.ReadSnapshot,
        r => new JournalSnapshot(persistenceId, r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetFieldValue<byte[]>(3)), ("$id", persistenceId), ("$serializer", EventCodec.SerializerId)).FirstOrDefault(), cancel);

    public ValueTask<LeaseInfo?> ReadLease(CancellationToken cancel) => Read(c => c.Db.Lease(), cancel);

    static JournalRow Row(SqliteDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3), r.GetFieldValue<byte[]>(4), r.GetString(5));

    async ValueTask<T> Read<T>(Func<Connection, T> read, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        Connection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection)) connection = new(SqliteAccess.OpenReader(_path));
            var result = read(connection);
            _idle.Add(connection);
            return result;
        }
        catch (SqliteException e) { if (_shared is null) connection?.Dispose(); else _idle.Add(_shared); throw new JournalException(SqliteAccess.Explain(_path, e), e); }
        finally { _free.Release(); }
    }

    public virtual ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var connection)) connection.Close(itself: _shared is null);
        _free.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A connection and its prepared queries; used by one at a time.</summary>
    sealed class Connection(SqliteConnection db) : IDisposable
    {
        readonly Dictionary<string, PreparedStatement> _prepared = [];
        public SqliteConnection Db => db;

        /// <summary>A statement of <see cref="SqliteSchema"/>.</summary>
        public PreparedStatement Query(string sql)
        {
            if (!_prepared.TryGetValue(sql, out var query)) _prepared.Add(sql, query = new PreparedStatement(db, sql));
            return query;
        }

        public void Dispose() => Close(itself: true);

        public void Close(bool itself)
        {
            foreach (var query in _prepared.Values) query.Dispose();
            if (itself) db.Dispose();
        }
    }
}
