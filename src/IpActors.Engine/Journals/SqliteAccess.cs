using System.Runtime.InteropServices;
using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

/// <summary>Opening connections, small helpers, and SQLite's errors in words.</summary>
static partial class SqliteAccess
{
    const int Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26, ReadOnly = 8, Busy = 5, Io = 10;

    /// <param name="exclusive">Without write-ahead log, which network file systems do not bear, and without letting go of the lock.</param>
    public static SqliteConnection OpenWriter(string path, bool exclusive = false)
    {
        var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            db.Open();
            db.Do(exclusive ? "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE" : "PRAGMA journal_mode = WAL");
            if (exclusive) db.Do("BEGIN EXCLUSIVE; COMMIT");
            db.Do($"PRAGMA busy_timeout = 30000; PRAGMA synchronous = {(exclusive ? "EXTRA" : "FULL")}; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192");
            return db;
        }
        catch { db.Dispose(); throw; }
    }

    public static SqliteConnection OpenReader(string path)
    {
        var db = Try($"{path}");
        // On a read-only medium a database in WAL mode opens only if it is promised that nobody writes; true when there is no log to read.
        if (db is null && !(File.Exists(path + "-wal") && new FileInfo(path + "-wal").Length > 0)) db = Try($"file:{Uri.EscapeDataString(Path.GetFullPath(path)).Replace("%2F", "/")}?immutable=1");
        return db ?? throw new InputException($"{path}: cannot be read here: its write-ahead log needs a folder that can be written; copy the journal and its -wal file elsewhere");

        static SqliteConnection? Try(string source)
        {
            var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString());
            try { db.Open(); db.Do("PRAGMA busy_timeout = 30000"); db.Rows("SELECT count(*) FROM sqlite_master", r => 0); return db; }
            catch (SqliteException e) when (e.SqliteErrorCode is CannotOpen or ReadOnly or Io) { db.Dispose(); return null; }
            catch { db.Dispose(); throw; }
        }
    }

    /// <summary>The file is no longer where it was opened: what is written into it now would be lost.</summary>
    public static bool HasMoved(SqliteConnection db)
    {
        const int HasMovedCode = 20;
        return sqlite3_file_control(db.Handle!.DangerousGetHandle(), 0, HasMovedCode, out var moved) == 0 && moved != 0;
    }

    [LibraryImport("e_sqlite3")] private static partial int sqlite3_file_control(nint db, nint name, int code, out int answer);

    public static SqliteCommand Command(this SqliteConnection db, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var c = db.CreateCommand();
        c.CommandText = sql;
        foreach (var (name, value) in values) c.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return c;
    }

    public static int Do(this SqliteConnection db, string sql, params ReadOnlySpan<(string, object?)> values)
    {
        using var c = db.Command(sql, values);
        return c.ExecuteNonQuery();
    }

    public static List<T> Rows<T>(this SqliteConnection db, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string, object?)> values)
    {
        using var c = db.Command(sql, values);
        using var r = c.ExecuteReader();
        var rows = new List<T>();
        while (r.Read()) rows.Add(read(r));
        return rows;
    }

    public static LeaseInfo? Lease(this SqliteConnection db) => db.Rows(SqliteSchema.ReadLease, r => new LeaseInfo(r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetInt32(3), r.GetString(4),
        new DateTimeOffset(r.GetInt64(5), TimeSpan.Zero), r.IsDBNull(6) ? null : r.GetString(6))).FirstOrDefault();

    /// <summary>What is wrong and what to do, in one line.</summary>
    public static string Explain(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        NotADatabase => $"{path}: not a journal (the file is no SQLite database); choose another path for the journal",
        Corrupt => $"{path}: the journal is damaged ({e.Message}); keep it, and continue from a copy made with sqlite3's .recover",
        Full => $"{path}: no space left on the disk; nothing half-written was kept; free some space and run again",
        ReadOnly => $"{path}: the journal cannot be written; check the permissions of the file and its folder",
        CannotOpen => $"{path}: the journal cannot be opened; check that the folder exists and can be written",
        Busy => $"{path}: another program keeps the journal locked; end it and run again",
        Io => $"{path}: the disk reports an error ({e.Message}); check its space and health",
        _ => $"{path}: {e.Message}",
    };
}
