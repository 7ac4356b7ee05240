using IpActors.Engine.Codec;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>
/// The one session that writes; used by one task. When its connection is lost it makes another, which shuts the old one out, and looks what has become of the transaction that was in doubt: acknowledged is what is
/// stored, and nothing is stored twice.
/// </summary>
sealed class PostgresWriter(PostgresAddress at, NpgsqlDataSource source, NpgsqlConnection first, long epoch) : IAsyncDisposable
{
    readonly PostgresRetry _retry = new(at);
    NpgsqlConnection? _db = first;
    long _epoch = epoch;
    JournalException? _dead;

    /// <summary>A connection whose commits are on the server's disk when they are acknowledged, whatever the server's default is.</summary>
    public static async Task<NpgsqlConnection> Open(NpgsqlDataSource source, CancellationToken cancel = default)
    {
        var db = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        try
        {
            await db.Do("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')", [], cancel).ConfigureAwait(false);
            // So that a session of ours which we have given up does not wait for ever.
            await db.Do($"SET statement_timeout = {(int)PostgresAccess.StatementTimeout.TotalMilliseconds + 5000}", [], cancel).ConfigureAwait(false);
            return db;
        }
        catch { await db.DisposeAsync().ConfigureAwait(false); throw; }
    }

    /// <summary>Writes all of them in one transaction, or none and returns why. After the lease was lost, or the server for too long, it only says so.</summary>
    public async Task<JournalException?> TryCommit(IReadOnlyList<PostgresRequest> batch, DateTimeOffset now)
    {
        if (_dead is not null) return _dead;
        var inDoubt = false;
        try
        {
            return await _retry.Run<JournalException?>(async () =>
            {
                try
                {
                    var db = _db ??= await Reconnect().ConfigureAwait(false);
                    if (inDoubt && await IsStored(db, batch).ConfigureAwait(false)) return null;
                    inDoubt = true;
                    await Write(db, batch, now).ConfigureAwait(false);
                    return null;
                }
                catch (Exception e) when (PostgresAccess.IsLost(e))
                {
                    await Drop().ConfigureAwait(false);
                    throw;
                }
            }).ConfigureAwait(false);
        }
        catch (JournalException e)
        {
            if (_db is { FullState: not System.Data.ConnectionState.Open }) await Drop().ConfigureAwait(false);
            if (e.InnerException is null || PostgresAccess.IsLost(e.InnerException)) _dead = e;
            return e;
        }
        catch (Exception e) { return new JournalException($"{at}: {e.Message}", e); }
    }

    async Task<NpgsqlConnection> Reconnect()
    {
        var db = await Open(source).ConfigureAwait(false);
        try
        {
            _epoch = await PostgresLease.Retake(db, _epoch, default).ConfigureAwait(false) ?? throw TakenOver();
            return db;
        }
        catch { await db.DisposeAsync().ConfigureAwait(false); throw; }
    }

    JournalException TakenOver() => new($"{at}: another process has taken the journal over; this one stops");

    async Task Drop()
    {
        var db = _db;
        _db = null;
        if (db is null) return;
        try { NpgsqlConnection.ClearPool(db); await db.DisposeAsync().ConfigureAwait(false); }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException) { } // it is gone already
    }

    /// <summary>A transaction holds all of a batch or none, so one event tells; all are looked at, as their orderings are needed.</summary>
    static async Task<bool> IsStored(NpgsqlConnection db, IReadOnlyList<PostgresRequest> batch)
    {
        if (batch[0] is not PostgresRequest.Events) return false; // the others may be repeated
        var events = batch.Cast<PostgresRequest.Events>().SelectMany(r => r.Append.Events.Select(e => (Request: r, Event: e))).ToArray();
        var rows = await db.Rows(PostgresSchema.ReadBack, r => (Ordering: r.GetInt64(0), Created: r.GetInt64(1), Place: (int)r.GetInt64(2) - 1, Message: r.GetFieldValue<byte[]>(3)),
            [events.Select(e => e.Request.Append.Entity.PersistenceId).ToArray(), events.Select(e => e.Event.SequenceNumber).ToArray()], default).ConfigureAwait(false);
        if (rows.Count == 0 || rows.Count != events.Length || rows.Any(r => !r.Message.AsSpan().SequenceEqual(events[r.Place].Event.Encoded.Payload))) return false;
        var orderings = new long[events.Length];
        foreach (var r in rows) orderings[r.Place] = r.Ordering;
        Fill(batch, orderings, new DateTimeOffset(rows[0].Created, TimeSpan.Zero));
        return true;
    }

    async Task Write(NpgsqlConnection db, IReadOnlyList<PostgresRequest> batch, DateTimeOffset now)
    {
        await using var b = new NpgsqlBatch(db); // one round trip, and one transaction
        void Add(string sql, params ReadOnlySpan<object?> values)
        {
            var c = new NpgsqlBatchCommand(sql);
            foreach (var v in values) c.Parameters.Add(PostgresAccess.Parameter(v));
            b.BatchCommands.Add(c);
        }
        Add(PostgresSchema.Fence, _epoch);
        var events = 0;
        if (batch[0] is PostgresRequest.Events) events = AddEvents(batch, now, Add);
        else foreach (var request in batch)
            switch (request)
            {
                case PostgresRequest.Owing r:
                    Add(PostgresSchema.SettleAll, _epoch, r.Id, r.Sequence);
                    if (r.Works.Length > 0) Add(PostgresSchema.OweAll, _epoch, r.Id, r.Sequence, r.Works);
                    break;
                case PostgresRequest.Snapshot { Content: var s }:
                    Add(PostgresSchema.DropSnapshots, _epoch, s.PersistenceId);
                    Add(PostgresSchema.WriteSnapshot, _epoch, s.PersistenceId, s.SequenceNumber, s.CreatedTicks, s.Content.ToArray(), s.Manifest);
                    break;
                case PostgresRequest.Renew: Add(PostgresSchema.Renew, _epoch, PostgresLease.Duration.Ticks); break;
                case PostgresRequest.Control r: Add(PostgresSchema.SetControl, _epoch, r.Address); break;
            }
        await using var rows = await b.ExecuteReaderAsync().ConfigureAwait(false);
        var held = await rows.ReadAsync().ConfigureAwait(false);
        var orderings = new long[events];
        await rows.NextResultAsync().ConfigureAwait(false);
        for (var i = 0; held && i < events; i++)
        {
            if (!await rows.ReadAsync().ConfigureAwait(false)) throw new JournalException($"{at}: an insert returned {i} of {events} rows");
            orderings[i] = rows.GetInt64(0);
        }
        while (await rows.NextResultAsync().ConfigureAwait(false)) { } // the batch commits after its last one
        await rows.CloseAsync().ConfigureAwait(false);
        if (!held) throw TakenOver();
        if (events > 0) Fill(batch, orderings, now);
    }

    delegate void Adder(string sql, params ReadOnlySpan<object?> values);

    int AddEvents(IReadOnlyList<PostgresRequest> batch, DateTimeOffset now, Adder add)
    {
        var (ids, numbers, messages, manifests) = (new List<string>(), new List<long>(), new List<byte[]>(), new List<string>());
        var owing = new Dictionary<(string, string), bool>(); // of several changes of one work the last counts
        foreach (var request in batch)
        {
            var append = ((PostgresRequest.Events)request).Append;
            var (id, events, added, removed) = (append.PersistenceId, append.Events, append.OwingAdded, append.OwingRemoved);
            foreach (var e in events) { ids.Add(id); numbers.Add(e.SequenceNumber); messages.Add(e.Encoded.Payload); manifests.Add(e.Encoded.Manifest); }
            foreach (var work in removed) owing[(id, work)] = false;
            foreach (var work in added) owing[(id, work)] = true;
        }
        add(PostgresSchema.Insert, _epoch, now.UtcTicks, EventCodec.SerializerId, $"{ProcessIdentity.Host}:{Environment.ProcessId}:{_epoch}", ids.ToArray(), numbers.ToArray(), messages.ToArray(), manifests.ToArray());
        foreach (var owed in (bool[])[false, true])
        {
            var changed = owing.Where(o => o.Value == owed).Select(o => o.Key).ToList();
            if (changed.Count > 0) add(owed ? PostgresSchema.Owe : PostgresSchema.Settle, _epoch, changed.Select(c => c.Item1).ToArray(), changed.Select(c => c.Item2).ToArray());
        }
        return ids.Count;
    }

    static void Fill(IReadOnlyList<PostgresRequest> batch, long[] orderings, DateTimeOffset created)
    {
        var next = 0;
        foreach (var request in batch.Cast<PostgresRequest.Events>())
            request.Stored = [.. request.Append.Events.Select(e => new StoredEvent(orderings[next++], created, request.Append.Entity, e.SequenceNumber, e.Encoded.Manifest, e.Event, e.Encoded.Hash))];
    }

    /// <summary>Gives the lease back and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try { if (_db is { } db) await db.Do(PostgresSchema.Release, [_epoch], default).ConfigureAwait(false); }
        catch (Exception e) when (e is NpgsqlException || PostgresAccess.IsLost(e)) { } // it expires
        await Drop().ConfigureAwait(false);
    }
}

/// <summary>Something to be written in a transaction, and whoever waits for its commit.</summary>
abstract class PostgresRequest
{
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed class Events(Append append) : PostgresRequest
    {
        public Append Append => append;
        public ImmutableArray<StoredEvent> Stored { get; set; } = [];
    }
    public sealed class Owing(string id, long sequence, string[] works) : PostgresRequest { public string Id => id; public long Sequence => sequence; public string[] Works => works; }
    public sealed class Snapshot(JournalSnapshot content) : PostgresRequest { public JournalSnapshot Content => content; }
    public sealed class Renew : PostgresRequest;
    public sealed class Control(string? address) : PostgresRequest { public string? Address => address; }
}
