using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>The directions in which diffusion is counted: all three, the plane about a slab normal, or one line.</summary>
public readonly record struct DiffusionSpace(Vec3? SlabNormal, Vec3? Line = null)
{
    public static readonly DiffusionSpace Bulk;
    public static DiffusionSpace Plane(Vec3 normal) => new((1 / normal.Length) * normal);
    public static DiffusionSpace Along(Vec3 direction) => new(null, (1 / direction.Length) * direction);
    /// <summary>d of Eq. 5: 3, 2 in the plane, 1 along a line.</summary>
    public int Dimensions => Line is not null ? 1 : SlabNormal is null ? 3 : 2;
    /// <summary>|Δr|², |Δr|² - (n·Δr)² in the plane, (e·Δr)² along a line.</summary>
    public double Square(Vec3 d) => Line is { } e ? Power2(e.Dot(d)) : SlabNormal is { } n ? Math.Max(0, d.LengthSquared - Power2(n.Dot(d))) : d.LengthSquared;

    const double HalfPlace = 1.1102230246251565e-16; // 2^-53

    /// <summary>Math.Pow(x, 2) to the bit, ten times as fast: x x, unless that lies so near the middle of two doubles that a power, right to 0.54 of the last place, may fall to the other.</summary>
    static double Power2(double x)
    {
        var p = x * x;
        var half = HalfPlace * BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(p) & 0x7FF0000000000000); // of the last place
        return p > 1e-200 && Math.Abs(Math.FusedMultiplyAdd(x, x, -p)) <= 0.9 * half ? p : Math.Pow(x, 2);
    }
}

/// <summary>MSD at one lag: the tensor ⟨Δr Δrᵀ⟩ in Å², from which every axis and plane follows.</summary>
public readonly record struct MsdPoint(double LagPs, Mat3 TensorA2)
{
    public double TotalA2 => TensorA2.Trace;
    public double Along(Vec3 unit) => unit.Dot(TensorA2 * unit);
    public double In(DiffusionSpace space) => space.Line is { } e ? Along(e) : space.SlabNormal is { } n ? TotalA2 - Along(n) : TotalA2;
}

/// <summary>Mean squared displacement (Eq. 4).</summary>
public static class MeanSquaredDisplacement
{
    /// <summary>
    /// MSD(m) = 1/(N_atoms (F - m)) Σ_i Σ_k Δr_i Δr_iᵀ with Δr_i = r_i(k+m) - r_i(k), over all F - m overlapping time origins. Direct sum, O(F · atoms · lags).
    /// </summary>
    public static MsdPoint[] Tensors(Trajectory t, IReadOnlyList<int> lags)
    {
        var points = new MsdPoint[lags.Count];
        for (var n = 0; n < lags.Count; n++)
        {
            var (m, p, row) = (lags[n], t.PositionsA, t.Atoms * 3);
            if (m < 1 || m >= t.Frames) throw new InputException($"lag of {m} frames in a trajectory of {t.Frames}; give lags from 1 to {t.Frames - 1}");
            double xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0;
            var end = (t.Frames - m) * row;
            for (var o = 0; o < end; o += 3)
            {
                var q = o + m * row;
                double x = p[q] - p[o], y = p[q + 1] - p[o + 1], z = p[q + 2] - p[o + 2];
                xx += x * x; yy += y * y; zz += z * z; xy += x * y; xz += x * z; yz += y * z;
            }
            var s = 3.0 / end;
            points[n] = new(m * t.FrameStepPs, s * new Mat3(new(xx, xy, xz), new(xy, yy, yz), new(xz, yz, zz)));
        }
        return points;
    }

    /// <summary>y_k = 1/N Σ_i |Δr_i|² for each origin k = 0..origins-1 at one lag, in the given directions.</summary>
    public static double[] PerOrigin(Trajectory t, int lag, int origins, DiffusionSpace space)
    {
        var y = new double[origins];
        for (var k = 0; k < origins; k++)
        {
            var sum = 0.0;
            for (var a = 0; a < t.Atoms; a++) sum += space.Square(t.At(k + lag, a) - t.At(k, a));
            y[k] = sum / t.Atoms;
        }
        return y;
    }

    /// <summary>At most <paramref name="count"/> distinct lags from first to last, evenly spaced in the logarithm.</summary>
    public static int[] LogLags(int first, int last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (int)Math.Round(first * Math.Pow((double)last / first, count == 1 ? 0 : (double)i / (count - 1)))).Distinct()];
}
