using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// <see cref="PairSum"/> from <see cref="PairTables"/>, eight partners at once in single precision: some 130 instructions for eight pairs, neither root nor division nor exponential. Positions are rounded once to 1e-6 Å, forces add up to
/// 1e-6 eV/Å. The order of sums is the list's, and a vector has eight lanes on every machine: the bits are the same everywhere.
/// </summary>
static class PairSumSingle
{
    /// <summary>Marks for <see cref="Evaluate"/>: with energy or without. The forces are the same bits.</summary>
    public readonly struct WithEnergy;
    public readonly struct ForcesOnly;

    /// <summary>Forces (eV/Å) on all points are written to the list's single precision; the energy (eV), 0 where it is not asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe double Evaluate<TMode>(NeighbourList list, int[] type, int types, PairTables tables, double[] cutoffSquared) where TMode : struct
    {
        Array.Clear(list.SingleForces, 0, 4 * (list.PointCount + 1));
        var energy = 0.0;
        var slots = stackalloc int[8];
        Vector256<float> low = Vector256.Create(PairTables.Lowest), high = Vector256.Create(PairTables.Highest);
        fixed (float* points = list.Singles, forces = list.SingleForces, coefficients = tables.Coefficients)
        fixed (int* indices = list.Indices, groups = list.GroupStart)
            for (var i = 0; i < type.Length; i++)
            {
                Vector256<float> ax = default, ay = default, az = default, sum = default;
                Vector256<float> x0 = Vector256.Create(points[4 * i]), y0 = Vector256.Create(points[4 * i + 1]), z0 = Vector256.Create(points[4 * i + 2]);
                var table = (byte*)coefficients + tables.Origin(type[i]);
                for (var g = 0; g < types; g++)
                {
                    int k = groups[i * types + g], end = groups[i * types + g + 1];
                    if (k == end) continue;
                    var cutoff = Vector256.Create((float)cutoffSquared[type[i] * types + list.GroupType[type[i] * types + g]]);
                    for (; k < end; k += 8)
                    {
                        Load(points, indices + k, out var x, out var y, out var z, out var tag);
                        x -= x0; y -= y0; z -= z0;
                        var s = Vector256.FusedMultiplyAdd(x, x, Vector256.FusedMultiplyAdd(y, y, z * z));
                        if (Vector256.LessThan(s, cutoff).ExtractMostSignificantBits() == 0) continue;
                        var bits = Vector256.Min(Vector256.Max(s, low), high).AsInt32();
                        var d = s - (bits & Vector256.Create(PairTables.Mask)).AsSingle();
                        ((Vector256.ShiftRightLogical(bits, PairTables.Shift) & Vector256.Create(PairTables.OffsetMask)) + tag.AsInt32()).Store(slots);
                        Rows(table, slots, out var f0, out var f1, out var f2, out var u0);
                        var f = Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(f2, d, f1), d, f0);
                        if (typeof(TMode) == typeof(WithEnergy))
                            sum += Vector256.FusedMultiplyAdd(-0.5f * d, Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(f2 * (1f / 3), d, 0.5f * f1), d, f0), u0);
                        x *= f; y *= f; z *= f;
                        ax -= x; ay -= y; az -= z;
                        Scatter(forces, indices + k, x, y, z);
                    }
                }
                forces[4 * i] += Sum(ax);
                forces[4 * i + 1] += Sum(ay);
                forces[4 * i + 2] += Sum(az);
                if (typeof(TMode) == typeof(WithEnergy)) energy += Sum(sum);
            }
        return energy;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Sum(Vector256<float> v)
    {
        var h = v.GetLower() + v.GetUpper();
        return (h[0] + h[1]) + (h[2] + h[3]);
    }

    /// <summary>Eight rows of four floats as four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Load(float* points, int* index, out Vector256<float> x, out Vector256<float> y, out Vector256<float> z, out Vector256<float> w)
    {
        x = Vector256.Create(Vector128.Load(points + index[0]), Vector128.Load(points + index[4]));
        y = Vector256.Create(Vector128.Load(points + index[1]), Vector128.Load(points + index[5]));
        z = Vector256.Create(Vector128.Load(points + index[2]), Vector128.Load(points + index[6]));
        w = Vector256.Create(Vector128.Load(points + index[3]), Vector128.Load(points + index[7]));
        Transpose(ref x, ref y, ref z, ref w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Rows(byte* table, int* offset, out Vector256<float> x, out Vector256<float> y, out Vector256<float> z, out Vector256<float> w)
    {
        x = Vector256.Create(Vector128.Load((float*)(table + offset[0])), Vector128.Load((float*)(table + offset[4])));
        y = Vector256.Create(Vector128.Load((float*)(table + offset[1])), Vector128.Load((float*)(table + offset[5])));
        z = Vector256.Create(Vector128.Load((float*)(table + offset[2])), Vector128.Load((float*)(table + offset[6])));
        w = Vector256.Create(Vector128.Load((float*)(table + offset[3])), Vector128.Load((float*)(table + offset[7])));
        Transpose(ref x, ref y, ref z, ref w);
    }

    /// <summary>Adds the eight force vectors to the eight points, one point after the other (the dummy may stand several times; the fourth number is of no meaning).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Scatter(float* forces, int* index, Vector256<float> x, Vector256<float> y, Vector256<float> z)
    {
        var w = z;
        Transpose(ref x, ref y, ref z, ref w);
        Add(forces + index[0], x.GetLower());
        Add(forces + index[4], x.GetUpper());
        Add(forces + index[1], y.GetLower());
        Add(forces + index[5], y.GetUpper());
        Add(forces + index[2], z.GetLower());
        Add(forces + index[6], z.GetUpper());
        Add(forces + index[3], w.GetLower());
        Add(forces + index[7], w.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Add(float* force, Vector128<float> f) => (Vector128.Load(force) + f).Store(force);

    /// <summary>Transposes the 4x4 blocks of both halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose(ref Vector256<float> a, ref Vector256<float> b, ref Vector256<float> c, ref Vector256<float> d)
    {
        if (Avx.IsSupported)
        {
            Vector256<float> p = Avx.UnpackLow(a, b), q = Avx.UnpackLow(c, d), r = Avx.UnpackHigh(a, b), s = Avx.UnpackHigh(c, d);
            a = Avx.Shuffle(p, q, 0x44);
            b = Avx.Shuffle(p, q, 0xEE);
            c = Avx.Shuffle(r, s, 0x44);
            d = Avx.Shuffle(r, s, 0xEE);
            return;
        }
        var (e, f, g, h) = (a, b, c, d);
        a = Vector256.Create(e[0], f[0], g[0], h[0], e[4], f[4], g[4], h[4]);
        b = Vector256.Create(e[1], f[1], g[1], h[1], e[5], f[5], g[5], h[5]);
        c = Vector256.Create(e[2], f[2], g[2], h[2], e[6], f[6], g[6], h[6]);
        d = Vector256.Create(e[3], f[3], g[3], h[3], e[7], f[7], g[7], h[7]);
    }
}
