using System.Numerics;
using System.Runtime.Intrinsics;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// Half Verlet list over an explicit set of points: the atoms (sorted by type), their periodic images of lexicographically positive shift, one dummy far
/// away. A group holds the partners of one atom that have one type, padded with the dummy to a multiple of four, first those inside the cutoff.
/// Every pair of the crystal appears once; an atom sees its own images. Thread-confined; grows, never shrinks.
/// </summary>
sealed class NeighbourList(int[] type, int types, double[] cutoffSquared, double skin)
{
    readonly int _n = type.Length;
    readonly int[] _typeStart = TypeStarts(type, types);
    readonly double[] _x0 = new double[type.Length], _y0 = new double[type.Length], _z0 = new double[type.Length];
    readonly Vec3[] _wrap = new Vec3[type.Length];
    readonly double _maxCutoff = Math.Sqrt(cutoffSquared.Max());
    int[] _ghostAtom = [], _far = [];
    Vec3[] _ghostShift = [];
    readonly int[] _ghostTypeStart = new int[types + 1];
    double[] _gx = [], _gy = [], _gz = [];
    Mat3 _cell0Inverse;
    int _ghosts;

    /// <summary>Positions of the points, four doubles each (x, y, z, unused), and the forces on them in the same layout.</summary>
    public double[] Points { get; private set; } = [];
    public double[] Forces { get; private set; } = [];
    public int PointCount => _n + _ghosts;
    public int[] Indices { get; private set; } = new int[1024];
    /// <summary>Group of atom i and type t: Indices[GroupStart[i·types + t]] up to the next group's start.</summary>
    public int[] GroupStart { get; } = new int[type.Length * types + 1];
    public Mat3 Basis { get; private set; } = Mat3.Identity;
    public bool IsBuilt { get; private set; }
    public void Invalidate() => IsBuilt = false;

    /// <summary>The atom a point is an image of.</summary>
    public int AtomOf(int point) => point < _n ? point : _ghostAtom[point - _n];

    /// <summary>
    /// True while no pair inside a cutoff can be missing: with B = B₀(1 + D) and u the displacement beyond the affine one,
    /// (1 - |D|)(cutoff + skin) - 2 max|u| ≥ cutoff.
    /// </summary>
    public bool IsValidFor(in Mat3 cell, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        if (!IsBuilt) return false;
        var f = _cell0Inverse * cell;
        var d = f - Mat3.Identity;
        var strain = Math.Sqrt(d.A.LengthSquared + d.B.LengthSquared + d.C.LengthSquared);
        var free = 0.5 * ((1 - strain) * (_maxCutoff + skin) - _maxCutoff);
        if (!(free > 0)) return false;
        for (var i = 0; i < _n; i++)
        {
            var ux = x[i] - (_x0[i] * f.A.X + _y0[i] * f.B.X + _z0[i] * f.C.X);
            var uy = y[i] - (_x0[i] * f.A.Y + _y0[i] * f.B.Y + _z0[i] * f.C.Y);
            var uz = z[i] - (_x0[i] * f.A.Z + _y0[i] * f.B.Z + _z0[i] * f.C.Z);
            if (!(ux * ux + uy * uy + uz * uz <= free * free)) return false;
        }
        return true;
    }

    /// <summary>Places the points for these positions (atoms in internal order, anywhere in space).</summary>
    public void Update(in Mat3 cell, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        var points = Points;
        for (var i = 0; i < _n; i++)
        {
            var w = _wrap[i] * cell;
            (points[4 * i], points[4 * i + 1], points[4 * i + 2]) = (x[i] - w.X, y[i] - w.Y, z[i] - w.Z);
        }
        for (var g = 0; g < _ghosts; g++)
        {
            var (p, a, s) = (4 * (_n + g), 4 * _ghostAtom[g], _ghostShift[g] * cell);
            (points[p], points[p + 1], points[p + 2]) = (points[a] + s.X, points[a + 1] + s.Y, points[a + 2] + s.Z);
        }
    }

    public void Build(in Mat3 cell, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        var transformation = LatticeReduction.Minkowski(cell).Transform.ToMat3();
        Basis = transformation;
        var b = transformation * cell;
        var inverse = b.Inverse;
        _cell0Inverse = cell.Inverse;
        Vec3 low = new(1, 1, 1), high = Vec3.Zero;
        var fractions = new Vec3[_n];
        for (var i = 0; i < _n; i++)
        {
            (_x0[i], _y0[i], _z0[i]) = (x[i], y[i], z[i]);
            var f = new Vec3(x[i], y[i], z[i]) * inverse;
            var floor = new Vec3(Math.Floor(f.X), Math.Floor(f.Y), Math.Floor(f.Z));
            _wrap[i] = floor * transformation; // in units of the given cell's vectors
            f -= floor;
            fractions[i] = f;
            low = new(Math.Min(low.X, f.X), Math.Min(low.Y, f.Y), Math.Min(low.Z, f.Z));
            high = new(Math.Max(high.X, f.X), Math.Max(high.Y, f.Y), Math.Max(high.Z, f.Z));
        }
        FindGhosts(transformation, inverse, fractions, low, high);
        Reserve();
        Update(cell, x, y, z);
        for (var g = 0; g < _ghosts; g++) (_gx[g], _gy[g], _gz[g]) = (Points[4 * (_n + g)], Points[4 * (_n + g) + 1], Points[4 * (_n + g) + 2]);
        FillGroups();
        IsBuilt = true;
    }

    void FindGhosts(in Mat3 transformation, in Mat3 inverse, Vec3[] fractions, Vec3 low, Vec3 high)
    {
        var range = _maxCutoff + skin;
        var columns = inverse.Transposed;
        var height = new Vec3(1 / columns.A.Length, 1 / columns.B.Length, 1 / columns.C.Length); // distances of opposite faces
        var reach = new Vec3(range / height.X, range / height.Y, range / height.Z);
        int na = (int)(reach.X + 1), nb = (int)(reach.Y + 1), nc = (int)(reach.Z + 1);
        _ghosts = 0;
        for (var t = 0; t < types; t++)
        {
            _ghostTypeStart[t] = _ghosts;
            for (var a = 0; a <= na; a++)
                for (var b = a == 0 ? 0 : -nb; b <= nb; b++)
                    for (var c = a == 0 && b == 0 ? 1 : -nc; c <= nc; c++)
                    {
                        var shift = new Vec3(a, b, c);
                        for (var j = _typeStart[t]; j < _typeStart[t + 1]; j++)
                        {
                            var f = fractions[j] + shift;
                            if (f.X - high.X > reach.X || low.X - f.X > reach.X || f.Y - high.Y > reach.Y || low.Y - f.Y > reach.Y || f.Z - high.Z > reach.Z || low.Z - f.Z > reach.Z) continue;
                            if (_ghosts == _ghostAtom.Length)
                            {
                                Array.Resize(ref _ghostAtom, Math.Max(256, 2 * _ghosts));
                                Array.Resize(ref _ghostShift, _ghostAtom.Length);
                            }
                            _ghostAtom[_ghosts] = j;
                            _ghostShift[_ghosts++] = shift * transformation;
                        }
                    }
        }
        _ghostTypeStart[types] = _ghosts;
    }

    void Reserve()
    {
        var needed = 4 * (PointCount + 1);
        if (Points.Length < needed) (Points, Forces) = (new double[needed + needed / 4], new double[needed + needed / 4]);
        if (_gx.Length < _ghosts + 4) (_gx, _gy, _gz) = (new double[_ghosts + _ghosts / 4 + 4], new double[_ghosts + _ghosts / 4 + 4], new double[_ghosts + _ghosts / 4 + 4]);
        var dummy = 4 * PointCount;
        (Points[dummy], Points[dummy + 1], Points[dummy + 2], Points[dummy + 3]) = (1e8, 1e8, 1e8, 0);
    }

    void FillGroups()
    {
        var count = 0;
        for (var i = 0; i < _n; i++)
        {
            double xi = Points[4 * i], yi = Points[4 * i + 1], zi = Points[4 * i + 2];
            for (var t = 0; t < types; t++)
            {
                GroupStart[i * types + t] = count;
                var inner = cutoffSquared[type[i] * types + t];
                var outer = Math.Pow(Math.Sqrt(inner) + skin, 2);
                var far = 0;
                EnsureIndices(count + _typeStart[t + 1] - _typeStart[t] + _ghostTypeStart[t + 1] - _ghostTypeStart[t] + 4);
                for (var j = Math.Max(i + 1, _typeStart[t]); j < _typeStart[t + 1]; j++)
                {
                    double dx = Points[4 * j] - xi, dy = Points[4 * j + 1] - yi, dz = Points[4 * j + 2] - zi;
                    var s = dx * dx + dy * dy + dz * dz;
                    if (s < inner) Indices[count++] = j;
                    else if (s < outer) _far[far++] = j;
                }
                FindGhostPartners(t, new(xi, yi, zi), inner, outer, ref count, ref far);
                Array.Copy(_far, 0, Indices, count, far);
                count += far;
                while ((count - GroupStart[i * types + t] & 3) != 0) Indices[count++] = PointCount;
            }
        }
        GroupStart[_n * types] = count;
    }

    void FindGhostPartners(int t, Vec3 r, double inner, double outer, ref int count, ref int far)
    {
        Vector256<double> x = Vector256.Create(r.X), y = Vector256.Create(r.Y), z = Vector256.Create(r.Z), limit = Vector256.Create(outer), near = Vector256.Create(inner);
        var (indices, end) = (Indices, _ghostTypeStart[t + 1]);
        for (var g = _ghostTypeStart[t]; g < end; g += 4)
        {
            var dx = Vector256.LoadUnsafe(ref _gx[g]) - x;
            var dy = Vector256.LoadUnsafe(ref _gy[g]) - y;
            var dz = Vector256.LoadUnsafe(ref _gz[g]) - z;
            var s = dx * dx + dy * dy + dz * dz;
            var listed = Vector256.LessThan(s, limit).ExtractMostSignificantBits();
            if (listed == 0) continue;
            if (end - g < 4) listed &= (1u << end - g) - 1;
            var isNear = Vector256.LessThan(s, near).ExtractMostSignificantBits();
            for (; listed != 0; listed &= listed - 1)
            {
                var lane = BitOperations.TrailingZeroCount(listed);
                if ((isNear >> lane & 1) != 0) indices[count++] = _n + g + lane;
                else _far[far++] = _n + g + lane;
            }
        }
    }

    void EnsureIndices(int needed)
    {
        if (_far.Length < PointCount) _far = new int[2 * PointCount];
        if (needed <= Indices.Length) return;
        var longer = new int[2 * needed];
        Indices.CopyTo(longer, 0);
        Indices = longer;
    }

    static int[] TypeStarts(int[] type, int types)
    {
        var start = new int[types + 1];
        foreach (var t in type) start[t + 1]++;
        for (var t = 0; t < types; t++) start[t + 1] += start[t];
        return start;
    }
}
