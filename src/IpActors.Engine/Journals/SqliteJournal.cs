using System.Diagnostics;
using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

/// <summary>
/// An SQLite journal held for writing. One thread writes: it takes what has queued up into one transaction, commits it to the disk (WAL, synchronous FULL), and only then acknowledges, from
/// other threads, while it writes on.
/// </summary>
public sealed class SqliteJournal : SqliteJournalReader, IJournal
{
    const int AcknowledgedTogether = 32;
    readonly SqliteLease _lease;
    readonly SqliteWriter _writer;
    readonly SqliteConnection _db;
    readonly WriteQueue _queue = new();
    readonly Thread _thread;
    readonly ITimer _renewal;
    readonly TimeProvider _time;

    SqliteJournal(string path, SqliteLease lease, SqliteWriter writer, SqliteConnection db, TimeProvider time, bool exclusive) : base(path, exclusive ? db : null)
    {
        (_lease, _writer, _db, _time) = (lease, writer, db, time);
        _thread = new Thread(Write) { IsBackground = true, Name = "journal writer" };
        _thread.Start();
        _renewal = time.CreateTimer(_ => _queue.TryAdd(new WriteRequest.Renew(time.GetUtcNow() + SqliteLease.Duration)), null, SqliteLease.Duration / 3, SqliteLease.Duration / 3);
    }

    /// <summary>
    /// Opens the journal, made if missing, for this process alone. Throws <see cref="InputException"/> with one clear line when the file is damaged, of a newer format, not a journal, read-only, on a
    /// network file system, or held by another process; nothing has been changed then.
    /// </summary>
    /// <param name="exclusive">With a rollback journal and an exclusive lock, as network file systems need it: nobody else can read meanwhile, and this process reads and writes in turn.</param>
    public static SqliteJournal Open(string path, TimeProvider? time = null, bool exclusive = false, string holder = LeaseInfo.Embedded) => Open(path, time, exclusive, holder, FileSystems.TypeOf);

    /// <param name="fileSystem">the type of the file system of a path, where it can be told</param>
    internal static SqliteJournal Open(string path, TimeProvider? time, bool exclusive, string holder, Func<string, string?> fileSystem)
    {
        time ??= TimeProvider.System;
        path = Path.GetFullPath(path);
        if (Directory.Exists(path)) throw new InputException($"{path}: a folder; name a file for the journal");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (SqliteLease.IsHeldExclusively(path)) throw SqliteLease.InUse(path, null);
            if (!exclusive && fileSystem(path) is { } type && FileSystems.IsNetwork(type))
                throw new InputException($"{path}: is on a network file system ({type}), where SQLite's journal is not safe; put it on a local disk (such as /tmp or a node's scratch), write sqlite:PATH?network=exclusive (nobody else can read it then while it runs), or use PostgreSQL");
            if (File.Exists(path) && new FileInfo(path).Length > 0) using (var db = SqliteAccess.OpenReader(path)) SqliteSchema.Check(db, path, mayBeEmpty: true);
            var lease = SqliteLease.Lock(path, exclusive);
            SqliteConnection? connection = null;
            try
            {
                connection = SqliteAccess.OpenWriter(path, exclusive);
                SqliteSchema.Prepare(connection);
                var epoch = lease.Take(connection, time, holder);
                return new SqliteJournal(path, lease, new SqliteWriter(path, connection, epoch), connection, time, exclusive);
            }
            catch { connection?.Dispose(); lease.Dispose(); throw; }
        }
        catch (SqliteException e) { throw new InputException(SqliteAccess.Explain(path, e)); }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException) { throw new InputException($"{path}: the journal cannot be written ({e.Message}); check the permissions of the file and its folder"); }
    }

    public event Action<ImmutableArray<StoredEvent>>? Committed;

    /// <summary>What follows the task runs together with what follows others of the same commit: let it be short, or go elsewhere.</summary>
    public Task<ImmutableArray<StoredEvent>> Append(Append append) => Enqueue(new WriteRequest.Events(append));
    public Task ReplaceOwing(string persistenceId, long sequenceNumber, IReadOnlyCollection<string> workIds) => Enqueue(new WriteRequest.Owing(persistenceId, sequenceNumber, workIds));
    public Task WriteSnapshot(JournalSnapshot snapshot) => Enqueue(new WriteRequest.Snapshot(snapshot));
    public Task SetControlAddress(string? address) => Enqueue(new WriteRequest.Control(address));

    Task<ImmutableArray<StoredEvent>> Enqueue(WriteRequest request) =>
        _queue.TryAdd(request) ? request.Done : Task.FromException<ImmutableArray<StoredEvent>>(new ObjectDisposedException(JournalPath, "the journal is closed"));

    void Write()
    {
        var (batch, expected, commit) = (new List<WriteRequest>(), 0, 0L);
        while (_queue.Take(batch, expected, commit))
        {
            var begun = Stopwatch.GetTimestamp();
            if (TryCommit(batch) is null) Acknowledge(batch);
            else foreach (var one in batch) // one bad request must not fail the others of its transaction
            {
                if (TryCommit([one]) is { } error) one.Fail(error);
                else Acknowledge([one]);
            }
            (expected, commit) = (batch.Count, Stopwatch.GetTimestamp() - begun);
            batch.Clear();
        }
    }

    JournalException? TryCommit(List<WriteRequest> batch) => Alone(() => Moved() ?? _writer.TryCommit(batch, _time.GetUtcNow()) ?? Moved());

    JournalException? Moved() => SqliteAccess.HasMoved(_db) ? new($"{JournalPath}: the journal's file was deleted, moved or replaced while it was in use; put it back and run again") : null;

    void Acknowledge(List<WriteRequest> batch)
    {
        var stored = batch.Count == 1 ? batch[0].Stored : [.. batch.SelectMany(r => r.Stored)];
        if (stored.Length > 0) Committed?.Invoke(stored);
        foreach (var some in batch.Chunk(AcknowledgedTogether)) ThreadPool.UnsafeQueueUserWorkItem(static requests => { foreach (var r in requests) r.Acknowledge(); }, some, preferLocal: false);
    }

    /// <summary>Writes what is queued, gives the lease back and closes.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_queue.Close()) return;
        await _renewal.DisposeAsync();
        await Task.Run(_thread.Join);
        await base.DisposeAsync(); // the writer is the last to leave, so that it can fold the log into the file
        _writer.Dispose();
        _lease.Dispose();
    }
}
