using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using Npgsql;

namespace IpActors.Engine.Tests.Journals;

/// <summary>Several sessions write one journal, as in a cluster: orderings are taken in one order and committed in another, or never.</summary>
public sealed class PostgresOrderTests : IAsyncLifetime
{
    readonly PostgresAddress _at = PostgresServer.Shared.NewJournal();
    static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    PostgresJournalReader _reader = null!;

    public async Task InitializeAsync()
    {
        await (await PostgresJournal.Open(_at)).DisposeAsync();
        _reader = await PostgresJournalReader.OpenReader(_at);
    }
    public async Task DisposeAsync() => await _reader.DisposeAsync();

    sealed class Session(PostgresAddress at) : IDisposable
    {
        readonly NpgsqlConnection _db = PostgresServer.Shared.Open(schema: at.Schema);
        public void Do(string sql) { using var c = new NpgsqlCommand(sql, _db); c.ExecuteNonQuery(); }
        public void Insert(string id, int number = 1) => Do($"INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) VALUES (0, false, '{id}', {number}, 'x', 'm', 71935)");
        public void Dispose() => _db.Dispose();
    }

    async Task<List<(long Ordering, string Id)>> After(long ordering)
    {
        var rows = new List<(long, string)>();
        await foreach (var r in _reader.ReadAll(ordering, default)) rows.Add((r.Ordering, r.PersistenceId));
        return rows;
    }

    [SkippableFact]
    public async Task An_event_that_commits_late_is_not_passed_over()
    {
        using var early = new Session(_at);
        using var late = new Session(_at);
        early.Insert("first");
        late.Do("BEGIN"); late.Insert("late");    // ordering 2
        early.Insert("early");                    // ordering 3, committed before it
        _reader.GapPatience = TimeSpan.FromSeconds(0.1);
        Assert.Equal([(1L, "first")], await After(0));
        _reader.GapPatience = Long;
        var next = After(1);
        Assert.False(next.IsCompleted);
        late.Do("COMMIT");
        Assert.Equal([(2L, "late"), (3L, "early")], await next.InTime());
    }

    [SkippableFact]
    public async Task A_gap_that_was_rolled_back_is_passed_at_once_and_rows_of_others_are_no_gap()
    {
        using var one = new Session(_at);
        using var two = new Session(_at);
        one.Insert("a");
        two.Do("BEGIN"); two.Insert("gone"); two.Do("ROLLBACK");
        one.Insert("b");
        one.Do("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) VALUES (0, false, '/sharding', 1, 'x', 'm', 13), (0, true, 'a', 2, 'x', 'm', 71935)");
        one.Insert("c");
        Assert.Equal([(1L, "a"), (3L, "b"), (6L, "c")], await After(0).InTime());
    }

    [SkippableFact]
    public async Task A_gap_is_passed_once_its_transaction_rolls_back_while_others_go_on_writing()
    {
        using var one = new Session(_at);
        using var slow = new Session(_at);
        using var other = new Session(_at);
        _reader.GapPatience = Long;
        slow.Do("BEGIN"); slow.Insert("slow");
        one.Insert("b");
        var start = PostgresServer.Shared.Value<DateTime>("SELECT clock_timestamp()", _at.Schema);
        var reading = After(0);
        await Patience.Until(() => PostgresServer.Shared.Value<long>($"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT virtualtransaction%' AND query_start > '{start:O}' AND state = 'idle'", _at.Schema) > 0);
        other.Do("BEGIN"); other.Insert("later"); // a writer that came after is not waited for
        slow.Do("ROLLBACK");
        Assert.Equal([(2L, "b")], await reading.InTime());
        other.Do("COMMIT");
        Assert.Equal([(3L, "later")], await After(2).InTime());
    }

    [SkippableFact]
    public async Task Who_reads_on_while_many_write_commit_late_and_roll_back_sees_each_committed_event_once_and_in_order()
    {
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 6).Select(w => Task.Run(async () =>
        {
            var random = new Random(w);
            using var session = new Session(_at);
            for (var i = 1; i <= 60; i++)
            {
                session.Do("BEGIN");
                session.Insert($"w{w}-{i}");
                if (random.Next(3) == 0) session.Insert($"w{w}-{i}", 2);
                if (random.Next(2) == 0) await Task.Delay(random.Next(12));
                session.Do(random.Next(4) == 0 ? "ROLLBACK" : "COMMIT");
            }
        })).ToList();
        var seen = new List<(long Ordering, string)>();
        var reading = Task.Run(async () =>
        {
            while (true)
            {
                var last = done.IsCancellationRequested;
                seen.AddRange(await After(seen.Count == 0 ? 0 : seen[^1].Ordering));
                if (last) return;
            }
        });
        await Task.WhenAll(writers).InTime();
        await done.CancelAsync();
        await reading.InTime();
        var stored = new List<(long, string)>();
        await using (var db = PostgresServer.Shared.Open(schema: _at.Schema))
        await using (var r = await new NpgsqlCommand("SELECT ordering, persistence_id FROM journal ORDER BY ordering", db).ExecuteReaderAsync())
            while (await r.ReadAsync()) stored.Add((r.GetInt64(0), r.GetString(1)));
        Assert.True(stored.Count > 250 && stored[^1].Item1 > stored.Count);
        Assert.Equal(stored, seen);
    }
}
