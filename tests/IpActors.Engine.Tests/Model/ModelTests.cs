using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine.Audit;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Contract;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Model;

/// <summary>Random histories of commands, readings, faults, crashes and reopenings, against an oracle that knows the contract only. A history that fails is made smaller until nothing can be left out.</summary>
public class ModelTests
{
    [Fact]
    public void Whatever_happens_the_engine_ends_where_the_contract_says() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Environment.GetEnvironmentVariable("IPACTORS_LONG") == "1" ? 3000 : 250), Prop.ForAll(Operation.Histories, ops => Task.Run(() => Run(ops)).Wait(TimeSpan.FromMinutes(5))));

    /// <summary>Is the comparison awake? What a broken engine would leave on the disk is noticed.</summary>
    [Theory]
    [InlineData("DELETE FROM journal WHERE ordering = (SELECT max(ordering) FROM journal)")]
    [InlineData("DELETE FROM owing")]
    [InlineData("INSERT INTO owing VALUES ('play/toy/t3', 'job/no-such-job@1')")]
    public async Task A_lost_event_and_lost_or_invented_work_are_noticed(string damage)
    {
        await using var subject = new Subject();
        await subject.Do(new Operation.AddTo(0, 1, 2));
        await subject.Do(new Operation.Job(1, 0, 1));
        await subject.Do(new Operation.AddTo(0, 2, 2));
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => subject.Damage(damage));
    }

    static async Task<bool> Run(Operation[] ops)
    {
        await using var subject = new Subject();
        foreach (var op in ops) await subject.Do(op);
        await subject.Do(new Operation.Reopen());
        await subject.Do(new Operation.Start());
        return true;
    }
}

/// <summary>The engine under test beside the oracle; each step is done to both, and then they are compared.</summary>
sealed class Subject : IAsyncDisposable
{
    static readonly EngineOptions Options = EmbeddedOnSqlite.QuickOptions with { MaxLive = 2, IdleTime = TimeSpan.FromMilliseconds(30), SnapshotViewEvery = 5, SnapshotEntityEvery = 3 };

    readonly Folder _root = new();
    readonly Oracle _oracle = new();
    readonly ConcurrentDictionary<string, int> _failuresLeft = [];
    readonly Dictionary<string, int> _reports = [];
    readonly List<EmbeddedEngine> _gone = [];
    ToyWorker _worker;
    EmbeddedEngine _engine;
    string _folder;
    int _names;

    public Subject() => (_folder, _worker, _engine) = Open(_root["0"]);

    (string, ToyWorker, EmbeddedEngine) Open(string folder)
    {
        var worker = new ToyWorker(Work);
        return (folder, worker, new(SqliteJournal.Open(Path.Combine(folder, "j.db")), Toy.Kinds, [worker], Options));
    }

    /// <summary>Fails as often as the job says, then reports, perhaps more than once.</summary>
    async Task Work(Job job, IWorkContext context, CancellationToken cancel)
    {
        if (_failuresLeft.AddOrUpdate(job.Name, 0, (_, n) => n - 1) >= 0 && _failuresLeft[job.Name] >= 0) throw new IOException("not this time");
        await Task.WhenAll(Enumerable.Range(0, job.Rank + 1).Select(_ => context.Send(context.Entity, new Toys.CloseJob(job.Name), cancel)));
    }

    static EntityId Id(int toy) => Toy.Id($"t{toy}");
    string Name(string what) => $"{what}{_names++}";

    public async Task Do(Operation op)
    {
        switch (op)
        {
            case Operation.AddTo(var toy, var id, var n): await Add(toy, $"i{id}", n); break;
            case Operation.Job(var toy, var failures, var reports):
                var name = Name("job");
                (_failuresLeft[name], _reports[name]) = (failures, reports);
                await Send(toy, new OpenJob(name, 1, reports - 1), () => _oracle[toy].Events.Add($"{new JobOpened(name, 1, reports - 1, 0)}"), () => _oracle[toy].Jobs.Add(name));
                break;
            case Operation.CloseJob(var toy):
                if (_oracle[toy].Jobs.Order(StringComparer.Ordinal).FirstOrDefault() is { } job) await Send(toy, new Toys.CloseJob(job), () => _oracle.Close(toy, job));
                break;
            case Operation.Letter(var from, var to, var acknowledged):
                var letter = Name("letter");
                await Send(from, new Write($"t{to}", letter, 1, acknowledged), () => _oracle.Write(from, to, letter, acknowledged));
                break;
            case Operation.BadLetter(var from, var to): await BadLetter(from, to); break;
            case Operation.Burst(var size): await Burst(size); break;
            case Operation.Throw(var toy, var inFolding): await Throw(toy, inFolding ? new Spoil() : new Explode()); break;
            case Operation.Poison(var toy): await Poison(toy); break;
            case Operation.Read(var toy): await Read(toy); break;
            case Operation.Start: _oracle.Started = true; await _engine.Start(); break;
            case Operation.Pause(var on): _oracle.Paused = on; _engine.Paused = on; break;
            case Operation.Reopen: await _engine.DisposeAsync(); await Reborn(_folder); break;
            case Operation.Crash(var underWay): await Crash(underWay); break;
            default: throw new ArgumentException($"{op}");
        }
        await Compare(op);
    }

    /// <summary>A command that is accepted with new events, or refused because the toy is given up.</summary>
    async Task Send(int toy, ICommand command, params Action[] oracle)
    {
        var answer = await _engine.Send(Id(toy), command).InTime();
        if (_oracle[toy].Poisoned) { Assert.Contains("quarantined", Assert.IsType<Decision.Refused>(answer).Reason); return; }
        Assert.False(Assert.IsType<Decision.Accepted>(answer).Events.IsEmpty);
        foreach (var change in oracle) change();
    }

    async Task Add(int toy, string id, int n)
    {
        var answer = await _engine.Send(Id(toy), new Add(id, n)).InTime();
        if (_oracle[toy].Poisoned) Assert.Contains("quarantined", Assert.IsType<Decision.Refused>(answer).Reason);
        else if (n < 0) Assert.Equal("only what is not negative", Assert.IsType<Decision.Refused>(answer).Reason);
        else Assert.Equal(_oracle.Add(toy, id, n), !Assert.IsType<Decision.Accepted>(answer).Events.IsEmpty);
    }

    async Task BadLetter(int from, int to)
    {
        if (!_oracle.Started || _oracle[from].Poisoned || _oracle[to].Poisoned) return;
        var (letter, dead) = (Name("bad"), _engine.Status.DeadLettersBy.Refused);
        await _engine.Send(Id(from), new Write($"t{to}", letter, -1));
        await _engine.WhenIdle().InTime();
        Assert.Contains(_engine.Status.Quarantined, q => q.Entity == Id(from));
        Assert.Equal(dead + 3, _engine.Status.DeadLettersBy.Refused);
        await _engine.Send(Id(from), new Settle(letter));
        _oracle[from].Events.Add($"{new LetterWritten($"t{to}", letter, -1, true)}");
        _oracle[from].Events.Add($"{new LetterSettled(letter)}");
    }

    async Task Burst(int size)
    {
        List<(int Toy, string Id, Task<Decision> Answer)> sent = [.. Enumerable.Range(0, size).Select(i => { var id = Name("b"); return (i % Operation.Toys, id, _engine.Send(Id(i % Operation.Toys), new Add(id, 1))); })];
        foreach (var (toy, id, answer) in sent)
            if (_oracle[toy].Poisoned) Assert.IsType<Decision.Refused>(await answer.InTime());
            else { Assert.Single(Assert.IsType<Decision.Accepted>(await answer.InTime()).Events); _oracle.Add(toy, id, 1); }
    }

    async Task Throw(int toy, ICommand command)
    {
        if (_oracle[toy].Poisoned) return;
        await Assert.ThrowsAsync<InvalidOperationException>(() => _engine.Send(Id(toy), command).InTime());
        var id = Name("after");
        await Add(toy, id, 1); // one success, and the count of its crashes begins anew
    }

    async Task Poison(int toy)
    {
        for (var i = 0; i < 50 && !_oracle[toy].Poisoned; i++)
        {
            foreach (var t in Enumerable.Range(0, 3).Select(_ => _engine.Send(Id(toy), new Explode())).ToList())
                try { await t.InTime(); } catch (InvalidOperationException) { }
            _oracle[toy].Poisoned = await _engine.Send(Id(toy), new Add("never", -1)).InTime() is Decision.Refused { Reason: var r } && r.Contains("quarantined", StringComparison.Ordinal);
        }
        Assert.True(_oracle[toy].Poisoned);
    }

    async Task Read(int toy)
    {
        if (_oracle[toy].Poisoned) { await Assert.ThrowsAsync<QuarantinedException>(() => _engine.Read<Toy>(Id(toy)).InTime()); return; }
        var (state, expected) = (await _engine.Read<Toy>(Id(toy)).InTime(), _oracle[toy]);
        Assert.Equal((expected.Total, expected.Ids.Count, expected.Jobs.Count, expected.Letters.Count), (state.Total, state.Ids.Count, state.Jobs.Count, state.Letters.Count));
    }

    /// <summary>What the disk holds at this moment, taken by copying the log after the file, is what a dead process leaves; the engine that goes on beside is no longer looked at.</summary>
    async Task Crash(int underWay)
    {
        var sent = Enumerable.Range(0, underWay).Select(i => (Toy: i % Operation.Toys, Id: Name("c"))).Select(c => (c.Toy, c.Id, Answer: _engine.Send(Id(c.Toy), new Add(c.Id, 1)))).ToList();
        if (sent.Count > 0) await Task.WhenAny(sent.Select(s => s.Answer));
        foreach (var (toy, id, answer) in sent)
            if (answer.IsCompletedSuccessfully && answer.Result is Decision.Accepted) _oracle.Add(toy, id, 1); // acknowledged before: must be there
        var next = Directory.CreateDirectory(_root[$"{_gone.Count + 1}"]).FullName;
        foreach (var part in (string[])["j.db", "j.db-wal"])
        {
            var source = Path.Combine(_folder, part);
            if (!File.Exists(source)) continue;
            await using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using var to = File.Create(Path.Combine(next, part));
            await from.CopyToAsync(to);
        }
        _gone.Add(_engine);
        await Reborn(next);
        foreach (var (toy, id, _) in sent)
            if ((await _engine.Read<Toy>(Id(toy)).InTime()).Ids.Contains(id)) _oracle.Add(toy, id, 1); // stored and not acknowledged: may be there
    }

    public async Task Damage(string sql)
    {
        await _engine.DisposeAsync();
        using (var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "j.db")};Pooling=False"))
        {
            db.Open();
            using var command = db.CreateCommand();
            command.CommandText = sql;
            Assert.True(command.ExecuteNonQuery() > 0);
        }
        await Reborn(_folder);
        await Compare(new Operation.Reopen());
    }

    async Task Reborn(string folder)
    {
        (_folder, _worker, _engine) = Open(folder);
        _oracle.Reborn();
        await Task.CompletedTask;
    }

    /// <summary>Once nothing moves any more: the events of every toy, what is owed in memory and on the disk, who is given up, and that no work ran twice at a time.</summary>
    async Task Compare(Operation after)
    {
        await _engine.WhenIdle().InTime();
        _oracle.ComeToRest();
        var stored = new List<StoredEvent>();
        await foreach (var e in _engine.Events()) stored.Add(e);
        for (var t = 0; t < Operation.Toys; t++)
        {
            var events = stored.Where(e => e.Entity == Id(t)).ToList();
            Assert.Equal(_oracle[t].Events.Order(StringComparer.Ordinal), events.Select(e => $"{e.Event}").Order(StringComparer.Ordinal));
            Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => (int)e.SequenceNumber));
            if (after is Operation.Reopen or Operation.Crash || !_oracle[t].Poisoned) await Read(t);
        }
        Assert.Equal(stored.Select(e => e.Ordering).Order().Distinct(), stored.Select(e => e.Ordering));
        // Before it is started an engine knows only what it has been told in this life; the disk knows all.
        if (_oracle.Started) Assert.Equal(_oracle.Owed, _engine.Status.Owed);
        await using (var reader = SqliteJournalReader.OpenReader(Path.Combine(_folder, "j.db")))
        {
            Assert.Equal(_oracle.Owed, (await reader.ReadOwing(default)).Values.Sum(w => w.Count));
            if (after is Operation.Reopen or Operation.Crash) Assert.Empty((await HashChain.Verify(reader, Toy.Kinds)).Findings);
        }
        Assert.Equal(Enumerable.Range(0, Operation.Toys).Where(t => _oracle[t].Poisoned).Select(Id), _engine.Status.Quarantined.Select(q => q.Entity));
        Assert.False(_worker.Overlapped);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _gone.Append(_engine)) await engine.DisposeAsync();
        _root.Dispose();
    }
}
