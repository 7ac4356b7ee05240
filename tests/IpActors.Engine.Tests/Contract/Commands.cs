using IpActors.Domain.Entities;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public abstract partial class EngineContract
{
    [SkippableFact]
    public async Task What_was_acknowledged_is_there_after_reopening()
    {
        await using (var engine = Open(Quick)) Assert.Equal(1, await Send(engine, "a", new Add("1", 5)));
        await using var again = Open(Quick);
        Assert.Equal(5, await Total(again, "a"));
        Assert.Equal(new Added("1", 5), Assert.Single(await All(again)).Event);
    }

    [SkippableFact]
    public async Task A_refusal_stores_nothing_and_says_why()
    {
        await using var engine = Open(Quick);
        Assert.Equal("only what is not negative", Assert.IsType<Decision.Refused>(await engine.Send(Toy.Id("a"), new Add("1", -1))).Reason);
        Assert.Empty(await All(engine));
    }

    [SkippableFact]
    public async Task A_repeated_command_adds_nothing()
    {
        await using var engine = Open(Quick);
        Assert.Equal(1, await Send(engine, "a", new Add("1", 5)));
        Assert.Equal(0, await Send(engine, "a", new Add("1", 5)));
        Assert.Single(await All(engine));
    }

    [SkippableFact]
    public async Task Reading_an_entity_that_never_was_gives_its_initial_state_and_stores_nothing()
    {
        await using var engine = Open(Quick);
        Assert.Equal(0, await Total(engine, "nobody"));
        Assert.Empty(await All(engine));
    }

    [SkippableFact]
    public async Task Commands_sent_at_once_are_taken_one_at_a_time_and_a_reader_sees_those_before_it()
    {
        await using var engine = Open(Quick);
        var sent = Enumerable.Range(0, 500).Select(i => Send(engine, "a", new Add($"{i}", 1))).ToList();
        Assert.Equal(500, await Total(engine, "a"));
        Assert.All(await Task.WhenAll(sent), n => Assert.Equal(1, n));
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), (await All(engine)).Select(e => e.SequenceNumber));
    }

    [SkippableFact]
    public async Task A_slow_entity_does_not_hold_up_another_and_takes_nothing_else_meanwhile()
    {
        await using var engine = Open(Quick);
        using var gate = new SemaphoreSlim(0);
        lock (Toy.Gates) Toy.Gates[Folder.Path] = gate;
        var slow = engine.Send(Toy.Id("slow"), new Block(Folder.Path));
        var behind = engine.Send(Toy.Id("slow"), new Add("1", 1));
        for (var i = 0; i < 20; i++) await Send(engine, $"other{i}", new Add("1", 1));
        Assert.False(slow.IsCompleted);
        Assert.False(behind.IsCompleted);
        gate.Release();
        Assert.IsType<Decision.Accepted>(await behind.InTime());
    }

    [SkippableFact]
    public async Task Events_come_back_in_a_strictly_increasing_order_each_entity_without_gaps()
    {
        await using var engine = Open(Quick);
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Send(engine, $"t{i % 20}", new Add($"{i}", 1))));
        var events = await All(engine);
        Assert.Equal(400, events.Count);
        Assert.All(events.Zip(events.Skip(1)), p => Assert.True(p.First.Ordering < p.Second.Ordering));
        Assert.All(events.GroupBy(e => e.Entity), g => Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), g.Select(e => e.SequenceNumber)));
        var middle = events[200].Ordering;
        var rest = new List<long>();
        await foreach (var e in engine.Events(middle)) rest.Add(e.Ordering);
        Assert.Equal(events.Where(e => e.Ordering > middle).Select(e => e.Ordering), rest);
    }

    [SkippableFact]
    public async Task A_follower_sees_each_event_once_in_order_while_they_are_written()
    {
        await using var engine = Open(Quick);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Send(engine, $"t{i % 20}", new Add($"{i}", 1))));
        using var stop = new CancellationTokenSource();
        var seen = new List<long>();
        var following = Task.Run(async () =>
        {
            await foreach (var e in engine.Events(0, follow: true, stop.Token)) { seen.Add(e.Ordering); if (seen.Count == 1100) return; }
        });
        await Task.WhenAll(Enumerable.Range(100, 1000).Select(i => Send(engine, $"t{i % 20}", new Add($"{i}", 1))));
        await following.InTime();
        await Task.Delay(50);
        Assert.Equal((await All(engine)).Select(e => e.Ordering), seen);
    }

    [SkippableFact]
    public async Task The_campaign_view_counts_each_committed_event_once_also_those_before_it_was_asked_for()
    {
        await using var engine = Open(Quick);
        var before = Enumerable.Range(0, 300).Select(i => Send(engine, $"t{i % 7}", new Add($"{i}", 1))).ToList();
        var follower = await engine.Follow("play").InTime();
        var after = Enumerable.Range(300, 300).Select(i => Send(engine, $"t{i % 7}", new Add($"{i}", 1))).ToList();
        await Task.WhenAll([.. before, .. after]);
        Assert.Equal(600, (await follower.When(v => v.Events >= 600, default).InTime()).Events);
        await Send(engine, "t0", new Add("last", 1));
        Assert.Equal(601, (await follower.When(v => v.Events > 600, default).InTime()).Events);
        using var giveUp = new CancellationTokenSource(20);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower.When(v => v.Events > 601, giveUp.Token));
        await Assert.ThrowsAsync<DivideByZeroException>(() => { var w = follower.When(v => v.Events > 601 && v.Events / (v.Events - v.Events) > 0, default); _ = Send(engine, "t0", new Add("more", 1)); return w.InTime(); });
    }

    [SkippableFact]
    public async Task Idle_entities_leave_the_memory_and_no_command_is_lost_on_the_way()
    {
        await using var engine = Open(Quick with { MaxLive = 10, IdleTime = TimeSpan.FromMilliseconds(40) });
        for (var round = 0; round < 5; round++)
            await Task.WhenAll(Enumerable.Range(0, 600).Select(i => Send(engine, $"t{i % 60}", new Add($"{round}-{i}", 1))));
        await Patience.Until(() => engine.Status.LiveEntities <= 10);
        for (var i = 0; i < 60; i++) Assert.Equal(50, await Total(engine, $"t{i}"));
        Assert.Equal(3000, (await All(engine)).Count);
        await Patience.Until(() => engine.Status.LiveEntities == 0);
    }

    [SkippableFact]
    public async Task The_same_script_of_commands_leaves_the_same_events_entity_by_entity()
    {
        async Task<List<string>> Run()
        {
            await using var engine = Open(Quick);
            var random = new Random(1);
            var script = Enumerable.Range(0, 400).Select(i => (Toy: $"t{random.Next(9)}", Command: (ICommand)(random.Next(4) switch
            {
                0 => new Add($"{random.Next(50)}", random.Next(9) - 1), 1 => new Write($"r{random.Next(3)}", $"{i}", 1), 2 => new OpenJob($"{random.Next(9)}"), _ => new CloseJob($"{random.Next(9)}"),
            }))).ToList();
            await Task.WhenAll(script.GroupBy(c => c.Toy).Select(async g => { foreach (var (toy, command) in g) await Send(engine, toy, command); }));
            return [.. (await All(engine)).OrderBy(e => e.Entity).ThenBy(e => e.SequenceNumber).Select(e => $"{e.Entity} {e.SequenceNumber} {e.Event} {e.Hash}")];
        }
        var first = await Run();
        Empty();
        Assert.True(first.Count > 200);
        Assert.Equal(first, await Run());
    }
}
