namespace IpActors.Science.Pareto;

/// <summary>
/// Pareto dominance where every objective is maximised: p dominates q when p_i >= q_i for all i and p_i > q_i for one.
/// Copies of one point do not dominate each other, so all copies of a non-dominated point are non-dominated and share a rank.
/// </summary>
public static class Dominance
{
    public static bool Dominates(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        var better = false;
        for (var i = 0; i < p.Length; i++)
        {
            if (p[i] < q[i]) return false;
            better |= p[i] > q[i];
        }
        return better;
    }

    /// <summary>Rows that no other row dominates, ascending. O(n log n) for up to three objectives, else O(n log n + n f d) with f the size of the front.</summary>
    /// <exception cref="ArgumentException">rows of unequal length, or a number that is not finite</exception>
    public static int[] NonDominated(IReadOnlyList<double[]> points)
    {
        if (points.Count > 0 && points[0].Length is > 0 and <= 3) return Sweep(points);
        var ranks = Peel(points, depth: 1);
        return [.. Enumerable.Range(0, points.Count).Where(i => ranks[i] == 1)];
    }

    /// <summary>
    /// Rank of every row: 1 for the non-dominated, k for those non-dominated once ranks 1..k-1 are taken away (efficient non-dominated
    /// sort with binary search: Zhang et al., IEEE Trans. Evol. Comput. 19, 201 (2015)).
    /// </summary>
    /// <exception cref="ArgumentException">rows of unequal length, or a number that is not finite</exception>
    public static int[] Ranks(IReadOnlyList<double[]> points) => Peel(points, depth: int.MaxValue);

    // Down the sweep nothing is dominated by a later row of another value, so what the shadow of the rows before covers is dominated. A copy shares its twin's lot.
    static int[] Sweep(IReadOnlyList<double[]> points)
    {
        var d = points[0].Length;
        Check(points, d);
        var sorted = points.Select((p, row) => (Point: Hypervolume.Embed(p, d, 0), Row: row)).ToArray();
        Array.Sort(sorted, (a, b) => Hypervolume.SweepOrder(a.Point, b.Point));
        var shadow = new Staircase(double.NegativeInfinity, double.NegativeInfinity);
        var front = new List<int>();
        for (var i = 0; i < sorted.Length; i++)
        {
            var (x, y, z) = sorted[i].Point;
            var isCopy = i > 0 && sorted[i - 1].Point == sorted[i].Point;
            if (isCopy ? front.Count == 0 || front[^1] != sorted[i - 1].Row : shadow.Covers(x, y)) continue;
            front.Add(sorted[i].Row);
            shadow.Add(x, y, z, closed: null);
        }
        front.Sort();
        return [.. front];
    }

    // From best to worst in lexicographic order nobody is dominated by a later row; a row dominated in front k is dominated in all fronts before it,
    // so the first front without a dominator is found by bisection. Rows beyond `depth` get depth + 1.
    static int[] Peel(IReadOnlyList<double[]> points, int depth)
    {
        Check(points, points.Count == 0 ? 0 : points[0].Length);
        var order = Enumerable.Range(0, points.Count).ToArray();
        Array.Sort(order, (a, b) => Compare(points[b], points[a]) is var c && c != 0 ? c : a.CompareTo(b));
        var fronts = new List<List<double[]>>();
        var ranks = new int[points.Count];
        foreach (var row in order)
        {
            var (low, high) = (0, fronts.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (IsDominatedBy(fronts[middle], points[row])) low = middle + 1; else high = middle;
            }
            ranks[row] = low + 1;
            if (low >= depth) continue;
            if (low == fronts.Count) fronts.Add([]);
            fronts[low].Add(points[row]);
        }
        return ranks;
    }

    static bool IsDominatedBy(List<double[]> front, double[] q)
    {
        for (var i = front.Count - 1; i >= 0; i--) if (Dominates(front[i], q)) return true;
        return false;
    }

    /// <summary>Lexicographic order of the coordinates, ascending.</summary>
    internal static int Compare(double[] p, double[] q)
    {
        for (var i = 0; i < p.Length; i++) { var c = p[i].CompareTo(q[i]); if (c != 0) return c; }
        return 0;
    }

    internal static void Check(IReadOnlyList<double[]> points, int dimension)
    {
        for (var row = 0; row < points.Count; row++)
        {
            if (points[row].Length != dimension) throw new ArgumentException($"row {row} has {points[row].Length} objectives, {dimension} expected");
            foreach (var v in points[row]) if (!double.IsFinite(v)) throw new ArgumentException($"row {row} holds {v}; objectives must be finite");
        }
    }
}
