using IpActors.Science.Surrogates;

namespace IpActors.Science.Descriptors;

/// <summary>Rows padded to a multiple of four; columns that do not vary are left out (they move no distance), the others standardised where asked.</summary>
sealed class ScaledRows
{
    readonly double[] _values;
    readonly int _stride;

    ScaledRows(double[] values, int stride) => (_values, _stride) = (values, stride);

    public ReadOnlySpan<double> Row(int i) => _values.AsSpan(i * _stride, _stride);

    public static ScaledRows Of(IReadOnlyList<double[]> rows, bool standardise)
    {
        var (n, width) = (rows.Count, rows[0].Length);
        if (rows.FirstOrDefault(r => r.Length != width) is { } odd) throw new ArgumentException($"rows of {width} and of {odd.Length} numbers", nameof(rows));
        var (mean, deviation, largest) = (new double[width], new double[width], new double[width]);
        foreach (var row in rows) for (var c = 0; c < width; c++) { mean[c] += row[c] / n; largest[c] = Math.Max(largest[c], Math.Abs(row[c])); }
        foreach (var row in rows) for (var c = 0; c < width; c++) deviation[c] += (row[c] - mean[c]) * (row[c] - mean[c]) / n;
        int[] varying = [.. Enumerable.Range(0, width).Where(c => Math.Sqrt(deviation[c]) > 1e-9 * largest[c])];
        var stride = Lanes.Padded(varying.Length);
        var values = new double[n * stride];
        for (var i = 0; i < n; i++)
            for (var c = 0; c < varying.Length; c++)
                values[i * stride + c] = standardise ? (rows[i][varying[c]] - mean[varying[c]]) / Math.Sqrt(deviation[varying[c]]) : rows[i][varying[c]];
        return new(values, stride);
    }
}
