using IpActors.Science.Crystals;

namespace IpActors.Science.Enumeration;

/// <summary>A parent structure whose orderings are enumerated: a primitive cell whose species are elements (kept as they are) or the names of site classes (to be coloured).</summary>
/// <param name="name">Letters, digits and '_': it begins every compound's id.</param>
/// <param name="parent">Primitive cell; sites of a class carry the class's name as their species.</param>
/// <param name="classes">Names of the site classes, in the order of species in ids and of bits in patterns (the first class has the lowest bits).</param>
/// <param name="covering">Supercells, rows in <paramref name="parent"/>'s vectors, whose orderings (with those of everything that tiles them) make the default space.</param>
public sealed class Aristotype(string name, Structure parent, ImmutableArray<string> classes, ImmutableArray<IntMat3> covering)
{
    readonly Lazy<ImmutableArray<ParentOperation>> _operations = new(() => ParentSymmetry.Operations(parent));

    public string Name => name;
    public Structure Parent => parent;
    public ImmutableArray<string> Classes => classes;
    public ImmutableArray<IntMat3> Covering => covering;

    /// <summary>The parent's space group as operations that keep the class of every site, one per rotation.</summary>
    public ImmutableArray<ParentOperation> Operations => _operations.Value;

    /// <summary>Factor on the parent cell's lengths for a content given as the mean Shannon radius (Å) of each class, so that relaxations start near their minimum.</summary>
    public Func<ImmutableArray<double>, double> Scale { get; init; } = _ => 1.0;

    /// <summary>Sites of a class in the parent cell.</summary>
    public ImmutableArray<int> Sites(int @class) => [.. Enumerable.Range(0, parent.Count).Where(i => parent.Species[i] == classes[@class])];

    public override string ToString() => name;
}
