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
    public PreparedStatement Bind(int at, string value) { Check(raw.sqlite3_bind_text(_statement, at, value)); return this; }
    public PreparedStatement Bind(int at, ReadOnlySpan<byte> value) { Check(raw.sqlite3_bind_blob(_statement, at, value)); return this; }

    public void Run()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW)) SqliteException.ThrowExceptionForRC(result, _db);
    }

    void Check(int result) => SqliteException.ThrowExceptionForRC(result, _db);

    public void Dispose() => _statement.Dispose();
}
