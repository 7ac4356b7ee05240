using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Numerics;

namespace IpActors.Science.Pareto;

/// <summary>
/// The region above the reference that a front does not dominate, cut once into disjoint boxes, so that the hypervolume improvement
/// uHVI(g) = V(front + g) - V(front) (Eq. 20) of any number of points is a sum of clipped box volumes: no differences of large volumes, exactly 0 for
/// dominated points. Up to three objectives 2 n + 1 boxes and O(n) per point; from four on each point costs one WFG hypervolume.
/// The sum runs over the boxes in the order of the sweep, one chain of fused multiply-adds, the same for every point and for any order of the front.
/// </summary>
public sealed class BoxDecomposition
{
    readonly double[] _reference;
    readonly List<double[]> _front;
    readonly Box[] _boxes;

    /// <summary>V(front): the hypervolume over the reference.</summary>
    public double Volume { get; }
    public int Objectives => _reference.Length;
    /// <summary>How many boxes the non-dominated region was cut into (0 from four objectives on).</summary>
    public int BoxCount => _boxes.Length;
    internal ReadOnlySpan<Box> Boxes => _boxes;

    /// <exception cref="ArgumentException">rows whose length is not that of the reference, or a number that is not finite</exception>
    public BoxDecomposition(IReadOnlyList<double[]> front, double[] reference)
    {
        Hypervolume.Check(front, reference);
        _reference = reference;
        if (reference.Length <= 3) { (_front, Volume, _boxes) = Sweep(front, reference); return; }
        _front = [.. Dominance.NonDominated(front).Select(i => front[i]).Where(p => Hypervolume.IsAbove(p, reference))];
        Volume = Hypervolume.Volume(_front, reference);
        _boxes = [];
    }

    BoxDecomposition(double[] reference, List<double[]> front, double volume, Box[] boxes) => (_reference, _front, Volume, _boxes) = (reference, front, volume, boxes);

    // Down the sweep nothing is dominated by a later row, so the rows that add area to the shadow are the front, and the volume is that of Hypervolume, bit for bit.
    static (List<double[]> Front, double Volume, Box[] Boxes) Sweep(IReadOnlyList<double[]> points, double[] reference)
    {
        var d = reference.Length;
        var r = Hypervolume.Embed(reference, d, 0);
        var sorted = new List<((double X, double Y, double Z) At, double[] Point)>(points.Count);
        for (var i = 0; i < points.Count; i++) if (Hypervolume.IsAbove(points[i], reference)) sorted.Add((Hypervolume.Embed(points[i], d, 1), points[i]));
        sorted.Sort((p, q) => Hypervolume.SweepOrder(p.At, q.At));
        var (front, boxes, volume) = (new List<double[]>(), new List<Box>(2 * sorted.Count + 1), 0.0);
        var shadow = new Staircase(r.X, r.Y);
        foreach (var ((x, y, z), point) in sorted)
        {
            var area = shadow.Add(x, y, z, boxes);
            volume += area * (z - r.Z);
            if (area > 0) front.Add(point);
        }
        shadow.Close(r.Z, boxes);
        return (front, volume, [.. boxes]);
    }

    /// <summary>
    /// The decomposition of the front and one more point: only the boxes that the point reaches into are cut. Volumes and improvements equal those of a fresh decomposition to
    /// rounding; where the cuts have left more than twice its 2 n + 1 boxes it is made afresh.
    /// </summary>
    /// <exception cref="ArgumentException">as for the constructor</exception>
    public BoxDecomposition With(double[] point)
    {
        Hypervolume.Check([point], _reference);
        if (!Hypervolume.IsAbove(point, _reference) || _front.Exists(q => Dominance.Dominates(q, point) || q.AsSpan().SequenceEqual(point))) return this;
        List<double[]> front = [.. _front.Where(q => !Dominance.Dominates(point, q)), point];
        if (_reference.Length > 3) return new(front, _reference);
        var (x, y, z) = Hypervolume.Embed(point, _reference.Length, 1);
        var boxes = new List<Box>(_boxes.Length + 8);
        foreach (var b in _boxes)
        {
            if (b.Left >= x || b.Floor >= y || b.Bottom >= z) { boxes.Add(b); continue; }
            var right = Math.Min(b.Right, x);
            if (right < b.Right) boxes.Add(b with { Left = right });
            if (z < b.Top) boxes.Add(b with { Right = right, Bottom = z });
            boxes.Add(b with { Right = right, Floor = y, Top = Math.Min(b.Top, z) });
        }
        return boxes.Count > 2 * (2 * front.Count + 1) ? new(front, _reference) : new(_reference, front, Volume + Improvement(point), [.. boxes]);
    }

    /// <summary>uHVI of one point.</summary>
    public double Improvement(double[] point) => Improvements([point])[0];

    /// <summary>uHVI of each point, in the order given.</summary>
    /// <exception cref="ArgumentException">rows whose length is not that of the reference, or a number that is not finite</exception>
    public double[] Improvements(IReadOnlyList<double[]> points)
    {
        var improvements = new double[points.Count];
        if (_reference.Length > 3)
        {
            Hypervolume.Check(points, _reference);
            for (var i = 0; i < points.Count; i++)
                improvements[i] = Hypervolume.IsAbove(points[i], _reference) && !IsCovered(points[i]) ? Hypervolume.Alone(points[i], _front, _reference, _reference.Length) : 0;
            return improvements;
        }
        var columns = new double[_reference.Length][];
        for (var k = 0; k < columns.Length; k++) columns[k] = new double[Math.Min(points.Count, Block)];
        for (var start = 0; start < points.Count; start += Block)
        {
            var count = Math.Min(Block, points.Count - start);
            for (var i = 0; i < count; i++)
            {
                var point = points[start + i];
                if (point.Length != columns.Length) Hypervolume.Check(points, _reference); // which says what is wrong
                for (var k = 0; k < columns.Length; k++)
                {
                    if (!double.IsFinite(point[k])) Hypervolume.Check(points, _reference);
                    columns[k][i] = point[k];
                }
            }
            Sum(columns, count, improvements.AsSpan(start, count));
        }
        return improvements;
    }

    /// <summary>uHVI of points given as columns, one per objective: the same bits as row by row. For up to three objectives; numbers must be finite.</summary>
    /// <param name="columns">At least as many numbers each as there are improvements.</param>
    /// <param name="improvements">The results.</param>
    public void Improvements(double[][] columns, Span<double> improvements)
    {
        if (columns.Length != _reference.Length || columns.Length > 3) throw new ArgumentException($"{columns.Length} columns; as many as objectives ({_reference.Length}), up to 3, are needed", nameof(columns));
        foreach (var c in columns) if (c.Length < improvements.Length) throw new ArgumentException($"a column of {c.Length} numbers for {improvements.Length} improvements", nameof(columns));
        Sum(columns, improvements.Length, improvements);
    }

    // A rounding residue of box - union must not make a dominated point look useful.
    bool IsCovered(double[] p) => _front.Exists(q => Dominance.Dominates(q, p) || q.AsSpan().SequenceEqual(p));

    const int Block = 256;

    void Sum(double[][] columns, int count, Span<double> improvements)
    {
        if (EightLanes.Exist) Sum<EightLanes, Vector512<double>>(columns, count, improvements); else Sum<FourLanes, Vector256<double>>(columns, count, improvements);
    }

    // Every point is a lane, so a point's sum depends neither on its neighbours nor on the width of the vectors.
    unsafe void Sum<O, V>(double[][] columns, int count, Span<double> improvements) where O : struct, IVectors<V> where V : struct
    {
        var space = stackalloc double[4 * Block + 8];
        double* x = space + (-(nint)space & 63) / sizeof(double), y = x + Block, z = y + Block, sums = z + Block;
        new Span<double>(x, 3 * Block).Fill(1); // objectives that there are not: 1 above a reference of 0
        fixed (Box* boxes = _boxes)
            for (var start = 0; start < count; start += Block)
            {
                var part = Math.Min(Block, count - start);
                for (var k = 0; k < columns.Length; k++) columns[k].AsSpan(start, part).CopyTo(new(x + k * Block, Block));
                for (var i = 0; i < part; i += 2 * O.Width) Sum<O, V>(boxes, _boxes.Length, x + i, y + i, z + i, sums + i);
                new Span<double>(sums, part).CopyTo(improvements[start..]);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one call does thousands of candidates: waiting for the tiered compiler costs 20 times the sum
    static unsafe void Sum<O, V>(Box* boxes, int count, double* x, double* y, double* z, double* sums) where O : struct, IVectors<V> where V : struct
    {
        V x0 = O.Load(x), x1 = O.Load(x + O.Width), y0 = O.Load(y), y1 = O.Load(y + O.Width), z0 = O.Load(z), z1 = O.Load(z + O.Width), zero = default, s0 = default, s1 = default;
        for (var b = boxes; b < boxes + count; b++)
        {
            V left = O.Splat(b->Left), right = O.Splat(b->Right), floor = O.Splat(b->Floor), bottom = O.Splat(b->Bottom), top = O.Splat(b->Top);
            V width = O.Max(O.Subtract(O.Min(x0, right), left), zero), height = O.Max(O.Subtract(y0, floor), zero), depth = O.Max(O.Subtract(O.Min(z0, top), bottom), zero);
            s0 = O.MultiplyAdd(O.Multiply(width, height), depth, s0);
            width = O.Max(O.Subtract(O.Min(x1, right), left), zero);
            height = O.Max(O.Subtract(y1, floor), zero);
            depth = O.Max(O.Subtract(O.Min(z1, top), bottom), zero);
            s1 = O.MultiplyAdd(O.Multiply(width, height), depth, s1);
        }
        O.Store(sums, s0);
        O.Store(sums + O.Width, s1);
    }
}
