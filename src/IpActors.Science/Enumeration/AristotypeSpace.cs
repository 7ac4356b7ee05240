using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>One composition: the share of the second species and the species of each class.</summary>
public sealed record Composition(ImmutableArray<Ratio> Shares, ImmutableArray<ImmutableArray<string>> Species, Formula Formula);

/// <summary>The part of a space that derives from one parent. Patterns are found once per share of the second species and stand for all species.</summary>
public sealed class AristotypeSpace
{
    public Aristotype Aristotype { get; }
    readonly SpaceOptions _options;
    readonly Dictionary<Hnf, SupercellGroup> _groups = [];
    readonly List<(ImmutableArray<Ratio> Shares, List<Pattern> Patterns)> _byShares = [];
    readonly Dictionary<string, ImmutableArray<ImmutableArray<NamedPattern>>> _rankings = [];
    readonly Dictionary<string, ImmutableArray<NamedPattern>> _chosen = [];
    readonly ILookup<string, string> _pinned;
    readonly SpaceGroupNamer _namer;

    public AristotypeSpace(Aristotype aristotype, SpaceOptions options)
    {
        (Aristotype, _options, _namer) = (aristotype, options, new(aristotype, options.SymprecA));
        _pinned = (options.Pinned ?? Table2.Pairs).Distinct().ToLookup(p => p.Formula.ToString(), p => p.SpaceGroup);
        var superlattices = options.Supercells == Supercells.All || aristotype.Covering.Length == 0
            ? Enumerable.Range(1, options.MaxIndex!.Value).SelectMany(i => Enumeration.Superlattices.OfIndex(aristotype, i))
            : Enumeration.Superlattices.Tiling(aristotype, aristotype.Covering).Where(h => h.Index <= (options.MaxIndex ?? int.MaxValue));
        foreach (var hnf in superlattices) _groups[hnf] = new(aristotype, hnf);

        var ratios = options.AllRatios;
        var byKey = new SortedDictionary<string, (ImmutableArray<Ratio>, List<Pattern>)>(StringComparer.Ordinal);
        foreach (var group in _groups.Values)
            foreach (var pattern in Patterns.In(aristotype, group, ratios))
            {
                ImmutableArray<Ratio> shares = [.. Enumerable.Range(0, aristotype.Classes.Length).Select(pattern.Share)];
                var key = Key(shares);
                if (!byKey.TryGetValue(key, out var entry)) byKey[key] = entry = (shares, []);
                entry.Item2.Add(pattern);
            }
        _byShares.AddRange(byKey.Values);
    }

    /// <summary>Superlattices in rising order.</summary>
    public IEnumerable<Hnf> Superlattices => _groups.Keys;
    public IEnumerable<Pattern> AllPatterns => _byShares.SelectMany(s => s.Patterns);
    /// <summary>How many times spglib was asked so far.</summary>
    public int SpglibCalls => _namer.Calls;

    /// <summary>All compositions, by shares, then species.</summary>
    public IEnumerable<Composition> Compositions() =>
        from s in _byShares
        from species in Choices(s.Shares)
        select new Composition(s.Shares, species, FormulaOf(s.Patterns[0], species));

    /// <summary>How many candidates a composition has under the options.</summary>
    public long Count(Composition c)
    {
        var all = Find(c).Count;
        if (_options.Keep == Keep.All) return all;
        if (_options.Keep == Keep.OnePerSpaceGroup) return Chosen(c).Count();
        // Counting a capped space names no space groups unless pinned pairs may exceed the cap.
        return _pinned[c.Formula.ToString()].Count() > _options.Cap ? Chosen(c).Count() : Math.Min(all, _options.Cap);
    }

    public IEnumerable<Candidate> Candidates(Composition c) => Chosen(c).Select(p => new Candidate(Aristotype, p.Pattern.Hnf, c.Species, p.Pattern.Mask, c.Formula, p.SpaceGroup));

    /// <summary>Symbols of the space groups among a composition's orderings, by number.</summary>
    public ImmutableArray<string> SpaceGroups(Composition c) => [.. Ranking(c.Shares).SelectMany(e => e).Select(p => p.SpaceGroup).Distinct().OrderBy(g => g.Number).Select(g => g.Symbol)];

    IEnumerable<NamedPattern> Chosen(Composition c)
    {
        var key = Key(c.Shares);
        if (!_chosen.TryGetValue(key, out var chosen)) _chosen[key] = chosen = Choose(Ranking(c.Shares));
        var wanted = _options.Keep == Keep.Cap ? _pinned[c.Formula.ToString()].ToList() : [];
        if (wanted.Count == 0) return chosen;
        // Pinned pairs come first and are kept even where they outnumber the cap.
        var pinned = wanted.Select(symbol => Ranking(c.Shares).SelectMany(e => e).FirstOrDefault(p => p.SpaceGroup.Symbol == symbol)).OfType<NamedPattern>().ToList();
        return pinned.Concat(chosen.Except(pinned)).Take(Math.Max(_options.Cap, pinned.Count));
    }

    ImmutableArray<NamedPattern> Choose(ImmutableArray<ImmutableArray<NamedPattern>> ranking) => _options.Keep switch
    {
        Keep.All => [.. ranking.SelectMany(e => e)],
        Keep.OnePerSpaceGroup => [.. ranking.SelectMany(e => e).DistinctBy(p => p.SpaceGroup.Number)],
        _ => MicrostateChoice.Choose(ranking, _options.Cap),
    };

    /// <summary>Entries in order of preference; ratios above 1/2 take over the order of their complements.</summary>
    ImmutableArray<ImmutableArray<NamedPattern>> Ranking(ImmutableArray<Ratio> shares)
    {
        if (_rankings.TryGetValue(Key(shares), out var known)) return known;
        var swapped = Enumerable.Range(0, shares.Length).Where(c => shares[c] > Ratio.Half).ToList();
        ImmutableArray<ImmutableArray<NamedPattern>> ranking;
        if (swapped.Count == 0)
            ranking = MicrostateChoice.Rank(_byShares.Single(s => s.Shares.SequenceEqual(shares)).Patterns.Select(p => new NamedPattern(p, _namer.Name(_groups[p.Hnf], p.Mask))), h => _groups[h]);
        else
            ranking = [.. Ranking([.. shares.Select(r => r > Ratio.Half ? r.Complement : r)]).Select(e => e.Select(p => MicrostateChoice.Swap(p, swapped, _groups[p.Pattern.Hnf])).ToImmutableArray())];
        return _rankings[Key(shares)] = ranking;
    }

    List<Pattern> Find(Composition c) => _byShares.Single(s => s.Shares.AsSpan().SequenceEqual(c.Shares.AsSpan())).Patterns;

    IEnumerable<ImmutableArray<ImmutableArray<string>>> Choices(ImmutableArray<Ratio> shares) =>
        shares.Select((share, c) => OneOrTwo(_options.Species(Aristotype.Classes[c]), share.IsPure))
            .Aggregate((IEnumerable<ImmutableArray<ImmutableArray<string>>>)[[]], (heads, tails) => heads.SelectMany(h => tails.Select(h.Add)));

    static ImmutableArray<ImmutableArray<string>> OneOrTwo(ImmutableArray<string> pool, bool isPure) => isPure ? [.. pool.Select(e => ImmutableArray.Create(e))]
        : [.. from i in Enumerable.Range(0, pool.Length) from j in Enumerable.Range(i + 1, pool.Length - i - 1) select ImmutableArray.Create(pool[i], pool[j])];

    Formula FormulaOf(Pattern p, ImmutableArray<ImmutableArray<string>> species)
    {
        var kept = Aristotype.Parent.Species.Where(s => !Aristotype.Classes.Contains(s)).Select(s => (s, (double)p.Hnf.Index));
        var coloured = species.SelectMany((pair, c) => pair.Select((e, i) => (e, (double)(i == 1 ? p.Ones[c] : p.Sites[c] - p.Ones[c]))));
        return new Formula(kept.Concat(coloured)).Reduced();
    }

    // Sorts by shares: denominators are at most two digits.
    static string Key(ImmutableArray<Ratio> shares) => string.Join(',', shares.Select(r => $"{r.Numerator / (double)r.Denominator:0.000000}"));
}
