using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>Which of a composition's microstates a space keeps.</summary>
public enum Keep
{
    /// <summary>At most <see cref="SpaceOptions.Cap"/>, see <see cref="MicrostateChoice"/>.</summary>
    Cap,
    /// <summary>The first of each space group.</summary>
    OnePerSpaceGroup,
    All,
}

/// <summary>Which superlattices a space covers.</summary>
public enum Supercells
{
    /// <summary>Those that tile the aristotype's covering supercells.</summary>
    Covering,
    /// <summary>Every one up to <see cref="SpaceOptions.MaxIndex"/>, which must then be given.</summary>
    All,
}

/// <summary>A (formula, space group) pair that a capped space must hold.</summary>
public sealed record PinnedPair
{
    public Formula Formula { get; }
    public string SpaceGroup { get; }

    /// <summary>Any multiple of the reduced formula; the space group in spglib's spelling (Pm-3m, P4_2/mmc), "Pm3-m" being read as Pm-3m.</summary>
    public PinnedPair(string formula, string spaceGroup) => (Formula, SpaceGroup) = (Formula.Parse(formula).Reduced(), spaceGroup.Replace("3-", "-3", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));

    public override string ToString() => $"{Formula} {SpaceGroup}";
}

/// <summary>A chemical space. The default is the published one: three aristotypes, four chalcogens on X, four halogens on Z, at most 8 microstates a composition, 10,200 compounds.</summary>
public sealed record SpaceOptions
{
    public ImmutableArray<Aristotype> Aristotypes { get; init; } = Enumeration.Aristotypes.All;
    public ImmutableArray<string> X { get; init; } = Formula.Chalcogens;
    public ImmutableArray<string> Z { get; init; } = Formula.Halogens;
    /// <summary>Shares of one of two species on a class; 0 stands for the pure site, and with r its complement 1 − r is always meant.</summary>
    public ImmutableArray<Ratio> Ratios { get; init; } = [Ratio.Zero, new(1, 4), new(1, 3), Ratio.Half, new(2, 3), new(3, 4)];
    public Supercells Supercells { get; init; } = Supercells.Covering;
    /// <summary>Largest number of parent primitive cells in a compound's primitive cell; null for no limit.</summary>
    public int? MaxIndex { get; init; }
    public Keep Keep { get; init; } = Keep.Cap;
    public int Cap { get; init; } = 8;
    /// <summary>Pairs that come first in a capped space; each must exist in it. Null: the 24 rows of the published Table 2, as far as the space holds them.</summary>
    public ImmutableArray<PinnedPair>? Pinned { get; init; }
    public double SymprecA { get; init; } = Spglib.DefaultSymprecA;

    /// <summary>Species of a class, by atomic number.</summary>
    public ImmutableArray<string> Species(string @class) => [.. (@class == "X" ? X : Z).OrderBy(e => Crystals.Elements.Get(e).Z)];

    /// <summary>Every element that its compounds hold: those of kept sites, then the species of the classes that its aristotypes have.</summary>
    public ImmutableArray<string> Elements => [.. Aristotypes.SelectMany(a => a.Kept).Concat(Has("X") ? X : []).Concat(Has("Z") ? Z : []).Distinct()];
    bool Has(string @class) => Aristotypes.Any(a => a.Classes.Contains(@class));

    /// <summary>The ratios with their complements.</summary>
    public IReadOnlySet<Ratio> AllRatios => Ratios.Concat(Ratios.Select(r => r.Complement)).Select(r => r == new Ratio(1, 1) ? Ratio.Zero : r).ToHashSet();

    /// <summary>Throws <see cref="InputException"/> for options that describe no space.</summary>
    public void Validate()
    {
        if (Aristotypes.Length == 0) throw new InputException("space: no aristotype; name at least one of Li3XZ Li4XZ2 Li7X2Z3, or give your own");
        if (Aristotypes.GroupBy(a => a.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new InputException($"space: aristotype {twice.Key} is given twice");
        foreach (var (name, pool) in (ReadOnlySpan<(string, ImmutableArray<string>)>)[("x", X), ("z", Z)])
        {
            if (!Has(name.ToUpperInvariant())) continue;
            if (pool.Length == 0) throw new InputException($"space: no species on {name}; give at least one element");
            if (pool.FirstOrDefault(e => !Crystals.Elements.Exists(e)) is { } unknown) throw new InputException($"space: unknown element '{TextFields.Shown(unknown)}' on {name}; write symbols such as O or Cl");
            if (pool.Distinct().Count() != pool.Length) throw new InputException($"space: an element is given twice on {name}");
        }
        if (Has("X") && Has("Z") && X.FirstOrDefault(Z.Contains) is { } both) throw new InputException($"space: {both} is on both x and z; an element belongs to one class of sites");
        foreach (var a in Aristotypes)
        {
            if (a.Classes.FirstOrDefault(c => c is not ("X" or "Z")) is { } other) throw new InputException($"aristotype {a.Name}: unknown site class '{other}'; classes are X and Z");
            // A species of a class may sit on kept sites too where the other kept atoms alone have no more symmetry than the parent: no isometry then carries the one into the other.
            if (a.Kept.FirstOrDefault(e => a.Classes.SelectMany(c => Species(c)).Contains(e)) is { } kept && !ParentSymmetry.IsFixedBy(a, e => !a.Classes.Contains(e) && !a.Classes.SelectMany(c => Species(c)).Contains(e)))
                throw new InputException($"aristotype {a.Name}: {kept} sits on an unsubstituted site and cannot be a species of a class, as the other atoms alone are more symmetric and equal orderings would count as different; take it off x or z");
            if (Supercells == Supercells.Covering && a.Covering.Length == 0 && MaxIndex is null) throw new InputException($"aristotype {a.Name} states no supercells; add its supercells, or supercells: all with max_index");
        }
        if (Ratios.Length == 0) throw new InputException("space: no ratio; give at least one, such as 1/2");
        if (Supercells == Supercells.All && MaxIndex is null) throw new InputException("space: supercells: all needs max_index");
        if (MaxIndex is < 1) throw new InputException($"space: max_index is {MaxIndex}; it must be at least 1");
        if (Keep == Keep.Cap && Cap < 1) throw new InputException($"space: cap is {Cap}; it must be at least 1");
    }

    /// <summary>Throws <see cref="InputException"/> for a ratio p/q that no site class can hold: none has two species to choose from and a number of sites divisible by q, in any supercell of the space.</summary>
    public void RequireRatios()
    {
        foreach (var ratio in Ratios.Where(r => !r.IsPure))
            if (!Aristotypes.Any(a => Enumerable.Range(0, a.Classes.Length).Any(c => Species(a.Classes[c]).Length > 1 && Indices(a).Any(i => a.Sites(c).Length * i % ratio.Denominator == 0))))
                throw new InputException($"space: no site can be mixed {ratio}: no supercell has a class of {ratio.Denominator} sites (or a multiple) with two species to put there; take the ratio off, allow larger supercells or give more species");
    }

    // A subgroup of every order divides a finite Abelian group: the superlattices that tile a supercell have all the divisors of its index.
    IEnumerable<int> Indices(Aristotype a) => Supercells == Supercells.All || a.Covering.Length == 0 ? Enumerable.Range(1, MaxIndex ?? 1)
        : a.Covering.SelectMany(m => Enumerable.Range(1, Math.Abs(m.Determinant)).Where(i => Math.Abs(m.Determinant) % i == 0 && i <= (MaxIndex ?? int.MaxValue)));
}
