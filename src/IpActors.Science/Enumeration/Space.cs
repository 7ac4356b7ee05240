using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>How large a space is.</summary>
public sealed record SpaceCounts(long Total, ImmutableArray<(string Aristotype, long Count)> ByAristotype, long Compositions);

/// <summary>The compounds of a chemical space, in an order that depends on the options alone: by aristotype, ratios, species, then the microstates in the order of <see cref="MicrostateChoice"/>.</summary>
public static class Space
{
    /// <summary>Lists the space lazily; needs spglib. Throws <see cref="InputException"/> for options that describe no space or pin what it does not hold.</summary>
    public static IEnumerable<Candidate> Enumerate(SpaceOptions options)
    {
        var parts = Parts(options);
        RequirePinned(options, parts);
        return parts.SelectMany(p => p.Compositions().SelectMany(p.Candidates));
    }

    /// <summary>Counts the space without listing it; spglib is needed only to count space groups, or where pairs are pinned by the options themselves.</summary>
    public static SpaceCounts Count(SpaceOptions options)
    {
        var parts = Parts(options);
        if (options.Keep == Keep.Cap && options.Pinned is not null) RequirePinned(options, parts);
        var counts = parts.Select(p => (p.Aristotype.Name, p.Compositions().Sum(p.Count))).ToImmutableArray();
        return new(counts.Sum(c => c.Item2), counts, parts.Sum(p => p.Compositions().LongCount()));
    }

    /// <summary>The compositions of a space, each formula once; no ordering is named and spglib is not needed.</summary>
    public static IEnumerable<Formula> Formulas(SpaceOptions options) => Parts(options).SelectMany(p => p.Compositions().Select(c => c.Formula)).Distinct();

    static List<AristotypeSpace> Parts(SpaceOptions options)
    {
        options.Validate();
        var parts = options.Aristotypes.Select(a => new AristotypeSpace(a, options)).ToList();
        if (!parts.Any(p => p.Compositions().Any()))
            throw new InputException($"space: it holds no compound: no supercell fits the ratios {string.Join(' ', options.Ratios)} on all its sites; add the ratio 1 (pure sites), or allow larger supercells");
        return parts;
    }

    static void RequirePinned(SpaceOptions options, List<AristotypeSpace> parts)
    {
        if (options.Pinned is not { } pinned) return;
        foreach (var pair in pinned)
        {
            var home = parts.SelectMany(p => p.Compositions().Where(c => c.Formula.Equals(pair.Formula)).Select(c => (Part: p, Composition: c))).FirstOrDefault();
            if (home.Part is null) throw new InputException($"space: pinned {pair}: the space has no compound of that formula; take it off the list, or widen the species, ratios or supercells");
            var groups = home.Part.SpaceGroups(home.Composition);
            if (!groups.Contains(pair.SpaceGroup)) throw new InputException($"space: pinned {pair}: the orderings of {pair.Formula} in this space have {string.Join(' ', groups)}; take it off the list, or allow larger supercells");
        }
    }
}
