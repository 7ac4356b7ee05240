using System.Runtime.CompilerServices;
using IpActors.Domain.Works;
using IpActors.Engine.Blobs;
using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>
/// Reads a journal in PostgreSQL, also while others write it. A query whose connection is lost is asked again until the server is back or the address's time is up.
/// </summary>
public class PostgresJournalReader : IJournalReader
{
    const int Connections = 5, EntitiesAtOnce = 500;
    /// <summary>How long one reading waits for a transaction that may still fill a gap.</summary>
    internal TimeSpan GapPatience { get; set; } = TimeSpan.FromSeconds(2);

    internal PostgresJournalReader(PostgresAddress at)
    {
        Address = at;
        Source = PostgresAccess.Source(at, Connections);
        Retry = new(at);
        Blobs = at.Blobs is { } folder ? new FileBlobs(folder) : new PostgresBlobs(at, Source);
    }

    /// <summary>Opens a journal for reading only; throws <see cref="InputException"/> with one clear line where that cannot be.</summary>
    public static async Task<PostgresJournalReader> OpenReader(PostgresAddress at, CancellationToken cancel = default)
    {
        var reader = new PostgresJournalReader(at);
        try
        {
            await using var db = await reader.Source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            await PostgresSchema.Check(db, at, mayBeEmpty: false, cancel).ConfigureAwait(false);
            return reader;
        }
        catch (Exception e)
        {
            await reader.Source.DisposeAsync().ConfigureAwait(false);
            if (e is NpgsqlException || PostgresAccess.IsLost(e)) throw new InputException(PostgresAccess.Explain(at, e));
            throw;
        }
    }

    public PostgresAddress Address { get; }
    internal NpgsqlDataSource Source { get; }
    private protected PostgresRetry Retry { get; }
    public IBlobs Blobs { get; }

    public async ValueTask<IReadOnlyList<JournalRow>> ReadEntity(string persistenceId, long afterSequence, CancellationToken cancel) => await Rows(PostgresSchema.ReadEntity, [persistenceId, afterSequence], cancel).ConfigureAwait(false);

    public async IAsyncEnumerable<JournalRow> ReadEntities(IReadOnlyList<string> persistenceIds, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var chunk in persistenceIds.Order(StringComparer.Ordinal).Chunk(EntitiesAtOnce))
            foreach (var row in await Rows(PostgresSchema.ReadEntities, [chunk], cancel).ConfigureAwait(false)) yield return row;
    }

    /// <summary>
    /// Where several sessions write, orderings are not committed in their order. A gap is passed only when no transaction under way can still fill it; where one can, the rows end before the gap after a
    /// short wait, and the next call goes on from there. So who reads on from the last row sees each committed row once.
    /// </summary>
    public async IAsyncEnumerable<JournalRow> ReadAll(long afterOrdering, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = (await Read(db => db.Rows(PostgresSchema.Newest, r => r.GetInt64(0), [], cancel), cancel).ConfigureAwait(false))[0];
        while (afterOrdering < last)
        {
            var page = await Page(afterOrdering, last, cancel).ConfigureAwait(false);
            if (HasGap(page, afterOrdering)) page = await Settled(page, afterOrdering, cancel).ConfigureAwait(false);
            if (page.Count == 0) yield break;
            foreach (var row in page)
                if (!row.Message.IsEmpty) yield return row;
            afterOrdering = page[^1].Ordering;
        }
    }

    public async ValueTask<long> ReadNewest(CancellationToken cancel) => (await Read(db => db.Rows(PostgresSchema.Newest, r => r.GetInt64(0), [], cancel), cancel).ConfigureAwait(false))[0];

    Task<List<JournalRow>> Page(long after, long last, CancellationToken cancel) => Rows(PostgresSchema.ReadPage, [after, last], cancel);

    static bool HasGap(List<JournalRow> page, long after) => page.Count > 0 && page[^1].Ordering - after != page.Count;

    /// <summary>
    /// Whoever fills a gap below a row that was seen took its ordering before that row was committed. So it has ended, and the page read again shows it, or it is among the writers asked for after the first reading.
    /// </summary>
    async Task<List<JournalRow>> Settled(List<JournalRow> page, long after, CancellationToken cancel)
    {
        var (last, until) = (page[^1].Ordering, Environment.TickCount64 + (long)GapPatience.TotalMilliseconds);
        var awaited = await Writers(cancel).ConfigureAwait(false);
        for (var pause = 1; ; pause = Math.Min(2 * pause, 100))
        {
            var over = awaited.Count == 0;
            page = await Page(after, last, cancel).ConfigureAwait(false);
            if (over || !HasGap(page, after)) return page;
            if (Environment.TickCount64 > until) return [.. page.TakeWhile((row, i) => row.Ordering == after + i + 1)];
            await Task.Delay(pause, cancel).ConfigureAwait(false);
            awaited.IntersectWith(await Writers(cancel).ConfigureAwait(false));
        }
    }

    async Task<HashSet<string>> Writers(CancellationToken cancel) => [.. await Read(db => db.Rows(PostgresSchema.Writers, r => r.GetString(0), [], cancel), cancel).ConfigureAwait(false)];

    /// <summary>One snapshot of the whole journal.</summary>
    public async IAsyncEnumerable<JournalRow> ReadByEntity([EnumeratorCancellation] CancellationToken cancel)
    {
        NpgsqlConnection? db = null;
        NpgsqlCommand? command = null;
        NpgsqlDataReader? rows = null;
        try
        {
            while (true)
            {
                JournalRow row;
                try
                {
                    db ??= await Source.OpenConnectionAsync(cancel).ConfigureAwait(false);
                    command ??= db.Command(PostgresSchema.ReadByEntity);
                    command.CommandTimeout = 0; // the sorting of a large journal
                    rows ??= await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
                    if (!await rows.ReadAsync(cancel).ConfigureAwait(false)) yield break;
                    row = Row(rows);
                }
                catch (Exception e) when (e is NpgsqlException || PostgresAccess.IsLost(e)) { throw new JournalException(PostgresAccess.Explain(Address, e), e); }
                yield return row;
            }
        }
        finally
        {
            if (rows is not null) await rows.DisposeAsync().ConfigureAwait(false);
            if (command is not null) await command.DisposeAsync().ConfigureAwait(false);
            if (db is not null) await db.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask<IReadOnlyDictionary<string, ImmutableHashSet<string>>> ReadOwing(CancellationToken cancel) =>
        (await Read(db => db.Rows(PostgresSchema.ReadOwing, r => (Id: r.GetString(0), Work: r.GetString(1)), [], cancel), cancel).ConfigureAwait(false)).GroupBy(r => r.Id, r => r.Work).ToDictionary(g => g.Key, g => g.ToImmutableHashSet());

    /// <summary>The snapshot of that persistence id with the greatest sequence number, of our serializer; null when there is none.</summary>
    public async ValueTask<JournalSnapshot?> ReadSnapshot(string persistenceId, CancellationToken cancel) => (await Read(db => db.Rows(PostgresSchema.ReadSnapshot,
        r => new JournalSnapshot(persistenceId, r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetFieldValue<byte[]>(3)), [persistenceId], cancel), cancel).ConfigureAwait(false)).FirstOrDefault();

    public async ValueTask<LeaseInfo?> ReadLease(CancellationToken cancel) => await Read(db => PostgresLease.Read(db, cancel), cancel).ConfigureAwait(false);

    static JournalRow Row(NpgsqlDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetInt64(3), r.IsDBNull(4) ? default(ReadOnlyMemory<byte>) : r.GetFieldValue<byte[]>(4), r.GetString(5));

    Task<List<JournalRow>> Rows(string sql, object?[] values, CancellationToken cancel) => Read(db => db.Rows(sql, Row, values, cancel), cancel);

    internal Task<T> Read<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancel) => Retry.Run(async () =>
    {
        await using var db = await Source.OpenConnectionAsync(cancel).ConfigureAwait(false);
        return await read(db).ConfigureAwait(false);
    }, cancel);

    public virtual async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
