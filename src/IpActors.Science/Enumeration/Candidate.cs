using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Enumeration;

/// <summary>
/// One compound of a chemical space: a parent, a superlattice, one or two species on each site class and the pattern they make. Its identity does not depend on the space that listed it: the
/// superlattice and the mask are the least of their orbits, species stand by atomic number.
/// </summary>
public sealed class Candidate : IEquatable<Candidate>
{
    public Aristotype Aristotype { get; }
    public Hnf Hnf { get; }
    /// <summary>Species of each class; the second, where there is one, sits where the mask has a bit.</summary>
    public ImmutableArray<ImmutableArray<string>> Species { get; }
    public ulong Mask { get; }
    /// <summary>Reduced formula; it hides the index.</summary>
    public Formula Formula { get; }
    public SpaceGroup SpaceGroup { get; }
    /// <summary>Parent primitive cells in the compound's primitive cell.</summary>
    public int Index => Hnf.Index;

    public Candidate(Aristotype aristotype, Hnf hnf, ImmutableArray<ImmutableArray<string>> species, ulong mask, Formula formula, SpaceGroup spaceGroup) =>
        (Aristotype, Hnf, Species, Mask, Formula, SpaceGroup) = (aristotype, hnf, species, mask, formula, spaceGroup);

    /// <summary>
    /// Stable, sortable and safe in file names and persistence ids: parent, index, Hermite normal form, species of each class, mask in hexadecimal, as in <c>Li3XZ-08-2.0.0.2.0.2-OS-ClBr-1b69</c>.
    /// </summary>
    public string Id
    {
        get
        {
            var digits = (Enumerable.Range(0, Aristotype.Classes.Length).Sum(c => Aristotype.Sites(c).Length) * Index + 3) / 4;
            return $"{Aristotype.Name}-{Index:00}-{Hnf}-{string.Join('-', Species.Select(s => string.Concat(s)))}-{Mask.ToString("x" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)}";
        }
    }

    /// <summary>The compound of that id; aristotypes other than the built-in ones must be given. Throws <see cref="InputException"/> for an id that no space can have listed.</summary>
    public static Candidate Parse(string id, IEnumerable<Aristotype>? aristotypes = null, double symprecA = Spglib.DefaultSymprecA)
    {
        InputException Wrong(string what) => new($"compound id '{TextFields.Shown(id)}': {what}; ids look like Li3XZ-08-2.0.0.2.0.2-OS-ClBr-1b69");
        var parts = id.Split('-');
        var aristotype = Aristotypes.All.Concat(aristotypes ?? []).LastOrDefault(a => a.Name == parts[0]) ?? throw Wrong($"unknown aristotype '{TextFields.Shown(parts[0])}'");
        if (parts.Length != 4 + aristotype.Classes.Length) throw Wrong($"{4 + aristotype.Classes.Length} parts expected");
        var numbers = parts[2].Split('.').Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).ToArray();
        if (numbers.Length != 6 || numbers.Any(n => n < 0) || numbers[0] * numbers[3] * numbers[5] is < 1 or > SupercellGroup.MaxSites) throw Wrong("no Hermite normal form");
        var hnf = new Hnf(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
        var species = parts[3..^1].Select(FormulaElements).ToImmutableArray();
        if (!ulong.TryParse(parts[^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var mask)) throw Wrong("no mask");
        var group = new SupercellGroup(aristotype, hnf);
        var isMixed = species.Select((s, c) => (mask & group.ClassMask(c)) != 0 == (s.Length == 2)).All(ok => ok);
        if (Superlattices.Representative(aristotype, hnf) != hnf || !isMixed || !group.IsRepresentative(mask, out _)) throw Wrong("not the representative of an ordering");
        var structure = Ordering.Build(aristotype, hnf, mask, (c, second) => species[c][second ? 1 : 0]);
        var candidate = new Candidate(aristotype, hnf, species, mask, Formula.Of(structure).Reduced(), Spglib.SpaceGroup(structure, symprecA));
        return candidate.Id == id ? candidate : throw Wrong("not written as ids are");

        ImmutableArray<string> FormulaElements(string text)
        {
            var found = Formula.TryParse(text, out var f) ? f!.Amounts.Select(a => a.Element).OrderBy(e => Elements.Get(e).Z).ToImmutableArray() : [];
            return found.Length is 1 or 2 ? found : throw Wrong($"'{TextFields.Shown(text)}' names no one or two species");
        }
    }

    /// <summary>
    /// All atoms in the primitive cell, Minkowski-reduced, scaled to the lengths that Shannon's radii suggest; Cartesian axes are the parent's, so the slab normal of n = 1, 2 is z. Atoms are sorted by
    /// element: kept elements first, then the classes by atomic number.
    /// </summary>
    public Structure ToStructure()
    {
        var unscaled = LatticeReduction.Reduce(Ordering.Build(Aristotype, Hnf, Mask, (c, second) => Species[c][second ? 1 : 0]));
        var order = Species.SelectMany(s => s).ToList();
        var index = Enumerable.Range(0, unscaled.Count).OrderBy(i => order.IndexOf(unscaled.Species[i])).ToArray();
        var scale = Aristotype.Scale.Factor([.. Species.Select((_, c) => MeanRadius(c))]);
        return new(scale * unscaled.Cell, [.. index.Select(i => unscaled.Species[i])], [.. index.Select(i => unscaled.Fractional[i])]);
    }

    double MeanRadius(int @class)
    {
        if (Species[@class].Length == 1) return ShannonRadii.Find(Species[@class][0]) ?? double.NaN;
        var before = Enumerable.Range(0, @class).Sum(c => Aristotype.Sites(c).Length) * Index;
        var sites = Aristotype.Sites(@class).Length * Index;
        var share = (double)System.Numerics.BitOperations.PopCount(Mask >> before << (64 - sites)) / sites;
        return (1 - share) * (ShannonRadii.Find(Species[@class][0]) ?? double.NaN) + share * (ShannonRadii.Find(Species[@class][1]) ?? double.NaN);
    }

    public bool Equals(Candidate? other) => other is not null && Id == other.Id;
    public override bool Equals(object? obj) => Equals(obj as Candidate);
    public override int GetHashCode() => HashCode.Combine(Hnf, Mask);
    public override string ToString() => $"{Formula} {SpaceGroup.Symbol} {Id}";
}
