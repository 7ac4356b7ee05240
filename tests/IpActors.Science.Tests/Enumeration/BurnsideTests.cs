using System.Numerics;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Enumeration;

/// <summary>
/// The enumerator against Burnside's lemma with another group: spglib's operations of the uncoloured supercell, turned into permutations by matching positions. Shares nothing with the enumerator but the
/// parent and the matrix.
/// </summary>
public class BurnsideTests
{
    static readonly (string Name, Structure Parent)[] Parents =
    [
        ("fcc", new(new(new(0, .5, .5), new(.5, 0, .5), new(.5, .5, 0)), ["X"], [Vec3.Zero])),
        ("hcp", new(new(new(1, 0, 0), new(-.5, Math.Sqrt(.75), 0), new(0, 0, 1.6)), ["X", "X"], [new(1 / 3.0, 2 / 3.0, .25), new(2 / 3.0, 1 / 3.0, .75)])),
        ("triclinic", new(new(new(1, 0, 0), new(.13, 1.1, 0), new(.21, .32, 1.3)), ["X", "Z", "Li"], [Vec3.Zero, new(.5, .5, .5), new(.21, .37, .11)])),
        ("wurtzite", new(new(new(1, 0, 0), new(-.5, Math.Sqrt(.75), 0), new(0, 0, 1.6)), ["X", "X", "Z", "Z"], [new(1 / 3.0, 2 / 3.0, 0), new(2 / 3.0, 1 / 3.0, .5), new(1 / 3.0, 2 / 3.0, .38), new(2 / 3.0, 1 / 3.0, .88)])),
        ("Li3XZ", Aristotypes.Li3XZ.Parent), ("Li4XZ2", Aristotypes.Li4XZ2.Parent), ("Li7X2Z3", Aristotypes.Li7X2Z3.Parent),
    ];

    [Fact]
    public void Random_lattices_supercells_and_contents_have_as_many_orderings_as_Burnside_counts()
    {
        var random = new SeededRandom(20080911);
        var cases = 0;
        while (cases < 150)
        {
            var (name, parent) = Parents[random.NextInt(Parents.Length)];
            ImmutableArray<string> classes = parent.Species.Contains("Z") ? ["X", "Z"] : ["X"];
            var all = Hnf.All(1 + random.NextInt(6)).ToList();
            var hnf = all[random.NextInt(all.Count)];
            var sites = classes.Select(c => parent.Species.Count(s => s == c) * hnf.Index).ToArray();
            if (sites.Sum() > 14) continue;
            var ones = sites.Select(n => random.NextInt(n)).ToArray();
            var found = Patterns.In(new Aristotype(name, parent, classes, []), new SupercellGroup(new Aristotype(name, parent, classes, []), hnf), ones.Select((k, c) => Ratio.Of(k, sites[c])).ToHashSet())
                .Count(p => p.Ones.SequenceEqual(ones));
            var expected = Burnside(Supercell.Make(parent, hnf.Matrix), classes, ones);
            Assert.True(expected == found, $"{name} {hnf} ones {string.Join(',', ones)}: Burnside {expected}, enumerator {found}");
            cases++;
        }
    }

    static long Burnside(Structure supercell, ImmutableArray<string> classes, int[] ones)
    {
        var sites = classes.SelectMany(c => Enumerable.Range(0, supercell.Count).Where(i => supercell.Species[i] == c)).ToArray();
        var operations = Spglib.Operations(supercell, 1e-5);
        var permutations = operations.Select(o => Permutation(supercell, sites, o)).ToList();
        var translations = permutations.Where((_, i) => operations[i].Rotation == IntMat3.Identity && operations[i].Translation.Length > 1e-6).ToList();
        var classOf = sites.Select(i => classes.IndexOf(supercell.Species[i])).ToArray();
        long fixedPoints = 0;
        for (var mask = 0; mask < 1 << sites.Length; mask++)
        {
            if (!ones.Select((k, c) => Enumerable.Range(0, sites.Length).Count(b => classOf[b] == c && (mask >> b & 1) != 0) == k).All(ok => ok)) continue;
            if (translations.Any(t => Moved(t, mask) == mask)) continue; // superperiodic
            fixedPoints += permutations.Count(p => Moved(p, mask) == mask);
        }
        Assert.Equal(0, fixedPoints % operations.Length);
        return fixedPoints / operations.Length;
    }

    static int Moved(int[] permutation, int mask)
    {
        var image = 0;
        for (var m = mask; m != 0; m &= m - 1) image |= 1 << permutation[BitOperations.TrailingZeroCount(m)];
        return image;
    }

    static int[] Permutation(Structure s, int[] sites, SymmetryOperation o) => [.. sites.Select(i =>
    {
        var moved = o.Rotation.ToMat3() * s.Fractional[i] + o.Translation;
        return Array.FindIndex(sites, j => { var d = moved - s.Fractional[j]; return Math.Abs(d.X - Math.Round(d.X)) + Math.Abs(d.Y - Math.Round(d.Y)) + Math.Abs(d.Z - Math.Round(d.Z)) < 1e-4; });
    })];

    [Fact]
    public void The_parents_have_the_operations_that_spglib_finds()
    {
        foreach (var (name, parent) in Parents)
        {
            var ours = ParentSymmetry.Operations(parent).Select(o => o.Rotation).ToHashSet();
            Assert.True(ours.SetEquals(Spglib.Operations(parent).Select(o => o.Rotation)), name);
        }
    }

    [Theory]
    [InlineData("Li3XZ", "Pm-3m")]
    [InlineData("Li4XZ2", "I4/mmm")]
    [InlineData("Li7X2Z3", "I4/mmm")]
    public void The_built_in_parents_have_the_published_space_group(string name, string symbol) => Assert.Equal(symbol, Spglib.SpaceGroup(Aristotypes.Find(name)!.Parent).Symbol);

    [Fact]
    public void A_parent_from_a_conventional_cell_gives_the_same_space_as_the_built_in_one()
    {
        var conventional = Supercell.Make(Aristotypes.Li4XZ2.Parent, new(0, 1, 1, 1, 0, 1, 1, 1, 0));
        var labelled = conventional with { Species = [.. conventional.Species.Select(s => s == "X" ? "S" : s == "Z" ? "I" : s)] };
        var own = Aristotypes.From("Own", labelled, [("X", "S"), ("Z", "I")], [IntMat3.Diagonal(2, 2, 1)]);
        Assert.Equal(7, own.Parent.Count);
        Assert.Equal(Space.Count(new() { Aristotypes = [Aristotypes.Li4XZ2], Keep = Keep.OnePerSpaceGroup }).Total, Space.Count(new() { Aristotypes = [own], Keep = Keep.OnePerSpaceGroup }).Total);
    }
}
