using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>A short basis of the same lattice: few images and few reciprocal vectors are then needed, however skew the given cell is.</summary>
static class LatticeReduction
{
    /// <summary>The integer matrix U (determinant ±1) for which the rows of U·cell are pairwise reduced.</summary>
    public static Mat3 Transformation(in Mat3 cell)
    {
        Span<Vec3> b = [cell.A, cell.B, cell.C];
        Span<Vec3> u = [new(1, 0, 0), new(0, 1, 0), new(0, 0, 1)];
        for (var round = 0; round < 100; round++)
        {
            var changed = false;
            for (var i = 0; i < 3; i++)
                for (var j = 0; j < 3; j++)
                {
                    if (i == j) continue;
                    var ratio = b[i].Dot(b[j]) / b[j].LengthSquared;
                    if (Math.Abs(ratio) < 0.5 + 1e-6) continue; // the margin keeps a hexagonal cell from flipping for ever
                    var m = Math.Round(ratio);
                    b[i] -= m * b[j];
                    u[i] -= m * u[j];
                    changed = true;
                }
            if (!changed) break;
        }
        return new(u[0], u[1], u[2]);
    }
}
