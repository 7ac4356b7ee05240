using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>A pattern with its space group.</summary>
public sealed record NamedPattern(Pattern Pattern, SpaceGroup SpaceGroup);

/// <summary>
/// The order in which a composition's microstates are kept, and the choice of at most N of them.
/// Order: the best of every space group, then the second best of every space group, and so on; within a round the space groups that most orderings of these ratios have come first (an ordering drawn
/// at random would most likely have them), then small primitive cells, then high symmetry, then number, superlattice and mask. Within a space group small cells first, then superlattice and mask.
/// Without pinning, 8 a composition then hold 23 of the 24 rows of the published Table 2 (all but P4/nmm Li8O2Cl3Br).
/// Swap invariance: the order is made where no class has more than half of its second species, and carried over to the complementary ratios by swapping the two species; where a class is half and half,
/// an ordering and its swapped twins count as one entry and are kept or left together, so that the choice does not depend on which species is named first. Entries are taken in order, one being
/// left out only where the places that remain could then not be filled exactly.
/// </summary>
public static class MicrostateChoice
{
    /// <summary>Entries (an ordering with its swapped twins) in order of preference, for a list of patterns of one ratio per class, none above 1/2.</summary>
    public static ImmutableArray<ImmutableArray<NamedPattern>> Rank(IEnumerable<NamedPattern> patterns, Func<Hnf, SupercellGroup> group)
    {
        var rounds = new Dictionary<int, int>();
        var entries = new List<ImmutableArray<NamedPattern>>();
        var seen = new HashSet<(Hnf, ulong)>();
        foreach (var p in patterns.OrderBy(p => p.Pattern.Hnf.Index).ThenBy(p => p.Pattern.Hnf).ThenBy(p => p.Pattern.Mask))
        {
            if (seen.Contains((p.Pattern.Hnf, p.Pattern.Mask))) continue;
            entries.Add(Twins(p, group(p.Pattern.Hnf)));
            foreach (var twin in entries[^1]) seen.Add((twin.Pattern.Hnf, twin.Pattern.Mask));
        }
        var common = entries.SelectMany(e => e).GroupBy(p => p.SpaceGroup.Number).ToDictionary(g => g.Key, g => g.Count());
        return [.. entries.Select(e => (Entry: e, Round: rounds[e[0].SpaceGroup.Number] = rounds.GetValueOrDefault(e[0].SpaceGroup.Number) + 1))
            .OrderBy(e => e.Round).ThenByDescending(e => common[e.Entry[0].SpaceGroup.Number]).ThenBy(e => e.Entry[0].Pattern.Hnf.Index).ThenByDescending(e => e.Entry[0].Pattern.PointGroupOrder).ThenBy(e => e.Entry[0].SpaceGroup.Number)
            .ThenBy(e => e.Entry[0].Pattern.Hnf).ThenBy(e => e.Entry[0].Pattern.Mask).Select(e => e.Entry)];
    }

    /// <summary>Exactly min(cap, all) patterns of a ranking.</summary>
    public static ImmutableArray<NamedPattern> Choose(ImmutableArray<ImmutableArray<NamedPattern>> ranking, int cap)
    {
        var total = ranking.Sum(e => e.Length);
        if (total <= cap) return [.. ranking.SelectMany(e => e)];
        // fills[i][n]: entries i.. can fill exactly n places.
        var fills = new bool[ranking.Length + 1][];
        fills[ranking.Length] = new bool[cap + 1];
        fills[ranking.Length][0] = true;
        for (var i = ranking.Length - 1; i >= 0; i--)
        {
            fills[i] = (bool[])fills[i + 1].Clone();
            for (var n = ranking[i].Length; n <= cap; n++) fills[i][n] |= fills[i + 1][n - ranking[i].Length];
        }
        // Where no set of whole entries has that size (an odd cap over twins only), the first entry gives up twins.
        if (!fills[0][cap]) return [.. ranking.SelectMany(e => e).Take(cap)];
        var chosen = ImmutableArray.CreateBuilder<NamedPattern>(cap);
        for (var i = 0; i < ranking.Length && chosen.Count < cap; i++)
        {
            var left = cap - chosen.Count - ranking[i].Length;
            if (left >= 0 && fills[i + 1][left]) chosen.AddRange(ranking[i]);
        }
        return chosen.ToImmutable();
    }

    /// <summary>A pattern with the two species of some classes exchanged.</summary>
    public static NamedPattern Swap(NamedPattern p, IEnumerable<int> classes, SupercellGroup group)
    {
        var (mask, ones) = (p.Pattern.Mask, p.Pattern.Ones);
        foreach (var c in classes) (mask, ones) = (mask ^ group.ClassMask(c), ones.SetItem(c, p.Pattern.Sites[c] - ones[c]));
        return p with { Pattern = p.Pattern with { Mask = group.Representative(mask), Ones = ones } };
    }

    // The orbit under exchanging the species of the classes that are half and half, by mask.
    static ImmutableArray<NamedPattern> Twins(NamedPattern p, SupercellGroup group)
    {
        var orbit = new List<NamedPattern> { p };
        for (var c = 0; c < p.Pattern.Ones.Length; c++)
            if (2 * p.Pattern.Ones[c] == p.Pattern.Sites[c]) orbit.AddRange(orbit.ConvertAll(q => Swap(q, [c], group)));
        return [.. orbit.DistinctBy(q => q.Pattern.Mask).OrderBy(q => q.Pattern.Mask)];
    }
}
