using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Cp2k;

/// <summary>A mesh of k points along the three reciprocal vectors.</summary>
public sealed record KPointMesh(int A, int B, int C)
{
    const double Tie = 1e-6;
    public int Points => A * B * C;
    public bool IsGamma => Points == 1;
    public override string ToString() => $"{A} {B} {C}";

    /// <summary>
    /// The smallest mesh n_i = ceil(x |b_i|) with n_a n_b n_c times the atoms at least <paramref name="perReciprocalAtom"/>: equally spaced in all directions, and the same for any setting that keeps the lengths.
    /// </summary>
    public static KPointMesh Of(Structure s, double perReciprocalAtom)
    {
        var inverse = s.Cell.Inverse.Transposed; // rows are reciprocal vectors without 2 pi
        double[] b = [inverse.A.Length, inverse.B.Length, inverse.C.Length];
        int[] n = [1, 1, 1];
        while ((double)n[0] * n[1] * n[2] * s.Count < perReciprocalAtom * (1 - Tie))
        {
            // The next x at which a direction gets one point more.
            var x = Enumerable.Range(0, 3).Min(i => n[i] / b[i]) * (1 + Tie);
            for (var i = 0; i < 3; i++) n[i] = Math.Max(n[i], (int)Math.Ceiling(x * b[i] * (1 - Tie / 2)));
            for (var i = 0; i < 3; i++) if (n[i] / b[i] <= x) n[i]++;
        }
        return new(n[0], n[1], n[2]);
    }

    /// <summary>Each division rounded up to an even one: Gamma-centred, such a mesh holds the points 0 and 1/2 of every direction.</summary>
    public KPointMesh Even => new(A + A % 2, B + B % 2, C + C % 2);

    /// <summary>The Gamma-centred points of the mesh, fractions of the reciprocal vectors in (-1/2, 1/2], one of each set that time reversal and the crystal's rotations make equal; Gamma first.</summary>
    public ImmutableArray<Vec3> Irreducible(Structure s)
    {
        // k' = k W (row vector) for x' = W x.
        var rotations = Spglib.Operations(s).Select(o => o.Rotation).Distinct().ToArray();
        var seen = new HashSet<(int, int, int)>();
        var points = ImmutableArray.CreateBuilder<Vec3>();
        for (var i = 0; i < A; i++)
            for (var j = 0; j < B; j++)
                for (var k = 0; k < C; k++)
                {
                    if (seen.Contains((i, j, k))) continue;
                    points.Add(new(Half(i, A), Half(j, B), Half(k, C)));
                    foreach (var w in rotations)
                    {
                        double a = (double)i / A, b = (double)j / B, c = (double)k / C;
                        var r = new Vec3(a * w.M11 + b * w.M21 + c * w.M31, a * w.M12 + b * w.M22 + c * w.M32, a * w.M13 + b * w.M23 + c * w.M33);
                        foreach (var sign in (int[])[1, -1])
                            if (Index(sign * r.X, A) is { } p && Index(sign * r.Y, B) is { } q && Index(sign * r.Z, C) is { } t) seen.Add((p, q, t));
                    }
                    seen.Add((i, j, k));
                }
        return points.ToImmutable();

        static double Half(int i, int n) => 2 * i > n ? (double)i / n - 1 : (double)i / n;
        // A rotation that takes the point off the mesh (uneven divisions of equivalent directions) says nothing.
        static int? Index(double f, int n)
        {
            var m = Math.Round(f * n);
            return Math.Abs(f * n - m) < 1e-6 ? (int)(((m % n) + n) % n) : null;
        }
    }
}
