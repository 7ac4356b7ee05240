using Akka.TestKit;
using Akka.TestKit.Xunit2;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Actors;

/// <summary>The keeper of a cluster whose other nodes are the test's: what they say, when, and what they are told. Leases go by the test's clock.</summary>
public sealed class KeeperTests : IAsyncLifetime
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    readonly Folder _folder = new();
    readonly ManualTime _clock = new();
    ClusterEngine _engine = null!;
    TestKit _kit = null!;
    string _keeper = "";

    public async Task InitializeAsync()
    {
        await Open();
        await _engine.Start().InTime();
    }

    async Task Open()
    {
        var at = new SqliteAddress(_folder["j.db"]);
        _engine = await ClusterEngine.Open(new ClusterOptions
        {
            OpenJournal = holder => at.Open(null, holder), OpenReader = () => at.OpenReader(), Kinds = Toy.Kinds, Places = [new KindPlace("toy", Roles.Entity)], Clock = _clock,
            Hocon = [Contract.OneNode.Quick, "akka.cluster.roles = [coordinator, entity]"], Engine = new EngineOptions { ShutdownTimeout = TimeSpan.FromSeconds(1) },
        }, []).InTime();
        _kit = new TestKit(_engine.System);
        _keeper = Keeper().Keeper;
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    void Tell(TestProbe node, object message) => _engine.System.ActorSelection("/user/to-keeper").Tell(message, node);

    /// <summary>What the keeper has to say to one that only asks.</summary>
    Ack Keeper()
    {
        var asks = _kit.CreateTestProbe();
        Tell(asks, new Hello(1, null, 0, false, false, 0, []));
        return asks.FishForMessage<Ack>(_ => true, Soon);
    }

    /// <summary>A node says that it lives, is pledged to the keeper, and what it does.</summary>
    void Lives(TestProbe node, int slots, params long[] runs) => Tell(node, new Hello(1, _keeper, slots, false, false, 0, [.. runs]));

    TestProbe Worker(int slots)
    {
        var node = _kit.CreateTestProbe();
        node.IgnoreMessages(m => m is Poke or Ack);
        Lives(node, slots);
        return node;
    }

    Task Open(string toy, int slots = 1) => _engine.Send(Toy.Id(toy), new OpenJob("one", slots)).InTime();
    static RunOrder Ordered(TestProbe node) => node.FishForMessage<RunOrder>(_ => true, Soon);
    /// <summary>Longer than the keeper's own look at its nodes, which it takes every second.</summary>
    static void Nothing(TestProbe node) => node.ExpectNoMsg(TimeSpan.FromSeconds(2.5));

    [Fact]
    public async Task What_a_silent_node_did_is_given_to_another_when_its_lease_and_the_margin_are_over_and_not_before()
    {
        var silent = Worker(1);
        await Open("a");
        var first = Ordered(silent);
        var other = Worker(1);
        _clock.Advance(TimeSpan.FromSeconds(25));
        Lives(other, 1);
        Nothing(other);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Lives(other, 1);
        var second = Ordered(other);
        Assert.Equal((first.Entity, first.Work.Key), (second.Entity, second.Work.Key));
        Assert.NotEqual(first.Run, second.Run);
        Tell(silent, new RunDone(first.Run, RunEnd.Returned)); // back from the dead: nobody asks it any more
        Lives(silent, 1, first.Run);
        Nothing(other);
        Assert.Equal((1, 1), (Keeper().Status.Running, Keeper().Status.Owed));
    }

    [Fact]
    public async Task A_node_that_leaves_in_order_is_not_waited_for()
    {
        var leaves = Worker(1);
        await Open("a");
        var run = Ordered(leaves).Run;
        var stays = Worker(1);
        Tell(leaves, new RunDone(run, RunEnd.Lost));
        Tell(leaves, new Goodbye());
        Assert.NotEqual(run, Ordered(stays).Run); // by a clock that stands still
    }

    [Fact]
    public async Task A_node_is_given_what_it_has_room_for_and_a_wide_work_is_not_overtaken()
    {
        var node = Worker(2);
        await Open("a");
        var first = Ordered(node);
        await Open("b", slots: 2);
        await Open("c");
        Nothing(node);
        await _engine.Send(first.Entity, new CloseJob("one")).InTime(); // so that it is owed no more
        Assert.Equal(new RunCancel(first.Run, Owed: false), node.FishForMessage<RunCancel>(_ => true, Soon));
        Tell(node, new RunDone(first.Run, RunEnd.Lost));
        var wide = Ordered(node);
        Assert.Equal(Toy.Id("b"), wide.Entity);
        Nothing(node);
        await _engine.Send(wide.Entity, new CloseJob("one")).InTime();
        node.FishForMessage<RunCancel>(_ => true, Soon);
        Tell(node, new RunDone(wide.Run, RunEnd.Lost));
        Assert.Equal(Toy.Id("c"), Ordered(node).Entity);
    }

    [Fact]
    public async Task An_order_that_its_node_does_not_name_three_times_is_given_again()
    {
        var node = Worker(1);
        await Open("a");
        var lost = Ordered(node);
        foreach (var _ in Enumerable.Range(0, 3)) Lives(node, 1);
        var again = Ordered(node);
        Assert.Equal((lost.Entity, lost.Work.Key), (again.Entity, again.Work.Key));
        foreach (var _ in Enumerable.Range(0, 4)) Lives(node, 1, again.Run); // this one arrived
        Nothing(node);
    }

    [Fact]
    public void A_number_is_stored_once_the_same_bytes_again_are_a_repetition_and_others_another_incarnation()
    {
        var codec = new EventCodec(Toy.Kinds);
        var (one, two) = (_kit.CreateTestProbe(), _kit.CreateTestProbe());
        AppendRequest Of(string id) => new(Toy.Id("z"), [codec.Encode(Toy.Id("z").PersistenceId, 1, new Added(id, 1), EventCodec.NoHash) is var e ? new StoredRow(1, e.Manifest, e.Payload) : null!], [], []);
        AppendResult Stored(TestProbe node, string id)
        {
            Tell(node, Of(id));
            return node.FishForMessage<AppendReply>(_ => true, Soon).Result;
        }
        Assert.Equal(AppendResult.Stored, Stored(one, "mine"));
        Assert.Equal(AppendResult.Conflict, Stored(two, "theirs"));
        Assert.Equal(AppendResult.Stored, Stored(one, "mine"));
    }

    [Fact]
    public async Task A_keeper_whose_predecessor_did_not_end_in_order_gives_nothing_before_what_ran_under_it_must_have_ended()
    {
        await Open("a");
        await _engine.DisposeAsync();
        // As one that was killed leaves it: by the name of a holder, long ago.
        await using (var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder["j.db"]}"))
        {
            await db.OpenAsync();
            await using var c = db.CreateCommand();
            c.CommandText = "UPDATE lease SET host_kind = 'akka akka.tcp://ipactors@127.0.0.1:1'";
            await c.ExecuteNonQueryAsync();
        }
        await Open();
        var node = Worker(1);
        var started = _engine.Start();
        _clock.Advance(TimeSpan.FromSeconds(24.9));
        Lives(node, 1);
        Nothing(node);
        Assert.False(started.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await started.InTime();
        Lives(node, 1);
        Assert.Equal(Toy.Id("a"), Ordered(node).Entity);
    }
}
