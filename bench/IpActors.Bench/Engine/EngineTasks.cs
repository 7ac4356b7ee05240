using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;

namespace IpActors.Bench.Engine;

/// <summary>The embedded engine against what it stands on, "engine [ROUNDS [TASK...]]" (write, write1 to write1000, mailbox, entities, fsync): each round measures everything once, ours and the bare thing one after the other; printed are medians, and the median of the rounds' ratios.</summary>
static class EngineTasks
{
    sealed record Result(string Task, string Unit, List<double> Ours, List<double> Bare, string Against);

    public static async Task Run(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 3;
        bool Wanted(string task) => arguments.Length < 2 || arguments.Skip(1).Contains(task);
        var results = new List<Result>();
        void Add(string task, string unit, double ours, double bare, string against)
        {
            if (results.Find(r => r.Task == task) is not { } r) results.Add(r = new(task, unit, [], [], against));
            r.Ours.Add(ours);
            r.Bare.Add(bare);
        }

        await Entities(200, 10); // everything compiled
        if (arguments.Length < 2 || arguments.Skip(1).Any(a => a.StartsWith("write", StringComparison.Ordinal))) { await Write(40_000, 100); await InFolder(p => RawSqlite.EventsPerSecond(p, 40_000, 100)); }
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (group, events) in ((int, int)[])[(1, 1_000), (10, 6_000), (100, 40_000), (1000, 80_000)])
                if (Wanted("write") || Wanted($"write{group}"))
                {
                    var ((ours, oursCpu), (bare, bareCpu)) = (await WithCpu(() => Write(events, group), events), await WithCpu(() => InFolder(p => RawSqlite.EventsPerSecond(p, events, group)), events));
                    Add($"write, {group} at once", "events/s", ours, bare, "raw SQLite, as many a transaction");
                    Add($"write, {group} at once, processor time", "µs/event", oursCpu, bareCpu, "raw SQLite and making the rows");
                }
            if (Wanted("mailbox"))
            {
                var mailbox = await Mailbox(1_000_000);
                Add("mailbox, messages nobody waits for singly", "messages/s", mailbox, await BareChannel(1_000_000, answer: false), "Channel");
                Add("mailbox, each with its answer", "messages/s", mailbox, await BareChannel(1_000_000, answer: true), "Channel of messages with a TaskCompletionSource");
            }
            if (Wanted("entities"))
            {
                var (persist, recover, idle, live) = await Entities(10_000, 4);
                Add("persist 10,000 entities of 4 events", "s", persist, double.NaN, "");
                Add("recover 10,000 entities of 4 events", "s", recover, double.NaN, "");
                Add("a passivated entity", "bytes", idle, double.NaN, "");
                Add("a live idle entity", "bytes", live, double.NaN, "");
            }
            if (Wanted("fsync")) Add("fsync of 4 KiB appended", "µs", InFolder(Fsync), double.NaN, "");
        }
        foreach (var r in results)
        {
            static double Median(List<double> v) => v.Order().ElementAt(v.Count / 2);
            static string Text(double v) => v >= 1000 ? v.ToString("N0", CultureInfo.InvariantCulture) : v.ToString("G3", CultureInfo.InvariantCulture);
            var (ours, bare, ratios) = (Median(r.Ours), Median(r.Bare), r.Ours.Zip(r.Bare, (o, b) => o / b).ToList());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{r.Task,-45} {Text(ours),12} {r.Unit,-11}{(double.IsNaN(bare) ? "" : $" {Text(bare),12} {r.Against}; ratio {Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})")}"));
        }
    }

    /// <summary>A rate and the processor time of an event, µs: the latter does not feel what else the machine does.</summary>
    static async Task<(double Rate, double Cpu)> WithCpu(Func<Task<double>> work, int events)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var rate = await work();
        self.Refresh();
        return (rate, (self.TotalProcessorTime - before).TotalMicroseconds / events);
    }

    static T InFolder<T>(Func<string, T> work)
    {
        var folder = Directory.CreateTempSubdirectory("ipactors-bench-");
        try { return work(Path.Combine(folder.FullName, "j.db")); }
        finally { folder.Delete(recursive: true); }
    }

    static async Task<T> InFolder<T>(Func<string, Task<T>> work)
    {
        var folder = Directory.CreateTempSubdirectory("ipactors-bench-");
        try { return await work(Path.Combine(folder.FullName, "j.db")); }
        finally { folder.Delete(recursive: true); }
    }

    static async Task<EmbeddedEngine> Open(string path, EngineOptions? options = null)
    {
        var engine = new EmbeddedEngine(SqliteJournal.Open(path), Measured.Kinds, [], options);
        await engine.Start();
        return engine;
    }

    /// <summary>So many senders at once; each has an entity of its own, gives it four events, then takes the next one.</summary>
    static Task<double> Write(int events, int atOnce) => InFolder(async path =>
    {
        await using var engine = await Open(path);
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < events / 4)
                for (var k = 0; k < 4; k++) await engine.Send(Measured.Id(i), Measured.Command(k));
        })));
        return events / clock.Elapsed.TotalSeconds;
    });

    /// <summary>One sender, one entity; the last answers are waited for.</summary>
    static Task<double> Mailbox(int messages) => InFolder(async path =>
    {
        await using var engine = await Open(path);
        var (id, knock) = (Measured.Id(0), new Knock());
        await engine.Send(id, knock);
        var sent = new Task[messages];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < messages; i++) sent[i] = engine.Send(id, knock);
        await Task.WhenAll(sent);
        return messages / clock.Elapsed.TotalSeconds;
    });

    static async Task<double> BareChannel(int messages, bool answer)
    {
        var channel = Channel.CreateUnbounded<(object, TaskCompletionSource<Decision>?)>(new() { SingleReader = true });
        var state = Measured.Decider.Initial;
        var knock = new Knock();
        var sent = new Task[answer ? messages : 0];
        var clock = Stopwatch.StartNew();
        var reader = Task.Run(async () =>
        {
            for (var left = messages; left > 0 && await channel.Reader.WaitToReadAsync();)
                while (channel.Reader.TryRead(out var m))
                {
                    var decision = Measured.Decider.Decide(state, (ICommand)m.Item1);
                    m.Item2?.TrySetResult(decision);
                    left--;
                }
        });
        for (var i = 0; i < messages; i++)
        {
            var wait = answer ? new TaskCompletionSource<Decision>(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            if (wait is not null) sent[i] = wait.Task;
            channel.Writer.TryWrite((knock, wait));
        }
        await reader;
        await Task.WhenAll(sent);
        return messages / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Seconds to persist and to recover all of them (each read once), bytes of one that has left the memory and of one that is in it.</summary>
    static Task<(double Persist, double Recover, double Passivated, double Live)> Entities(int entities, int events) => InFolder(async path =>
    {
        double persist, recover, passivated, live;
        var clock = Stopwatch.StartNew();
        await using (var engine = await Open(path))
        {
            clock.Restart();
            await Each(entities, async i => { for (var k = 0; k < events; k++) await engine.Send(Measured.Id(i), Measured.Command(k)); });
            persist = clock.Elapsed.TotalSeconds;
        }
        await using (var engine = await Open(path))
        {
            clock.Restart();
            await Each(entities, async i => { if ((await engine.Read<Measured>(Measured.Id(i))).Count != events) throw new InvalidDataException("events are missing"); });
            recover = clock.Elapsed.TotalSeconds;
        }
        var ids = Enumerable.Range(0, entities).Select(Measured.Id).ToArray();
        await using (var engine = await Open(path, new() { IdleTime = TimeSpan.FromMilliseconds(200) }))
        {
            await engine.Read<Measured>(ids[0]);
            var before = Memory();
            foreach (var id in ids) await engine.Read<Measured>(id);
            while (engine.Status.LiveEntities > 0) await Task.Delay(50);
            passivated = (Memory() - before) / entities;
        }
        await using (var engine = await Open(path))
        {
            await engine.Read<Measured>(ids[0]);
            var before = Memory();
            foreach (var id in ids) await engine.Read<Measured>(id);
            live = (Memory() - before) / entities;
        }
        GC.KeepAlive(ids);
        return (persist, recover, passivated, live);
    });

    static double Memory() { GC.Collect(); GC.WaitForPendingFinalizers(); GC.Collect(); return GC.GetTotalMemory(true); }

    /// <summary>A thousand at once.</summary>
    static async Task Each(int count, Func<int, Task> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(1000, count)).Select(_ => Task.Run(async () => { while (Interlocked.Increment(ref next) is var i && i < count) await work(i); })));
    }

    static double Fsync(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var page = new byte[4096];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 500; i++) { file.Write(page); file.Flush(flushToDisk: true); }
        return clock.Elapsed.TotalMicroseconds / 500;
    }
}
