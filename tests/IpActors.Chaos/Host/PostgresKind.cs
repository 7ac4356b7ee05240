using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using Npgsql;

namespace IpActors.Chaos.Host;

/// <summary>A database of its own for each campaign, on the server of this test run.</summary>
sealed class PostgresKind : JournalKind
{
    static int _databases;

    public override string Name => "postgresql";
    public override void Require() => PostgresServer.Require();

    protected override string Make(string folder)
    {
        var database = $"chaos_{Interlocked.Increment(ref _databases)}";
        PostgresServer.Shared.Sql($"CREATE DATABASE {database}");
        return $"postgresql://postgres@127.0.0.1:{PostgresServer.Shared.Port}/{database}?schema=chaos&reconnect_s=120";
    }

    public override void Remove(string folder) => PostgresServer.Shared.Sql($"DROP DATABASE {((PostgresAddress)In(folder)).Database} WITH (FORCE)");

    /// <summary>The error of a full disk from the server, by a trigger.</summary>
    public override async Task Fill(string folder, int kib)
    {
        await (await In(folder).Open()).DisposeAsync(); // the tables
        await using var db = await Open(folder);
        await Do(db, $"""
            CREATE OR REPLACE FUNCTION chaos.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF pg_total_relation_size('chaos.journal') > TG_ARGV[0]::bigint THEN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END IF;
                RETURN NULL;
            END $$
            """);
        await using var size = new NpgsqlCommand("SELECT pg_total_relation_size('chaos.journal')", db);
        var limit = (long)(await size.ExecuteScalarAsync())! + 1024L * kib;
        await Do(db, $"DROP TRIGGER IF EXISTS full_disk ON chaos.journal; CREATE TRIGGER full_disk AFTER INSERT ON chaos.journal FOR EACH STATEMENT EXECUTE FUNCTION chaos.full_disk('{limit}')");
    }

    public override async Task Free(string folder)
    {
        await using var db = await Open(folder);
        await Do(db, "DO $$ BEGIN IF to_regclass('chaos.journal') IS NOT NULL THEN DROP TRIGGER IF EXISTS full_disk ON chaos.journal; END IF; END $$");
    }

    /// <summary>Another session locks the table, or all sessions of the journal are cut off.</summary>
    public override async Task Harm(string folder, TimeSpan time, double chance, Action<string> say)
    {
        await using var db = await Open(folder);
        if (chance < 0.5)
        {
            say("connections cut");
            await Do(db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            return;
        }
        say("database stalled");
        await using var transaction = await db.BeginTransactionAsync();
        await Do(db, "LOCK TABLE chaos.journal IN ACCESS EXCLUSIVE MODE");
        await Task.Delay(time);
    }

    static async Task<NpgsqlConnection> Open(string folder)
    {
        var at = (PostgresAddress)In(folder);
        var db = new NpgsqlConnection($"Host={at.Host};Port={at.Port};Username={at.User};Database={at.Database};Pooling=false");
        await db.OpenAsync();
        return db;
    }

    static async Task Do(NpgsqlConnection db, string sql)
    {
        await using var c = new NpgsqlCommand(sql, db);
        await c.ExecuteNonQueryAsync();
    }
}
