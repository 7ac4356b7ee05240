using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Nodes;

/// <summary>Several nodes, each with an actor system, a port on loopback and readers of its own, in one process: whatever goes between them goes as bytes.</summary>
public sealed class NodesTests : IDisposable
{
    readonly Folder _folder = new();
    string? _seed;

    public void Dispose() => _folder.Dispose();

    SqliteAddress At => new(_folder["j.db"]);

    async Task<ClusterEngine> Node(string roles, IWorker? worker = null, Action<string>? waits = null, string? leaseFile = null, CancellationToken cancel = default)
    {
        var at = At;
        var engine = await ClusterEngine.Open(new ClusterOptions
        {
            Waits = waits, LeaseFile = leaseFile,
            OpenJournal = holder => at.Open(null, holder), OpenReader = () => at.OpenReader(), Kinds = Toy.Kinds, Places = [new KindPlace("toy", Roles.Entity)], AskAgain = TimeSpan.FromSeconds(2),
            Hocon = [Contract.OneNode.Quick, $"akka.cluster.roles = [{roles}]", _seed is null ? "" : $"akka.cluster.seed-nodes = [\"{_seed}\"]"],
            Engine = new EngineOptions { Slots = 2, ShutdownTimeout = TimeSpan.FromSeconds(2) },
        }, worker is null ? [] : [worker], cancel).InTime();
        _seed ??= engine.Address;
        return engine;
    }

    [Fact]
    public async Task Commands_states_letters_works_and_views_cross_between_nodes()
    {
        var worker = new ToyWorker(async (job, context, cancel) =>
        {
            context.Progress("half", 0.5);
            Assert.Equal(7, (await context.Read<Toy>(Toy.Id("a"), cancel)).Total);
            await context.Campaign.When(v => v.Events >= 4, cancel);
            await context.Send(context.Entity, new CloseJob(job.Name), cancel);
        });
        await using var keeper = await Node("coordinator");
        await using var entities = await Node("entity");
        await using var works = await Node("worker", worker);
        Assert.Equal(1, (await keeper.Send(Toy.Id("a"), new Add("1", 7)).InTime() as Decision.Accepted)?.Events.Length);
        Assert.Equal(7, (await works.Read<Toy>(Toy.Id("a")).InTime()).Total);
        Assert.Equal("only what is not negative", Assert.IsType<Decision.Refused>(await works.Send(Toy.Id("a"), new Add("2", -1)).InTime()).Reason);
        Assert.Equal("boom", (await Assert.ThrowsAsync<InvalidOperationException>(() => keeper.Send(Toy.Id("b"), new Explode()).InTime())).Message);

        await entities.Start().InTime();
        await keeper.Send(Toy.Id("c"), new OpenJob("one")).InTime();
        await keeper.Send(Toy.Id("c"), new Write("d", "letter", 3)).InTime();
        await works.WhenIdle().InTime();
        Assert.Equal([new WorkId(Toy.Id("c"), "job/one@1")], worker.Started);
        Assert.Equal(3, (await entities.Read<Toy>(Toy.Id("d")).InTime()).Total);
        Assert.Equal((0, 0), (keeper.Status.Owed, keeper.Status.Quarantined.Length));
        foreach (var node in (ClusterEngine[])[keeper, entities, works]) Assert.Equal(6, (await (await node.Follow("play").InTime()).When(v => v.Events >= 6, default).InTime()).Events);
        Assert.Equal((0, 2, 0), (keeper.Status.LiveEntities, keeper.Status.Slots, works.Status.LiveEntities));
        Assert.Equal(4, entities.Status.LiveEntities);
    }

    [Fact]
    public async Task When_the_keepers_node_leaves_another_keeps_the_journal_and_what_was_owed_is_done()
    {
        var go = new TaskCompletionSource();
        var worker = new ToyWorker(async (job, context, cancel) => { await go.Task.WaitAsync(cancel); await context.Send(context.Entity, new CloseJob(job.Name), cancel); });
        var first = await Node("coordinator, entity");
        await using var second = await Node("coordinator, entity");
        await using var works = await Node("worker", worker);
        await first.Start().InTime();
        await second.Start().InTime();
        for (var i = 0; i < 10; i++) await second.Send(Toy.Id($"t{i}"), new OpenJob("one")).InTime();
        await Patience.Until(() => worker.Started.Count == 2);
        await first.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++) Assert.Equal(1, (await works.Send(Toy.Id($"t{i}"), new Add("1", 1)).InTime() as Decision.Accepted)?.Events.Length);
        go.SetResult();
        await second.WhenIdle().InTime();
        Assert.Equal(0, second.Status.Owed);
        Assert.False(worker.Overlapped);
        Assert.Equal(12, worker.Started.Count); // the two that were under way began again
        var events = new List<StoredEvent>();
        await foreach (var e in second.Events()) events.Add(e);
        Assert.Equal(30, events.Count);
    }

    [Fact]
    public async Task Works_of_a_node_that_leaves_are_done_by_another()
    {
        var stays = ToyWorker.Closing();
        var leaves = new ToyWorker((_, _, cancel) => Task.Delay(Timeout.Infinite, cancel));
        await using var keeper = await Node("coordinator, entity");
        var leaving = await Node("worker", leaves);
        await keeper.Start().InTime();
        for (var i = 0; i < 2; i++) await keeper.Send(Toy.Id($"t{i}"), new OpenJob("one")).InTime();
        await Patience.Until(() => leaves.Started.Count == 2);
        await using var staying = await Node("worker", stays);
        await leaving.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        await keeper.WhenIdle().InTime();
        Assert.Equal((2, 0), (stays.Started.Count, keeper.Status.Owed));
    }

    [Fact]
    public async Task A_command_that_takes_longer_than_its_askers_patience_is_decided_once()
    {
        using var gate = new SemaphoreSlim(0);
        lock (Toy.Gates) Toy.Gates[_folder.Path] = gate;
        await using var keeper = await Node("coordinator");
        await using var entities = await Node("entity");
        var slow = keeper.Send(Toy.Id("slow"), new Block(_folder.Path)); // asked again every 2 s
        await Task.Delay(TimeSpan.FromSeconds(5));
        Assert.False(slow.IsCompleted);
        gate.Release();
        Assert.IsType<Decision.Accepted>(await slow.InTime());
        // Copies in the mailbox would wait for the gate, and this behind them.
        Assert.Equal(1, (await keeper.Send(Toy.Id("slow"), new Add("1", 1)).InTime() as Decision.Accepted)?.Events.Length);
        Assert.Equal(0, gate.CurrentCount);
    }

    [Fact]
    public async Task The_lease_names_the_cluster_and_its_node_and_who_starts_another_engine_is_told_so()
    {
        await using (var keeper = await Node("coordinator, entity"))
        {
            await using var reader = await At.OpenReader();
            var lease = (await reader.ReadLease(default))!;
            Assert.Equal((keeper.Address, $"akka {keeper.Address}"), (lease.Node, lease.HostKind));
            Assert.True(lease.IsLive(TimeProvider.System));
            var refused = await Assert.ThrowsAsync<IpActors.Science.InputException>(() => At.Open());
            Assert.Contains($"in use by a cluster (its node {keeper.Address}, process {Environment.ProcessId} on {Environment.MachineName}); join it", refused.Message);

            _seed = null; // a cluster of its own, over the same journal
            var said = new TaskCompletionSource<string>();
            using var enough = new CancellationTokenSource();
            var second = Node("coordinator, entity", waits: line => said.TrySetResult(line), cancel: enough.Token);
            Assert.Contains($"waiting for the journal: {At.Path}: the journal is in use by a cluster (its node {keeper.Address}", await said.Task.InTime());
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        }
        await using var after = await At.OpenReader();
        Assert.Equal(("", null), ((await after.ReadLease(default))!.HostKind, (await after.ReadLease(default))!.Node));
        await using (await At.Open()) Assert.Equal(LeaseInfo.Embedded, (await after.ReadLease(default))!.HostKind);
    }

    [Fact]
    public async Task However_a_node_comes_to_leave_its_works_are_cancelled_and_have_ended_before_it_does()
    {
        var (ended, stays) = (new TaskCompletionSource<bool>(), ToyWorker.Closing());
        ClusterEngine? leaving = null;
        var leaves = new ToyWorker(async (_, _, cancel) =>
        {
            try { await Task.Delay(Timeout.Infinite, cancel); }
            finally
            {
                await Task.Delay(500, CancellationToken.None); // it takes a moment to end
                ended.TrySetResult(!leaving!.System.WhenTerminated.IsCompleted);
            }
        });
        await using var keeper = await Node("coordinator, entity");
        leaving = await Node("worker", leaves);
        await keeper.Start().InTime();
        await keeper.Send(Toy.Id("a"), new OpenJob("one")).InTime();
        await Patience.Until(() => leaves.Started.Count == 1);
        await using var staying = await Node("worker", stays);
        await Akka.Actor.CoordinatedShutdown.Get(leaving.System).Run(Akka.Actor.CoordinatedShutdown.ClusterDowningReason.Instance).InTime(); // as the split-brain resolver does it
        Assert.True(await ended.Task.InTime());
        await keeper.WhenIdle().InTime();
        Assert.Equal((1, 0), (stays.Started.Count, keeper.Status.Owed));
        await leaving.DisposeAsync().AsTask().InTime();
    }

    [Fact]
    public async Task The_actor_of_a_nodes_slots_comes_back_when_it_fails_and_its_runs_go_on()
    {
        var go = new TaskCompletionSource();
        var worker = new ToyWorker(async (job, context, cancel) => { await go.Task.WaitAsync(cancel); await context.Send(context.Entity, new CloseJob(job.Name), cancel); });
        await using var keeper = await Node("coordinator, entity");
        await using var works = await Node("worker", worker, leaseFile: _folder["lease"]);
        await keeper.Start().InTime();
        await keeper.Send(Toy.Id("a"), new OpenJob("one")).InTime();
        await Patience.Until(() => worker.Started.Count == 1);
        await Patience.Until(() => File.Exists(_folder["lease"]));
        File.Delete(_folder["lease"]);
        Directory.CreateDirectory(_folder["lease"]); // where it cannot write
        await Task.Delay(TimeSpan.FromSeconds(3));
        Directory.Delete(_folder["lease"]);
        await Patience.Until(() => File.Exists(_folder["lease"])); // back before anybody gave it up
        go.SetResult();
        await keeper.Send(Toy.Id("b"), new OpenJob("two")).InTime();
        await keeper.WhenIdle().InTime();
        Assert.Equal(["play/toy/a#job/one@1", "play/toy/b#job/two@1"], worker.Started.Select(s => s.ToString()));
        Assert.Equal(0, keeper.Status.Owed);
    }

    [Fact]
    public async Task The_node_that_keeps_the_journal_renews_its_own_lease_too()
    {
        await using var node = await Node("coordinator, entity, worker", leaseFile: _folder["lease"]);
        await Patience.Until(() => File.Exists(_folder["lease"]));
        var said = new HashSet<string>();
        await Patience.Until(() => { try { said.Add(File.ReadAllText(_folder["lease"])); } catch (IOException) { } return said.Count(s => s.Length > 0) >= 4; }, "its lease was not renewed");
    }

    [Fact]
    public async Task Six_nodes_of_one_role_share_the_entities()
    {
        var nodes = new List<ClusterEngine> { await Node("coordinator, entity") };
        try
        {
            for (var i = 0; i < 5; i++) nodes.Add(await Node("entity"));
            for (var i = 0; i < 90; i++) Assert.IsType<Decision.Accepted>(await nodes[i % 6].Send(Toy.Id($"t{i}"), new Add("1", i)).InTime());
            for (var i = 0; i < 90; i++) Assert.Equal(i, (await nodes[(i + 1) % 6].Read<Toy>(Toy.Id($"t{i}")).InTime()).Total);
            Assert.True(nodes.Count(n => n.Status.LiveEntities > 0) >= 4, string.Join(' ', nodes.Select(n => n.Status.LiveEntities)));
        }
        finally { foreach (var n in Enumerable.Reverse(nodes)) await n.DisposeAsync(); }
    }
}
