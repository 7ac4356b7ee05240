using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

/// <summary>
/// The tables: <c>journal</c>, <c>tags</c> and <c>snapshot</c> as Akka.Persistence.Sql's default mapping has them, and our own <c>owing</c>, <c>lease</c> and <c>meta</c>.
/// </summary>
static class SqliteSchema
{
    /// <summary>Raised when an older program could no longer read the journal.</summary>
    public const int Version = 1;

    const string Tables = """
        CREATE TABLE IF NOT EXISTS journal (ordering INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, created BigInt NOT NULL, deleted Bit NOT NULL, persistence_id NVarChar(255) NOT NULL,
            sequence_number BigInt NOT NULL, message VarBinary NOT NULL, manifest NVarChar(500) NULL, identifier INTEGER NULL, writer_uuid NVarChar(128) NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);
        CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created);
        CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number);
        CREATE TABLE IF NOT EXISTS tags (ordering_id BigInt NOT NULL, tag NVarChar(64) NOT NULL, sequence_nr BigInt NOT NULL, persistence_id NVarChar(255) NOT NULL, PRIMARY KEY (ordering_id, tag));
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag);
        CREATE TABLE IF NOT EXISTS snapshot (persistence_id NVarChar(255) NOT NULL, sequence_number BigInt NOT NULL, created BigInt NOT NULL, snapshot VarBinary NOT NULL, manifest NVarChar(500) NULL,
            serializer_id INTEGER NULL, PRIMARY KEY (persistence_id, sequence_number));
        CREATE TABLE IF NOT EXISTS owing (persistence_id NVarChar(255) NOT NULL, work_id NVarChar(500) NOT NULL, PRIMARY KEY (persistence_id, work_id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS lease (campaign NVarChar(255) NOT NULL PRIMARY KEY, host_kind NVarChar(32) NOT NULL, epoch BigInt NOT NULL, host NVarChar(255) NOT NULL, process_id INTEGER NOT NULL,
            process_start NVarChar(128) NOT NULL, expires BigInt NOT NULL, control_address NVarChar(500) NULL);
        CREATE TABLE IF NOT EXISTS meta (name NVarChar(64) NOT NULL PRIMARY KEY, value NVarChar(500) NOT NULL);
        """;

    public const int RowsAtOnce = 64;
    /// <summary>
    /// So many events: 1 created, 2 serializer, 3 writer, then persistence id, sequence number, message and manifest of each. As a conflict ends the whole transaction anyway, SQLite need not keep what it takes to undo
    /// the statement alone.
    /// </summary>
    public static string Insert(int rows) => "INSERT OR ROLLBACK INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid) VALUES "
        + string.Join(", ", Enumerable.Range(0, rows).Select(i => $"(?1, 0, ?{4 + 4 * i}, ?{5 + 4 * i}, ?{6 + 4 * i}, ?{7 + 4 * i}, ?2, ?3)"));
    public const string Owe = "INSERT OR IGNORE INTO owing (persistence_id, work_id) VALUES (?1, ?2)";
    public const string Settle = "DELETE FROM owing WHERE persistence_id = ?1 AND work_id = ?2";
    public const string SettleAll = "DELETE FROM owing WHERE persistence_id = $id";
    public const string Head = "SELECT coalesce(max(sequence_number), 0) FROM journal WHERE persistence_id = $id";
    public const string ReadOwing = "SELECT persistence_id, work_id FROM owing ORDER BY persistence_id, work_id";

    public const string Begin = "BEGIN", Rollback = "ROLLBACK";
    const string Rows = "SELECT ordering, created, persistence_id, sequence_number, message, coalesce(manifest, '') FROM journal WHERE deleted = 0 AND identifier = ?1 AND ";
    public const string ReadEntity = Rows + "persistence_id = ?2 AND sequence_number > ?3 ORDER BY sequence_number";
    public const string ReadEntities = Rows + "persistence_id IN (SELECT value FROM json_each(?2)) ORDER BY persistence_id, sequence_number";
    public const string ReadAll = Rows + "ordering > ?2 AND ordering <= ?3 ORDER BY ordering LIMIT 2000";
    public const string ReadByEntity = Rows + "1 ORDER BY persistence_id, sequence_number";
    public const string ReadByEntityAfter = Rows + "(persistence_id, sequence_number) > ($id, $after) ORDER BY persistence_id, sequence_number LIMIT 2000";
    public const string Newest = "SELECT coalesce(max(ordering), 0) FROM journal";

    public const string ReadSnapshot = "SELECT sequence_number, created, coalesce(manifest, ''), snapshot FROM snapshot WHERE persistence_id = $id AND serializer_id = $serializer ORDER BY sequence_number DESC LIMIT 1";
    public const string WriteSnapshot = """
        DELETE FROM snapshot WHERE persistence_id = $id AND serializer_id = $serializer;
        INSERT OR REPLACE INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) VALUES ($id, $sequence, $created, $content, $manifest, $serializer)
        """;

    public const string ReadLease = "SELECT host_kind, epoch, host, process_id, process_start, expires, control_address FROM lease WHERE campaign = '*'";
    public const string TakeLease = """
        INSERT INTO lease (campaign, host_kind, epoch, host, process_id, process_start, expires, control_address) VALUES ('*', $kind, 1, $host, $pid, $start, $expires, NULL)
        ON CONFLICT (campaign) DO UPDATE SET host_kind = $kind, epoch = epoch + 1, host = $host, process_id = $pid, process_start = $start, expires = $expires, control_address = NULL
        RETURNING epoch
        """;
    public const string CheckEpoch = "SELECT epoch FROM lease WHERE campaign = '*'";
    public const string RenewLease = "UPDATE lease SET expires = $expires WHERE campaign = '*' AND epoch = $epoch";
    public const string SetControl = "UPDATE lease SET control_address = $address WHERE campaign = '*' AND epoch = $epoch";
    public const string ReleaseLease = "UPDATE lease SET host_kind = '', expires = 0, control_address = NULL WHERE campaign = '*' AND epoch = $epoch";

    /// <summary>Creates what is missing. A journal that Akka.Persistence.Sql made is completed with our own tables.</summary>
    public static void Prepare(SqliteConnection db)
    {
        using var transaction = db.BeginTransaction(deferred: false);
        db.Do(Tables);
        db.Do("INSERT OR IGNORE INTO meta (name, value) VALUES ('format', $version)", ("$version", Version.ToString()));
        transaction.Commit();
    }

    /// <summary>Refuses a database that is not a journal which this version can read.</summary>
    public static void Check(SqliteConnection db, string path, bool mayBeEmpty)
    {
        var tables = Names(db);
        if (!tables.Contains("journal") && !(mayBeEmpty && tables.Count == 0)) throw new InputException($"{path}: an SQLite database, but not a journal (it has no table 'journal'); name the path of a journal");
        CheckVersion(db, path, tables);
    }

    static HashSet<string> Names(SqliteConnection db) => [.. db.Rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", r => r.GetString(0))];

    static void CheckVersion(SqliteConnection db, string path, HashSet<string> tables)
    {
        if (!tables.Contains("meta") || db.Rows("SELECT value FROM meta WHERE name = 'format'", r => r.GetString(0)) is not [var text]) return;
        if (!int.TryParse(text, out var version) || version > Version) throw new InputException($"{path}: the journal has format {text}, this program reads up to {Version}; use a newer ipactors");
    }
}
