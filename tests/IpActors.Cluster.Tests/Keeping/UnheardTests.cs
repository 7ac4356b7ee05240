using IpActors.Cluster.Keeping;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Keeping;

public class UnheardTests
{
    readonly ManualTime _clock = new();
    readonly Unheard _unheard;

    public UnheardTests() => _unheard = new(_clock);

    [Fact]
    public void The_cluster_is_at_rest_only_when_the_newest_change_has_been_told_of()
    {
        _unheard.Expect(Toy.Id("a"), 3);
        _unheard.Expect(Toy.Id("a"), 4);
        Assert.False(_unheard.Heard(Toy.Id("a"), 3));
        Assert.False(_unheard.IsEmpty);
        Assert.True(_unheard.Heard(Toy.Id("a"), 5));
        Assert.True(_unheard.IsEmpty);
    }

    [Fact]
    public void What_was_not_stored_is_not_waited_for()
    {
        _unheard.Expect(Toy.Id("a"), 3);
        _unheard.Forget(Toy.Id("a"), 2);
        Assert.False(_unheard.IsEmpty);
        _unheard.Forget(Toy.Id("a"), 3);
        Assert.True(_unheard.IsEmpty);
    }

    [Fact]
    public void One_waited_for_in_vain_is_named_once_in_a_while()
    {
        _unheard.Expect(Toy.Id("a"), 3);
        Assert.Empty(_unheard.Late());
        _clock.Advance(TimeSpan.FromSeconds(5.5));
        Assert.Equal([Toy.Id("a")], _unheard.Late());
        Assert.Empty(_unheard.Late());
        Assert.False(_unheard.IsEmpty);
    }
}
