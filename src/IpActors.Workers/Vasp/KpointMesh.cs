using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Vasp;

/// <summary>Choice of k points: by density, on or off Gamma by the crystal's symmetry, and as a list of the irreducible ones.</summary>
public static class KpointMesh
{
    /// <summary>k points per reciprocal atom: N_k · N_atoms.</summary>
    public const double Density = 1000;
    const double Same = 1e-6;

    /// <summary>
    /// The coarsest mesh n_i = max(1, round(L |b_i|)) with n1 n2 n3 · atoms ≥ density: divisions in proportion to the lengths of the reciprocal vectors, so that points are evenly dense in all directions, and equal vectors get equal divisions.
    /// </summary>
    public static (int N1, int N2, int N3) Of(Mat3 cell, int atoms, double density = Density)
    {
        var b = Lengths(cell);
        var n = new[] { 1, 1, 1 };
        while ((double)n[0] * n[1] * n[2] * atoms < density - Same)
        {
            // The next length at which a division goes up by one; directions alike to rounding go together.
            var next = Enumerable.Range(0, 3).Min(i => (n[i] + 0.5) / b[i]);
            for (var i = 0; i < 3; i++)
                if ((n[i] + 0.5) / b[i] <= next * (1 + Same)) n[i]++;
        }
        return (n[0], n[1], n[2]);
    }

    static double[] Lengths(Mat3 cell)
    {
        var g = cell.Inverse.Transposed;
        return [g.A.Length, g.B.Length, g.C.Length];
    }

    /// <summary>
    /// Whether Monkhorst and Pack's mesh, off Gamma by half a step along even divisions, is mapped onto itself by the crystal's rotations: W^T s - s and W^T (e_i / n_i) must be vectors of the mesh. It is not for hexagonal cells, which take Gamma.
    /// </summary>
    public static bool ShiftKeepsSymmetry((int N1, int N2, int N3) mesh, IEnumerable<IntMat3> rotations)
    {
        int[] n = [mesh.N1, mesh.N2, mesh.N3];
        return rotations.All(w => Enumerable.Range(0, 3).All(j =>
        {
            // Component j of (W^T s - s) in steps of the mesh, s_i = 1 / (2 n_i) for even n_i.
            var sum = Enumerable.Range(0, 3).Sum(i => n[i] % 2 == 0 ? w[i, j] * (double)n[j] / (2 * n[i]) : 0) - (n[j] % 2 == 0 ? 0.5 : 0);
            return IsInteger(sum) && Enumerable.Range(0, 3).All(i => IsInteger(w[i, j] * (double)n[j] / n[i]));
        }));
    }

    static bool IsInteger(double v) => Math.Abs(v - Math.Round(v)) < 1e-9;

    /// <summary>The mesh of a structure: Monkhorst-Pack, on Gamma for hexagonal cells and wherever the shifted mesh would break the symmetry.</summary>
    public static Kpoints.Mesh For(Structure s, double density = Density)
    {
        var mesh = Of(s.Cell, s.Count, density);
        var gamma = IsHexagonal(s.Cell) || !ShiftKeepsSymmetry(mesh, Rotations(s));
        return new("automatic mesh", gamma ? KpointsCentre.Gamma : KpointsCentre.Monkhorst, mesh.N1, mesh.N2, mesh.N3);
    }

    /// <summary>Two equal vectors at 60° or 120°, the third upright on both.</summary>
    public static bool IsHexagonal(Mat3 cell)
    {
        const double lengthA = 0.01, cosine = 1e-3;
        for (var k = 0; k < 3; k++)
        {
            var (u, v, w) = (cell[(k + 1) % 3], cell[(k + 2) % 3], cell[k]);
            if (Math.Abs(u.Length - v.Length) < lengthA && Math.Abs(Math.Abs(Cosine(u, v)) - 0.5) < cosine && Math.Abs(Cosine(u, w)) < cosine && Math.Abs(Cosine(v, w)) < cosine) return true;
        }
        return false;
    }

    static double Cosine(Vec3 a, Vec3 b) => a.Dot(b) / (a.Length * b.Length);

    /// <summary>Rotations of the crystal, each once. VASP's own default tolerance, so that it finds the same.</summary>
    public static ImmutableArray<IntMat3> Rotations(Structure s) => [.. Spglib.Operations(s, 1e-5).Select(o => o.Rotation).Distinct()];

    /// <summary>
    /// For band edges: the irreducible points of a mesh on Gamma with their weights, then, at weight 0, the points of the zone boundary that the mesh lacks: {0, 1/2}³ (X, M, R of a cube; an even mesh has them), and K and H of a hexagonal
    /// cell. Reduced by k ~ -k and by the rotations given (none: by k ~ -k alone).
    /// </summary>
    public static Kpoints.List WithZoneBoundary(Mat3 cell, (int N1, int N2, int N3) mesh, IReadOnlyList<IntMat3> rotations)
    {
        int[] n = [mesh.N1, mesh.N2, mesh.N3];
        // A rotation that does not keep the mesh cannot reduce it.
        IntMat3[] kept = [.. rotations.Where(w => Enumerable.Range(0, 3).All(j => Enumerable.Range(0, 3).All(i => w[i, j] * n[j] % n[i] == 0)))];
        var seen = new HashSet<(int, int, int)>();
        var points = ImmutableArray.CreateBuilder<Kpoint>();
        for (var z = 0; z < n[2]; z++)
            for (var y = 0; y < n[1]; y++)
                for (var x = 0; x < n[0]; x++)
                {
                    if (seen.Contains((x, y, z))) continue;
                    var star = kept.Append(IntMat3.Identity).SelectMany(w => new[] { Image(w, x, y, z, n, 1), Image(w, x, y, z, n, -1) }).ToHashSet();
                    seen.UnionWith(star);
                    points.Add(new(Nearest((double)x / n[0], (double)y / n[1], (double)z / n[2]), star.Count));
                }
        foreach (var extra in Boundary(cell))
            if (!InMesh(extra)) points.Add(new(extra, 0));
        return new($"mesh {n[0]} {n[1]} {n[2]} on Gamma and points of the zone boundary", false, points.ToImmutable());

        bool InMesh(Vec3 k) => IsInteger(k.X * n[0]) && IsInteger(k.Y * n[1]) && IsInteger(k.Z * n[2]);
        static Vec3 Nearest(double x, double y, double z) => new(x > 0.5 ? x - 1 : x, y > 0.5 ? y - 1 : y, z > 0.5 ? z - 1 : z);
    }

    // k' = W^T k with k_i = m_i / n_i; exact for rotations that keep the mesh.
    static (int, int, int) Image(IntMat3 w, int x, int y, int z, int[] n, int sign)
    {
        int[] m = [x, y, z];
        int Component(int j)
        {
            var sum = Enumerable.Range(0, 3).Sum(i => w[i, j] * n[j] / n[i] * m[i]);
            return ((sign * sum) % n[j] + n[j]) % n[j];
        }
        return (Component(0), Component(1), Component(2));
    }

    static IEnumerable<Vec3> Boundary(Mat3 cell)
    {
        for (var z = 0; z < 2; z++) for (var y = 0; y < 2; y++) for (var x = 0; x < 2; x++) yield return new(0.5 * x, 0.5 * y, 0.5 * z);
        if (!IsHexagonal(cell)) yield break;
        for (var k = 0; k < 3; k++)
        {
            var (u, v) = ((k + 1) % 3, (k + 2) % 3);
            if (Math.Abs(Math.Abs(Cosine(cell[u], cell[v])) - 0.5) > 1e-3) continue;
            // K is where three zones meet: (1/3, 1/3) for vectors at 120°, (1/3, -1/3) for 60°.
            var other = Cosine(cell[u], cell[v]) < 0 ? 1.0 / 3 : -1.0 / 3;
            foreach (var height in (double[])[0, 0.5])
            {
                var p = new double[3];
                (p[u], p[v], p[k]) = (1.0 / 3, other, height);
                yield return new(p[0], p[1], p[2]);
            }
        }
    }
}
