using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;
using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Nodes;

/// <summary>Three nodes of which one, the keeper's, lives on and neither hears the others nor is heard by them.</summary>
public sealed class PartitionTests : IDisposable
{
    const string Impatient = """
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]
        akka.cluster {
          failure-detector.acceptable-heartbeat-pause = 3s
          split-brain-resolver { stable-after = 3s, down-all-when-unstable = 10s }
        }
        """;
    readonly Folder _folder = new();
    string? _seed;

    public void Dispose() => _folder.Dispose();

    async Task<ClusterEngine> Node(string roles, IWorker? worker = null)
    {
        var at = new SqliteAddress(_folder["j.db"]);
        var engine = await ClusterEngine.Open(new ClusterOptions
        {
            OpenJournal = holder => at.Open(null, holder), OpenReader = () => at.OpenReader(), Kinds = Toy.Kinds, Places = [new KindPlace("toy", Roles.Entity)],
            AskAgain = TimeSpan.FromSeconds(2), WorkLease = TimeSpan.FromSeconds(5), WorkMargin = TimeSpan.FromSeconds(3),
            Hocon = [Impatient, Contract.OneNode.Quick, $"akka.cluster.roles = [{roles}]", _seed is null ? "" : $"akka.cluster.seed-nodes = [\"{_seed}\"]"],
            Engine = new EngineOptions { Slots = 2, ShutdownTimeout = TimeSpan.FromSeconds(2) },
        }, worker is null ? [] : [worker]).InTime();
        _seed ??= engine.Address;
        return engine;
    }

    /// <summary>From now on nothing of either comes to the other.</summary>
    static async Task Cut(ClusterEngine one, ClusterEngine other)
    {
        foreach (var (here, there) in new[] { (one, other), (other, one) })
            Assert.True(await ((IRemoteActorRefProvider)((ExtendedActorSystem)here.System).Provider).Transport.ManagementCommand(new SetThrottle(Address.Parse(there.Address), ThrottleTransportAdapter.Direction.Both, Blackhole.Instance)).InTime());
    }

    [Fact]
    public async Task The_side_of_one_gives_up_what_it_acknowledged_is_kept_and_no_work_runs_on_both_sides()
    {
        var go = new TaskCompletionSource();
        var worker = new ToyWorker(async (job, context, cancel) => { await go.Task.WaitAsync(cancel); await context.Send(context.Entity, new CloseJob(job.Name), cancel); });
        var keeper = await Node("coordinator, entity");
        await using var second = await Node("coordinator, entity");
        await using var works = await Node("worker", worker);
        await keeper.Start().InTime();
        await second.Start().InTime();
        for (var i = 0; i < 12; i++) Assert.IsType<Decision.Accepted>(await keeper.Send(Toy.Id($"t{i}"), i < 2 ? new OpenJob("one") : new Add("before", 1)).InTime());
        await Patience.Until(() => worker.Started.Count == 2);

        await Task.WhenAll(Cut(keeper, second), Cut(keeper, works));
        var there = Enumerable.Range(0, 12).Select(i => keeper.Send(Toy.Id($"t{i}"), new Add("alone", 1))).ToList();
        var here = Enumerable.Range(0, 12).Select(i => second.Send(Toy.Id($"t{i}"), new Add("many", 1))).ToList();
        await Patience.Until(() => keeper.Failure is not null, "the side of one goes on");
        Assert.Contains("removed from the cluster", keeper.Failure!.Message);
        await keeper.DisposeAsync().AsTask().InTime(); // its process ends
        var acknowledged = new List<int>();
        for (var i = 0; i < 12; i++)
            try { if (await there[i].InTime() is Decision.Accepted) acknowledged.Add(i); }
            catch (Exception e) when (e is JournalException or ObjectDisposedException or IpActors.Cluster.Wire.StaleException) { }
        go.SetResult();
        foreach (var answer in here) Assert.IsType<Decision.Accepted>(await answer.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.NotEmpty(acknowledged); // entities that lived on its side, while it still was the keeper
        foreach (var i in acknowledged) Assert.Empty(Assert.IsType<Decision.Accepted>(await second.Send(Toy.Id($"t{i}"), new Add("alone", 1)).InTime()).Events); // already so
        await second.WhenIdle().InTime();
        Assert.Equal(0, second.Status.Owed);
        Assert.False(worker.Overlapped);
        Assert.Equal(4, worker.Started.Count); // the two under way were cancelled when their lease was over, and began again
        var stored = new List<IEvent>();
        await foreach (var e in second.Events()) stored.Add(e.Event);
        Assert.Equal(12, stored.OfType<Added>().Count(a => a.Id == "many"));
        Assert.Equal((2, 2), (stored.OfType<JobOpened>().Count(), stored.OfType<JobClosed>().Count()));
    }
}
