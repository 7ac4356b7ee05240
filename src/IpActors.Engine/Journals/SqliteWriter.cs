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
    readonly PreparedStatement _insert, _owe, _settle, _check, _begin, _commit;

    public SqliteWriter(string path, SqliteConnection db, long epoch)
    {
        (_path, _db, _epoch) = (path, db, epoch);
        _insert = new PreparedStatement(db, SqliteSchema.Insert).Bind(6, EventCodec.SerializerId).Bind(7, $"{ProcessIdentity.Host}:{Environment.ProcessId}:{epoch}");
        _owe = new(db, SqliteSchema.Owe);
        _settle = new(db, SqliteSchema.Settle);
        _check = new(db, SqliteSchema.CheckEpoch);
        _begin = new(db, "BEGIN IMMEDIATE");
        _commit = new(db, "COMMIT");
    }

    /// <summary>Writes all of them in one transaction, or none and returns why.</summary>
    public JournalException? TryCommit(List<WriteRequest> batch, DateTimeOffset now)
    {
        try
        {
            _begin.Run();
            if (_check.Number() != _epoch) throw new JournalException($"{_path}: another process has taken the journal over; this one stops");
            foreach (var request in batch) Write(request, now);
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
        var id = entity.PersistenceId;
        var stored = ImmutableArray.CreateBuilder<StoredEvent>(events.Length);
        foreach (var e in events)
        {
            _insert.Bind(1, now.UtcTicks).Bind(2, id).Bind(3, e.SequenceNumber).Bind(4, e.Encoded.Payload).Bind(5, e.Encoded.Manifest).Run();
            stored.Add(new(SQLitePCL.raw.sqlite3_last_insert_rowid(_db.Handle!), now, entity, e.SequenceNumber, e.Encoded.Manifest, e.Event, e.Encoded.Hash));
        }
        foreach (var work in removed) _settle.Bind(1, id).Bind(2, work).Run();
        foreach (var work in added) _owe.Bind(1, id).Bind(2, work).Run();
        request.Stored = stored.DrainToImmutable();
    }

    /// <summary>Gives the lease back, folds the log into the file and closes.</summary>
    public void Dispose()
    {
        try { _db.Do(SqliteSchema.ReleaseLease, ("$epoch", _epoch)); _db.Do("PRAGMA wal_checkpoint(TRUNCATE)"); }
        catch (SqliteException) { } // the next one takes over a lease that its dead holder kept
        foreach (var c in (IDisposable[])[_insert, _owe, _settle, _check, _begin, _commit]) c.Dispose();
        _db.Dispose();
    }
}
