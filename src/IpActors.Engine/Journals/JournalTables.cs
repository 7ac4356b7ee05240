using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace IpActors.Engine.Journals;

/// <summary>What is copied of a journal: every row of these tables, those of other programs included, in this order. The lease and the format belong to the journal itself.</summary>
static class JournalTables
{
    public sealed record Column(string Name, NpgsqlDbType Type);
    public sealed record Table(string Name, ImmutableArray<Column> Columns, string Order)
    {
        public string List => string.Join(", ", Columns.Select(c => c.Name));
    }

    public static readonly ImmutableArray<Table> All =
    [
        Of("journal", "ordering", "ordering l", "created l", "deleted b", "persistence_id t", "sequence_number l", "message y", "manifest t", "identifier i", "writer_uuid t"),
        Of("tags", "ordering_id, tag", "ordering_id l", "tag t", "sequence_nr l", "persistence_id t"),
        Of("snapshot", "persistence_id, sequence_number", "persistence_id t", "sequence_number l", "created l", "snapshot y", "manifest t", "serializer_id i"),
        Of("owing", "persistence_id, work_id", "persistence_id t", "work_id t"),
    ];

    static Table Of(string name, string order, params ReadOnlySpan<string> columns)
    {
        var list = ImmutableArray.CreateBuilder<Column>();
        foreach (var c in columns)
            list.Add(new(c[..^2], c[^1] switch { 'l' => NpgsqlDbType.Bigint, 'b' => NpgsqlDbType.Boolean, 'i' => NpgsqlDbType.Integer, 'y' => NpgsqlDbType.Bytea, _ => NpgsqlDbType.Text }));
        return new(name, list.ToImmutable(), order);
    }

    /// <summary>A row's values: long, int, bool, string, byte[] or null, by column.</summary>
    public static async IAsyncEnumerable<object?[]> Read(SqliteConnection db, Table table)
    {
        await Task.CompletedTask;
        using var c = db.Command($"SELECT {table.List} FROM {table.Name} ORDER BY {table.Order}");
        using var r = c.ExecuteReader();
        while (r.Read()) yield return [.. table.Columns.Select((column, i) => r.IsDBNull(i) ? null : column.Type switch
        {
            NpgsqlDbType.Bigint => r.GetInt64(i),
            NpgsqlDbType.Integer => r.GetInt32(i),
            NpgsqlDbType.Boolean => r.GetBoolean(i),
            NpgsqlDbType.Bytea => r.GetFieldValue<byte[]>(i),
            _ => (object)r.GetString(i),
        })];
    }

    public static async IAsyncEnumerable<object?[]> Read(NpgsqlConnection db, Table table)
    {
        await using var c = db.Command($"SELECT {table.List} FROM {table.Name} ORDER BY {table.Order}");
        c.CommandTimeout = 0;
        await using var r = await c.ExecuteReaderAsync();
        while (await r.ReadAsync()) yield return [.. table.Columns.Select((_, i) => r.IsDBNull(i) ? null : r.GetValue(i))];
    }

    public static async Task<long> Write(SqliteConnection db, Table table, IAsyncEnumerable<object?[]> rows, CancellationToken cancel)
    {
        using var c = db.CreateCommand();
        c.CommandText = $"INSERT INTO {table.Name} ({table.List}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"${i.ToString(CultureInfo.InvariantCulture)}"))})";
        var parameters = table.Columns.Select((_, i) => c.Parameters.AddWithValue($"${i.ToString(CultureInfo.InvariantCulture)}", DBNull.Value)).ToArray();
        var written = 0L;
        await foreach (var row in rows.WithCancellation(cancel))
        {
            for (var i = 0; i < row.Length; i++) parameters[i].Value = row[i] ?? DBNull.Value;
            written += c.ExecuteNonQuery();
        }
        return written;
    }

    public static async Task<long> Write(NpgsqlConnection db, Table table, IAsyncEnumerable<object?[]> rows, CancellationToken cancel)
    {
        await using var w = await db.BeginBinaryImportAsync($"COPY {table.Name} ({table.List}) FROM STDIN (FORMAT BINARY)", cancel);
        w.Timeout = TimeSpan.FromHours(1);
        await foreach (var row in rows.WithCancellation(cancel))
        {
            await w.StartRowAsync(cancel);
            for (var i = 0; i < row.Length; i++)
                if (row[i] is { } value) await w.WriteAsync(value, table.Columns[i].Type, cancel); else await w.WriteNullAsync(cancel);
        }
        return (long)await w.CompleteAsync(cancel);
    }
}
