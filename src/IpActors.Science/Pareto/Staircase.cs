namespace IpActors.Science.Pareto;

/// <summary>A box of the non-dominated region: Left..Right in x, Floor..infinity in y, Bottom..Top in z.</summary>
internal readonly record struct Box(double Left, double Right, double Floor, double Bottom, double Top);

/// <summary>
/// The xy shadow of the points seen so far while z sweeps downwards: columns from left to right whose floors fall. Above a floor
/// nothing is dominated. Each point closes the columns it covers, so n points make at most 2 n + 1 boxes, in O(n log n) comparisons
/// (as in Yang, Emmerich, Deutz, Baeck, Swarm Evol. Comput. 44, 945 (2019)).
/// <code>
///   y |####                 a point p at (x, y) lifts the floors of the columns
///     |####-----p           left of x that lie under y (here two), and splits
///     |########:|           the last of them at x
///     |########:|####
///     +-----------------x
/// </code>
/// </summary>
internal sealed class Staircase(double refX, double refY)
{
    readonly record struct Column(double Left, double Right, double Floor, double Top);
    readonly List<Column> _columns = [new(refX, double.PositiveInfinity, refY, double.PositiveInfinity)];

    /// <summary>Adds a point not above any before it in z; returns the area that it adds to the shadow (0 when covered already).</summary>
    public double Add(double x, double y, double z, List<Box>? closed)
    {
        var first = FirstFloorUnder(y);
        if (first == _columns.Count || _columns[first].Left >= x) return 0;
        var area = 0.0;
        var next = first;
        for (; next < _columns.Count && _columns[next].Left < x; next++)
        {
            var c = _columns[next];
            var right = Math.Min(c.Right, x);
            area += (right - c.Left) * (y - c.Floor);
            if (z < c.Top) closed?.Add(new Box(c.Left, right, c.Floor, z, c.Top));
        }
        var (left, last) = (_columns[first].Left, _columns[next - 1]);
        _columns[first] = new Column(left, x, y, z);
        if (last.Right > x)
        {
            var remainder = last with { Left = x };
            if (next - first > 1) { _columns[first + 1] = remainder; _columns.RemoveRange(first + 2, next - first - 2); }
            else _columns.Insert(first + 1, remainder);
        }
        else _columns.RemoveRange(first + 1, next - first - 1);
        return area;
    }

    /// <summary>Whether a point already added reaches at least (x, y).</summary>
    public bool Covers(double x, double y) => FirstFloorUnder(y) is var first && (first == _columns.Count || _columns[first].Left >= x);

    /// <summary>Closes what is still open, at the bottom of the sweep.</summary>
    public void Close(double refZ, List<Box> closed)
    {
        foreach (var c in _columns) if (refZ < c.Top) closed.Add(new Box(c.Left, c.Right, c.Floor, refZ, c.Top));
    }

    int FirstFloorUnder(double y)
    {
        var (low, high) = (0, _columns.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_columns[middle].Floor < y) high = middle; else low = middle + 1;
        }
        return low;
    }
}
