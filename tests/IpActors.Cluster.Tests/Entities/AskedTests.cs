using IpActors.Cluster.Entities;
using IpActors.Cluster.Wire;
using IpActors.Domain.Entities;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Entities;

public class AskedTests
{
    static readonly EntityReply Yes = new(ReplyKind.Decision, Decision.Accept(new Added("1", 1)));
    readonly Asked _asked = new();
    readonly List<EntityReply> _answers = [];

    [Fact]
    public void All_who_ask_the_same_while_it_is_in_progress_get_its_outcome_and_it_is_carried_out_once()
    {
        var id = Guid.NewGuid();
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(_ => _asked.Begin(id, _answers.Add)));
        Assert.True(_asked.Begin(Guid.NewGuid(), _answers.Add));
        Assert.Empty(_answers);
        _asked.End(id, Yes);
        Assert.Equal([Yes, Yes, Yes], _answers);
    }

    [Fact]
    public void A_decision_whose_answer_was_lost_is_given_again_as_it_was()
    {
        var id = Guid.NewGuid();
        _asked.Begin(id, _ => { });
        _asked.End(id, Yes);
        Assert.False(_asked.Begin(id, _answers.Add));
        Assert.Same(Yes, Assert.Single(_answers));
    }

    [Theory]
    [InlineData(ReplyKind.Stale)]
    [InlineData(ReplyKind.Journal)]
    [InlineData(ReplyKind.State)] // it may be another by then
    public void What_ended_without_a_decision_is_tried_anew(object kind)
    {
        var id = Guid.NewGuid();
        _asked.Begin(id, _ => { });
        _asked.End(id, new EntityReply((ReplyKind)kind));
        Assert.True(_asked.Begin(id, _answers.Add));
    }

    [Fact]
    public void Of_what_could_not_be_begun_nothing_is_left()
    {
        var id = Guid.NewGuid();
        _asked.Begin(id, _answers.Add);
        _asked.Forget(id);
        Assert.True(_asked.Begin(id, _answers.Add));
    }

    [Fact]
    public void Memory_is_bounded()
    {
        var first = Guid.NewGuid();
        foreach (var id in Enumerable.Range(0, 1000).Select(_ => Guid.NewGuid()).Prepend(first)) { _asked.Begin(id, _ => { }); _asked.End(id, Yes); }
        Assert.True(_asked.Begin(first, _answers.Add));
    }
}
