using IpActors.Science.Descriptors;

namespace IpActors.Science.Surrogates;

/// <summary>Squared Euclidean distances |x_g − x'_g|² per group, taken once and shared by every evaluation of the kernel.</summary>
public static class GroupDistances
{
    /// <summary>Rows first .. first + count − 1 of one group, each padded with zeros to a multiple of four.</summary>
    public static double[] PaddedRows(LatentPool pool, int g, int first, int count)
    {
        var (offset, width) = (pool.Widths.AsSpan()[..g].ToArray().Sum(), pool.Widths[g]);
        var padded = Lanes.Padded(width);
        var rows = new double[count * padded];
        for (var i = 0; i < count; i++) pool.Row(first + i).Slice(offset, width).CopyTo(rows.AsSpan(i * padded));
        return rows;
    }

    /// <summary>All pairs of a set with itself: one matrix per group, rows padded to a multiple of four (the padding is zero).</summary>
    public static double[][] Within(LatentPool pool)
    {
        var (n, stride) = (pool.Count, Lanes.Padded(pool.Count));
        return [.. Enumerable.Range(0, pool.Widths.Length).Select(g =>
        {
            var (rows, w) = (PaddedRows(pool, g, 0, n), Lanes.Padded(pool.Widths[g]));
            var d = new double[n * stride];
            for (var i = 0; i < n; i++)
                for (var j = 0; j < i; j++)
                    d[i * stride + j] = d[j * stride + i] = Lanes.SquaredDistance(rows.AsSpan(i * w, w), rows.AsSpan(j * w, w));
            return d;
        })];
    }

    /// <summary>From each of the rows a (width w, padded) to each of the rows b; the result has stride doubles per row.</summary>
    public static void Between(ReadOnlySpan<double> a, int countA, ReadOnlySpan<double> b, int countB, int w, Span<double> d, int stride)
    {
        for (var i = 0; i < countA; i++)
            for (var j = 0; j < countB; j++)
                d[i * stride + j] = Lanes.SquaredDistance(a.Slice(i * w, w), b.Slice(j * w, w));
    }
}
