using IpActors.Domain.Entities;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public abstract partial class EngineContract
{
    [SkippableFact]
    public async Task A_message_between_entities_is_delivered_and_then_acknowledged()
    {
        await using var engine = Open(Quick);
        await engine.Start();
        for (var i = 0; i < 50; i++) await Send(engine, $"from{i}", new Write("to", $"{i}", 2));
        await engine.WhenIdle().InTime();
        Assert.Equal(100, await Total(engine, "to"));
        Assert.Equal((0, 0L, 0), (engine.Status.Owed, engine.Status.DeadLetters, await Owing()));
        Assert.Equal(50, (await All(engine)).Count(e => e.Event is LetterSettled));
    }

    [SkippableFact]
    public async Task Without_acknowledgement_it_is_delivered_once_in_each_life_of_the_engine()
    {
        await using (var engine = Open(Quick))
        {
            await engine.Start();
            await Send(engine, "from", new Write("to", "x", 2, Acknowledged: false));
            await engine.WhenIdle().InTime();
            for (var i = 0; i < 20; i++) await Send(engine, "from", new Add($"{i}", 1));
            await engine.WhenIdle().InTime();
            Assert.Equal((2, 1, 1), (await Total(engine, "to"), engine.Status.Owed, await Owing()));
        }
        await using var again = Open(Quick);
        await again.Start();
        await again.WhenIdle().InTime();
        Assert.Equal(2, await Total(again, "to")); // the receiver took the repetition as already so
        await Send(again, "from", new Settle("x"));
        Assert.Equal((0, 0), (again.Status.Owed, await Owing()));
    }

    [SkippableFact]
    public async Task A_refused_message_is_a_dead_letter_tried_again_a_few_times_and_then_its_sender_is_listed()
    {
        await using var engine = Open(Quick);
        await engine.Start();
        await Send(engine, "from", new Write("to", "bad", -1));
        await engine.WhenIdle().InTime();
        Assert.Equal(3, engine.Status.DeadLetters);
        var listed = Assert.Single(engine.Status.Quarantined);
        Assert.Equal(Toy.Id("from"), listed.Entity);
        Assert.Contains("only what is not negative", listed.Reason);
        await Send(engine, "from", new Settle("bad")); // what it could not deliver is no longer owed
        Assert.Empty(engine.Status.Quarantined);
    }

    [SkippableFact]
    public async Task A_message_to_a_quarantined_entity_waits_and_its_sender_does_not_suffer()
    {
        await using var engine = Open(Quick);
        await engine.Start();
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<InvalidOperationException>(() => Send(engine, "ill", new Explode()));
        await Send(engine, "well", new Write("ill", "x", 1));
        await Send(engine, "well", new Write("other", "y", 1));
        await engine.WhenIdle().InTime();
        Assert.Equal([Toy.Id("ill")], engine.Status.Quarantined.Select(q => q.Entity));
        Assert.Equal((1, 1), (await Total(engine, "other"), engine.Status.Owed));
        await engine.DisposeAsync();
        await using var again = Open(Quick);
        await again.Start();
        await again.WhenIdle().InTime();
        Assert.Equal((1, 0), (await Total(again, "ill"), again.Status.Owed));
    }
}
