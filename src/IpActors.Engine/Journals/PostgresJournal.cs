using System.Threading.Channels;
using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>
/// A journal in PostgreSQL held for writing. One task writes: it takes what has queued up into one transaction and one round trip, and acknowledges after the commit. The queue is bounded: while the server stands
/// still, who sends waits.
/// </summary>
public sealed class PostgresJournal : PostgresJournalReader, IJournal
{
    const int RequestsAtOnce = 1000, BytesAtOnce = 8 << 20;
    readonly PostgresWriter _writer;
    readonly Channel<PostgresRequest> _queue = Channel.CreateBounded<PostgresRequest>(new BoundedChannelOptions(4096) { SingleReader = true });
    readonly TimeProvider _time;
    readonly ITimer _renewal;
    readonly Task _run;
    long _renewed;

    PostgresJournal(PostgresAddress at, NpgsqlConnection db, long epoch, TimeProvider time) : base(at)
    {
        (_time, _renewed) = (time, time.GetTimestamp());
        _writer = new(at, Source, db, epoch);
        _run = Task.Run(Write);
        var period = PostgresLease.Duration / 3;
        _renewal = time.CreateTimer(_ => _queue.Writer.TryWrite(new PostgresRequest.Renew()), null, period, period);
    }

    /// <summary>Opens the journal, made if missing, for this process alone. Throws <see cref="InputException"/> with one clear line where that cannot be; nothing has been changed then.</summary>
    public static async Task<PostgresJournal> Open(PostgresAddress at, TimeProvider? time = null, string holder = LeaseInfo.Embedded)
    {
        // The writer's connection outlives the opening; the source it comes from need not.
        var source = PostgresAccess.Source(at, 2);
        NpgsqlConnection? db = null;
        try
        {
            db = await PostgresWriter.Open(source).ConfigureAwait(false);
            await PostgresSchema.Check(db, at, mayBeEmpty: true, default).ConfigureAwait(false);
            await PostgresSchema.Prepare(db, at, default).ConfigureAwait(false);
            return new(at, db, await PostgresLease.Take(db, at, holder, default).ConfigureAwait(false), time ?? TimeProvider.System) { Warning = await Unsafe(db).ConfigureAwait(false) };
        }
        catch (Exception e)
        {
            if (db is not null) await db.DisposeAsync().ConfigureAwait(false);
            if (e is NpgsqlException || PostgresAccess.IsLost(e)) throw new InputException(PostgresAccess.Explain(at, e));
            throw;
        }
        finally { await source.DisposeAsync().ConfigureAwait(false); }
    }

    static async Task<string?> Unsafe(NpgsqlConnection db) =>
        await db.Rows("SELECT string_agg(name, ', ') FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'", r => r.IsDBNull(0) ? null : r.GetString(0), [], default).ConfigureAwait(false) is [{ } names]
            ? $"the server runs with {names} = off: a failure of its power may lose or damage what was acknowledged" : null;

    internal int Queued => _queue.Reader.Count;
    /// <summary>What the server's settings make unsafe, in words; null when nothing.</summary>
    public string? Warning { get; private init; }

    public event Action<ImmutableArray<StoredEvent>>? Committed;

    public async Task<ImmutableArray<StoredEvent>> Append(Append append)
    {
        var request = new PostgresRequest.Events(append);
        await Enqueue(request).ConfigureAwait(false);
        return request.Stored;
    }

    public Task ReplaceOwing(string persistenceId, long sequenceNumber, IReadOnlyCollection<string> workIds) => Enqueue(new PostgresRequest.Owing(persistenceId, sequenceNumber, [.. workIds]));
    /// <summary>Stores a snapshot in place of the older ones of its persistence id.</summary>
    public Task WriteSnapshot(JournalSnapshot snapshot) => Enqueue(new PostgresRequest.Snapshot(snapshot));
    public Task SetControlAddress(string? address) => Enqueue(new PostgresRequest.Control(address));

    async Task Enqueue(PostgresRequest request)
    {
        try { await _queue.Writer.WriteAsync(request).ConfigureAwait(false); }
        catch (ChannelClosedException) { throw new ObjectDisposedException(Address.ToString(), "the journal is closed"); }
        await request.Done.Task.ConfigureAwait(false);
    }

    async Task Write()
    {
        var batch = new List<PostgresRequest>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Take(batch);
            if (batch.Count == 0) continue;
            if (await _writer.TryCommit(batch, _time.GetUtcNow()).ConfigureAwait(false) is not { } failure) Acknowledge(batch);
            else foreach (var one in batch) // one bad request must not fail the others of its transaction
            {
                if ((batch.Count > 1 ? await _writer.TryCommit([one], _time.GetUtcNow()).ConfigureAwait(false) : failure) is { } error) one.Done.TrySetException(error);
                else Acknowledge([one]);
            }
        }
    }

    /// <summary>Events go together, anything else by itself; a lease that is due is renewed first, also when the queue is never empty.</summary>
    void Take(List<PostgresRequest> batch)
    {
        batch.Clear();
        if (_time.GetElapsedTime(_renewed) > PostgresLease.Duration / 2)
        {
            _renewed = _time.GetTimestamp();
            batch.Add(new PostgresRequest.Renew());
            return;
        }
        var bytes = 0L;
        while (batch.Count < RequestsAtOnce && bytes < BytesAtOnce && _queue.Reader.TryPeek(out var request) && (batch.Count == 0 || request is PostgresRequest.Events))
        {
            _queue.Reader.TryRead(out _);
            batch.Add(request);
            if (request is PostgresRequest.Renew) _renewed = _time.GetTimestamp();
            if (request is not PostgresRequest.Events e) return;
            bytes += e.Append.Events.Sum(x => (long)x.Encoded.Payload.Length);
        }
    }

    void Acknowledge(List<PostgresRequest> batch)
    {
        ImmutableArray<StoredEvent> stored = [.. batch.OfType<PostgresRequest.Events>().SelectMany(r => r.Stored)];
        if (stored.Length > 0) Committed?.Invoke(stored);
        foreach (var request in batch) request.Done.TrySetResult();
    }

    /// <summary>Writes what is queued, gives the lease back and closes.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        await _renewal.DisposeAsync();
        await _run;
        await _writer.DisposeAsync();
        await base.DisposeAsync();
    }
}
