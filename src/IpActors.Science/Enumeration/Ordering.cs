using System.Numerics;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Enumeration;

/// <summary>Atoms and space groups of orderings.</summary>
public static class Ordering
{
    /// <summary>
    /// The ordered crystal in the cell of its superlattice (rows H · parent), unscaled: copies of parent site s together, by coset. <paramref name="species"/> names the occupant of a class under bit 0
    /// and bit 1.
    /// </summary>
    public static Structure Build(Aristotype aristotype, Hnf hnf, ulong mask, Func<int, bool, string> species)
    {
        var names = new string?[aristotype.Parent.Count * hnf.Index];
        var bit = 0;
        for (var c = 0; c < aristotype.Classes.Length; c++)
            foreach (var site in aristotype.Sites(c))
                for (var g = 0; g < hnf.Index; g++, bit++) names[site * hnf.Index + g] = species(c, (mask >> bit & 1) != 0);
        var cell = Supercell.Make(aristotype.Parent, hnf.Matrix);
        return cell with { Species = [.. cell.Species.Select((parent, i) => names[i] ?? parent)] };
    }
}

/// <summary>
/// Names the space groups of one parent's patterns. Every isometry of an ordering keeps its site classes (their species are disjoint), so it is one of the parent's and belongs to the
/// pattern's stabiliser: patterns of one supercell with the same stabiliser have the same space group, and spglib is asked once per stabiliser. Not thread-safe.
/// </summary>
public sealed class SpaceGroupNamer(Aristotype aristotype, double symprecA)
{
    readonly Dictionary<(Hnf, BigInteger), SpaceGroup> _known = [];

    /// <summary>How many times spglib was asked.</summary>
    public int Calls => _known.Count;

    public SpaceGroup Name(SupercellGroup group, ulong mask)
    {
        var key = (group.Hnf, group.Stabiliser(mask));
        if (_known.TryGetValue(key, out var name)) return name;
        var structure = Ordering.Build(aristotype, group.Hnf, mask, (c, second) => $"{aristotype.Classes[c]}{(second ? "'" : "")}");
        return _known[key] = Spglib.SpaceGroup(structure, symprecA);
    }
}
