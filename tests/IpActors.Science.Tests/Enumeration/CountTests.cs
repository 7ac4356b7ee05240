using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Enumeration;

public class CountTests
{
    [Fact]
    public void Superlattices_of_index_1_to_10_number_as_published() => // Hart and Forcade, PRB 77, 224115, table I
        Assert.Equal([1, 7, 13, 35, 31, 91, 57, 155, 130, 217], Enumerable.Range(1, 10).Select(i => Hnf.All(i).Distinct().Count()));

    [Fact]
    public void Binary_derivative_structures_of_fcc_number_as_published() // Hart and Forcade, table IV: labels exchanged count once
    {
        var fcc = new Aristotype("fcc", new(new(new(0, .5, .5), new(.5, 0, .5), new(.5, .5, 0)), ["X"], [Vec3.Zero]), ["X"], []);
        Assert.Equal(48, fcc.Operations.Length);
        Assert.Equal([2, 3, 12, 14, 50, 52, 229, 252, 685], Enumerable.Range(2, 9).Select(index => Superlattices.OfIndex(fcc, index).Sum(h => UpToExchange(fcc, h))));
    }

    static int UpToExchange(Aristotype parent, Hnf hnf)
    {
        var group = new SupercellGroup(parent, hnf);
        var every = Enumerable.Range(1, hnf.Index).Select(k => Ratio.Of(k, hnf.Index)).ToHashSet();
        return Patterns.In(parent, group, every).Select(p => Math.Min(p.Mask, group.Representative(p.Mask ^ group.ClassMask(0)))).Distinct().Count();
    }

    [Theory]
    [InlineData("Li3XZ", new long[] { 16, 252, 1152, 8532 })]
    [InlineData("Li4XZ2", new long[] { 40, 1224, 10056, 88296 })]
    [InlineData("Li7X2Z3", new long[] { 352, 20736 })]
    public void Structures_by_primitive_index_number_as_measured_beforehand(string name, long[] expected)
    {
        var aristotype = Aristotypes.Find(name)!;
        var space = new AristotypeSpace(aristotype, new SpaceOptions { Supercells = Supercells.All, MaxIndex = expected.Length });
        Assert.Equal(expected, space.AllPatterns.GroupBy(p => p.Hnf.Index).OrderBy(g => g.Key).Select(g => g.Sum(p => p.Multiplicity([4, 4]))));
    }

    [Theory]
    [InlineData(Keep.All, new long[] { 8464, 711616, 7264 })]
    [InlineData(Keep.OnePerSpaceGroup, new long[] { 5716, 13252, 1000 })]
    [InlineData(Keep.Cap, new long[] { 3568, 3472, 3160 })]
    public void The_published_space_has_these_sizes(Keep keep, long[] expected)
    {
        var counts = Space.Count(new SpaceOptions { Keep = keep });
        Assert.Equal(expected, counts.ByAristotype.Select(c => c.Count));
        Assert.Equal(expected.Sum(), counts.Total);
    }
}
