using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

/// <summary>Something to be written in a transaction, and whoever waits for its commit.</summary>
abstract class WriteRequest
{
    // Completed on a pool's thread only, so that what follows can run there at once.
    readonly TaskCompletionSource<ImmutableArray<StoredEvent>> _done = new();
    public Task<ImmutableArray<StoredEvent>> Done => _done.Task;
    public ImmutableArray<StoredEvent> Stored { get; set; } = [];
    public virtual long Size => 0;

    public void Acknowledge() => _done.TrySetResult(Stored);
    public void Fail(Exception e) => ThreadPool.UnsafeQueueUserWorkItem(static x => x._done.TrySetException(x.e), (_done, e), preferLocal: false);

    public sealed class Events(Append append) : WriteRequest
    {
        public Append Append => append;
        public override long Size { get { var size = 0L; foreach (var e in append.Events) size += e.Encoded.Payload.Length; return size; } }
    }
    public sealed class Owing(string id, long sequence, IReadOnlyCollection<string> works) : WriteRequest { public string Id => id; public long Sequence => sequence; public IReadOnlyCollection<string> Works => works; }
    public sealed class Snapshot(JournalSnapshot content) : WriteRequest { public JournalSnapshot Content => content; public override long Size => content.Content.Length; }
    public sealed class Renew(DateTimeOffset expires) : WriteRequest { public DateTimeOffset Expires => expires; }
    public sealed class Control(string? address) : WriteRequest { public string? Address => address; }
}

/// <summary>The one connection that writes; used by one thread.</summary>
sealed class SqliteWriter : IDisposable
{
    readonly string _path;
    readonly SqliteConnection _db;
    readonly long _epoch;
    readonly PreparedStatement _owe, _settle, _check, _begin, _commit;
    readonly (int Rows, PreparedStatement Statement)[] _inserts;
    readonly List<Row> _rows = new(SqliteSchema.RowsAtOnce);

    /// <summary>An event on its way into the table, and where it is put once it has an ordering.</summary>
    readonly record struct Row(string PersistenceId, EntityId Entity, NewEvent Event, StoredEvent[] Stored, int Place);

    public SqliteWriter(string path, SqliteConnection db, long epoch)
    {
        (_path, _db, _epoch) = (path, db, epoch);
        // Many rows a statement: what SQLite does once for each costs a third of an insert.
        _inserts = [.. new[] { SqliteSchema.RowsAtOnce, 16, 4, 1 }.Select(n => (n, new PreparedStatement(db, SqliteSchema.Insert(n)).Bind(2, EventCodec.SerializerId).Bind(3, $"{ProcessIdentity.Host}:{Environment.ProcessId}:{epoch}")))];
        _owe = new(db, SqliteSchema.Owe);
        _settle = new(db, SqliteSchema.Settle);
        _check = new(db, SqliteSchema.CheckEpoch);
        _begin = new(db, "BEGIN IMMEDIATE");
        _commit = new(db, "COMMIT");
    }

    /// <summary>Writes all of them in one transaction, or none and returns why.</summary>
    public JournalException? TryCommit(List<WriteRequest> batch, DateTimeOffset now)
    {
        _rows.Clear();
        try
        {
            _begin.Run();
            if (_check.Number() != _epoch) throw new JournalException($"{_path}: another process has taken the journal over; this one stops");
            foreach (var request in batch)
            {
                if (request is not WriteRequest.Events) Insert(now); // in their turn
                Write(request, now);
            }
            Insert(now);
            _commit.Run();
            return null;
        }
        catch (Exception e)
        {
            try { if (SQLitePCL.raw.sqlite3_get_autocommit(_db.Handle!) == 0) _db.Do("ROLLBACK"); } catch (SqliteException) { } // some errors roll back by themselves
            return e switch { JournalException j => j, SqliteException s => new JournalException(SqliteAccess.Explain(_path, s), s), _ => new JournalException($"{_path}: {e.Message}", e) };
        }
    }

    void Write(WriteRequest request, DateTimeOffset now)
    {
        switch (request)
        {
            case WriteRequest.Events r: Append(r, now); break;
            case WriteRequest.Owing r when _db.Rows(SqliteSchema.Head, x => x.GetInt64(0), ("$id", r.Id))[0] == r.Sequence:
                _db.Do(SqliteSchema.SettleAll, ("$id", r.Id));
                foreach (var work in r.Works) _owe.Bind(1, r.Id).Bind(2, work).Run();
                break;
            case WriteRequest.Snapshot { Content: var s }:
                _db.Do(SqliteSchema.WriteSnapshot, ("$id", s.PersistenceId), ("$sequence", s.SequenceNumber), ("$created", s.CreatedTicks), ("$content", s.Content.ToArray()), ("$manifest", s.Manifest), ("$serializer", EventCodec.SerializerId));
                break;
            case WriteRequest.Renew r: _db.Do(SqliteSchema.RenewLease, ("$expires", r.Expires.UtcTicks), ("$epoch", _epoch)); break;
            case WriteRequest.Control r: _db.Do(SqliteSchema.SetControl, ("$address", r.Address), ("$epoch", _epoch)); break;
        }
    }

    void Append(WriteRequest.Events request, DateTimeOffset now)
    {
        var (entity, events, added, removed) = request.Append;
        var id = request.Append.PersistenceId;
        var stored = new StoredEvent[events.Length];
        request.Stored = System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(stored);
        for (var i = 0; i < events.Length; i++)
        {
            _rows.Add(new(id, entity, events[i], stored, i));
            if (_rows.Count == SqliteSchema.RowsAtOnce) Insert(now);
        }
        foreach (var work in removed) _settle.Bind(1, id).Bind(2, work).Run();
        foreach (var work in added) _owe.Bind(1, id).Bind(2, work).Run();
    }

    /// <summary>Inserts the rows gathered so far. An autoincremented key is one more than the greatest ever, so those of a statement follow one another.</summary>
    void Insert(DateTimeOffset now)
    {
        for (var at = 0; at < _rows.Count;)
        {
            var (n, insert) = Array.Find(_inserts, i => i.Rows <= _rows.Count - at);
            insert.Bind(1, now.UtcTicks);
            for (var i = 0; i < n; i++)
            {
                var (row, first) = (_rows[at + i], 4 + 4 * i);
                insert.Bind(first, row.PersistenceId).Bind(first + 1, row.Event.SequenceNumber).Bind(first + 2, row.Event.Encoded.Payload).Bind(first + 3, row.Event.Encoded.Manifest);
            }
            insert.Run();
            var ordering = SQLitePCL.raw.sqlite3_last_insert_rowid(_db.Handle!) - n;
            for (; n > 0; n--)
            {
                var row = _rows[at++];
                row.Stored[row.Place] = new(++ordering, now, row.Entity, row.Event.SequenceNumber, row.Event.Encoded.Manifest, row.Event.Event, row.Event.Encoded.Hash);
            }
        }
        _rows.Clear();
    }

    /// <summary>Gives the lease back, folds the log into the file and closes.</summary>
    public void Dispose()
    {
        try { _db.Do(SqliteSchema.ReleaseLease, ("$epoch", _epoch)); _db.Do("PRAGMA wal_checkpoint(TRUNCATE)"); }
        catch (SqliteException) { } // the next one takes over a lease that its dead holder kept
        foreach (var c in (IEnumerable<IDisposable>)[.. _inserts.Select(i => i.Statement), _owe, _settle, _check, _begin, _commit]) c.Dispose();
        _db.Dispose();
    }
}
