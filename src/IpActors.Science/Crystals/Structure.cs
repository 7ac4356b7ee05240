using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>A periodic structure: cell (rows are lattice vectors, Å), element symbols, fractional coordinates (row vectors, r = f·cell).</summary>
public sealed record Structure(Mat3 Cell, ImmutableArray<string> Species, ImmutableArray<Vec3> Fractional)
{
    public int Count => Species.Length;
    public double VolumeA3 => Math.Abs(Cell.Determinant);
    public Vec3 Cartesian(int i) => Fractional[i] * Cell;

    /// <summary>Elements with their numbers of atoms in the cell, in order of first appearance.</summary>
    public IReadOnlyList<(string Element, int Count)> Composition()
    {
        var order = new List<string>();
        var counts = new Dictionary<string, int>();
        foreach (var s in Species) { if (!counts.TryGetValue(s, out var n)) order.Add(s); counts[s] = n + 1; }
        return order.ConvertAll(e => (e, counts[e]));
    }

    public bool Equals(Structure? other) =>
        other is not null && Cell == other.Cell && Species.AsSpan().SequenceEqual(other.Species.AsSpan()) && Fractional.AsSpan().SequenceEqual(other.Fractional.AsSpan());
    public override int GetHashCode() => HashCode.Combine(Cell, Species.Length, Fractional.Length == 0 ? default : Fractional[0]);
}
