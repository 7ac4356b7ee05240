using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Descriptors;

/// <summary>An image of atom <see cref="Index"/> at <see cref="Vector"/> (Å) from the central atom.</summary>
public readonly record struct Neighbour(int Index, Vec3 Vector, double SquaredDistance);

/// <summary>All periodic images around an atom, by the exact range of lattice translations along each axis: |Δf_a + n_a| ≤ R / h_a, h_a the height of the cell.</summary>
public sealed class PeriodicNeighbours
{
    readonly Mat3 _cell;
    readonly Vec3[] _fractional;
    readonly Vec3 _heights;

    /// <summary>Throws <see cref="InputException"/> for a structure without atoms or volume.</summary>
    public PeriodicNeighbours(Structure structure)
    {
        _cell = structure.Cell;
        var volume = structure.VolumeA3;
        if (structure.Count == 0 || !(volume > 1e-6) || !double.IsFinite(volume)) throw new InputException($"structure of {structure.Count} atoms in {volume:g3} A^3 cannot be described; give atoms and a cell");
        _fractional = [.. structure.Fractional.Select(f => f.Wrapped())];
        _heights = new(volume / _cell.B.Cross(_cell.C).Length, volume / _cell.C.Cross(_cell.A).Length, volume / _cell.A.Cross(_cell.B).Length);
    }

    /// <summary>Puts the images within the radius around atom i into <paramref name="found"/> (cleared first), the atom itself left out; not sorted.</summary>
    public void Around(int i, double radiusA, List<Neighbour> found)
    {
        found.Clear();
        var r2 = radiusA * radiusA;
        var reach = new Vec3(radiusA / _heights.X, radiusA / _heights.Y, radiusA / _heights.Z);
        for (var j = 0; j < _fractional.Length; j++)
        {
            var f = _fractional[j] - _fractional[i];
            for (var a = (int)Math.Ceiling(-reach.X - f.X); a <= reach.X - f.X; a++)
                for (var b = (int)Math.Ceiling(-reach.Y - f.Y); b <= reach.Y - f.Y; b++)
                {
                    var start = (f.X + a) * _cell.A + (f.Y + b) * _cell.B;
                    for (var c = (int)Math.Ceiling(-reach.Z - f.Z); c <= reach.Z - f.Z; c++)
                    {
                        if (i == j && a == 0 && b == 0 && c == 0) continue;
                        var v = start + (f.Z + c) * _cell.C;
                        var d2 = v.LengthSquared;
                        if (d2 <= r2) found.Add(new(j, v, d2));
                    }
                }
        }
    }
}
