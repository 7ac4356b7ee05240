using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Telemetry;
using IpActors.Engine.Tests.Contract;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Telemetry;

/// <summary>Instruments belong to the process, so nothing else may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

[Collection(nameof(Alone))]
public sealed class TelemetryTests : IDisposable
{
    readonly Folder _folder = new();
    readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = [];
    readonly ConcurrentQueue<Activity> _activities = [];

    public void Dispose() => _folder.Dispose();

    EmbeddedEngine Open(params Domain.Works.IWorker[] workers) => new(SqliteJournal.Open(_folder["j.db"]), Toy.Kinds, workers, EmbeddedOnSqlite.QuickOptions);

    double Sum(string name, string tags = "") => _measured.Where(m => m.Name == name && m.Tags.Contains(tags)).Sum(m => m.Value);

    MeterListener Listen()
    {
        var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == EngineTelemetry.Name) l.EnableMeasurementEvents(i); } };
        void Note(Instrument i, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _measured.Enqueue((i.Name, value, string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Note(i, v, tags));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Note(i, v, tags));
        listener.Start();
        return listener;
    }

    ActivityListener Trace()
    {
        var listener = new ActivityListener { ShouldListenTo = s => s.Name == EngineTelemetry.Name, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = _activities.Enqueue };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    [Fact]
    public async Task A_listener_hears_commands_events_commits_works_retries_and_what_the_engine_has_given_up()
    {
        using var listener = Listen();
        var tries = 0;
        var worker = new ToyWorker((job, context, cancel) => job.Name == "never" || Interlocked.Increment(ref tries) == 1 ? throw new IOException("machine") : context.Send(context.Entity, new CloseJob(job.Name), cancel));
        await using (var engine = Open(worker))
        {
            await engine.Start();
            await engine.Send(Toy.Id("a"), new Add("1", 1));
            await engine.Send(Toy.Id("a"), new Add("1", 1));
            await engine.Send(Toy.Id("a"), new Add("2", -1));
            await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Send(Toy.Id("b"), new Explode()));
            await engine.Send(Toy.Id("a"), new OpenJob("one"));
            await engine.WhenIdle().InTime();
            await engine.Send(Toy.Id("c"), new OpenJob("never"));
            await engine.WhenIdle().InTime();
            listener.RecordObservableInstruments();
            Assert.Equal(1, Sum("ipactors.entities.quarantined"));
            Assert.Equal(engine.Status.LiveEntities, Sum("ipactors.entities.live"));
            Assert.Equal(1, Sum("ipactors.works.owed"));
        }
        Assert.Equal(4, Sum("ipactors.commands", "outcome=accepted")); // Add, OpenJob twice, CloseJob
        Assert.Equal((1, 1, 1), (Sum("ipactors.commands", "outcome=already-so"), Sum("ipactors.commands", "outcome=refused"), Sum("ipactors.commands", "outcome=failed")));
        Assert.Equal(4, Sum("ipactors.events.stored", "ipactors.campaign=play"));
        Assert.Equal(4, Sum("ipactors.commit.events"));
        Assert.Equal((0, 0), (Sum("ipactors.works.running"), Sum("ipactors.journal.queue")));
        Assert.Equal(5, _measured.Count(m => m.Name == "ipactors.works.duration")); // one: 2, never: 3
        Assert.Equal(3, Sum("ipactors.works.retries", "kind=job"));
        Assert.All(_measured.Where(m => m.Name == "ipactors.append.duration"), m => Assert.InRange(m.Value, 0, 60));
        _measured.Clear();
        listener.RecordObservableInstruments();
        Assert.Empty(_measured); // an engine that is gone is not shown
    }

    [Fact]
    public async Task Activities_lead_from_a_command_to_the_work_it_made_owed_and_on_to_what_that_reports()
    {
        using var listener = Trace();
        await using var engine = Open(ToyWorker.Closing());
        await engine.Start();
        await engine.Send(Toy.Id("a"), new OpenJob("one"));
        await engine.WhenIdle().InTime(); // commands stored together share the last one's link
        await engine.Send(Toy.Id("a"), new Write("b", "x", 1));
        await engine.WhenIdle().InTime();
        Activity One(string name) => Assert.Single(_activities, a => a.DisplayName == name);

        var (open, work, close) = (One("command OpenJob"), One("work job"), One("command CloseJob"));
        Assert.Equal(open.Context, Assert.Single(work.Links).Context);
        Assert.Equal(work.SpanId, close.ParentSpanId);
        Assert.Equal(("play", "play/toy/a", "job/one@1", "done"), (work.GetTagItem("ipactors.campaign"), work.GetTagItem("ipactors.entity"), work.GetTagItem("ipactors.work"), work.GetTagItem("ipactors.outcome")));
        var (write, tell, add, settle) = (One("command Write"), One("work tell"), One("command Add"), One("command Settle"));
        Assert.Equal(write.Context, Assert.Single(tell.Links).Context);
        Assert.Equal((tell.SpanId, tell.SpanId, "play/toy/b"), (add.ParentSpanId, settle.ParentSpanId, add.GetTagItem("ipactors.entity")));
        Assert.Null(work.Parent);
    }

    [Fact]
    public async Task What_code_throws_leaves_its_kind_in_the_trace_and_not_its_words()
    {
        using var listener = Trace();
        await using var engine = Open(new ToyWorker((_, _, _) => throw new IOException("password=hunter2")));
        await engine.Start();
        await engine.Send(Toy.Id("a"), new OpenJob("one"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Send(Toy.Id("a"), new Explode()));
        await engine.WhenIdle().InTime();
        Assert.Equal((ActivityStatusCode.Error, "IOException"), (_activities.First(a => a.DisplayName == "work job").Status, _activities.First(a => a.DisplayName == "work job").StatusDescription));
        Assert.DoesNotContain("hunter2", string.Join('\n', _activities.Select(a => $"{a.DisplayName} {a.StatusDescription} {string.Join(' ', a.TagObjects)} {string.Join(' ', a.Events)}")));
        Assert.DoesNotContain("boom", string.Join('\n', _activities.Select(a => a.StatusDescription)));
    }
}
