using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// The reciprocal part of Ewald's sum: E = Σ g |S(k)|² over <see cref="ReciprocalRows"/>, S = Σ q e^{ik·r}. Phases by recurrence along the three axes. Rows (h, k) share e^{i(hx + ky)}; l and -l share their products, so that
/// one k costs six multiply-adds per atom. O(atoms · volume). Thread-confined.
/// </summary>
sealed class ReciprocalSum
{
    readonly int _n, _padded;
    readonly ReciprocalRows _rows;
    readonly double[] _charge, _fx, _fy, _fz, _pc, _ps, _ta, _tb, _tc;
    readonly double[][] _cos = [[], [], []], _sin = [[], [], []];
    double[] _row = [];

    public ReciprocalSum(double[] charges, EwaldSettings settings)
    {
        _n = charges.Length;
        _padded = (_n + 7) / 8 * 8;
        _rows = new(settings, null);
        double[] New() => new double[_padded];
        (_charge, _fx, _fy, _fz, _pc, _ps, _ta, _tb, _tc) = (New(), New(), New(), New(), New(), New(), New(), New(), New());
        charges.CopyTo(_charge, 0);
    }

    /// <summary>Adds forces (eV/Å) to the first n entries of <paramref name="forces"/> (stride 4) and the strain derivative (eV); returns the energy (eV).</summary>
    public double Evaluate(in Mat3 basis, double[] points, double[] forces, ref Mat3 strain)
    {
        if (basis != _rows.Basis) Prepare(basis);
        var (a, b, c) = _rows.Reciprocal;
        Phases(points);
        Array.Clear(_ta); Array.Clear(_tb); Array.Clear(_tc);
        double energy = 0;
        Mat3 outer = default;
        foreach (var (h, k, l, start) in _rows.Rows)
        {
            RowPhase(h, k);
            Structure(l, start, out var e, out var w0, out var w1, out var w2);
            energy += e;
            var p = h * a + k * b;
            var cross = Mat3.Outer(p, c);
            outer += w0 * Mat3.Outer(p, p) + w1 * (cross + cross.Transposed) + w2 * Mat3.Outer(c, c);
            Pull(h, k, l);
        }
        for (var i = 0; i < _n; i++)
        {
            var f = _ta[i] * a + _tb[i] * b + _tc[i] * c;
            forces[4 * i] += f.X;
            forces[4 * i + 1] += f.Y;
            forces[4 * i + 2] += f.Z;
        }
        strain += outer - energy * Mat3.Identity;
        return energy;
    }

    /// <summary>Lists the rows for this cell.</summary>
    void Prepare(in Mat3 basis)
    {
        _rows.Prepare(basis);
        for (var axis = 0; axis < 3; axis++)
            if (_cos[axis].Length < (_rows.Max[axis] + 1) * _padded) (_cos[axis], _sin[axis]) = (new double[(_rows.Max[axis] + 1) * _padded], new double[(_rows.Max[axis] + 1) * _padded]);
        if (_row.Length < 8 * (_rows.Max[2] + 4)) _row = new double[8 * (_rows.Max[2] + 4)];
    }

    void Phases(double[] points)
    {
        var inverse = _rows.Basis.Inverse;
        for (var i = 0; i < _n; i++)
        {
            var f = new Vec3(points[4 * i], points[4 * i + 1], points[4 * i + 2]) * inverse;
            (_fx[i], _fy[i], _fz[i]) = (f.X, f.Y, f.Z);
        }
        Powers(_fx, _cos[0], _sin[0], _rows.Max[0]);
        Powers(_fy, _cos[1], _sin[1], _rows.Max[1]);
        Powers(_fz, _cos[2], _sin[2], _rows.Max[2]);
    }

    void Powers(double[] fraction, double[] cos, double[] sin, int max)
    {
        for (var i = 0; i < _padded; i += 4)
        {
            Vector256<double> c = Vector256.Create(1.0), s = Vector256<double>.Zero;
            var (c1, s1) = VectorMath.CosSinTwoPi(Vector256.LoadUnsafe(ref fraction[i]));
            for (var m = 0; m <= max; m++)
            {
                c.StoreUnsafe(ref cos[m * _padded + i]);
                s.StoreUnsafe(ref sin[m * _padded + i]);
                (c, s) = (c * c1 - s * s1, c * s1 + s * c1);
            }
        }
    }

    /// <summary>q e^{i(hx + ky)} of every atom.</summary>
    void RowPhase(int h, int k)
    {
        var sign = Vector256.Create(k < 0 ? -1.0 : 1.0);
        int ho = h * _padded, ko = Math.Abs(k) * _padded;
        for (var i = 0; i < _padded; i += 4)
        {
            Vector256<double> c = Vector256.LoadUnsafe(ref _cos[0][ho + i]), s = Vector256.LoadUnsafe(ref _sin[0][ho + i]), q = Vector256.LoadUnsafe(ref _charge[i]);
            Vector256<double> u = q * Vector256.LoadUnsafe(ref _cos[1][ko + i]), v = q * sign * Vector256.LoadUnsafe(ref _sin[1][ko + i]);
            (c * u - s * v).StoreUnsafe(ref _pc[i]);
            (c * v + s * u).StoreUnsafe(ref _ps[i]);
        }
    }

    /// <summary>
    /// Structure factors of one row, its energy, the moments Σ b|S|² l^m (m = 0, 1, 2; the strain derivative needs no more) and, per l, the eight
    /// coefficients with which <see cref="Pull"/> forms the forces.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void Structure(int lMax, int start, out double energy, out double w0, out double w1, out double w2)
    {
        (energy, w0, w1, w2) = (0, 0, 0, 0);
        fixed (double* pc = _pc, ps = _ps, cz = _cos[2], sz = _sin[2], row = _row)
            for (var l = 0; l <= lMax; l++)
            {
                Vector256<double> cc = default, ss = default, sc = default, cs = default;
                double* zc = cz + l * _padded, zs = sz + l * _padded;
                for (var i = 0; i < _padded; i += 4)
                {
                    Vector256<double> a = Vector256.Load(pc + i), b = Vector256.Load(ps + i), c = Vector256.Load(zc + i), d = Vector256.Load(zs + i);
                    cc = Vector256.FusedMultiplyAdd(a, c, cc);
                    ss = Vector256.FusedMultiplyAdd(b, d, ss);
                    sc = Vector256.FusedMultiplyAdd(b, c, sc);
                    cs = Vector256.FusedMultiplyAdd(a, d, cs);
                }
                double p = VectorMath.SumLanes(cc), q = VectorMath.SumLanes(ss), r = VectorMath.SumLanes(sc), t = VectorMath.SumLanes(cs);
                double plusRe = p - q, plusIm = r + t, minusRe = p + q, minusIm = r - t;
                double plus2 = plusRe * plusRe + plusIm * plusIm, minus2 = minusRe * minusRe + minusIm * minusIm;
                double gp = _rows.GPlus[start + l], gm = _rows.GMinus[start + l], ep = _rows.BPlus[start + l] * plus2, em = _rows.BMinus[start + l] * minus2;
                energy += gp * plus2 + gm * minus2;
                w0 += ep + em;
                w1 += (ep - em) * l;
                w2 += (ep + em) * l * l;
                double rp = 2 * gp * plusRe, ip = -2 * gp * plusIm, rm = 2 * gm * minusRe, im = -2 * gm * minusIm;
                var o = row + 8 * l;
                (o[0], o[1], o[2], o[3]) = (rp + rm, ip - im, ip + im, rp - rm);
                (o[4], o[5], o[6], o[7]) = (l * (rp - rm), l * (ip + im), l * (ip - im), l * (rp + rm));
            }
    }

    /// <summary>Forces of one row along a*, b*, c*: Im(P W) times h, k and Im(P W') with W = Σ_l of coefficient times e^{±ilz}.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void Pull(int h, int k, int lMax)
    {
        Vector256<double> hv = Vector256.Create((double)h), kv = Vector256.Create((double)k);
        fixed (double* pc = _pc, ps = _ps, cz = _cos[2], sz = _sin[2], row = _row, ta = _ta, tb = _tb, tc = _tc)
            for (var i = 0; i < _padded; i += 8)
            {
                Vector256<double> wr = default, wi = default, vr = default, vi = default, wr2 = default, wi2 = default, vr2 = default, vi2 = default;
                for (var l = 0; l <= lMax; l++)
                {
                    double* zc = cz + l * _padded + i, zs = sz + l * _padded + i, o = row + 8 * l;
                    Vector256<double> c = Vector256.Load(zc), s = Vector256.Load(zs), c2 = Vector256.Load(zc + 4), s2 = Vector256.Load(zs + 4);
                    Vector256<double> a = Vector256.Create(o[0]), b = Vector256.Create(o[1]);
                    wr = Vector256.FusedMultiplyAdd(a, c, wr) - b * s;
                    wr2 = Vector256.FusedMultiplyAdd(a, c2, wr2) - b * s2;
                    a = Vector256.Create(o[2]); b = Vector256.Create(o[3]);
                    wi = Vector256.FusedMultiplyAdd(a, c, Vector256.FusedMultiplyAdd(b, s, wi));
                    wi2 = Vector256.FusedMultiplyAdd(a, c2, Vector256.FusedMultiplyAdd(b, s2, wi2));
                    a = Vector256.Create(o[4]); b = Vector256.Create(o[5]);
                    vr = Vector256.FusedMultiplyAdd(a, c, vr) - b * s;
                    vr2 = Vector256.FusedMultiplyAdd(a, c2, vr2) - b * s2;
                    a = Vector256.Create(o[6]); b = Vector256.Create(o[7]);
                    vi = Vector256.FusedMultiplyAdd(a, c, Vector256.FusedMultiplyAdd(b, s, vi));
                    vi2 = Vector256.FusedMultiplyAdd(a, c2, Vector256.FusedMultiplyAdd(b, s2, vi2));
                }
                Add(pc + i, ps + i, wr, wi, vr, vi, hv, kv, ta + i, tb + i, tc + i);
                Add(pc + i + 4, ps + i + 4, wr2, wi2, vr2, vi2, hv, kv, ta + i + 4, tb + i + 4, tc + i + 4);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Add(double* pc, double* ps, Vector256<double> wr, Vector256<double> wi, Vector256<double> vr, Vector256<double> vi, Vector256<double> h, Vector256<double> k, double* ta, double* tb, double* tc)
    {
        Vector256<double> c = Vector256.Load(pc), s = Vector256.Load(ps);
        var along = Vector256.FusedMultiplyAdd(c, wi, s * wr);
        Vector256.FusedMultiplyAdd(h, along, Vector256.Load(ta)).Store(ta);
        Vector256.FusedMultiplyAdd(k, along, Vector256.Load(tb)).Store(tb);
        (Vector256.FusedMultiplyAdd(c, vi, s * vr) + Vector256.Load(tc)).Store(tc);
    }
}
