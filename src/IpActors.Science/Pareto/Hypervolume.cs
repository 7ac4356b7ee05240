namespace IpActors.Science.Pareto;

/// <summary>
/// Exact hypervolume V = volume of the union of the boxes [r, p] over the points p, every objective maximised, r the reference point.
/// Points that do not exceed r in every objective contribute nothing. Up to three objectives: a downward sweep, O(n log n).
/// From four on: WFG with slicing (While, Bradstreet, Barone, IEEE Trans. Evol. Comput. 16, 86 (2012)). Points are sorted by value first,
/// so any order of the rows gives the same bits; copies count once.
/// </summary>
public static class Hypervolume
{
    /// <exception cref="ArgumentException">rows whose length is not that of the reference, or a number that is not finite</exception>
    public static double Volume(IReadOnlyList<double[]> points, double[] reference)
    {
        Check(points, reference);
        return Union([.. points.Where(p => IsAbove(p, reference))], reference, reference.Length);
    }

    /// <summary>
    /// Per row the volume that only this row covers: V(all) - V(all without it). 0 for dominated rows, for rows not above the reference and for
    /// each of several copies.
    /// </summary>
    /// <exception cref="ArgumentException">rows whose length is not that of the reference, or a number that is not finite</exception>
    public static double[] Exclusive(IReadOnlyList<double[]> points, double[] reference)
    {
        Check(points, reference);
        var above = Enumerable.Range(0, points.Count).Where(i => IsAbove(points[i], reference)).ToArray();
        var exclusive = new double[points.Count];
        foreach (var i in Dominance.NonDominated(points).Intersect(above))
        {
            // The dominated ones too: without their dominator they cover a part of what it covered.
            var others = above.Where(j => j != i).Select(j => points[j]).ToList();
            exclusive[i] = others.Any(o => o.AsSpan().SequenceEqual(points[i])) ? 0 : Alone(points[i], others, reference, reference.Length);
        }
        return exclusive;
    }

    /// <summary>The volume of [r, p] not covered by the others: that of the whole box less that of the others cut down to it.</summary>
    internal static double Alone(double[] p, List<double[]> others, double[] reference, int d)
    {
        var box = 1.0;
        for (var i = 0; i < d; i++) box *= p[i] - reference[i];
        var cut = others.ConvertAll(q => { var m = new double[d]; for (var i = 0; i < d; i++) m[i] = Math.Min(p[i], q[i]); return m; });
        return Math.Max(0, box - Union(cut, reference, d));
    }

    internal static bool IsAbove(double[] p, double[] reference)
    {
        for (var i = 0; i < reference.Length; i++) if (!(p[i] > reference[i])) return false;
        return true;
    }

    internal static void Check(IReadOnlyList<double[]> points, double[] reference)
    {
        if (reference.Length == 0) throw new ArgumentException("the reference point has no objectives");
        Dominance.Check([reference], reference.Length);
        Dominance.Check(points, reference.Length);
    }

    /// <summary>The sweep's three coordinates of a point of up to three objectives; absent ones are 1 above a reference of 0.</summary>
    internal static (double X, double Y, double Z) Embed(double[] p, int d, double absent) => (p[0], d > 1 ? p[1] : absent, d > 2 ? p[2] : absent);

    /// <summary>The order of the sweep: z, then x, then y, each from high to low; a total order of values.</summary>
    internal static int SweepOrder((double X, double Y, double Z) p, (double X, double Y, double Z) q) =>
        q.Z.CompareTo(p.Z) is var z && z != 0 ? z : q.X.CompareTo(p.X) is var x && x != 0 ? x : q.Y.CompareTo(p.Y);

    // Volume of the union over the first d coordinates; all points lie above the reference.
    static double Union(List<double[]> points, double[] reference, int d)
    {
        if (points.Count == 0) return 0;
        return d <= 3 ? Sweep(points, reference, d) : Slices(points, reference, d);
    }

    static double Sweep(List<double[]> points, double[] reference, int d)
    {
        var sorted = points.ConvertAll(p => Embed(p, d, 1));
        sorted.Sort(SweepOrder);
        var r = Embed(reference, d, 0);
        var shadow = new Staircase(r.X, r.Y);
        var volume = 0.0;
        foreach (var p in sorted) volume += shadow.Add(p.X, p.Y, p.Z, closed: null) * (p.Z - r.Z);
        return volume;
    }

    // From the lowest last coordinate up: what a point covers that no later one does is a prism, because each later one reaches at least as far.
    static double Slices(List<double[]> points, double[] reference, int d)
    {
        var front = Dominance.NonDominated(points).Select(i => points[i]).ToList();
        front.Sort((p, q) => p[d - 1].CompareTo(q[d - 1]) is var c && c != 0 ? c : Dominance.Compare(p, q));
        var volume = 0.0;
        for (var k = 0; k < front.Count; k++)
            volume += (front[k][d - 1] - reference[d - 1]) * Alone(front[k], front.GetRange(k + 1, front.Count - k - 1), reference, d - 1);
        return volume;
    }
}
