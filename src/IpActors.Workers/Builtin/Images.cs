using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>Plain enumeration of periodic pairs for sums that are made once per structure.</summary>
static class Images
{
    /// <summary>All ordered pairs (i, j, shift of j) closer than the cutoff, an atom with itself only through a shift. The cell should be reduced.</summary>
    public static IEnumerable<(int I, int J, Vec3 Shift)> Pairs(Mat3 cell, Vec3[] r, double cutoff)
    {
        var inverse = cell.Inverse;
        var columns = inverse.Transposed;
        var reach = cutoff * new Vec3(columns.A.Length, columns.B.Length, columns.C.Length);
        for (var i = 0; i < r.Length; i++)
            for (var j = 0; j < r.Length; j++)
            {
                var f = (r[j] - r[i]) * inverse;
                for (var a = Math.Ceiling(-reach.X - f.X); a <= reach.X - f.X; a++)
                    for (var b = Math.Ceiling(-reach.Y - f.Y); b <= reach.Y - f.Y; b++)
                        for (var c = Math.Ceiling(-reach.Z - f.Z); c <= reach.Z - f.Z; c++)
                        {
                            var shift = new Vec3(a, b, c) * cell;
                            var d2 = (r[j] + shift - r[i]).LengthSquared;
                            if (d2 < cutoff * cutoff && (i != j || d2 > 1e-12)) yield return (i, j, shift);
                        }
            }
    }
}
