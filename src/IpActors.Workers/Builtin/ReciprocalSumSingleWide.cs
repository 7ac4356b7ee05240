using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IpActors.Workers.Builtin;

/// <summary>The two loops over waves on AVX-512, to the bit what the narrow ones give.</summary>
sealed partial class ReciprocalSumSingle
{
    /// <summary>Asked of the processor: Vector512.IsHardwareAccelerated says no on some where these are still the faster.</summary>
    static bool IsWide => Avx512DQ.IsSupported;

    AlignedFloats _cosPairs = new(0), _sinPairs = new(0); // eight atoms of wave l, then the same of l + 1

    void PrepareWide()
    {
        var needed = (Waves(2) + 1) * _padded;
        if (_cosPairs.Length < needed) (_cosPairs, _sinPairs) = (new(needed), new(needed));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void Interleave()
    {
        var (waves, padded, filled) = (Waves(2), _padded, _filled);
        fixed (float* cos = _cos[2], sin = _sin[2], cosPairs = _cosPairs, sinPairs = _sinPairs)
            for (var l = 0; l <= waves; l += 2)
            {
                float* c = cos + l * padded, s = sin + l * padded, cTo = cosPairs + l * padded, sTo = sinPairs + l * padded;
                for (var i = 0; i < filled; i += 8)
                {
                    Vector512.Create(Vector256.Load(c + i), Vector256.Load(c + padded + i)).Store(cTo + 2 * i);
                    Vector512.Create(Vector256.Load(s + i), Vector256.Load(s + padded + i)).Store(sTo + 2 * i);
                }
            }
    }

    /// <summary>All rows, four l at a time, two in each vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void StructureWide()
    {
        var (padded, filled) = (_padded, _filled);
        var rows = CollectionsMarshal.AsSpan(_rows.Rows);
        fixed (float* pc = _pc, ps = _ps, cx = _cos[0], sx = _sin[0], cy = _cos[1], sy = _sin[1], cz = _cosPairs, sz = _sinPairs, coefficients = _coefficients, weights = _weights)
            foreach (ref readonly var row in rows)
            {
                Products(cx + row.H * padded, sx + row.H * padded, cy + Math.Abs(row.K) * padded, sy + Math.Abs(row.K) * padded, row.K < 0 ? -1f : 1f, pc, ps, padded);
                for (var l = 0; l <= row.L; l += 4)
                {
                    float* g = weights + 4 * (row.Start + l), o = coefficients + 8 * (row.Start + l);
                    if (l + 2 <= row.L) FourWaves(pc, ps, cz + l * padded, sz + l * padded, 2 * padded, filled, g, o, l);
                    else TwoWaves(pc, ps, cz + l * padded, sz + l * padded, filled, g, o, l);
                }
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Products(float* xc, float* xs, float* yc, float* ys, float sign, float* pc, float* ps, int padded)
    {
        for (var i = 0; i < padded; i += 16)
        {
            Vector512<float> c = Vector512.Load(xc + i), s = Vector512.Load(xs + i), u = Vector512.Load(yc + i), v = Vector512.Create(sign) * Vector512.Load(ys + i);
            Vector512.FusedMultiplyAdd(c, u, -(s * v)).Store(pc + i);
            Vector512.FusedMultiplyAdd(c, v, s * u).Store(ps + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void FourWaves(float* pc, float* ps, float* zc, float* zs, int next, int filled, float* weights, float* o, int l)
    {
        Vector512<float> cc = default, ss = default, sc = default, cs = default, cc2 = default, ss2 = default, sc2 = default, cs2 = default;
        for (var i = 0; i < filled; i += 8)
        {
            Vector512<float> a = Avx512DQ.BroadcastVector256ToVector512(pc + i), b = Avx512DQ.BroadcastVector256ToVector512(ps + i), c = Vector512.Load(zc + 2 * i), d = Vector512.Load(zs + 2 * i);
            cc = Vector512.FusedMultiplyAdd(a, c, cc);
            ss = Vector512.FusedMultiplyAdd(b, d, ss);
            sc = Vector512.FusedMultiplyAdd(b, c, sc);
            cs = Vector512.FusedMultiplyAdd(a, d, cs);
            c = Vector512.Load(zc + next + 2 * i);
            d = Vector512.Load(zs + next + 2 * i);
            cc2 = Vector512.FusedMultiplyAdd(a, c, cc2);
            ss2 = Vector512.FusedMultiplyAdd(b, d, ss2);
            sc2 = Vector512.FusedMultiplyAdd(b, c, sc2);
            cs2 = Vector512.FusedMultiplyAdd(a, d, cs2);
        }
        Pair(cc, ss, sc, cs, weights, o, l);
        Pair(cc2, ss2, sc2, cs2, weights + 8, o + 16, l + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void TwoWaves(float* pc, float* ps, float* zc, float* zs, int filled, float* weights, float* o, int l)
    {
        Vector512<float> cc = default, ss = default, sc = default, cs = default;
        for (var i = 0; i < filled; i += 8)
        {
            Vector512<float> a = Avx512DQ.BroadcastVector256ToVector512(pc + i), b = Avx512DQ.BroadcastVector256ToVector512(ps + i), c = Vector512.Load(zc + 2 * i), d = Vector512.Load(zs + 2 * i);
            cc = Vector512.FusedMultiplyAdd(a, c, cc);
            ss = Vector512.FusedMultiplyAdd(b, d, ss);
            sc = Vector512.FusedMultiplyAdd(b, c, sc);
            cs = Vector512.FusedMultiplyAdd(a, d, cs);
        }
        Pair(cc, ss, sc, cs, weights, o, l);
    }

    /// <summary>The coefficients of l, in the lower halves, and of l + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Pair(Vector512<float> cc, Vector512<float> ss, Vector512<float> sc, Vector512<float> cs, float* weights, float* o, int l)
    {
        Vector512<float> a = cc - ss, b = sc + cs, c = cc + ss, d = sc - cs;
        Coefficients(Sums(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()), weights, o, l);
        Coefficients(Sums(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper()), weights + 4, o + 8, l + 1);
    }

    /// <summary>Whole blocks of 32 atoms; returns where the rest begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe int PullWide()
    {
        var padded = _padded;
        var rows = CollectionsMarshal.AsSpan(_rows.Rows);
        var i = 0;
        fixed (float* cx = _cos[0], sx = _sin[0], cy = _cos[1], sy = _sin[1], cz = _cos[2], sz = _sin[2], coefficients = _coefficients)
            for (; i + 32 <= padded; i += 32)
            {
                Vector512<float> ta = default, tb = default, tc = default, ta2 = default, tb2 = default, tc2 = default;
                foreach (ref readonly var row in rows)
                {
                    Vector512<float> wr = default, wi = default, vr = default, vi = default, wr2 = default, wi2 = default, vr2 = default, vi2 = default;
                    float* zc = cz + i, zs = sz + i, o = coefficients + 8 * row.Start;
                    for (var end = o + 8 * row.L; o <= end; zc += padded, zs += padded, o += 8)
                    {
                        Vector512<float> c = Vector512.Load(zc), s = Vector512.Load(zs), c2 = Vector512.Load(zc + 16), s2 = Vector512.Load(zs + 16);
                        Vector512<float> a = Vector512.Create(o[0]), b = Vector512.Create(o[1]);
                        wr = Vector512.FusedMultiplyAdd(a, c, wr); wr2 = Vector512.FusedMultiplyAdd(a, c2, wr2);
                        wr = Vector512.FusedMultiplyAdd(b, s, wr); wr2 = Vector512.FusedMultiplyAdd(b, s2, wr2);
                        a = Vector512.Create(o[2]); b = Vector512.Create(o[3]);
                        wi = Vector512.FusedMultiplyAdd(a, c, wi); wi2 = Vector512.FusedMultiplyAdd(a, c2, wi2);
                        wi = Vector512.FusedMultiplyAdd(b, s, wi); wi2 = Vector512.FusedMultiplyAdd(b, s2, wi2);
                        a = Vector512.Create(o[4]); b = Vector512.Create(o[5]);
                        vr = Vector512.FusedMultiplyAdd(a, c, vr); vr2 = Vector512.FusedMultiplyAdd(a, c2, vr2);
                        vr = Vector512.FusedMultiplyAdd(b, s, vr); vr2 = Vector512.FusedMultiplyAdd(b, s2, vr2);
                        a = Vector512.Create(o[6]); b = Vector512.Create(o[7]);
                        vi = Vector512.FusedMultiplyAdd(a, c, vi); vi2 = Vector512.FusedMultiplyAdd(a, c2, vi2);
                        vi = Vector512.FusedMultiplyAdd(b, s, vi); vi2 = Vector512.FusedMultiplyAdd(b, s2, vi2);
                    }
                    int x = row.H * padded + i, y = Math.Abs(row.K) * padded + i;
                    Vector512<float> h = Vector512.Create((float)row.H), k = Vector512.Create((float)row.K), sign = Vector512.Create(row.K < 0 ? -1f : 1f);
                    TurnWide(cx + x, sx + x, cy + y, sy + y, sign, h, k, wr, wi, vr, vi, ref ta, ref tb, ref tc);
                    TurnWide(cx + x + 16, sx + x + 16, cy + y + 16, sy + y + 16, sign, h, k, wr2, wi2, vr2, vi2, ref ta2, ref tb2, ref tc2);
                }
                ta.StoreUnsafe(ref _ta[i]); ta2.StoreUnsafe(ref _ta[i + 16]);
                tb.StoreUnsafe(ref _tb[i]); tb2.StoreUnsafe(ref _tb[i + 16]);
                tc.StoreUnsafe(ref _tc[i]); tc2.StoreUnsafe(ref _tc[i + 16]);
            }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void TurnWide(float* cx, float* sx, float* cy, float* sy, Vector512<float> sign, Vector512<float> h, Vector512<float> k, Vector512<float> wr, Vector512<float> wi, Vector512<float> vr, Vector512<float> vi,
        ref Vector512<float> ta, ref Vector512<float> tb, ref Vector512<float> tc)
    {
        Vector512<float> xc = Vector512.Load(cx), xs = Vector512.Load(sx), yc = Vector512.Load(cy), ys = sign * Vector512.Load(sy);
        Vector512<float> pc = Vector512.FusedMultiplyAdd(xc, yc, -(xs * ys)), ps = Vector512.FusedMultiplyAdd(xc, ys, xs * yc);
        var along = Vector512.FusedMultiplyAdd(pc, wi, ps * wr);
        ta = Vector512.FusedMultiplyAdd(h, along, ta);
        tb = Vector512.FusedMultiplyAdd(k, along, tb);
        tc = Vector512.FusedMultiplyAdd(pc, vi, Vector512.FusedMultiplyAdd(ps, vr, tc));
    }
}
