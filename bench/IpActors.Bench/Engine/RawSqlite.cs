using System.Diagnostics;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IpActors.Bench.Engine;

/// <summary>The floor: one thread inserts the same rows (made beforehand) into a journal of the same tables and indices, WAL, synchronous FULL, statements prepared once, so many a transaction.</summary>
static class RawSqlite
{
    public static async Task<double> EventsPerSecond(string path, int events, int perTransaction)
    {
        await SqliteJournal.Open(path).DisposeAsync(); // the tables
        var codec = new EventCodec(Measured.Kinds);
        var rows = Enumerable.Range(0, events).Select(i =>
        {
            var (id, c) = (Measured.Id(i / 4).PersistenceId, Measured.Command(i % 4));
            return (Id: id, Encoded: codec.Encode(id, i % 4 + 1, new Noted(c.Number, c.Text, c.EnergyEv, c.VolumeA3), EventCodec.NoHash));
        }).ToArray();
        using var db = new SqliteConnection($"Data Source={path};Pooling=False");
        db.Open();
        Run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192");
        raw.sqlite3_prepare_v2(db.Handle!, "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7)", out var insert);
        raw.sqlite3_prepare_v2(db.Handle!, "BEGIN IMMEDIATE", out var begin);
        raw.sqlite3_prepare_v2(db.Handle!, "COMMIT", out var commit);
        using var statements = insert; using var b = begin; using var c2 = commit;
        var clock = Stopwatch.StartNew();
        for (var at = 0; at < rows.Length; at += perTransaction)
        {
            Step(begin);
            for (var i = at; i < Math.Min(rows.Length, at + perTransaction); i++)
            {
                raw.sqlite3_bind_int64(insert, 1, DateTime.UtcNow.Ticks);
                raw.sqlite3_bind_text(insert, 2, rows[i].Id);
                raw.sqlite3_bind_int64(insert, 3, i % 4 + 1);
                raw.sqlite3_bind_blob(insert, 4, rows[i].Encoded.Payload);
                raw.sqlite3_bind_text(insert, 5, rows[i].Encoded.Manifest);
                raw.sqlite3_bind_int(insert, 6, EventCodec.SerializerId);
                raw.sqlite3_bind_text(insert, 7, "host:1:1");
                Step(insert);
            }
            Step(commit);
        }
        return events / clock.Elapsed.TotalSeconds;
    }

    static void Step(sqlite3_stmt s)
    {
        if (raw.sqlite3_step(s) is var r and not raw.SQLITE_DONE) throw new InvalidOperationException($"SQLite error {r}");
        raw.sqlite3_reset(s);
    }

    static void Run(SqliteConnection db, string sql) { using var c = db.CreateCommand(); c.CommandText = sql; c.ExecuteNonQuery(); }
}
