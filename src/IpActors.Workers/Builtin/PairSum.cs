using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Sum of the pair interactions over a <see cref="NeighbourList"/>. Four partners of one atom are taken at once; lanes add up separately and are
/// joined as (0 + 1) + (2 + 3), atoms in internal order: the result depends only on the list, never on threads.
/// </summary>
static class PairSum
{
    /// <summary>Energy (eV); forces (eV/Å) on all points are written to the list.</summary>
    public static unsafe double Evaluate(NeighbourList list, int[] type, int types, PairInteraction[] interactions)
    {
        Array.Clear(list.Forces, 0, 4 * (list.PointCount + 1));
        var energy = Vector256<double>.Zero;
        fixed (double* points = list.Points, forces = list.Forces)
        fixed (int* indices = list.Indices, groups = list.GroupStart)
            for (var i = 0; i < type.Length; i++)
            {
                Vector256<double> fx = default, fy = default, fz = default;
                var origin = points + 4 * i;
                for (var t = 0; t < types; t++)
                {
                    int start = groups[i * types + t], end = groups[i * types + t + 1], pair = type[i] * types + t;
                    if (start == end) continue;
                    energy += Direct(interactions[pair], points, forces, origin, indices, start, end, ref fx, ref fy, ref fz);
                }
                forces[4 * i] += VectorMath.SumLanes(fx);
                forces[4 * i + 1] += VectorMath.SumLanes(fy);
                forces[4 * i + 2] += VectorMath.SumLanes(fz);
            }
        return VectorMath.SumLanes(energy);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe Vector256<double> Direct(in PairInteraction interaction, double* points, double* forces, double* origin, int* indices, int start, int end, ref Vector256<double> fx, ref Vector256<double> fy, ref Vector256<double> fz)
    {
        Vector256<double> x0 = Vector256.Create(origin[0]), y0 = Vector256.Create(origin[1]), z0 = Vector256.Create(origin[2]), cutoff = Vector256.Create(interaction.CutoffSquared);
        Vector256<double> energy = default, ax = fx, ay = fy, az = fz;
        var local = interaction;
        for (var k = start; k < end; k += 4)
        {
            Load(points, indices + k, out var x, out var y, out var z);
            x -= x0; y -= y0; z -= z0;
            var s = Vector256.FusedMultiplyAdd(x, x, Vector256.FusedMultiplyAdd(y, y, z * z));
            var inside = Vector256.LessThan(s, cutoff);
            if (inside.ExtractMostSignificantBits() == 0) continue;
            local.Evaluate(Vector256.Min(s, cutoff), out var u, out var f);
            energy += u & inside;
            f &= inside;
            x *= f; y *= f; z *= f;
            ax -= x; ay -= y; az -= z;
            Scatter(forces, indices + k, x, y, z);
        }
        (fx, fy, fz) = (ax, ay, az);
        return energy;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Load(double* points, int* index, out Vector256<double> x, out Vector256<double> y, out Vector256<double> z)
    {
        x = Vector256.Load(points + index[0]);
        y = Vector256.Load(points + index[1]);
        z = Vector256.Load(points + index[2]);
        var w = Vector256.Load(points + index[3]);
        Transpose(ref x, ref y, ref z, ref w);
    }

    /// <summary>Adds the four force vectors to the four points, one point after the other (the dummy may stand several times).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Scatter(double* forces, int* index, Vector256<double> x, Vector256<double> y, Vector256<double> z)
    {
        var w = Vector256<double>.Zero;
        Transpose(ref x, ref y, ref z, ref w);
        (Vector256.Load(forces + index[0]) + x).Store(forces + index[0]);
        (Vector256.Load(forces + index[1]) + y).Store(forces + index[1]);
        (Vector256.Load(forces + index[2]) + z).Store(forces + index[2]);
        (Vector256.Load(forces + index[3]) + w).Store(forces + index[3]);
    }

    /// <summary>Rows to columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Transpose(ref Vector256<double> a, ref Vector256<double> b, ref Vector256<double> c, ref Vector256<double> d)
    {
        if (Avx.IsSupported)
        {
            Vector256<double> p = Avx.UnpackLow(a, b), q = Avx.UnpackHigh(a, b), r = Avx.UnpackLow(c, d), s = Avx.UnpackHigh(c, d);
            a = Avx.Permute2x128(p, r, 0x20);
            b = Avx.Permute2x128(q, s, 0x20);
            c = Avx.Permute2x128(p, r, 0x31);
            d = Avx.Permute2x128(q, s, 0x31);
            return;
        }
        var (e, f, g, h) = (a, b, c, d);
        a = Vector256.Create(e[0], f[0], g[0], h[0]);
        b = Vector256.Create(e[1], f[1], g[1], h[1]);
        c = Vector256.Create(e[2], f[2], g[2], h[2]);
        d = Vector256.Create(e[3], f[3], g[3], h[3]);
    }
}
