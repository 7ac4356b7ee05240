using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>The KPOINTS of a structure: a mesh on or off Gamma by its symmetry, and for band edges a list.</summary>
public static class KpointsOf
{
    /// <summary>Monkhorst-Pack, on Gamma for hexagonal cells and wherever the shifted mesh would break the symmetry.</summary>
    public static Kpoints.Mesh Mesh(Structure s, double density = KpointMesh.Density)
    {
        var mesh = KpointMesh.Of(s.Cell, s.Count, density);
        var gamma = KpointMesh.IsHexagonal(s.Cell) || !mesh.ShiftKeepsSymmetry(KpointMesh.Rotations(s));
        return new("automatic mesh", gamma ? KpointsCentre.Gamma : KpointsCentre.Monkhorst, mesh.A, mesh.B, mesh.C);
    }

    /// <summary>
    /// For band edges: the irreducible points of a mesh on Gamma with their weights, then, at weight 0, the points of the zone boundary that the mesh lacks: {0, 1/2}³ (X, M, R of a cube; an even mesh has them), and K and H of a hexagonal
    /// cell. Reduced by k ~ -k and by the rotations given (none: by k ~ -k alone).
    /// </summary>
    public static Kpoints.List BandEdges(Mat3 cell, KpointMesh mesh, IReadOnlyList<IntMat3> rotations) =>
        new($"mesh {mesh} on Gamma and points of the zone boundary", false, [.. mesh.Irreducible(rotations).Select(p => new Kpoint(p.Point, p.Weight)), .. Boundary(cell).Where(k => !mesh.Holds(k)).Select(k => new Kpoint(k, 0))]);

    static IEnumerable<Vec3> Boundary(Mat3 cell)
    {
        for (var z = 0; z < 2; z++) for (var y = 0; y < 2; y++) for (var x = 0; x < 2; x++) yield return new(0.5 * x, 0.5 * y, 0.5 * z);
        if (!KpointMesh.IsHexagonal(cell)) yield break;
        for (var k = 0; k < 3; k++)
        {
            var (u, v) = ((k + 1) % 3, (k + 2) % 3);
            if (Math.Abs(Math.Abs(KpointMesh.Cosine(cell[u], cell[v])) - 0.5) > 1e-3) continue;
            // K is where three zones meet: (1/3, 1/3) for vectors at 120°, (1/3, -1/3) for 60°.
            var other = KpointMesh.Cosine(cell[u], cell[v]) < 0 ? 1.0 / 3 : -1.0 / 3;
            foreach (var height in (double[])[0, 0.5])
            {
                var p = new double[3];
                (p[u], p[v], p[k]) = (1.0 / 3, other, height);
                yield return new(p[0], p[1], p[2]);
            }
        }
    }
}
