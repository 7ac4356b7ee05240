using IpActors.Domain.Works;
using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Journals;

sealed class PostgresSource(NpgsqlDataSource source, NpgsqlConnection db, NpgsqlTransaction snapshot) : ICopySource
{
    public static async Task<PostgresSource> Open(PostgresAddress at, CancellationToken cancel)
    {
        var source = PostgresAccess.Source(at, 1);
        var db = await source.OpenConnectionAsync(cancel);
        var snapshot = await db.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        return new(source, db, snapshot);
    }

    public IAsyncEnumerable<object?[]> Rows(JournalTables.Table table) => JournalTables.Read(db, table);

    public async ValueTask DisposeAsync()
    {
        await snapshot.DisposeAsync();
        await db.DisposeAsync();
        await source.DisposeAsync();
    }
}

/// <summary>Marked in <c>meta</c> from before its first row until it is published; the rows come in one transaction.</summary>
sealed class PostgresTarget(PostgresAddress at, NpgsqlDataSource source, PostgresJournalReader reader) : ICopyTarget
{
    public static async Task<PostgresTarget> Create(PostgresAddress at, CancellationToken cancel)
    {
        var source = PostgresAccess.Source(at, 1);
        try
        {
            await using var db = await source.OpenConnectionAsync(cancel);
            await PostgresSchema.Prepare(db, at, cancel);
            await using var transaction = await db.BeginTransactionAsync(cancel);
            await db.Do("SELECT FROM lease WHERE campaign = '*' FOR UPDATE", [], cancel);
            if (await PostgresLease.Read(db, cancel) is { Live: true } holder) throw new InputException($"{at}: the journal is in use by {holder.Holder}; name another target");
            if ((await db.Rows("SELECT 1 FROM meta WHERE name = $1", r => 0, [PostgresSchema.Incomplete], cancel)).Count > 0)
                await db.Do("TRUNCATE journal, tags, snapshot, owing, blobs RESTART IDENTITY", [], cancel);
            else if ((await db.Rows("SELECT 1 WHERE EXISTS (SELECT FROM journal) OR EXISTS (SELECT FROM snapshot) OR EXISTS (SELECT FROM owing) OR EXISTS (SELECT FROM blobs)", r => 0, [], cancel)).Count > 0)
                throw new InputException($"{at}: the schema '{at.Schema}' holds a journal already; name another with ?schema=NAME");
            await db.Do("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING", [PostgresSchema.Incomplete, "a copy into it was broken off"], cancel);
            await transaction.CommitAsync(cancel);
            return new(at, source, new PostgresJournalReader(at));
        }
        catch { await source.DisposeAsync(); throw; }
    }

    public IBlobs Blobs => reader.Blobs;
    /// <summary>Unchecked, as it is marked.</summary>
    public IJournalReader OpenReader() => new PostgresJournalReader(at);

    public async Task<ImmutableSortedDictionary<string, long>> Write(ICopySource from, CancellationToken cancel)
    {
        await using var db = await source.OpenConnectionAsync(cancel);
        await using var transaction = await db.BeginTransactionAsync(cancel);
        var rows = ImmutableSortedDictionary.CreateBuilder<string, long>();
        foreach (var table in JournalTables.All) rows[table.Name] = await JournalTables.Write(db, table, from.Rows(table), cancel);
        await db.Do("SELECT setval(pg_get_serial_sequence('journal', 'ordering'), greatest((SELECT max(ordering) FROM journal), 1), EXISTS (SELECT FROM journal))", [], cancel);
        await transaction.CommitAsync(cancel);
        return rows.ToImmutable();
    }

    public async Task Publish(CancellationToken cancel)
    {
        await using var db = await source.OpenConnectionAsync(cancel);
        await db.Do("DELETE FROM meta WHERE name = $1", [PostgresSchema.Incomplete], cancel);
        await using var analyze = db.Command("ANALYZE journal, owing");
        analyze.CommandTimeout = 0;
        await analyze.ExecuteNonQueryAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await source.DisposeAsync();
    }
}
