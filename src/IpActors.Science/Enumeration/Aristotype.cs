using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>A parent structure whose orderings are enumerated: a primitive cell whose species are elements (kept as they are) or the names of site classes (to be coloured).</summary>
/// <param name="name">Letters, digits and '_': it begins every compound's id.</param>
/// <param name="parent">Primitive cell; sites of a class carry the class's name as their species.</param>
/// <param name="classes">Names of the site classes, in the order of species in ids and of bits in patterns (the first class has the lowest bits).</param>
/// <param name="covering">Supercells, rows in <paramref name="parent"/>'s vectors, whose orderings (with those of everything that tiles them) make the default space.</param>
public sealed class Aristotype(string name, Structure parent, ImmutableArray<string> classes, ImmutableArray<IntMat3> covering) : IEquatable<Aristotype>
{
    readonly Lazy<ImmutableArray<ParentOperation>> _operations = new(() => ParentSymmetry.Operations(parent));

    public string Name => name;
    public Structure Parent => parent;
    public ImmutableArray<string> Classes => classes;
    public ImmutableArray<IntMat3> Covering => covering;

    /// <summary>The parent's space group as operations that keep the class of every site, one per rotation.</summary>
    public ImmutableArray<ParentOperation> Operations => _operations.Value;

    /// <summary>Factor on the parent cell's lengths for a content.</summary>
    public CellScale Scale { get; init; } = CellScale.None;

    /// <summary>Elements on the sites that are kept, in order of first appearance.</summary>
    public IEnumerable<string> Kept => parent.Species.Where(s => !classes.Contains(s)).Distinct();

    /// <summary>Sites of a class in the parent cell.</summary>
    public ImmutableArray<int> Sites(int @class) => [.. Enumerable.Range(0, parent.Count).Where(i => parent.Species[i] == classes[@class])];

    /// <summary>Equal in all that it is made from.</summary>
    public bool Equals(Aristotype? o) => o is not null && name == o.Name && parent.Equals(o.Parent) && classes.AsSpan().SequenceEqual(o.Classes.AsSpan()) && covering.AsSpan().SequenceEqual(o.Covering.AsSpan()) && Scale.Equals(o.Scale);
    public override bool Equals(object? obj) => Equals(obj as Aristotype);
    public override int GetHashCode() => HashCode.Combine(name, parent.Count, covering.Length);
    public override string ToString() => name;
}
