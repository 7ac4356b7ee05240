using System.Globalization;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Descriptors;

namespace IpActors.App.Surrogates;

/// <summary>A training table: rows of latent variables in groups, and y.</summary>
sealed record SurrogateTable(LatentPool Rows, double[] Y)
{
    /// <summary>The last column is y, the columns before it are the groups in order; <paramref name="groups"/> as "n1,n2,n3", null for one group.</summary>
    public static SurrogateTable Read(string path, string? groups)
    {
        var csv = ReadTable(path);
        if (csv.Header.Count < 2) throw new InputException($"{path}: {csv.Header.Count} column; give at least one variable and y last");
        if (csv.Rows.Count == 0) throw new InputException($"{path}: no rows under the header; give at least one training point");
        var widths = Widths(groups, csv.Header.Count - 1, path);
        var numbers = csv.Numbers();
        return new(LatentPool.FromRows(widths, [.. numbers.Select(r => r[..^1])]), [.. numbers.Select(r => r[^1])]);
    }

    /// <summary>Rows to predict: as many columns as the groups have together.</summary>
    public LatentPool ReadRows(string path)
    {
        var csv = ReadTable(path);
        if (csv.Header.Count != Rows.RowWidth)
            throw new InputException($"{path}: {csv.Header.Count} columns, but the training table has {Rows.RowWidth} before y; give the same columns without y");
        return LatentPool.FromRows(Rows.Widths, csv.Numbers());
    }

    static Csv ReadTable(string path)
    {
        var csv = Csv.Read(path);
        if (csv.Header.All(h => double.TryParse(h, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            throw new InputException($"{path}: the first row holds numbers; give a header row, such as x1,x2,y");
        return csv;
    }

    static ImmutableArray<int> Widths(string? groups, int columns, string path)
    {
        if (groups is null) return [columns];
        var widths = new List<int>();
        foreach (var part in groups.Split(','))
            widths.Add(int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var w) && w is > 0 and < 1_000_000 ? w
                : throw new InputException($"--groups {groups}: '{part.Trim()}' is not a width; give positive whole numbers, as in 30,30,30"));
        if (widths.Sum() != columns) throw new InputException($"--groups {groups}: widths add up to {widths.Sum()}, but {path} has {columns} columns before y; make them match");
        return [.. widths];
    }
}
