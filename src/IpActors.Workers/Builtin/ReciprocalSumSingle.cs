using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// <see cref="ReciprocalSum"/> in single precision, eight atoms at once: phases in double precision at the first wave of each axis, products in single. Two passes: structure factors row by row, then forces eight atoms after eight, all rows in
/// registers. O(atoms · volume). Thread-confined. (On AVX-512 these two loops took two thirds of the time and whole steps as long as before: left out.)
/// </summary>
sealed class ReciprocalSumSingle
{
    readonly int _n, _filled, _padded; // to whole vectors of eight, of sixteen
    readonly ReciprocalRows _rows;
    readonly double[] _fx, _fy, _fz;
    readonly AlignedFloats _charge, _pc, _ps, _ta, _tb, _tc;
    readonly AlignedFloats[] _cos = [new(0), new(0), new(0)], _sin = [new(0), new(0), new(0)]; // along the first axis times the charge
    AlignedFloats _coefficients = new(0), _weights = new(0); // 2g, -2g of l, 2g, -2g of -l

    public ReciprocalSumSingle(double[] charges, EwaldSettings settings, ProlateSplit split)
    {
        _n = charges.Length;
        _filled = (_n + 7) / 8 * 8;
        _padded = (_n + 15) / 16 * 16;
        _rows = new(settings, split);
        (_fx, _fy, _fz) = (new double[_padded], new double[_padded], new double[_padded]);
        AlignedFloats New() => new(_padded);
        (_charge, _pc, _ps, _ta, _tb, _tc) = (New(), New(), New(), New(), New(), New());
        for (var i = 0; i < _n; i++) _charge[i] = (float)charges[i];
    }

    /// <summary>Adds forces (eV/Å) to those of the n atoms (stride 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddForces(in Mat3 basis, double[] points, double[] forces)
    {
        if (basis != _rows.Basis) Prepare(basis);
        Phases(points);
        double energy = 0;
        Mat3 strain = default;
        foreach (var row in _rows.Rows) Structure(row, false, ref energy, ref strain);
        Pull(forces);
    }

    /// <summary>The same, and the strain derivative (eV) is added to; returns the energy (eV).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Evaluate(in Mat3 basis, double[] points, double[] forces, ref Mat3 strain)
    {
        if (basis != _rows.Basis) Prepare(basis);
        Phases(points);
        double energy = 0;
        foreach (var row in _rows.Rows) Structure(row, true, ref energy, ref strain);
        strain -= energy * Mat3.Identity;
        Pull(forces);
        return energy;
    }

    void Prepare(in Mat3 basis)
    {
        _rows.Prepare(basis);
        for (var axis = 0; axis < 3; axis++)
        {
            var needed = (Waves(axis) + 1) * _padded;
            if (_cos[axis].Length < needed) (_cos[axis], _sin[axis]) = (new(needed), new(needed));
        }
        if (_coefficients.Length < 8 * _rows.Weights) (_coefficients, _weights) = (new(10 * _rows.Weights), new(5 * _rows.Weights));
        for (var p = 0; p < _rows.Weights; p++)
        {
            float plus = 2 * (float)_rows.GPlus[p], minus = 2 * (float)_rows.GMinus[p];
            (_weights[4 * p], _weights[4 * p + 1], _weights[4 * p + 2], _weights[4 * p + 3]) = (plus, -plus, minus, -minus);
        }
    }

    /// <summary>The highest wave formed along an axis: along the third whole pairs, as Structure takes two at a time.</summary>
    int Waves(int axis) => axis == 2 ? _rows.Max[2] | 1 : _rows.Max[axis];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Phases(double[] points)
    {
        var inverse = _rows.Basis.Inverse;
        var (a, b, c, i) = (inverse.A, inverse.B, inverse.C, 0);
        for (; i + 4 <= _n; i += 4)
        {
            Vector256<double> x = Vector256.LoadUnsafe(ref points[4 * i]), y = Vector256.LoadUnsafe(ref points[4 * i + 4]), z = Vector256.LoadUnsafe(ref points[4 * i + 8]), w = Vector256.LoadUnsafe(ref points[4 * i + 12]);
            PairSum.Transpose(ref x, ref y, ref z, ref w);
            (x * a.X + y * b.X + z * c.X).StoreUnsafe(ref _fx[i]);
            (x * a.Y + y * b.Y + z * c.Y).StoreUnsafe(ref _fy[i]);
            (x * a.Z + y * b.Z + z * c.Z).StoreUnsafe(ref _fz[i]);
        }
        for (; i < _n; i++)
        {
            var f = new Vec3(points[4 * i], points[4 * i + 1], points[4 * i + 2]) * inverse;
            (_fx[i], _fy[i], _fz[i]) = (f.X, f.Y, f.Z);
        }
        Powers(_fx, 0, true);
        Powers(_fy, 1, false);
        Powers(_fz, 2, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Powers(double[] fraction, int axis, bool charged)
    {
        var (cos, sin, max) = (_cos[axis], _sin[axis], Waves(axis));
        for (var i = 0; i < _filled; i += 8)
        {
            var (cLow, sLow) = VectorMath.CosSinTwoPi(Vector256.LoadUnsafe(ref fraction[i]));
            var (cHigh, sHigh) = VectorMath.CosSinTwoPi(Vector256.LoadUnsafe(ref fraction[i + 4]));
            Vector256<float> c1 = Vector256.Narrow(cLow, cHigh), s1 = Vector256.Narrow(sLow, sHigh);
            Vector256<float> c = charged ? Vector256.LoadUnsafe(ref _charge[i]) : Vector256.Create(1f), s = default;
            for (var m = 0; m <= max; m++)
            {
                c.StoreUnsafe(ref cos[m * _padded + i]);
                s.StoreUnsafe(ref sin[m * _padded + i]);
                (c, s) = (Vector256.FusedMultiplyAdd(c, c1, -(s * s1)), Vector256.FusedMultiplyAdd(c, s1, s * c1));
            }
        }
    }

    /// <summary>Structure factors of one row and, per l, the eight coefficients with which <see cref="Pull"/> forms the forces; energy and Σ b k kᵀ where asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void Structure((int H, int K, int L, int Start) row, bool whole, ref double energy, ref Mat3 strain)
    {
        var (padded, filled) = (_padded, _filled);
        var sign = Vector256.Create(row.K < 0 ? -1f : 1f);
        fixed (float* pc = _pc, ps = _ps, xc = &_cos[0][row.H * padded], xs = &_sin[0][row.H * padded], yc = &_cos[1][Math.Abs(row.K) * padded], ys = &_sin[1][Math.Abs(row.K) * padded], cz = _cos[2], sz = _sin[2], coefficients = _coefficients, weights = _weights)
        {
            for (var i = 0; i < filled; i += 8)
            {
                Vector256<float> c = Vector256.Load(xc + i), s = Vector256.Load(xs + i), u = Vector256.Load(yc + i), v = sign * Vector256.Load(ys + i);
                Vector256.FusedMultiplyAdd(c, u, -(s * v)).Store(pc + i);
                Vector256.FusedMultiplyAdd(c, v, s * u).Store(ps + i);
            }
            for (var l = 0; l <= row.L; l += 2)
            {
                Vector256<float> cc = default, ss = default, sc = default, cs = default, cc2 = default, ss2 = default, sc2 = default, cs2 = default;
                float* zc = cz + l * padded, zs = sz + l * padded;
                for (var i = 0; i < filled; i += 8)
                {
                    Vector256<float> a = Vector256.Load(pc + i), b = Vector256.Load(ps + i), c = Vector256.Load(zc + i), d = Vector256.Load(zs + i);
                    cc = Vector256.FusedMultiplyAdd(a, c, cc);
                    ss = Vector256.FusedMultiplyAdd(b, d, ss);
                    sc = Vector256.FusedMultiplyAdd(b, c, sc);
                    cs = Vector256.FusedMultiplyAdd(a, d, cs);
                    c = Vector256.Load(zc + padded + i);
                    d = Vector256.Load(zs + padded + i);
                    cc2 = Vector256.FusedMultiplyAdd(a, c, cc2);
                    ss2 = Vector256.FusedMultiplyAdd(b, d, ss2);
                    sc2 = Vector256.FusedMultiplyAdd(b, c, sc2);
                    cs2 = Vector256.FusedMultiplyAdd(a, d, cs2);
                }
                var first = Sums(cc - ss, sc + cs, cc + ss, sc - cs);
                var second = Sums(cc2 - ss2, sc2 + cs2, cc2 + ss2, sc2 - cs2);
                Coefficients(first, weights + 4 * (row.Start + l), coefficients + 8 * (row.Start + l), l);
                Coefficients(second, weights + 4 * (row.Start + l + 1), coefficients + 8 * (row.Start + l + 1), l + 1);
                if (!whole) continue;
                Whole(row, l, first, ref energy, ref strain);
                Whole(row, l + 1, second, ref energy, ref strain);
            }
        }
    }

    /// <summary>From Re S(+l), Im S(+l), Re S(-l), Im S(-l).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Coefficients(Vector128<float> s, float* weights, float* o, int l)
    {
        var w = Vector128.Load(weights) * s; // g S*, for l and -l: p + iq, r + it
        var first = Vector128.Shuffle(w, Vector128.Create(0, 3, 1, 0)) + (Vector128.Shuffle(w, Vector128.Create(2, 1, 3, 2)) ^ Vector128.Create(0f, -0f, 0f, -0f)); // p + r, t - q, q + t, p - r
        first.Store(o);
        (Vector128.Create(1f, -1f, -1f, 1f) * (float)l * Vector128.Shuffle(first, Vector128.Create(3, 2, 1, 0))).Store(o + 4); // l (p - r), -l (q + t), l (q - t), l (p + r)
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Whole((int H, int K, int L, int Start) row, int l, Vector128<float> s, ref double energy, ref Mat3 strain)
    {
        var place = row.Start + l;
        double plus = (double)s[0] * s[0] + (double)s[1] * s[1], minus = (double)s[2] * s[2] + (double)s[3] * s[3];
        energy += _rows.GPlus[place] * plus + _rows.GMinus[place] * minus;
        var (a, b, c) = _rows.Reciprocal;
        Vec3 p = row.H * a + row.K * b, kPlus = p + l * c, kMinus = p - l * c;
        strain += _rows.BPlus[place] * plus * Mat3.Outer(kPlus, kPlus) + _rows.BMinus[place] * minus * Mat3.Outer(kMinus, kMinus);
    }

    /// <summary>Forces along a*, b*, c*: Im(P W) times h, k and Im(P W') with W = Σ_l of coefficient times e^{±ilz}.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void Pull(double[] forces)
    {
        var padded = _padded;
        var rows = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows.Rows);
        fixed (float* cx = _cos[0], sx = _sin[0], cy = _cos[1], sy = _sin[1], cz = _cos[2], sz = _sin[2], coefficients = _coefficients)
            for (var i = 0; i < padded; i += 16)
            {
                Vector256<float> ta = default, tb = default, tc = default, ta2 = default, tb2 = default, tc2 = default;
                foreach (ref readonly var row in rows)
                {
                    Vector256<float> wr = default, wi = default, vr = default, vi = default, wr2 = default, wi2 = default, vr2 = default, vi2 = default;
                    float* zc = cz + i, zs = sz + i, o = coefficients + 8 * row.Start;
                    for (var l = 0; l <= row.L; l++, zc += padded, zs += padded, o += 8)
                    {
                        Vector256<float> c = Vector256.Load(zc), s = Vector256.Load(zs), c2 = Vector256.Load(zc + 8), s2 = Vector256.Load(zs + 8);
                        Vector256<float> a = Vector256.Create(o[0]), b = Vector256.Create(o[1]);
                        wr = Vector256.FusedMultiplyAdd(a, c, wr); wr2 = Vector256.FusedMultiplyAdd(a, c2, wr2);
                        wr = Vector256.FusedMultiplyAdd(b, s, wr); wr2 = Vector256.FusedMultiplyAdd(b, s2, wr2);
                        a = Vector256.Create(o[2]); b = Vector256.Create(o[3]);
                        wi = Vector256.FusedMultiplyAdd(a, c, wi); wi2 = Vector256.FusedMultiplyAdd(a, c2, wi2);
                        wi = Vector256.FusedMultiplyAdd(b, s, wi); wi2 = Vector256.FusedMultiplyAdd(b, s2, wi2);
                        a = Vector256.Create(o[4]); b = Vector256.Create(o[5]);
                        vr = Vector256.FusedMultiplyAdd(a, c, vr); vr2 = Vector256.FusedMultiplyAdd(a, c2, vr2);
                        vr = Vector256.FusedMultiplyAdd(b, s, vr); vr2 = Vector256.FusedMultiplyAdd(b, s2, vr2);
                        a = Vector256.Create(o[6]); b = Vector256.Create(o[7]);
                        vi = Vector256.FusedMultiplyAdd(a, c, vi); vi2 = Vector256.FusedMultiplyAdd(a, c2, vi2);
                        vi = Vector256.FusedMultiplyAdd(b, s, vi); vi2 = Vector256.FusedMultiplyAdd(b, s2, vi2);
                    }
                    int x = row.H * padded + i, y = Math.Abs(row.K) * padded + i;
                    Vector256<float> h = Vector256.Create((float)row.H), k = Vector256.Create((float)row.K), sign = Vector256.Create(row.K < 0 ? -1f : 1f);
                    Turn(cx + x, sx + x, cy + y, sy + y, sign, h, k, wr, wi, vr, vi, ref ta, ref tb, ref tc);
                    Turn(cx + x + 8, sx + x + 8, cy + y + 8, sy + y + 8, sign, h, k, wr2, wi2, vr2, vi2, ref ta2, ref tb2, ref tc2);
                }
                ta.StoreUnsafe(ref _ta[i]); ta2.StoreUnsafe(ref _ta[i + 8]);
                tb.StoreUnsafe(ref _tb[i]); tb2.StoreUnsafe(ref _tb[i + 8]);
                tc.StoreUnsafe(ref _tc[i]); tc2.StoreUnsafe(ref _tc[i + 8]);
            }
        Gather(forces);
    }

    /// <summary>From numbers along a*, b*, c* to forces; element by element t_a a* + t_b b* + t_c c*.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Gather(double[] forces)
    {
        var (a, b, c) = _rows.Reciprocal;
        Vector256<double> va = Vector256.Create(a.X, a.Y, a.Z, 0), vb = Vector256.Create(b.X, b.Y, b.Z, 0), vc = Vector256.Create(c.X, c.Y, c.Z, 0);
        for (var i = 0; i < _n; i++)
        {
            var f = Vector256.Create((double)_ta[i]) * va + Vector256.Create((double)_tb[i]) * vb + Vector256.Create((double)_tc[i]) * vc;
            (Vector256.LoadUnsafe(ref forces[4 * i]) + f).StoreUnsafe(ref forces[4 * i]);
        }
    }

    /// <summary>Multiplies a row's inner sums by P = q e^{i(hx + ky)}.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Turn(float* cx, float* sx, float* cy, float* sy, Vector256<float> sign, Vector256<float> h, Vector256<float> k, Vector256<float> wr, Vector256<float> wi, Vector256<float> vr, Vector256<float> vi,
        ref Vector256<float> ta, ref Vector256<float> tb, ref Vector256<float> tc)
    {
        Vector256<float> xc = Vector256.Load(cx), xs = Vector256.Load(sx), yc = Vector256.Load(cy), ys = sign * Vector256.Load(sy);
        Vector256<float> pc = Vector256.FusedMultiplyAdd(xc, yc, -(xs * ys)), ps = Vector256.FusedMultiplyAdd(xc, ys, xs * yc);
        var along = Vector256.FusedMultiplyAdd(pc, wi, ps * wr);
        ta = Vector256.FusedMultiplyAdd(h, along, ta);
        tb = Vector256.FusedMultiplyAdd(k, along, tb);
        tc = Vector256.FusedMultiplyAdd(pc, vi, Vector256.FusedMultiplyAdd(ps, vr, tc));
    }

    /// <summary>The sums over the lanes of four vectors: within each half (0 + 1) + (2 + 3), then the halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (Avx.IsSupported)
        {
            var h = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
            return h.GetLower() + h.GetUpper();
        }
        static float Half(Vector256<float> v, int k) => (v[k] + v[k + 1]) + (v[k + 2] + v[k + 3]);
        return Vector128.Create(Half(a, 0) + Half(a, 4), Half(b, 0) + Half(b, 4), Half(c, 0) + Half(c, 4), Half(d, 0) + Half(d, 4));
    }
}
