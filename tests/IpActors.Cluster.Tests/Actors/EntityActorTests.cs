using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using IpActors.Cluster.Entities;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Actors;

/// <summary>An entity's actor between its shard, whoever asks it, and the keeper.</summary>
public sealed class EntityActorTests : ActorTest
{
    static readonly EntityId Id = Toy.Id("a");
    TestProbe _shard = null!, _asks = null!;
    IActorRef _entity = ActorRefs.Nobody;

    void Place(bool remembered = false)
    {
        Begin();
        if (!remembered) Keeper.IgnoreMessages(m => m is OwesRequest);
        (_shard, _asks) = (CreateTestProbe(), CreateTestProbe());
        _entity = _shard.ChildActorOf(Props.Create(() => new EntityActor(Id, Node, remembered)));
    }

    EntityRequest Ask(ICommand? command) => Ask(new EntityRequest(Id, command, null));

    EntityRequest Ask(EntityRequest request)
    {
        _entity.Tell(request, _asks);
        return request;
    }

    AppendRequest ToStore() => Keeper.ExpectMsg<AppendRequest>(Soon);
    void Answer(AppendResult result) => Keeper.Reply(new AppendReply(result, result == AppendResult.Stored ? null : "another incarnation"));
    string Added() => Assert.IsType<Added>(Assert.Single(Assert.IsType<Decision.Accepted>(_asks.ExpectMsg<EntityReply>(Soon).Decision).Events)).Id;

    async Task Stored(params IEvent[] events)
    {
        var codec = new EventCodec(Toy.Kinds);
        await using var journal = await At.Open();
        var (hash, at) = (EventCodec.NoHash, 0L);
        foreach (var e in events)
        {
            var encoded = codec.Encode(Id.PersistenceId, ++at, e, hash);
            await journal.Append(new(Id, [new(at, e, encoded)], e is JobOpened j ? [$"job/{j.Name}@1"] : [], []));
            hash = encoded.Hash;
        }
    }

    [Fact]
    public void An_answer_comes_after_the_commit_and_what_waited_for_it_goes_together_in_its_order()
    {
        Place();
        Ask(new Add("1", 1));
        Assert.Equal([1L], ToStore().Rows.Select(r => r.SequenceNumber));
        Ask(new Add("2", 1));
        Ask(new Add("1", 1)); // already so, which is only true when the first is stored
        Ask(new Add("3", 1));
        _asks.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        Answer(AppendResult.Stored);
        Assert.Equal("1", Added());
        Assert.Equal([2L, 3L], ToStore().Rows.Select(r => r.SequenceNumber));
        _asks.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        Answer(AppendResult.Stored);
        Assert.Equal("2", Added());
        Assert.Empty(Assert.IsType<Decision.Accepted>(_asks.ExpectMsg<EntityReply>(Soon).Decision).Events);
        Assert.Equal("3", Added());
    }

    [Fact]
    public void A_keeper_that_does_not_answer_is_asked_again_with_the_same_bytes_and_there_is_one_answer()
    {
        Place();
        var request = Ask(new Add("1", 1));
        var first = ToStore();
        Ask(request); // whoever asks is out of patience too
        var again = ToStore();
        Assert.Equal((first.Rows[0].SequenceNumber, first.Rows[0].Manifest), (again.Rows[0].SequenceNumber, again.Rows[0].Manifest));
        Assert.Equal(first.Rows[0].Payload, again.Rows[0].Payload);
        Answer(AppendResult.Stored);
        Assert.Equal(("1", "1"), (Added(), Added())); // one outcome to both
        Ask(request); // and to who asks later
        Assert.Equal("1", Added());
        Keeper.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task An_entity_whose_number_is_taken_says_that_it_is_stale_and_reads_itself_again()
    {
        Place();
        Ask((ICommand?)null);
        Assert.Equal(0, Assert.IsType<Toy>(_asks.ExpectMsg<EntityReply>(Soon).State).Total);
        await Stored(new Added("9", 40)); // by another incarnation, beyond a partition
        var request = Ask(new Add("1", 2));
        Assert.Equal(1, ToStore().Rows[0].SequenceNumber);
        Answer(AppendResult.Conflict);
        Assert.Equal(ReplyKind.Stale, _asks.ExpectMsg<EntityReply>(Soon).Kind);
        Ask(request);
        Assert.Equal(2, ToStore().Rows[0].SequenceNumber);
        Answer(AppendResult.Stored);
        Assert.Equal("1", Added());
        Ask((ICommand?)null);
        Assert.Equal(42, Assert.IsType<Toy>(_asks.ExpectMsg<EntityReply>(Soon).State).Total);
    }

    [Fact]
    public async Task What_an_old_keeper_stored_at_the_last_moment_is_seen_under_the_next()
    {
        Place();
        Node.Acknowledged(new Ack(1, "first", 0, Node.Status()), pledged: true);
        Ask(new CloseJob("one")); // it knows of no job
        Assert.Empty(Assert.IsType<Decision.Accepted>(_asks.ExpectMsg<EntityReply>(Soon).Decision).Events);
        await Stored(new JobOpened("one", 1, 0, 0)); // an incarnation on the node of the old keeper, which believed that it was still the one
        Node.Acknowledged(new Ack(1, "second", 0, Node.Status()), pledged: true);
        Ask(new CloseJob("one"));
        Assert.Equal(2, ToStore().Rows[0].SequenceNumber);
        Answer(AppendResult.Stored);
        Assert.Single(Assert.IsType<Decision.Accepted>(_asks.ExpectMsg<EntityReply>(Soon).Decision).Events);
    }

    [Fact]
    public async Task One_whose_cell_has_left_already_says_so_at_once()
    {
        Place();
        Ask((ICommand?)null);
        _asks.ExpectMsg<EntityReply>(Soon);
        Assert.True(await Node.Live.Stop(Soon));
        Ask(new Add("1", 1));
        Assert.Equal(ReplyKind.Stale, _asks.ExpectMsg<EntityReply>(Soon).Kind);
    }

    [Fact]
    public void One_that_is_left_alone_asks_to_leave_after_its_idle_time_which_every_message_begins_anew()
    {
        Place();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Ask((ICommand?)null);
            _asks.ExpectMsg<EntityReply>(Soon);
            Pass(59);
            _shard.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        }
        Pass(2);
        Assert.IsType<EntityActor.Leave>(_shard.ExpectMsg<Passivate>(Soon).StopMessage);
    }

    [Fact]
    public async Task One_that_is_remembered_reads_itself_unasked_tells_what_it_owes_and_stays()
    {
        await Stored(new JobOpened("one", 1, 0, 0));
        Place(remembered: true);
        var owes = Keeper.ExpectMsg<OwesRequest>(Soon);
        Assert.Equal((1L, "job/one@1"), (owes.SequenceNumber, Assert.Single(owes.Works).Key));
        Keeper.Reply(Done.It);
        Pass(100_000);
        _shard.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void One_that_is_to_leave_first_answers_what_it_was_given()
    {
        Place();
        _asks.Watch(_entity);
        Ask(new Add("1", 1));
        ToStore();
        _entity.Tell(EntityActor.Leave.It);
        Ask(new Add("2", 1));
        _asks.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
        Answer(AppendResult.Stored);
        Assert.Equal("1", Added());
        ToStore();
        Answer(AppendResult.Stored);
        Assert.Equal("2", Added());
        _asks.ExpectTerminated(_entity, Soon);
        Assert.Equal(0, Node.Live.Count);
    }
}
