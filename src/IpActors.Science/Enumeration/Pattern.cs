namespace IpActors.Science.Enumeration;

/// <summary>
/// One symmetry-distinct two-colour ordering of the site classes, species not yet named: bit 0 of a site stands for the first species of its class, bit 1 for the second (by atomic number). A class
/// without a set bit holds one species.
/// </summary>
/// <param name="Hnf">Superlattice; the primitive cell of the ordering, as no shorter translation keeps it.</param>
/// <param name="Mask">Least mask of the orbit, see <see cref="SupercellGroup"/>.</param>
/// <param name="Ones">Sites of each class that hold the second species.</param>
/// <param name="Sites">Sites of each class.</param>
/// <param name="PointGroupOrder">Order of the stabiliser, which is that of the ordering's point group.</param>
public sealed record Pattern(Hnf Hnf, ulong Mask, ImmutableArray<int> Ones, ImmutableArray<int> Sites, int PointGroupOrder)
{
    /// <summary>Share of the second species on a class.</summary>
    public Ratio Share(int @class) => Ratio.Of(Ones[@class], Sites[@class]);

    /// <summary>Compounds this pattern stands for: Π over classes of the species (one colour) or pairs of species (two) to choose from.</summary>
    public long Multiplicity(IReadOnlyList<int> speciesPerClass) =>
        Ones.Select((k, c) => k == 0 ? (long)speciesPerClass[c] : (long)speciesPerClass[c] * (speciesPerClass[c] - 1) / 2).Aggregate(1L, (a, b) => a * b);
}

/// <summary>Enumeration of patterns in one supercell.</summary>
public static class Patterns
{
    /// <summary>
    /// Every pattern of just this supercell (none superperiodic) whose shares of the second species are 0 or among the ratios: representatives of the orbits under <see cref="SupercellGroup"/>, by
    /// rising number of second-species sites of the classes in turn, then by mask. Goes through all Π C(n, k) colourings; throws <see cref="InputException"/> above 2·10⁸ of them.
    /// </summary>
    public static IEnumerable<Pattern> In(Aristotype aristotype, SupercellGroup group, IReadOnlySet<Ratio> ratios)
    {
        var counts = group.SitesPerClass.Select(n => Enumerable.Range(0, n).Where(k => k == 0 ? ratios.Contains(new(0, 1)) : ratios.Contains(Ratio.Of(k, n))).ToArray()).ToArray();
        var colourings = counts.Select((ks, c) => ks.Sum(k => Binomial(group.SitesPerClass[c], k))).Aggregate(1.0, (a, b) => a * b);
        if (colourings > 2e8) throw new InputException($"{aristotype.Name}: a supercell of index {group.Hnf.Index} has {colourings:0.#e+0} colourings, more than 2e+8; lower max_index, give smaller supercells or fewer ratios");
        foreach (var ones in Product(counts))
            foreach (var mask in Masks(group, ones, 0))
                if (group.IsRepresentative(mask, out var order)) yield return new(group.Hnf, mask, ones, group.SitesPerClass, order);
    }

    static IEnumerable<ImmutableArray<int>> Product(int[][] choices) =>
        choices.Aggregate((IEnumerable<ImmutableArray<int>>)[[]], (heads, tail) => heads.SelectMany(h => tail.Select(h.Add)));

    // All masks with ones[c] bits in class c.
    static IEnumerable<ulong> Masks(SupercellGroup group, ImmutableArray<int> ones, int @class)
    {
        if (@class == ones.Length) { yield return 0; yield break; }
        var shift = group.SitesPerClass.Take(@class).Sum();
        foreach (var rest in Masks(group, ones, @class + 1))
            foreach (var own in Subsets(group.SitesPerClass[@class], ones[@class])) yield return rest | own << shift;
    }

    /// <summary>All n-bit masks with k ones, rising (Gosper's step).</summary>
    static IEnumerable<ulong> Subsets(int n, int k)
    {
        if (k == 0) { yield return 0; yield break; }
        var last = n == 64 && k == 64 ? ulong.MaxValue : ((1UL << k) - 1) << (n - k);
        for (var mask = last >> (n - k); ; )
        {
            yield return mask;
            if (mask == last) yield break;
            var low = mask & (~mask + 1);
            var ripple = mask + low;
            mask = ripple | ((mask ^ ripple) >> 2) / low;
        }
    }

    static double Binomial(int n, int k) { var b = 1.0; for (var i = 1; i <= k; i++) b = b * (n - k + i) / i; return b; }
}
