using IpActors.Science.Crystals;

namespace IpActors.Science.Descriptors;

/// <summary>One face of a Voronoi cell: the atom beyond it, its distance from the central atom (Å) and the area (Å²).</summary>
public readonly record struct VoronoiFace(int Neighbour, double DistanceA, double AreaA2);

/// <summary>The region nearer to one atom than to any other: faces and volume (Å³) = Σ area · distance / 6.</summary>
public sealed record VoronoiCell(double VolumeA3, ImmutableArray<VoronoiFace> Faces)
{
    public double AreaA2 { get; } = Faces.Sum(f => f.AreaA2);
}

/// <summary>
/// The unweighted Voronoi tessellation of a periodic structure: each atom's cell is a cube cut by the bisector planes of its neighbours, nearest first, until the next
/// neighbour is more than twice as far as the farthest vertex. Neighbours come from a radius of 3 (V/N)^(1/3), which grows by half until the cell is closed within it.
/// About N · 100 cuts. Faces of less than 1e-12 Å² are left out.
/// </summary>
public static class PeriodicVoronoi
{
    const double LeastAreaA2 = 1e-12;

    /// <summary>One cell per atom; throws <see cref="InputException"/> when two atoms coincide.</summary>
    public static VoronoiCell[] Cells(Structure structure)
    {
        var neighbours = new PeriodicNeighbours(structure);
        var (cells, found, polyhedron) = (new VoronoiCell[structure.Count], new List<Neighbour>(), new ConvexCell());
        var start = 3 * Math.Cbrt(structure.VolumeA3 / structure.Count);
        for (var i = 0; i < cells.Length; i++)
        {
            var radius = start;
            while (!TryClose(neighbours, i, radius, found, polyhedron)) radius *= 1.5;
            cells[i] = Measure(polyhedron, found);
        }
        return cells;
    }

    static bool TryClose(PeriodicNeighbours neighbours, int i, double radius, List<Neighbour> found, ConvexCell polyhedron)
    {
        neighbours.Around(i, radius, found);
        found.Sort((a, b) => a.SquaredDistance != b.SquaredDistance ? a.SquaredDistance.CompareTo(b.SquaredDistance) : a.Index.CompareTo(b.Index));
        if (found.Count > 0 && found[0].SquaredDistance < 1e-6) throw new InputException($"atoms {i + 1} and {found[0].Index + 1} are {Math.Sqrt(found[0].SquaredDistance):g2} A apart; leave one out");
        polyhedron.Reset(radius);
        for (var k = 0; k < found.Count; k++)
        {
            if (found[k].SquaredDistance > 4 * polyhedron.SquaredRadius) break;
            polyhedron.Cut(found[k].Vector, k);
        }
        return 4 * polyhedron.SquaredRadius <= radius * radius;
    }

    static VoronoiCell Measure(ConvexCell polyhedron, List<Neighbour> found)
    {
        var faces = ImmutableArray.CreateBuilder<VoronoiFace>();
        var volume = 0.0;
        foreach (var (plane, loop) in polyhedron.Faces)
        {
            var face = new VoronoiFace(found[plane].Index, Math.Sqrt(found[plane].SquaredDistance), polyhedron.Area(loop));
            volume += face.AreaA2 * face.DistanceA / 6;
            if (face.AreaA2 > LeastAreaA2) faces.Add(face);
        }
        return new(volume, faces.ToImmutable());
    }
}
