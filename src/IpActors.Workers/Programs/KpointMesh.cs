using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Programs;

/// <summary>Divisions of the three reciprocal vectors: chosen by density, tried against the crystal's symmetry, reduced by it.</summary>
public readonly record struct KpointMesh(int A, int B, int C)
{
    /// <summary>k points per reciprocal atom: N_k · N_atoms.</summary>
    public const double Density = 1000;
    const double Same = 1e-6;

    public int Points => A * B * C;
    public bool IsGamma => Points == 1;
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{A} {B} {C}");

    /// <summary>Each division rounded up to an even one: centred on Gamma, such a mesh holds the points 0 and 1/2 of every direction.</summary>
    public KpointMesh Even => new(A + A % 2, B + B % 2, C + C % 2);

    /// <summary>
    /// The coarsest mesh n_i = max(1, round(L |b_i|)) with n1 n2 n3 · atoms ≥ density: divisions in proportion to the lengths of the reciprocal vectors, so that points are evenly dense in all directions, and equal vectors get equal divisions.
    /// </summary>
    public static KpointMesh Of(Mat3 cell, int atoms, double density = Density)
    {
        var g = cell.Inverse.Transposed;
        double[] b = [g.A.Length, g.B.Length, g.C.Length];
        int[] n = [1, 1, 1];
        while ((double)n[0] * n[1] * n[2] * atoms < density - Same)
        {
            // The next length at which a division goes up by one; directions alike to rounding go together.
            var next = Enumerable.Range(0, 3).Min(i => (n[i] + 0.5) / b[i]);
            for (var i = 0; i < 3; i++)
                if ((n[i] + 0.5) / b[i] <= next * (1 + Same)) n[i]++;
        }
        return new(n[0], n[1], n[2]);
    }

    /// <summary>Rotations of the crystal, each once. VASP's own default tolerance (Å), so that it finds the same.</summary>
    public static ImmutableArray<IntMat3> Rotations(Structure s, double symprec = 1e-5) => [.. Spglib.Operations(s, symprec).Select(o => o.Rotation).Distinct()];

    /// <summary>
    /// Whether Monkhorst and Pack's mesh, off Gamma by half a step along even divisions, is mapped onto itself by the crystal's rotations: W^T s - s and W^T (e_i / n_i) must be vectors of the mesh. It is not for hexagonal cells, which take Gamma.
    /// </summary>
    public bool ShiftKeepsSymmetry(IEnumerable<IntMat3> rotations)
    {
        int[] n = [A, B, C];
        return rotations.All(w => Enumerable.Range(0, 3).All(j =>
        {
            // Component j of (W^T s - s) in steps of the mesh, s_i = 1 / (2 n_i) for even n_i.
            var sum = Enumerable.Range(0, 3).Sum(i => n[i] % 2 == 0 ? w[i, j] * (double)n[j] / (2 * n[i]) : 0) - (n[j] % 2 == 0 ? 0.5 : 0);
            return IsInteger(sum) && Enumerable.Range(0, 3).All(i => IsInteger(w[i, j] * (double)n[j] / n[i]));
        }));
    }

    /// <summary>Whether a point (fractions) is one of the mesh centred on Gamma.</summary>
    public bool Holds(Vec3 k) => IsInteger(k.X * A) && IsInteger(k.Y * B) && IsInteger(k.Z * C);

    static bool IsInteger(double v) => Math.Abs(v - Math.Round(v)) < 1e-9;

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

    internal static double Cosine(Vec3 a, Vec3 b) => a.Dot(b) / (a.Length * b.Length);

    /// <summary>
    /// The points of the mesh centred on Gamma, fractions of the reciprocal vectors in (-1/2, 1/2], one of each set that k ~ -k and the rotations (none: k ~ -k alone) make equal, with the number of points in its set; Gamma first.
    /// </summary>
    public ImmutableArray<(Vec3 Point, int Weight)> Irreducible(IReadOnlyList<IntMat3> rotations)
    {
        int[] n = [A, B, C];
        // A rotation that does not keep the mesh cannot reduce it.
        IntMat3[] kept = [.. rotations.Where(w => Enumerable.Range(0, 3).All(j => Enumerable.Range(0, 3).All(i => w[i, j] * n[j] % n[i] == 0)))];
        var seen = new HashSet<(int, int, int)>();
        var points = ImmutableArray.CreateBuilder<(Vec3, int)>();
        for (var z = 0; z < n[2]; z++)
            for (var y = 0; y < n[1]; y++)
                for (var x = 0; x < n[0]; x++)
                {
                    if (seen.Contains((x, y, z))) continue;
                    var star = kept.Append(IntMat3.Identity).SelectMany(w => new[] { Image(w, x, y, z, n, 1), Image(w, x, y, z, n, -1) }).ToHashSet();
                    seen.UnionWith(star);
                    points.Add((Nearest((double)x / n[0], (double)y / n[1], (double)z / n[2]), star.Count));
                }
        return points.ToImmutable();

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
}
