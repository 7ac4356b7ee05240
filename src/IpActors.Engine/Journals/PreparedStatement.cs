using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IpActors.Engine.Journals;

/// <summary>A statement without result, bound directly to SQLite: the writer runs millions, and the ADO.NET layer costs more than the insert itself.</summary>
sealed class PreparedStatement : IDisposable
{
    readonly sqlite3 _db;
    readonly sqlite3_stmt _statement;

    public PreparedStatement(SqliteConnection db, string sql)
    {
        _db = db.Handle!;
        Check(raw.sqlite3_prepare_v2(_db, sql, out _statement));
    }

    public PreparedStatement Bind(int at, long value) { Check(raw.sqlite3_bind_int64(_statement, at, value)); return this; }
    public PreparedStatement Bind(int at, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Span<byte> bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(value, bytes);
        return BindText(at, bytes);
    }
    /// <summary>Text as its UTF-8 bytes.</summary>
    public PreparedStatement BindText(int at, ReadOnlySpan<byte> utf8) { Check(raw.sqlite3_bind_text(_statement, at, utf8)); return this; }
    public PreparedStatement Bind(int at, ReadOnlySpan<byte> value) { Check(raw.sqlite3_bind_blob(_statement, at, value)); return this; }

    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW)) SqliteException.ThrowExceptionForRC(result, _db);
    }

    /// <summary>The number that is the one row's one column; the least one when there is no row.</summary>
    public long Number()
    {
        var result = raw.sqlite3_step(_statement);
        var number = result == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : long.MinValue;
        raw.sqlite3_reset(_statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW)) SqliteException.ThrowExceptionForRC(result, _db);
        return number;
    }

    /// <summary>The rows of a query whose columns are ordering, created, persistence id, sequence number, message and manifest.</summary>
    public List<JournalRow> Rows()
    {
        var rows = new List<JournalRow>();
        var id = "";
        int result;
        try
        {
            while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
                id = Text(2, id);
                rows.Add(new(raw.sqlite3_column_int64(_statement, 0), raw.sqlite3_column_int64(_statement, 1), id, raw.sqlite3_column_int64(_statement, 3), raw.sqlite3_column_blob(_statement, 4).ToArray(),
                    Text(5, rows.Count > 0 ? rows[^1].Manifest : "")));
            }
        }
        finally { raw.sqlite3_reset(_statement); }
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _db);
        return rows;
    }

    /// <summary>A column's text; the one of the row before where it is the same.</summary>
    string Text(int column, string before)
    {
        var bytes = raw.sqlite3_column_blob(_statement, column);
        return Ascii.Equals(bytes, before) ? before : Encoding.UTF8.GetString(bytes);
    }

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, _db);

    public void Dispose() => _statement.Dispose();
}
