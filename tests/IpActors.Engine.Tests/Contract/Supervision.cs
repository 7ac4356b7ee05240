using IpActors.Domain.Entities;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public abstract partial class EngineContract
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Minute = TimeSpan.FromMinutes(1);
    static readonly ImmutableDictionary<string, TimeSpan?> JobsAnHour = ImmutableDictionary<string, TimeSpan?>.Empty.Add("job", Hour);

    [Fact]
    public async Task A_work_without_a_sign_of_life_is_cancelled_counted_tried_again_and_in_the_end_listed()
    {
        var (time, worker) = (new ManualTime(), new ToyWorker(Forever));
        await using var engine = Open(Quick with { Time = time, WorkLimits = JobsAnHour, WatchEvery = Minute }, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("one"));
        for (var failures = 1; failures <= Quick.WorkRetry.MaxFailures; failures++)
        {
            var n = failures;
            await Patience.Until(() => { time.Advance(TimeSpan.FromMilliseconds(50)); return worker.Started.Count == n; }); // its back-off
            time.Advance(Hour + Minute);
            await Patience.Until(() => engine.Status.Stuck == n && engine.Status.Running == 0);
        }
        await engine.WhenIdle().InTime();
        Assert.Contains("stuck", Assert.Single(engine.Status.Quarantined).Reason);
        Assert.Equal(1, engine.Status.Owed); // it is for the next start
    }

    [Fact]
    public async Task A_work_that_shows_progress_or_waits_for_the_campaign_is_never_stuck()
    {
        var go = new SemaphoreSlim(0);
        var worker = new ToyWorker(async (job, context, cancel) =>
        {
            for (var i = 0; job.Name == "shows" && i < 3; i++) { await go.WaitAsync(cancel); context.Progress($"{i}"); }
            await (job.Name == "waits" ? context.Campaign.When(_ => false, cancel) : Task.Delay(Timeout.Infinite, cancel));
        });
        var time = new ManualTime();
        await using var engine = Open(Quick with { Time = time, WorkLimits = JobsAnHour, WatchEvery = Minute }, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("waits"));
        await engine.WhenIdle().InTime(); // nothing goes on but its waiting
        await Send(engine, "b", new OpenJob("shows"));
        for (var i = 0; i < 3; i++)
        {
            time.Advance(0.9 * Hour);
            go.Release();
            await Patience.Until(() => engine.Status.Works.Any(w => w.Message == $"{i}"));
        }
        Assert.Equal((0L, 2), (engine.Status.Stuck, engine.Status.Running));
        time.Advance(1.1 * Hour);
        await Patience.Until(() => engine.Status.Stuck == 1);
        Assert.Equal(Toy.Id("a"), engine.Status.Works.Single(w => w.Id.Key == "job/waits@1").Id.Entity);
    }

    [Fact]
    public async Task A_stuck_work_that_does_not_end_is_given_up_with_its_entity_and_has_no_second_run_beside_it()
    {
        var (time, end) = (new ManualTime(), new TaskCompletionSource());
        var worker = new ToyWorker((_, _, _) => end.Task);
        await using var engine = Open(Quick with { Time = time, WorkLimits = JobsAnHour, WatchEvery = Minute }, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("deaf"));
        await Patience.Until(() => worker.Started.Count == 1);
        time.Advance(Hour + Minute);
        await Patience.Until(() => engine.Status.Stuck == 1);
        time.Advance(2 * Minute);
        await engine.WhenIdle().InTime();
        Assert.Contains("does not end", Assert.Single(engine.Status.Quarantined).Reason);
        Assert.Equal(1, await Total(engine, "b") + 1); // others go on
        end.SetResult();
        await Patience.Until(() => engine.Status.Running == 0);
        await engine.WhenIdle().InTime();
        Assert.Single(worker.Started);
    }

    [Fact]
    public async Task Commands_that_come_to_nothing_are_counted_by_their_cause()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var worker = new ToyWorker(async (job, context, _) =>
        {
            begun.SetResult();
            await go.Task;
            await context.Send(context.Entity, new CloseJob(job.Name), default);
        });
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Assert.ThrowsAsync<KeyNotFoundException>(() => engine.Send(new EntityId("play", "ghost", "a"), new Add("1", 1)));
        Assert.Equal(-1, await Send(engine, "nobody", new Add("1", -1)));
        await Send(engine, "somebody", new Add("1", 1));
        Assert.Equal(-1, await Send(engine, "somebody", new Add("2", -1))); // its own affair
        await Send(engine, "a", new OpenJob("one"));
        await begun.Task.InTime();
        await Send(engine, "a", new CloseJob("one"));
        go.SetResult();
        await engine.WhenIdle().InTime();
        Assert.Equal(new DeadLetterCounts(NoSuchKind: 1, NoSuchEntity: 1, Refused: 0, Late: 1), engine.Status.DeadLettersBy);
        Assert.Equal(3, engine.Status.DeadLetters);
    }
}
