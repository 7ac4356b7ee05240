using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

public class SlabNormalTests
{
    static readonly Mat3 Setting = new(new(1, 1, 0), new(0, 1, 1), new(1, 1, 1)); // determinant 1: another cell of the same lattice

    static Structure Layered(double a, double c, string[] species, Vec3[] sites) => new(Mat3.Diagonal(a, a, c),
        [.. species, .. species], [.. sites, .. sites.Select(s => (s + new Vec3(0.5, 0.5, 0.5)).Wrapped())]);

    /// <summary>Li4SI2 and Li7S2I3 in the I4/mmm positions of the paper.</summary>
    static Structure One => Layered(3.95, 12.90, ["S", "I", "I", "Li", "Li", "Li", "Li"],
        [new(0, 0, 0), new(0, 0, 0.352), new(0, 0, 0.648), new(0, 0.5, 0), new(0.5, 0, 0), new(0, 0, 0.155), new(0, 0, 0.845)]);
    static Structure Two => Layered(3.95, 20.80, ["S", "S", "I", "I", "I", "Li", "Li", "Li", "Li", "Li", "Li", "Li"],
        [new(0, 0, 0.0975), new(0, 0, 0.9025), new(0, 0, 0.5), new(0, 0, 0.3125), new(0, 0, 0.6875), new(0, 0, 0), new(0, 0, 0.194), new(0, 0, 0.806),
         new(0, 0.5, 0.0962), new(0.5, 0, 0.0962), new(0, 0.5, 0.9038), new(0.5, 0, 0.9038)]);
    static Structure Cubic => new(Mat3.Diagonal(3.91, 3.91, 3.91), ["O", "Cl", "Li", "Li", "Li"], [new(0.5, 0.5, 0.5), new(0, 0, 0), new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5)]);

    static Structure InAnotherSetting(Structure s, Mat3 rotation)
    {
        var inverse = Setting.Inverse;
        return new(Setting * s.Cell * rotation, s.Species, [.. s.Fractional.Select(f => (f * inverse).Wrapped())]);
    }

    static readonly Mat3 Turn = new(new(0, 0.6, 0.8), new(1, 0, 0), new(0, 0.8, -0.6)); // orthogonal

    [Fact]
    public void The_normal_of_one_and_two_layer_slabs_is_c_of_the_tetragonal_setting()
    {
        Assert.Equal(1, Math.Abs(SlabNormal.Find(One)!.Value.Z), 9);
        Assert.Equal(1, Math.Abs(SlabNormal.Find(Two)!.Value.Z), 9);
    }

    [Fact]
    public void The_normal_follows_the_slab_into_another_setting_and_orientation()
    {
        foreach (var s in new[] { One, Two })
        {
            var expected = new Vec3(0, 0, 1) * Turn;
            Assert.Equal(1, Math.Abs(SlabNormal.Find(InAnotherSetting(s, Turn))!.Value.Dot(expected)), 9);
        }
    }

    [Fact]
    public void The_perovskite_network_has_no_slab() => Assert.Null(SlabNormal.Find(Cubic));

    [Fact]
    public void Displaced_ions_keep_their_slab()
    {
        var random = new SeededRandom(3);
        var s = Two with { Fractional = [.. Two.Fractional.Select(f => f + new Vec3(0.02 * random.NextGaussian(), 0.02 * random.NextGaussian(), 0.004 * random.NextGaussian()))] };
        Assert.Equal(1, Math.Abs(SlabNormal.Find(s)!.Value.Z), 9);
    }
}
