using IpActors.Science.Numerics;

namespace IpActors.Science.Descriptors;

/// <summary>
/// A convex polyhedron around the origin that is cut by planes: vertices, and faces as loops of vertices, each with the number of the plane that made it. A vertex within
/// 1e-11 Å of a plane counts as on it, so that the many-plane vertices of high symmetry stay whole.
/// </summary>
sealed class ConvexCell
{
    const double OnPlaneA = 1e-11;
    readonly List<Vec3> _vertices = [];
    readonly List<double> _side = [];
    readonly List<bool> _gone = [];
    readonly List<(int A, int B, int Vertex)> _cuts = [];
    readonly List<(double Angle, int Vertex)> _onPlane = [];
    List<(int Plane, List<int> Loop)> _faces = [];
    List<(int Plane, List<int> Loop)> _next = [];

    public IReadOnlyList<(int Plane, List<int> Loop)> Faces => _faces;
    public Vec3 Vertex(int i) => _vertices[i];
    /// <summary>The largest squared distance of a vertex from the origin.</summary>
    public double SquaredRadius { get; private set; }

    /// <summary>A cube of half edge h; its faces have plane number −1.</summary>
    public void Reset(double h)
    {
        _vertices.Clear(); _side.Clear(); _gone.Clear(); _faces.Clear();
        for (var i = 0; i < 8; i++) Add(new((i & 1) == 0 ? -h : h, (i & 2) == 0 ? -h : h, (i & 4) == 0 ? -h : h));
        foreach (int[] loop in (int[][])[[0, 2, 6, 4], [1, 5, 7, 3], [0, 4, 5, 1], [2, 3, 7, 6], [0, 1, 3, 2], [4, 6, 7, 5]]) _faces.Add((-1, [.. loop]));
        SquaredRadius = 3 * h * h;
    }

    int Add(Vec3 v) { _vertices.Add(v); _side.Add(0); _gone.Add(false); return _vertices.Count - 1; }

    /// <summary>Keeps the part nearer to the origin than to d: r·d ≤ |d|²/2.</summary>
    public void Cut(Vec3 d, int plane)
    {
        var length = d.Length;
        var cuts = false;
        for (var i = 0; i < _vertices.Count; i++)
        {
            if (_gone[i]) continue;
            var s = _vertices[i].Dot(d) / length - length / 2;
            _side[i] = Math.Abs(s) <= OnPlaneA ? 0 : s;
            cuts |= _side[i] > 0;
        }
        if (!cuts) return;
        _cuts.Clear(); _onPlane.Clear(); _next.Clear();
        foreach (var (number, loop) in _faces)
            if (CutFace(loop) is { } left) _next.Add((number, left));
        for (var i = 0; i < _vertices.Count; i++) if (_side[i] > 0) _gone[i] = true;
        if (_onPlane.Count >= 3) _next.Add((plane, Ordered(d)));
        (_faces, _next) = (_next, _faces);
        SquaredRadius = 0;
        for (var i = 0; i < _vertices.Count; i++) if (!_gone[i]) SquaredRadius = Math.Max(SquaredRadius, _vertices[i].LengthSquared);
    }

    /// <summary>What is left of a face; null when it has no vertex strictly inside. New vertices, and old ones on the plane, are noted for the new face.</summary>
    List<int>? CutFace(List<int> loop)
    {
        var (inside, whole) = (false, true);
        foreach (var v in loop) { inside |= _side[v] < 0; whole &= _side[v] < 0; }
        if (whole) return loop;
        if (!inside) return null;
        var left = new List<int>(loop.Count + 1);
        for (var i = 0; i < loop.Count; i++)
        {
            var (p, q) = (loop[i], loop[i + 1 == loop.Count ? 0 : i + 1]);
            if (_side[p] <= 0) left.Add(p);
            if (_side[p] == 0) Note(p);
            if (_side[p] * _side[q] < 0) left.Add(EdgeCut(Math.Min(p, q), Math.Max(p, q)));
        }
        return left;
    }

    int EdgeCut(int a, int b)
    {
        foreach (var cut in _cuts) if (cut.A == a && cut.B == b) return cut.Vertex;
        var t = _side[a] / (_side[a] - _side[b]);
        var v = Add((1 - t) * _vertices[a] + t * _vertices[b]);
        _cuts.Add((a, b, v));
        Note(v);
        return v;
    }

    void Note(int vertex)
    {
        foreach (var (_, v) in _onPlane) if (v == vertex) return;
        _onPlane.Add((0, vertex));
    }

    /// <summary>The vertices on the plane, going round its normal.</summary>
    List<int> Ordered(Vec3 d)
    {
        var centre = Vec3.Zero;
        foreach (var (_, v) in _onPlane) centre += (1.0 / _onPlane.Count) * _vertices[v];
        var u = Math.Abs(d.X) <= Math.Abs(d.Y) && Math.Abs(d.X) <= Math.Abs(d.Z) ? new Vec3(0, d.Z, -d.Y) : Math.Abs(d.Y) <= Math.Abs(d.Z) ? new Vec3(-d.Z, 0, d.X) : new Vec3(d.Y, -d.X, 0);
        u = (1 / u.Length) * u;
        var w = (1 / d.Length) * d.Cross(u);
        for (var i = 0; i < _onPlane.Count; i++)
        {
            var r = _vertices[_onPlane[i].Vertex] - centre;
            _onPlane[i] = (Math.Atan2(r.Dot(w), r.Dot(u)), _onPlane[i].Vertex);
        }
        _onPlane.Sort();
        return _onPlane.ConvertAll(p => p.Vertex);
    }

    /// <summary>½ |Σ (v_k − v_0) × (v_(k+1) − v_0)|.</summary>
    public double Area(List<int> loop)
    {
        var (sum, first) = (Vec3.Zero, _vertices[loop[0]]);
        for (var i = 1; i + 1 < loop.Count; i++) sum += (_vertices[loop[i]] - first).Cross(_vertices[loop[i + 1]] - first);
        return 0.5 * sum.Length;
    }
}
