using IpActors.Domain.Entities;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public abstract partial class EngineContract
{
    [SkippableFact]
    public async Task The_sender_gets_what_an_entity_throws_and_the_entity_goes_on_from_its_events()
    {
        await using var engine = Open(Quick);
        await Send(engine, "a", new Add("1", 4));
        Assert.Equal("boom", (await Assert.ThrowsAsync<InvalidOperationException>(() => Send(engine, "a", new Explode()))).Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Send(engine, "a", new Spoil()));
        Assert.Equal(4, await Total(engine, "a"));
        Assert.Equal(1, await Send(engine, "a", new Add("2", 1)));
        Assert.DoesNotContain(await All(engine), e => e.Event is Spoiled);
        Assert.Empty(engine.Status.Quarantined);
    }

    [SkippableFact]
    public async Task Commands_beside_one_that_throws_are_carried_out()
    {
        await using var engine = Open(Quick);
        var sent = Enumerable.Range(0, 40).Select(i => i % 20 == 10 ? null : engine.Send(Toy.Id("a"), new Add($"{i}", 1))).ToList();
        var thrown = engine.Send(Toy.Id("a"), new Explode());
        var after = engine.Send(Toy.Id("a"), new Add("after", 1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => thrown.InTime());
        await after.InTime();
        Assert.Equal(39, await Total(engine, "a"));
    }

    [SkippableFact]
    public async Task One_poisoned_entity_is_quarantined_and_listed_and_harms_no_other()
    {
        var worker = ToyWorker.Closing();
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "ill", new Add("1", 4));
        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<InvalidOperationException>(() => Send(engine, "ill", new Explode()));
        var listed = Assert.Single(engine.Status.Quarantined);
        Assert.Equal((Toy.Id("ill"), "boom"), (listed.Entity, listed.Reason));
        Assert.Contains("quarantined: boom", Assert.IsType<Decision.Refused>(await engine.Send(Toy.Id("ill"), new Add("2", 1))).Reason);
        await Assert.ThrowsAsync<QuarantinedException>(() => Total(engine, "ill"));
        await Send(engine, "well", new OpenJob("one"));
        await engine.WhenIdle().InTime();
        Assert.Single(worker.Started);
        await engine.DisposeAsync();
        await using var again = Open(Quick);
        Assert.Equal(4, await Total(again, "ill"));
    }

    [SkippableFact]
    public async Task A_work_that_fails_is_tried_again_and_in_the_end_given_up_alone()
    {
        var worker = new ToyWorker((job, context, cancel) => job.Name switch
        {
            "throws" => throw new IOException("no such machine"), "silent" => Task.CompletedTask,
            _ => context.Send(context.Entity, new CloseJob(job.Name), cancel),
        });
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("throws"));
        await Send(engine, "b", new OpenJob("silent"));
        await Send(engine, "c", new OpenJob("fine"));
        await engine.WhenIdle().InTime();
        Assert.Equal([Toy.Id("a"), Toy.Id("b")], engine.Status.Quarantined.Select(q => q.Entity));
        Assert.Contains("no such machine", engine.Status.Quarantined[0].Reason);
        Assert.Contains("without a report", engine.Status.Quarantined[1].Reason);
        Assert.Equal((3, 3, 1), (worker.Started.Count(w => w.Key == "job/throws@1"), worker.Started.Count(w => w.Key == "job/silent@1"), worker.Started.Count(w => w.Key == "job/fine@1")));
        // Its entity still answers; settling what failed lifts the quarantine and its other works run.
        await Send(engine, "a", new OpenJob("fine"));
        Assert.Equal(1, worker.Started.Count(w => w.Key == "job/fine@1"));
        await Send(engine, "a", new CloseJob("throws"));
        await engine.WhenIdle().InTime();
        Assert.Equal(2, worker.Started.Count(w => w.Key == "job/fine@1"));
        Assert.Equal([Toy.Id("b")], engine.Status.Quarantined.Select(q => q.Entity));
    }

    [SkippableFact]
    public async Task A_work_that_nobody_can_do_is_listed()
    {
        await using var engine = Open(Quick);
        await engine.Start();
        await Send(engine, "a", new OpenJob("odd"));
        await engine.WhenIdle().InTime();
        Assert.Contains("no worker does 'job'", Assert.Single(engine.Status.Quarantined).Reason);
    }
}
