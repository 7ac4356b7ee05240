using IpActors.Cluster.Wire;
using IpActors.Cluster.Works;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Actors;

/// <summary>A node's slots and the lease on what runs in them, in time that the test makes.</summary>
public sealed class SlotsTests : ActorTest
{
    readonly TaskCompletionSource _go = new();
    ToyWorker _worker = null!;

    /// <param name="obeys">Whether its works end when they are cancelled, or when the test lets them.</param>
    void Slots(bool obeys = true)
    {
        Begin(_worker = new((_, _, cancel) => obeys ? _go.Task.WaitAsync(cancel) : _go.Task));
        Keeper.IgnoreMessages(m => m is RunSign);
        Node.Actor = Sys.ActorOf(NodeActor.Supervised(Node, 2));
    }

    Hello Said() => Keeper.FishForMessage<Hello>(_ => true, Soon);
    RunDone Ended() => Keeper.FishForMessage<RunDone>(_ => true, Soon);
    void Tell(Hello hello, string keeper = "first") => Node.Actor.Tell(new Ack(hello.Number, keeper, 0, Node.Status()), Keeper);
    void Order(long number, string keeper = "first") => Node.Actor.Tell(new RunOrder(keeper, number, Toy.Id("a"), new Job($"{number}", 1, 0, 0)), Keeper);

    /// <summary>The keeper's answer, once it has been taken; what the node says to it, if anything.</summary>
    Hello? Answer(Hello hello, string keeper = "first")
    {
        Hello? said = null;
        Tell(hello, keeper);
        Order(-1, "nobody"); // comes back behind it
        Keeper.FishForMessage(m => { said = m as Hello ?? said; return m is RunDone { Run: -1 }; }, Soon);
        return said;
    }

    Hello Second()
    {
        Pass(1);
        return Said();
    }

    /// <summary>Pledged to the first keeper, whose answer to it is outstanding, with one work under way.</summary>
    async Task<Hello> Working(bool obeys = true)
    {
        Slots(obeys);
        var pledged = Answer(Said())!;
        Assert.Equal("first", pledged.Pledged);
        Order(1);
        await Patience.Until(() => _worker.Started.Count == 1);
        return pledged;
    }

    [Fact]
    public void An_order_of_a_keeper_that_the_node_is_not_pledged_to_comes_back_undone()
    {
        Slots();
        Assert.Equal((null, 2), (Said().Pledged, Second().Slots));
        Order(7);
        Assert.Equal(new RunDone(7, RunEnd.Lost), Ended());
        Assert.Empty(_worker.Started);
    }

    [Fact]
    public async Task The_lease_ends_counted_from_when_the_last_answered_word_was_said_not_from_its_answer()
    {
        var pledged = await Working();
        for (var t = 1; t <= 10; t++) Second();
        Answer(pledged); // what was said 10 s ago
        for (var t = 11; t <= 15; t++) Assert.Equal(1, Second().Runs.Single());
        Assert.Empty(Warned);
        Pass(1);
        Assert.Equal(new RunDone(1, RunEnd.Lost), Ended());
        Assert.Contains("has not answered for 15 s", Assert.Single(Warned));
    }

    [Fact]
    public async Task An_answer_that_comes_late_renews_the_lease_but_shows_guardians_nothing()
    {
        var said = await Working();
        Answer(said);
        Second();
        var shown = File.ReadAllText(Folder["lease"]);
        Assert.Equal($"{said.Number}\n", shown);
        said = Second();
        for (var t = 1; t <= 4; t++) Second();
        Answer(said); // after 4 s, where 3 are in time
        Second();
        Assert.Equal(shown, File.ReadAllText(Folder["lease"]));
        for (var t = 6; t <= 15; t++) Assert.Equal(1, Second().Runs.Single());
        Assert.Empty(Warned);
        Pass(1);
        Assert.Equal(RunEnd.Lost, Ended().End);
    }

    [Fact]
    public async Task To_a_new_keeper_a_node_pledges_itself_only_when_the_old_ones_works_have_ended()
    {
        await Working(obeys: false);
        Answer(Second(), "second");
        var still = Second();
        Assert.Equal("first", still.Pledged);
        Assert.Equal(1, still.Runs.Single());
        Order(2, "second");
        Assert.Equal(new RunDone(2, RunEnd.Lost), Ended());
        _go.SetResult();
        Assert.Equal("second", Keeper.FishForMessage<Hello>(h => h.Runs.IsEmpty, Soon).Pledged);
        Order(3, "second");
        await Patience.Until(() => _worker.Started.Count == 2);
    }

    [Fact]
    public async Task A_node_that_leaves_has_no_room_at_once_and_says_goodbye_when_nothing_runs_any_more()
    {
        await Working(obeys: false);
        var drained = Node.Drain();
        Assert.Equal(0, Keeper.FishForMessage<Hello>(h => h.Slots == 0, Soon).Slots);
        Order(2);
        Assert.Equal(new RunDone(2, RunEnd.Lost), Ended());
        Assert.Equal(1, Second().Runs.Single());
        Keeper.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        Assert.False(drained.IsCompleted);
        _go.SetResult();
        Keeper.FishForMessage<Goodbye>(_ => true, Soon);
        await drained.InTime();
    }

    [Fact]
    public async Task The_actor_that_comes_back_from_a_failure_finds_the_lease_as_it_was()
    {
        await Working();
        File.Delete(Folder["lease"]);
        Directory.CreateDirectory(Folder["lease"]); // where it cannot write
        for (var t = 1; t <= 5; t++) Second();
        var (slots, last) = (await Sys.ActorSelection(Node.Actor.Path / "slots").ResolveOne(Soon), Second()); // said at 6 s, the last that is answered
        var death = CreateTestProbe();
        death.Watch(slots);
        Tell(last);
        death.ExpectTerminated(slots, Soon);
        var (answered, back) = (Clock.GetUtcNow(), false);
        while (!back)
        {
            Assert.True(Clock.GetUtcNow() - answered < TimeSpan.FromSeconds(14), "it did not come back");
            Pass(1);
            back = Keeper.HasMessages || SpinWait.SpinUntil(() => Keeper.HasMessages, TimeSpan.FromMilliseconds(500));
        }
        Assert.Equal(1, Said().Runs.Single());
        while (Clock.GetUtcNow() - answered < TimeSpan.FromSeconds(15)) Second();
        Assert.Empty(Warned);
        Pass(1);
        Assert.Equal(new RunDone(1, RunEnd.Lost), Ended());
        Assert.Contains("has not answered", Assert.Single(Warned));
    }
}
