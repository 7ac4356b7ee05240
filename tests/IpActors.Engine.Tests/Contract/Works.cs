using IpActors.Domain.Entities;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public abstract partial class EngineContract
{
    static Task Forever(Job job, Domain.Works.IWorkContext context, CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);

    [SkippableFact]
    public async Task Owed_work_starts_after_its_event_is_stored_and_what_it_reports_settles_it()
    {
        var stored = new List<bool>();
        IEngine? engine = null;
        var worker = new ToyWorker(async (job, context, cancel) =>
        {
            stored.Add((await All(engine!)).Any(e => e.Event is JobOpened o && o.Name == job.Name));
            await context.Send(context.Entity, new CloseJob(job.Name), cancel);
        });
        await using (engine = Open(Quick, worker))
        {
            await engine.Start();
            await Send(engine, "a", new OpenJob("one"));
            await engine.WhenIdle().InTime();
            Assert.Equal([true], stored);
            Assert.Equal([new WorkId(Toy.Id("a"), "job/one@1")], worker.Started);
            Assert.Equal((0, 0), (engine.Status.Owed, await Owing()));
        }
    }

    [SkippableFact]
    public async Task Nothing_starts_before_the_engine_is_told_to_start()
    {
        var worker = ToyWorker.Closing();
        await using var engine = Open(Quick, worker);
        await Send(engine, "a", new OpenJob("one"));
        await Send(engine, "a", new Write("b", "letter", 1));
        await engine.WhenIdle().InTime();
        Assert.Empty(worker.Started);
        Assert.Equal((2, 2, false), (engine.Status.Owed, await Owing(), engine.Status.Started));
        await engine.Start();
        await engine.WhenIdle().InTime();
        Assert.Single(worker.Started);
        Assert.Equal(1, await Total(engine, "b"));
    }

    [SkippableFact]
    public async Task A_work_runs_once_at_a_time_whatever_else_happens_to_its_entity()
    {
        var worker = new ToyWorker(Forever);
        await using var engine = Open(Quick with { MaxLive = 1, IdleTime = TimeSpan.FromMilliseconds(20), Slots = 4 }, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("one"));
        await Patience.Until(() => worker.Started.Count == 1);
        for (var i = 0; i < 50; i++) { await Send(engine, "a", new Add($"{i}", 1)); await Send(engine, $"other{i}", new Add("1", 1)); }
        await Patience.Until(() => engine.Status.LiveEntities == 0);
        await Send(engine, "a", new Add("woken", 1));
        // Works start in the order of their entities: had there been a second run of the first, with slots for it, it would have begun before this one.
        await Send(engine, "z", new OpenJob("two"));
        await Patience.Until(() => worker.Started.Contains(new WorkId(Toy.Id("z"), "job/two@1")));
        Assert.Equal(["play/toy/a#job/one@1", "play/toy/z#job/two@1"], worker.Started.Select(s => s.ToString()));
        Assert.Equal(2, engine.Status.Running);
        Assert.False(worker.Overlapped);
    }

    [SkippableFact]
    public async Task Work_that_was_under_way_when_the_engine_went_starts_again_with_the_next()
    {
        await using (var engine = Open(Quick, new ToyWorker(Forever)))
        {
            await engine.Start();
            for (var i = 0; i < 30; i++) await Send(engine, $"t{i}", new OpenJob("one"));
        }
        var worker = ToyWorker.Closing();
        await using var again = Open(Quick, worker);
        await again.Start();
        await again.WhenIdle().InTime();
        Assert.Equal(30, worker.Started.Distinct().Count());
        Assert.Equal(30, worker.Started.Count);
        Assert.Equal(0, await Owing());
    }

    [SkippableFact]
    public async Task Work_that_is_no_longer_owed_is_cancelled()
    {
        var cancelled = new TaskCompletionSource();
        var worker = new ToyWorker(async (_, _, cancel) => { try { await Task.Delay(Timeout.Infinite, cancel); } finally { cancelled.SetResult(); } });
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("one"));
        await Patience.Until(() => worker.Started.Count == 1);
        await Send(engine, "a", new CloseJob("one"));
        await cancelled.Task.InTime();
        await engine.WhenIdle().InTime();
        Assert.Equal((0, 0), (engine.Status.Owed, engine.Status.Quarantined.Length));
    }

    [SkippableFact]
    public async Task A_work_that_settles_itself_may_finish_uncancelled()
    {
        var finished = false;
        var worker = new ToyWorker(async (job, context, cancel) =>
        {
            await context.Send(context.Entity, new CloseJob(job.Name), cancel);
            await Task.Delay(50, cancel);
            finished = !cancel.IsCancellationRequested;
        });
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("one"));
        await engine.WhenIdle().InTime();
        Assert.True(finished);
    }

    [SkippableFact]
    public async Task Work_owed_anew_while_its_cancelled_run_still_ends_waits_for_that_end()
    {
        using var end = new SemaphoreSlim(0);
        var worker = new ToyWorker((_, _, _) => end.WaitAsync(CancellationToken.None));
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("one"));
        await Patience.Until(() => worker.Started.Count == 1);
        await Send(engine, "a", new CloseJob("one"));
        await Send(engine, "a", new OpenJob("one"));
        await Task.Delay(30);
        Assert.Single(worker.Started);
        end.Release();
        await Patience.Until(() => worker.Started.Count == 2);
        Assert.False(worker.Overlapped);
        end.Release(10);
    }

    [SkippableFact]
    public async Task Slots_are_never_exceeded_and_go_by_priority_then_entity_then_key()
    {
        using var go = new SemaphoreSlim(0);
        var worker = new ToyWorker(async (job, context, cancel) => { await go.WaitAsync(cancel); await context.Send(context.Entity, new CloseJob(job.Name), cancel); });
        await using var engine = Open(Quick with { Slots = 3 }, worker);
        engine.Paused = true;
        await engine.Start();
        await Send(engine, "b", new OpenJob("x"));
        await Send(engine, "a", new OpenJob("z"));
        await Send(engine, "a", new OpenJob("y"));
        await Send(engine, "c", new OpenJob("wide", Slots: 3, Priority: 1));
        await Send(engine, "d", new OpenJob("huge", Slots: 99));
        await engine.WhenIdle().InTime();
        Assert.Empty(worker.Started);
        engine.Paused = false;
        for (var done = 1; done <= 5; done++)
        {
            Assert.True(engine.Status.SlotsUsed <= 3);
            go.Release();
            var n = done;
            await Patience.Until(() => engine.Status.Owed == 5 - n);
        }
        // The three narrow ones start together, in no order among threads; what takes all slots comes before or after.
        Assert.Equal("play/toy/c#job/wide@1", worker.Started[0].ToString());
        Assert.Equal(["play/toy/a#job/y@1", "play/toy/a#job/z@1", "play/toy/b#job/x@1"], worker.Started.Skip(1).Take(3).Select(w => w.ToString()).Order());
        Assert.Equal("play/toy/d#job/huge@1", worker.Started[4].ToString());
    }

    [SkippableFact]
    public async Task While_paused_only_works_without_slots_start_and_those_under_way_go_on()
    {
        using var go = new SemaphoreSlim(0);
        var worker = new ToyWorker(async (job, context, cancel) => { if (job.Name == "under-way") await go.WaitAsync(cancel); await context.Send(context.Entity, new CloseJob(job.Name), cancel); });
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("under-way"));
        await Patience.Until(() => worker.Started.Count == 1);
        engine.Paused = true;
        await Send(engine, "a", new OpenJob("waits"));
        await Send(engine, "a", new OpenJob("free", Slots: 0));
        await Send(engine, "a", new Write("b", "letter", 1));
        go.Release();
        await engine.WhenIdle().InTime();
        Assert.Equal(["job/under-way@1", "job/free@1"], worker.Started.Select(s => s.Key));
        Assert.Equal((1, 1), (engine.Status.Owed, await Total(engine, "b")));
        engine.Paused = false;
        await engine.WhenIdle().InTime();
        Assert.Equal(0, engine.Status.Owed);
    }

    [SkippableFact]
    public async Task A_back_off_is_waited_for_by_the_injected_clock()
    {
        var time = new ManualTime();
        var worker = ToyWorker.Closing();
        await using var engine = Open(Quick with { Time = time }, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("later", DelayMs: 60_000));
        time.Advance(TimeSpan.FromSeconds(59));
        await Task.Delay(30);
        Assert.Empty(worker.Started);
        Assert.Equal(1, engine.Status.Queued);
        time.Advance(TimeSpan.FromSeconds(1));
        await engine.WhenIdle().InTime();
        Assert.Single(worker.Started);
    }

    [SkippableFact]
    public async Task A_work_that_waits_for_the_view_leaves_the_engine_idle_and_goes_on_when_it_changes()
    {
        var worker = new ToyWorker(async (job, context, cancel) =>
        {
            await context.Campaign.When(v => v.Events >= 3, cancel);
            await context.Send(context.Entity, new CloseJob(job.Name), cancel);
        });
        await using var engine = Open(Quick, worker);
        await engine.Start();
        await Send(engine, "a", new OpenJob("watch", Slots: 0));
        await engine.WhenIdle().InTime();
        Assert.Equal((1, 1), (engine.Status.Running, engine.Status.Owed));
        await Send(engine, "b", new Add("1", 1));
        await Send(engine, "b", new Add("2", 1));
        await engine.WhenIdle().InTime();
        Assert.Equal(0, engine.Status.Owed);
    }

    [SkippableFact]
    public async Task Disposing_cancels_what_runs_and_ends_in_time_even_if_a_worker_does_not_listen()
    {
        var engine = Open(Quick with { ShutdownTimeout = TimeSpan.FromMilliseconds(200) }, new ToyWorker((_, _, _) => Task.Delay(Timeout.Infinite, CancellationToken.None)));
        await engine.Start();
        await Send(engine, "a", new OpenJob("deaf"));
        await Patience.Until(() => engine.Status.Running == 1);
        await engine.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.Send(Toy.Id("a"), new Add("1", 1)));
        await using var next = Open(Quick);
        Assert.Single(await All(next));
    }

    [SkippableFact]
    public async Task What_works_report_while_the_engine_is_being_disposed_is_stored()
    {
        var worker = new ToyWorker(async (job, context, cancel) =>
        {
            try { await Task.Delay(Timeout.Infinite, cancel); }
            catch (OperationCanceledException) { await context.Send(context.Entity, new CloseJob(job.Name), default); }
        });
        await using (var engine = Open(Quick, worker))
        {
            await engine.Start();
            await Send(engine, "a", new OpenJob("last-words"));
            await Patience.Until(() => worker.Started.Count == 1);
        }
        await using var next = Open(Quick);
        Assert.IsType<JobClosed>((await All(next))[^1].Event);
    }
}
