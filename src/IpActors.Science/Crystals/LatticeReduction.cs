using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>
/// Minkowski reduction: the most compact cell of a lattice, |a| ≤ |b| ≤ |c| with each vector the shortest that completes the ones before it.
/// Greedy algorithm of Nguyen and Stehlé (ACM Trans. Algorithms 5, 46 (2009)), exact in three dimensions. Ties within 1e-9 of a length stay as they are, so that equal lattices
/// written alike come out alike.
/// </summary>
public static class LatticeReduction
{
    const double Tie = 1e-9;

    /// <summary>The reduced right-handed cell R and the unimodular U with R = U · cell (rows are vectors). Throws <see cref="ArithmeticException"/> for a singular cell.</summary>
    public static (Mat3 Cell, IntMat3 Transform) Minkowski(Mat3 cell)
    {
        if (cell.Determinant == 0 || !double.IsFinite(cell.Determinant)) throw new ArithmeticException("the lattice vectors are not independent");
        Span<(Vec3 V, (int X, int Y, int Z) N)> b = [(cell.A, (1, 0, 0)), (cell.B, (0, 1, 0)), (cell.C, (0, 0, 1))];
        // Each round shortens the longest vector by the closest combination of the other two (themselves reduced as a pair); lengths fall strictly, so it ends.
        while (true)
        {
            Sort(b);
            ReducePair(b);
            Sort(b);
            if (!ShortenLast(b)) break;
        }
        var u = new IntMat3(b[0].N.X, b[0].N.Y, b[0].N.Z, b[1].N.X, b[1].N.Y, b[1].N.Z, b[2].N.X, b[2].N.Y, b[2].N.Z);
        var reduced = new Mat3(b[0].V, b[1].V, b[2].V);
        if (reduced.Determinant < 0)
        {
            (u, reduced) = (new(-u.M11, -u.M12, -u.M13, -u.M21, -u.M22, -u.M23, -u.M31, -u.M32, -u.M33), -1 * reduced);
        }
        return (PositiveZeros(reduced), u);
    }

    /// <summary>The same crystal in its Minkowski-reduced cell; Cartesian directions are kept, fractions lie in [0, 1).</summary>
    public static Structure Reduce(Structure s)
    {
        var (cell, u) = Minkowski(s.Cell);
        var toNew = (1.0 / u.Determinant) * u.Adjugate.ToMat3();
        return new(cell, s.Species, [.. s.Fractional.Select(f => Snap(f * toNew))]);
    }

    /// <summary>Whether no integer combination with coefficients in −1, 0, 1 beats a vector of the cell (Minkowski's conditions for three dimensions).</summary>
    public static bool IsReduced(Mat3 cell)
    {
        double a = cell.A.Length, b = cell.B.Length, c = cell.C.Length, slack = Tie * c * 10;
        if (a > b + slack || b > c + slack) return false;
        for (var i = -1; i <= 1; i++)
        {
            if ((cell.B + i * cell.A).Length < b - slack) return false;
            for (var j = -1; j <= 1; j++) if ((cell.C + i * cell.A + j * cell.B).Length < c - slack) return false;
        }
        return true;
    }

    /// <summary>Wraps into [0, 1) and takes rounding noise within 1e-11 of an integer for that integer.</summary>
    internal static Vec3 Snap(Vec3 f) => new(Snap(f.X), Snap(f.Y), Snap(f.Z));
    static double Snap(double v)
    {
        var w = v - Math.Floor(v);
        return w < 1e-11 || w > 1 - 1e-11 ? 0 : w;
    }

    static void Sort(Span<(Vec3 V, (int X, int Y, int Z) N)> b)
    {
        for (var pass = 0; pass < 2; pass++)
            for (var i = 0; i < 2; i++)
                if (b[i + 1].V.Length < b[i].V.Length * (1 - Tie)) (b[i], b[i + 1]) = (b[i + 1], b[i]);
    }

    static void ReducePair(Span<(Vec3 V, (int X, int Y, int Z) N)> b)
    {
        while (true)
        {
            var k = NearestInteger(b[1].V.Dot(b[0].V) / b[0].V.LengthSquared);
            if (k == 0) return;
            b[1] = Minus(b[1], k, b[0]);
            if (b[1].V.Length < b[0].V.Length * (1 - Tie)) (b[0], b[1]) = (b[1], b[0]); else return;
        }
    }

    static bool ShortenLast(Span<(Vec3 V, (int X, int Y, int Z) N)> b)
    {
        double aa = b[0].V.LengthSquared, bb = b[1].V.LengthSquared, ab = b[0].V.Dot(b[1].V), ac = b[0].V.Dot(b[2].V), bc = b[1].V.Dot(b[2].V);
        var det = aa * bb - ab * ab;
        int x = NearestInteger((ac * bb - bc * ab) / det), y = NearestInteger((bc * aa - ac * ab) / det);
        var best = b[2];
        for (var i = x - 1; i <= x + 1; i++)
            for (var j = y - 1; j <= y + 1; j++)
            {
                var candidate = Minus(Minus(b[2], i, b[0]), j, b[1]);
                if (candidate.V.Length < best.V.Length * (1 - Tie)) best = candidate;
            }
        if (best.V == b[2].V) return false;
        b[2] = best;
        return true;
    }

    static (Vec3 V, (int X, int Y, int Z) N) Minus((Vec3 V, (int X, int Y, int Z) N) b, int k, (Vec3 V, (int X, int Y, int Z) N) a) =>
        (b.V - k * a.V, (b.N.X - k * a.N.X, b.N.Y - k * a.N.Y, b.N.Z - k * a.N.Z));

    // Halves within the tie tolerance round towards zero: the vector is left alone.
    static int NearestInteger(double v) => Math.Abs(v) <= 0.5 + Tie ? 0 : (int)Math.Round(v);
    static Mat3 PositiveZeros(Mat3 m) { static Vec3 P(Vec3 v) => new(v.X + 0.0, v.Y + 0.0, v.Z + 0.0); return new(P(m.A), P(m.B), P(m.C)); }
}
