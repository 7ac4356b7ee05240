using System.Diagnostics;
using IpActors.Engine.Audit;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using Npgsql;

namespace IpActors.Engine.Tests.Journals;

/// <summary>Servers that die, connections that are cut, and databases that stand still.</summary>
public sealed class PostgresFaultTests
{
    static async Task<EmbeddedEngine> Open(PostgresAddress at) => new(await PostgresJournal.Open(at), Toy.Kinds, []);

    static async Task StoredOnce(PostgresAddress at, IReadOnlyDictionary<string, int> acknowledged)
    {
        await using var reader = await PostgresJournalReader.OpenReader(at);
        Assert.Empty((await HashChain.Verify(reader, Toy.Kinds)).Findings);
        foreach (var (toy, n) in acknowledged)
        {
            var stored = (await reader.ReadEntity($"play/toy/{toy}", 0, default)).Select(r => ((Added)r.Decode(new(Toy.Kinds)).Event).Id).ToList();
            Assert.Equal(stored.Distinct(), stored);
            Assert.Equal(Enumerable.Range(0, n).Select(i => $"{i}"), stored.Take(n));
        }
    }

    [SkippableTheory, InlineData(CutProxy.Cut.Answers), InlineData(CutProxy.Cut.Requests)]
    public async Task A_commit_in_doubt_is_looked_for_and_neither_lost_nor_doubled(CutProxy.Cut cut)
    {
        using var proxy = new CutProxy(PostgresServer.Shared.Port);
        var direct = PostgresServer.Shared.NewJournal();
        await using (var engine = await Open(direct with { Port = proxy.Port }))
        {
            await engine.Send(Toy.Id("a"), new Add("0", 1));
            proxy.Swallow(cut);
            var second = engine.Send(Toy.Id("a"), new Add("1", 1));
            await Patience.Until(() => proxy.Swallowed > 0);
            if (cut == CutProxy.Cut.Answers) await Patience.Until(() => PostgresServer.Shared.Value<long>("SELECT count(*) FROM journal", direct.Schema) == 2);
            Assert.False(second.IsCompleted);
            proxy.Hang();
            await second.InTime();
            await engine.Send(Toy.Id("a"), new Add("2", 1)).InTime();
            var orderings = new List<long>();
            await foreach (var e in engine.Events()) orderings.Add(e.Ordering);
            Assert.Equal(3, orderings.Count);
        }
        await StoredOnce(direct, new Dictionary<string, int> { ["a"] = 3 });
        Assert.True(PostgresServer.Shared.Value<long>("SELECT epoch FROM lease", direct.Schema) > 1); // the new session shut the old one out
    }

    [SkippableFact]
    public async Task A_server_killed_in_the_middle_of_appends_and_started_again_loses_and_doubles_nothing()
    {
        using var server = new PostgresServer();
        var at = server.At("screening", reconnect: 60);
        var acknowledged = new Dictionary<string, int>();
        await using (var engine = await Open(at))
        {
            using var enough = new CancellationTokenSource();
            var seen = new List<long>();
            using var stop = new CancellationTokenSource();
            var follower = await engine.Follow("play");
            var senders = Enumerable.Range(0, 8).Select(async t =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                {
                    await engine.Send(Toy.Id($"t{t}"), new Add($"{i}", 1));
                    lock (acknowledged) acknowledged[$"t{t}"] = i + 1;
                }
            }).ToList();
            for (var round = 0; round < 3; round++)
            {
                var before = Sum();
                await Patience.Until(() => Sum() > before + 150);
                server.Kill();
                server.Start();
            }
            var last = Sum();
            await Patience.Until(() => Sum() > last + 50);
            await enough.CancelAsync();
            await Task.WhenAll(senders).InTime();
            Assert.Equal(Sum(), (int)(await follower.When(v => v.Events >= Sum(), default).InTime()).Events);
        }
        await StoredOnce(at, acknowledged);
        int Sum() { lock (acknowledged) return acknowledged.Values.Sum(); }
    }

    [SkippableFact]
    public async Task A_server_that_stays_away_ends_the_engine_with_one_clear_line_after_the_stated_time()
    {
        using var server = new PostgresServer();
        await using var engine = await Open(server.At("screening", reconnect: 1));
        await engine.Send(Toy.Id("a"), new Add("1", 1));
        server.Kill();
        var error = (await Assert.ThrowsAsync<JournalException>(() => engine.Send(Toy.Id("a"), new Add("2", 1)).InTime())).Message;
        Assert.Contains($"127.0.0.1:{server.Port}/screening", error);
        Assert.Contains("given up after 1 s", error);
        Assert.DoesNotContain('\n', error);
        Assert.Equal(error, (await Assert.ThrowsAsync<JournalException>(() => engine.WhenIdle().InTime())).Message);
        var again = Stopwatch.StartNew();
        await Assert.ThrowsAsync<JournalException>(() => engine.Send(Toy.Id("b"), new Add("2", 1)).InTime());
        Assert.True(again.Elapsed < TimeSpan.FromSeconds(20));
    }

    [SkippableFact]
    public async Task While_another_session_locks_the_table_the_queue_is_bounded_and_afterwards_all_goes_on()
    {
        var at = PostgresServer.Shared.NewJournal();
        var codec = new EventCodec(Toy.Kinds);
        await using var journal = await PostgresJournal.Open(at);
        List<Task> appends;
        await using (var other = PostgresServer.Shared.Open(schema: at.Schema))
        {
            await using var transaction = await other.BeginTransactionAsync();
            await new NpgsqlCommand("LOCK TABLE journal IN SHARE MODE", other).ExecuteNonQueryAsync();
            appends = [.. Enumerable.Range(0, 10_000).Select(i =>
            {
                var e = new Added($"{i}", 1);
                return journal.Append(new(Toy.Id($"b{i}"), [new(1, e, codec.Encode($"play/toy/b{i}", 1, e, EventCodec.NoHash))], [], []));
            })];
            await Task.Delay(500);
            Assert.DoesNotContain(appends, a => a.IsCompleted);
            Assert.InRange(journal.Queued, 1, 4096);
            await transaction.RollbackAsync();
        }
        await Task.WhenAll(appends).InTime();
        Assert.Equal(10_000, PostgresServer.Shared.Value<long>("SELECT count(*) FROM journal", at.Schema));
    }

    [SkippableFact]
    public async Task A_session_that_stands_still_for_a_while_is_waited_for()
    {
        using var server = new PostgresServer(); // of its own, as all its sessions are stopped
        var at = server.At("screening");
        await using var engine = await Open(at);
        await engine.Send(Toy.Id("a"), new Add("0", 1));
        var pids = new List<int>();
        await using (var other = server.Open())
        await using (var r = await new NpgsqlCommand("SELECT pid FROM pg_stat_activity WHERE application_name = 'ipactors'", other).ExecuteReaderAsync())
            while (await r.ReadAsync()) pids.Add(r.GetInt32(0));
        Assert.NotEmpty(pids);
        foreach (var pid in pids) Process.Start("kill", ["-STOP", $"{pid}"])!.WaitForExit();
        var sent = engine.Send(Toy.Id("a"), new Add("1", 1));
        await Task.Delay(700);
        var waited = !sent.IsCompleted;
        foreach (var pid in pids) Process.Start("kill", ["-CONT", $"{pid}"])!.WaitForExit();
        await sent.InTime();
        Assert.True(waited);
        await engine.DisposeAsync();
        await StoredOnce(at, new Dictionary<string, int> { ["a"] = 2 });
    }
}
