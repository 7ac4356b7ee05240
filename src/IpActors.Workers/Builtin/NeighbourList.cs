using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>Four times the index of the atom whose partners they are, the square of their cutoff (Å²) and <see cref="PairTables.Origin"/>.</summary>
readonly record struct PartnerVector(int Atom, float CutoffSquared, int Origin);

/// <summary>
/// Half Verlet list over an explicit set of points: the atoms (sorted by type), their periodic images of lexicographically positive shift, one dummy far
/// away. A group holds the partners of one atom whose types share a cutoff (or, unless <paramref name="single"/>, are one type), padded with the dummy to whole vectors, first those inside the cutoff.
/// Every pair of the crystal appears once; an atom sees its own images. Thread-confined; grows, never shrinks.
/// </summary>
/// <param name="single">For <see cref="PairSumSingle"/>: points also in single precision, groups of eight.</param>
sealed partial class NeighbourList(int[] type, int types, double[] cutoffSquared, double skin, bool single)
{
    /// <summary>Taken off the skin for the single precision in which distances are compared, Å.</summary>
    const double Rounding = 1e-4;
    readonly int _n = type.Length, _lanes = single ? 8 : 4;
    readonly int[] _typeStart = TypeStarts(type, types), _ghostTypeStart = new int[types + 1];
    readonly double[] _x0 = new double[type.Length + 3], _y0 = new double[type.Length + 3], _z0 = new double[type.Length + 3]; // to whole vectors
    readonly Vec3[] _wrap = new Vec3[type.Length], _wrapPlace = new Vec3[type.Length], _fractions = new Vec3[type.Length];
    readonly double _maxCutoff = Math.Sqrt(cutoffSquared.Max());
    int[] _ghostAtom = [], _far = [];
    Vec3[] _ghostShift = [];
    double[] _ghostPlace = [];
    float[] _px = [], _py = [], _pz = [];
    Mat3 _cell0Inverse, _placedCell;
    int _ghosts;

    /// <summary>Positions of the points, four doubles each (x, y, z, <see cref="PairTables.TagOf"/>), and the forces on them in the same layout. In single precision only the atoms stand here.</summary>
    public double[] Points { get; private set; } = [];
    public double[] Forces { get; private set; } = [];
    /// <summary>The same for all points, and the forces on them, in single precision.</summary>
    public AlignedFloats Singles { get; private set; } = new(0);
    public AlignedFloats SingleForces { get; private set; } = new(0);
    public int PointCount => _n + _ghosts;
    /// <summary>Four times the index of a point.</summary>
    public int[] Indices { get; private set; } = new int[1024];
    /// <summary>Group g of atom i: Indices[GroupStart[i·types + g]] up to the next group's start. Groups of an atom's type that do not exist are empty.</summary>
    public int[] GroupStart { get; } = new int[type.Length * types + 1];
    /// <summary>What belongs to each vector of eight partners, in single precision only.</summary>
    public PartnerVector[] Vectors { get; private set; } = [];
    public int VectorCount => GroupStart[_n * types] / 8;
    /// <summary>The first partner type of group g of type a at [a·types + g], <c>types</c> where there is none.</summary>
    public int[] GroupType { get; } = Groups(types, cutoffSquared, single);
    public Mat3 Basis { get; private set; } = Mat3.Identity;
    public bool IsBuilt { get; private set; }
    public int Builds { get; private set; }
    public void Invalidate() => IsBuilt = false;

    /// <summary>The atom a point is an image of.</summary>
    public int AtomOf(int point) => point < _n ? point : _ghostAtom[point - _n];

    /// <summary>
    /// True while no pair inside a cutoff can be missing: with B = B₀(1 + D) and u the displacement beyond the affine one,
    /// (1 - |D|)(cutoff + skin) - 2 max|u| ≥ cutoff. The positions in whole vectors of four, zeros after the last atom.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool IsValidFor(in Mat3 cell, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        if (!IsBuilt) return false;
        var f = _cell0Inverse * cell;
        var d = f - Mat3.Identity;
        var strain = Math.Sqrt(d.A.LengthSquared + d.B.LengthSquared + d.C.LengthSquared);
        var free = 0.5 * ((1 - strain) * (_maxCutoff + skin - Rounding) - _maxCutoff);
        if (!(free > 0)) return false;
        var valid = Vector256<double>.AllBitsSet;
        for (var i = 0; i < _n; i += 4)
        {
            Vector256<double> x0 = Vector256.LoadUnsafe(ref _x0[i]), y0 = Vector256.LoadUnsafe(ref _y0[i]), z0 = Vector256.LoadUnsafe(ref _z0[i]);
            var ux = Vector256.Create(x.Slice(i, 4)) - (x0 * f.A.X + y0 * f.B.X + z0 * f.C.X);
            var uy = Vector256.Create(y.Slice(i, 4)) - (x0 * f.A.Y + y0 * f.B.Y + z0 * f.C.Y);
            var uz = Vector256.Create(z.Slice(i, 4)) - (x0 * f.A.Z + y0 * f.B.Z + z0 * f.C.Z);
            valid &= Vector256.LessThanOrEqual(ux * ux + uy * uy + uz * uz, Vector256.Create(free * free));
        }
        return valid.ExtractMostSignificantBits() == 15;
    }

    /// <summary>Places the points for these positions (atoms in internal order, anywhere in space).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update(in Mat3 cell, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        if (cell != _placedCell) PlaceGhosts(cell);
        var points = Points;
        for (var i = 0; i < _n; i++)
        {
            ref readonly var w = ref _wrapPlace[i];
            (points[4 * i], points[4 * i + 1], points[4 * i + 2]) = (x[i] - w.X, y[i] - w.Y, z[i] - w.Z);
        }
        if (single) UpdateSingles();
        else
            for (var g = 0; g < _ghosts; g++)
                (Vector256.LoadUnsafe(ref _ghostPlace[4 * g]) + Vector256.LoadUnsafe(ref points[4 * _ghostAtom[g]])).StoreUnsafe(ref points[4 * (_n + g)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void PlaceGhosts(in Mat3 cell)
    {
        _placedCell = cell;
        for (var i = 0; i < _n; i++) _wrapPlace[i] = _wrap[i] * cell;
        for (var g = 0; g < _ghosts; g++)
        {
            var s = _ghostShift[g] * cell;
            (_ghostPlace[4 * g], _ghostPlace[4 * g + 1], _ghostPlace[4 * g + 2]) = (s.X, s.Y, s.Z);
        }
    }

    /// <summary>Sums in double precision, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void UpdateSingles()
    {
        fixed (double* points = Points, place = _ghostPlace)
        fixed (float* singles = Singles)
        fixed (int* atom = _ghostAtom)
        {
            for (var i = 0; i < _n; i += 2) Vector256.Narrow(Vector256.Load(points + 4 * i), Vector256.Load(points + 4 * i + 4)).Store(singles + 4 * i);
            for (var g = 0; g < _ghosts; g += 2)
                Vector256.Narrow(Vector256.Load(place + 4 * g) + Vector256.Load(points + 4 * atom[g]), Vector256.Load(place + 4 * g + 4) + Vector256.Load(points + 4 * atom[g + 1])).Store(singles + 4 * (_n + g));
            var dummy = singles + 4 * PointCount;
            (dummy[0], dummy[1], dummy[2], dummy[3]) = (1e8f, 1e8f, 1e8f, (float)PairTables.Tag);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(in Mat3 cell, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> z)
    {
        var transformation = LatticeReduction.Minkowski(cell).Transform.ToMat3();
        Basis = transformation;
        var b = transformation * cell;
        var inverse = b.Inverse;
        _cell0Inverse = cell.Inverse;
        Vec3 low = new(1, 1, 1), high = Vec3.Zero;
        for (var i = 0; i < _n; i++)
        {
            (_x0[i], _y0[i], _z0[i]) = (x[i], y[i], z[i]);
            var f = new Vec3(x[i], y[i], z[i]) * inverse;
            var floor = new Vec3(Math.Floor(f.X), Math.Floor(f.Y), Math.Floor(f.Z));
            _wrap[i] = floor * transformation; // in units of the given cell's vectors
            f -= floor;
            _fractions[i] = f;
            low = new(Math.Min(low.X, f.X), Math.Min(low.Y, f.Y), Math.Min(low.Z, f.Z));
            high = new(Math.Max(high.X, f.X), Math.Max(high.Y, f.Y), Math.Max(high.Z, f.Z));
        }
        FindGhosts(transformation, inverse, low, high);
        Reserve();
        PlaceGhosts(cell);
        Update(cell, x, y, z);
        Columns();
        FillGroups();
        IsBuilt = true;
        Builds++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void FindGhosts(in Mat3 transformation, in Mat3 inverse, Vec3 low, Vec3 high)
    {
        var columns = inverse.Transposed;
        var perA = new Vec3(columns.A.Length, columns.B.Length, columns.C.Length); // 1 / distance of opposite faces
        _ghosts = 0;
        for (var t = 0; t < types; t++)
        {
            _ghostTypeStart[t] = _ghosts;
            var range = 0.0;
            for (var a = 0; a < types; a++) range = Math.Max(range, Math.Sqrt(cutoffSquared[a * types + t]) + skin);
            var reach = range * perA;
            int na = (int)(reach.X + 1), nb = (int)(reach.Y + 1), nc = (int)(reach.Z + 1);
            for (var a = 0; a <= na; a++)
                for (var b = a == 0 ? 0 : -nb; b <= nb; b++)
                    for (var c = a == 0 && b == 0 ? 1 : -nc; c <= nc; c++)
                    {
                        var shift = new Vec3(a, b, c);
                        for (var j = _typeStart[t]; j < _typeStart[t + 1]; j++)
                        {
                            var f = _fractions[j] + shift;
                            if (f.X - high.X > reach.X || low.X - f.X > reach.X || f.Y - high.Y > reach.Y || low.Y - f.Y > reach.Y || f.Z - high.Z > reach.Z || low.Z - f.Z > reach.Z) continue;
                            if (_ghosts + 1 >= _ghostAtom.Length)
                            {
                                Array.Resize(ref _ghostAtom, Math.Max(256, 2 * _ghosts));
                                Array.Resize(ref _ghostShift, _ghostAtom.Length);
                                Array.Resize(ref _ghostPlace, 4 * _ghostAtom.Length);
                            }
                            _ghostAtom[_ghosts] = j;
                            _ghostShift[_ghosts++] = shift * transformation;
                        }
                    }
        }
        _ghostTypeStart[types] = _ghosts;
        if (_ghosts < _ghostAtom.Length) _ghostAtom[_ghosts] = 0; // the second half of an odd last pair
    }

    void Reserve()
    {
        var needed = 4 * ((single ? _n : PointCount) + 2);
        if (Points.Length < needed) (Points, Forces) = (new double[needed + needed / 4], new double[needed + needed / 4]);
        for (var i = 0; i < _n; i++) Points[4 * i + 3] = PairTables.TagOf(type[i]);
        var dummy = 4 * (single ? _n : PointCount);
        (Points[dummy], Points[dummy + 1], Points[dummy + 2], Points[dummy + 3]) = (1e8, 1e8, 1e8, 0);
        var singles = 4 * (PointCount + 4);
        if (single && Singles.Length < singles) (Singles, SingleForces) = (new(singles + singles / 4), new(singles + singles / 4));
        var columns = PointCount + 8;
        if (_px.Length < columns) (_px, _py, _pz) = (new float[columns + columns / 4], new float[columns + columns / 4], new float[columns + columns / 4]);
        if (_far.Length < PointCount + 8) _far = new int[PointCount + PointCount / 4 + 8];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Columns()
    {
        for (var p = 0; p < PointCount; p++)
            if (single) (_px[p], _py[p], _pz[p]) = (Singles[4 * p], Singles[4 * p + 1], Singles[4 * p + 2]);
            else (_px[p], _py[p], _pz[p]) = ((float)Points[4 * p], (float)Points[4 * p + 1], (float)Points[4 * p + 2]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void FillGroups()
    {
        var count = 0;
        for (var i = 0; i < _n; i++)
            for (var g = 0; g < types; g++)
            {
                GroupStart[i * types + g] = count;
                var t = GroupType[type[i] * types + g];
                if (t == types) continue;
                var end = g + 1 == types ? types : GroupType[type[i] * types + g + 1];
                var inner = cutoffSquared[type[i] * types + t];
                var outer = Math.Pow(Math.Sqrt(inner) + skin, 2);
                EnsureIndices(count + _typeStart[end] - _typeStart[t] + _ghostTypeStart[end] - _ghostTypeStart[t] + 16); // whole vectors are written
                var far = 0;
                Collect(i, Math.Max(i + 1, _typeStart[t]), _typeStart[end], (float)inner, (float)outer, ref count, ref far);
                Collect(i, _n + _ghostTypeStart[t], _n + _ghostTypeStart[end], (float)inner, (float)outer, ref count, ref far);
                Array.Copy(_far, 0, Indices, count, far);
                count += far;
                while ((count - GroupStart[i * types + g]) % _lanes != 0) Indices[count++] = 4 * PointCount;
                if (!single) continue;
                if (Vectors.Length < Indices.Length / 8) Vectors = Longer(Vectors, Indices.Length / 8);
                Vectors.AsSpan(GroupStart[i * types + g] / 8, (count - GroupStart[i * types + g]) / 8).Fill(new(4 * i, (float)inner, PairTables.Origin(type[i], types)));
            }
        GroupStart[_n * types] = count;
    }

    /// <summary>The partners of atom i among the points from..to: those inside the cutoff to the list, those within the skin to the far ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void Collect(int i, int from, int to, float inner, float outer, ref int count, ref int far)
    {
        Vector256<float> x = Vector256.Create(_px[i]), y = Vector256.Create(_py[i]), z = Vector256.Create(_pz[i]), limit = Vector256.Create(outer), near = Vector256.Create(inner);
        var eight = Vector256.Create(0, 4, 8, 12, 16, 20, 24, 28);
        var (n, m) = (count, far);
        fixed (float* px = _px, py = _py, pz = _pz)
        fixed (int* indices = Indices, rest = _far, packings = Packings)
            for (var p = from; p < to; p += 8)
            {
                var dx = Vector256.Load(px + p) - x;
                var dy = Vector256.Load(py + p) - y;
                var dz = Vector256.Load(pz + p) - z;
                var s = Vector256.FusedMultiplyAdd(dx, dx, Vector256.FusedMultiplyAdd(dy, dy, dz * dz));
                var listed = Vector256.LessThan(s, limit).ExtractMostSignificantBits();
                if (to - p < 8) listed &= (1u << to - p) - 1;
                if (listed == 0) continue;
                var isNear = Vector256.LessThan(s, near).ExtractMostSignificantBits() & listed;
                var rim = listed & ~isNear;
                var points = eight + Vector256.Create(4 * p);
                Vector256.ShuffleNative(points, Vector256.Load(packings + 8 * isNear)).Store(indices + n);
                Vector256.ShuffleNative(points, Vector256.Load(packings + 8 * rim)).Store(rest + m);
                n += BitOperations.PopCount(isNear);
                m += BitOperations.PopCount(rim);
            }
        (count, far) = (n, m);
    }

    /// <summary>At 8 b: where the bits of the byte b are, in order, then zeros.</summary>
    static readonly int[] Packings = [.. Enumerable.Range(0, 256).SelectMany(b => Enumerable.Range(0, 8).Where(k => (b >> k & 1) != 0).Concat(new int[8]).Take(8))];

    void EnsureIndices(int needed)
    {
        if (needed <= Indices.Length) return;
        Indices = Longer(Indices, 2 * needed);
    }

    static T[] Longer<T>(T[] array, int length)
    {
        var longer = new T[length];
        array.CopyTo(longer, 0);
        return longer;
    }

    static int[] TypeStarts(int[] type, int types)
    {
        var start = new int[types + 1];
        foreach (var t in type) start[t + 1]++;
        for (var t = 0; t < types; t++) start[t + 1] += start[t];
        return start;
    }

    static int[] Groups(int types, double[] cutoffSquared, bool merge)
    {
        var groups = new int[types * types];
        Array.Fill(groups, types);
        for (var a = 0; a < types; a++)
        {
            var g = 0;
            for (var t = 0; t < types; t++)
                if (t == 0 || !merge || cutoffSquared[a * types + t] != cutoffSquared[a * types + t - 1]) groups[a * types + g++] = t;
        }
        return groups;
    }
}
