using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IpActors.Science.Pareto;

/// <summary>
/// The region above the reference that a front does not dominate, cut once into disjoint boxes, so that the hypervolume improvement
/// uHVI(g) = V(front + g) - V(front) (Eq. 20) of any number of points is a sum of clipped box volumes: no differences of large volumes, exactly 0 for
/// dominated points. Up to three objectives 2 n + 1 boxes and O(n) per point; from four on each point costs one WFG hypervolume.
/// The sum runs over the boxes in the order of the sweep, the same for every point and for any order of the front.
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
        _front = [.. Dominance.NonDominated(front).Select(i => front[i]).Where(p => Hypervolume.IsAbove(p, reference))];
        Volume = Hypervolume.Volume(_front, reference);
        _boxes = reference.Length <= 3 ? Sweep() : [];
    }

    Box[] Sweep()
    {
        var d = _reference.Length;
        var r = Hypervolume.Embed(_reference, d, 0);
        var sorted = _front.ConvertAll(p => Hypervolume.Embed(p, d, 1));
        sorted.Sort(Hypervolume.SweepOrder);
        var boxes = new List<Box>(2 * sorted.Count + 1);
        var shadow = new Staircase(r.X, r.Y);
        foreach (var p in sorted) shadow.Add(p.X, p.Y, p.Z, boxes);
        shadow.Close(r.Z, boxes);
        return [.. boxes];
    }

    /// <summary>uHVI of one point.</summary>
    public double Improvement(double[] point) => Improvements([point])[0];

    /// <summary>uHVI of each point, in the order given.</summary>
    /// <exception cref="ArgumentException">rows whose length is not that of the reference, or a number that is not finite</exception>
    public double[] Improvements(IReadOnlyList<double[]> points)
    {
        Hypervolume.Check(points, _reference);
        var improvements = new double[points.Count];
        if (_reference.Length <= 3) SumOverBoxes(points, improvements);
        else for (var i = 0; i < points.Count; i++)
                improvements[i] = Hypervolume.IsAbove(points[i], _reference) && !IsCovered(points[i]) ? Hypervolume.Alone(points[i], _front, _reference, _reference.Length) : 0;
        return improvements;
    }

    // A rounding residue of box - union must not make a dominated point look useful.
    bool IsCovered(double[] p) => _front.Exists(q => Dominance.Dominates(q, p) || q.AsSpan().SequenceEqual(p));

    // Four points in the four lanes: each lane adds its boxes in the order of the sweep, so a point's sum does not depend on its neighbours.
    void SumOverBoxes(IReadOnlyList<double[]> points, double[] improvements)
    {
        Span<double> x = stackalloc double[4], y = stackalloc double[4], z = stackalloc double[4], sums = stackalloc double[4];
        for (var start = 0; start < points.Count; start += 4)
        {
            for (var lane = 0; lane < 4; lane++)
                (x[lane], y[lane], z[lane]) = Hypervolume.Embed(points[Math.Min(start + lane, points.Count - 1)], _reference.Length, 1);
            Sum(Load(x), Load(y), Load(z)).StoreUnsafe(ref MemoryMarshal.GetReference(sums));
            for (var lane = 0; lane < Math.Min(4, points.Count - start); lane++) improvements[start + lane] = sums[lane];
        }
    }

    static Vector256<double> Load(Span<double> lanes) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(lanes));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one call does thousands of candidates: waiting for the tiered compiler costs 20 times the sum
    Vector256<double> Sum(Vector256<double> x, Vector256<double> y, Vector256<double> z)
    {
        var sum = Vector256<double>.Zero;
        foreach (ref readonly var b in _boxes.AsSpan())
        {
            var width = Vector256.MaxNative(Vector256.MinNative(x, Vector256.Create(b.Right)) - Vector256.Create(b.Left), Vector256<double>.Zero);
            var height = Vector256.MaxNative(y - Vector256.Create(b.Floor), Vector256<double>.Zero);
            var depth = Vector256.MaxNative(Vector256.MinNative(z, Vector256.Create(b.Top)) - Vector256.Create(b.Bottom), Vector256<double>.Zero);
            sum += width * height * depth;
        }
        return sum;
    }
}
