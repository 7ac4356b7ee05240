using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>So many vectors of partners are placed before their forces are formed: two short chains of dependent instructions instead of a long one.</summary>
    const int Block = 32;

    /// <summary>A vector of partners with one inside the cutoff: their vectors from the atom (Å), squared distances above the lower ends of their pieces, byte offsets of their pieces; four times the index of the atom and of the partners.</summary>
    [StructLayout(LayoutKind.Sequential)]
    unsafe struct Placed
    {
        public Vector256<float> X, Y, Z, D;
        public fixed int Slots[8];
        public int* Partners;
        public long Atom;
        readonly long _padding1, _padding2;
    }

    /// <summary>Forces (eV/Å) on all points are written to the list's single precision; the energy (eV), 0 where it is not asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe double Evaluate<TMode>(NeighbourList list, PairTables tables) where TMode : struct
    {
        list.SingleForces.Span[..(4 * (list.PointCount + 1))].Clear();
        var memory = stackalloc byte[(Block + 1) * sizeof(Placed) + 64];
        var placed = (Placed*)((nuint)memory + 63 & ~(nuint)63);
        var sums = new Sums { Atom = -1 };
        fixed (float* points = list.Singles, forces = list.SingleForces, coefficients = tables.Coefficients)
        fixed (int* indices = list.Indices)
        fixed (PartnerVector* vectors = list.Vectors)
        {
            var count = list.VectorCount;
            for (var v = 0; v < count; v += Block)
            {
                var found = Place(points, indices + 8 * v, vectors + v, Math.Min(Block, count - v), placed);
                Add<TMode>(forces, (byte*)coefficients, placed, found, ref sums);
            }
            if (sums.Atom >= 0) sums.Flush(forces);
        }
        return sums.Energy;
    }

    /// <summary>The sums of one atom, lanes apart, and the energy of those before it.</summary>
    struct Sums
    {
        public Vector256<float> X, Y, Z, U;
        public double Energy;
        public long Atom;

        public unsafe void Flush(float* forces)
        {
            forces[Atom] += Sum(X);
            forces[Atom + 1] += Sum(Y);
            forces[Atom + 2] += Sum(Z);
            Energy += Sum(U);
            X = Y = Z = U = default;
        }
    }

    /// <summary>Places vectors of the list, those wholly outside the cutoff left out, and returns how many are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe int Place(float* points, int* indices, PartnerVector* vectors, int count, Placed* placed)
    {
        Vector256<float> low = Vector256.Create(PairTables.Lowest), high = Vector256.Create(PairTables.Highest);
        Vector256<int> mask = Vector256.Create(PairTables.Mask), offsets = Vector256.Create(PairTables.OffsetMask);
        var next = placed;
        for (var end = vectors + count; vectors < end; vectors++, indices += 8)
        {
            var origin = points + vectors->Atom;
            Load(points, indices, out var x, out var y, out var z, out var tag);
            x -= Vector256.Create(origin[0]);
            y -= Vector256.Create(origin[1]);
            z -= Vector256.Create(origin[2]);
            var s = Vector256.FusedMultiplyAdd(x, x, Vector256.FusedMultiplyAdd(y, y, z * z));
            var bits = Vector256.MinNative(Vector256.MaxNative(s, low), high).AsInt32();
            (next->X, next->Y, next->Z, next->D) = (x, y, z, s - (bits & mask).AsSingle());
            ((Vector256.ShiftRightLogical(bits, PairTables.Shift) & offsets) + (tag.AsInt32() + Vector256.Create(vectors->Origin))).Store(next->Slots);
            next->Partners = indices;
            next->Atom = vectors->Atom;
            next += Vector256.LessThan(s, Vector256.Create(vectors->CutoffSquared)).ExtractMostSignificantBits() == 0 ? 0 : 1; // no branch to guess
        }
        return (int)(next - placed);
    }

    /// <summary>Adds the forces of vectors in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Add<TMode>(float* forces, byte* table, Placed* placed, int count, ref Sums sums) where TMode : struct
    {
        Vector256<float> ax = sums.X, ay = sums.Y, az = sums.Z, energy = sums.U;
        var atom = sums.Atom;
        for (var end = placed + count; placed < end; placed++)
        {
            if (placed->Atom != atom)
            {
                if (atom >= 0)
                {
                    forces[atom] += Sum(ax);
                    forces[atom + 1] += Sum(ay);
                    forces[atom + 2] += Sum(az);
                    if (typeof(TMode) == typeof(WithEnergy)) sums.Energy += Sum(energy);
                }
                ax = ay = az = energy = default;
                atom = placed->Atom;
            }
            Rows(table, placed->Slots, out var f0, out var f1, out var f2, out var u0);
            var d = placed->D;
            var f = Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(f2, d, f1), d, f0);
            if (typeof(TMode) == typeof(WithEnergy))
                energy += Vector256.FusedMultiplyAdd(-0.5f * d, Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(f2 * (1f / 3), d, 0.5f * f1), d, f0), u0);
            Vector256<float> x = placed->X * f, y = placed->Y * f, z = placed->Z * f;
            ax -= x; ay -= y; az -= z;
            Scatter(forces, placed->Partners, x, y, z);
        }
        (sums.X, sums.Y, sums.Z, sums.U, sums.Atom) = (ax, ay, az, energy, atom);
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
