using System.Globalization;
using IpActors.App.Cli;
using IpActors.Domain.Campaigns;
using IpActors.Science;
using IpActors.Science.Backtests;
using IpActors.Science.Descriptors;

namespace IpActors.App.Backtests;

/// <summary>A fully known pool from a CSV: its first column, or the one named id, tells the compounds apart; columns x_… (or the first so many after it) are features; the others are objectives. A column NAME_censored of 0 and 1 says where
/// the value of NAME is only a bound.</summary>
sealed record PoolTable(KnownPool Pool, ImmutableArray<Objective> Objectives)
{
    const string Censored = "_censored";

    /// <param name="features">so many columns after the id; null: those whose names begin with x_</param>
    /// <param name="groups">widths of the features' groups, "n1,n2,n3"; null: one group</param>
    /// <param name="objectives">"NAME[:linear|log10][:SCALE],…"; null: every column that is neither id nor feature, as it is</param>
    /// <param name="reference">one number per objective, in the maximise frame; null: below everything in the pool</param>
    public static PoolTable Read(string path, int? features, string? groups, string? objectives, double[]? reference)
    {
        var csv = Csv.Read(path);
        if (csv.Rows.Count < 2) throw new InputException($"{path}: {csv.Rows.Count} rows under the header; a pool has at least two compounds");
        var id = csv.Find("id") ?? 0;
        var x = FeatureColumns(csv, id, features);
        var chosen = ObjectivesOf(csv, objectives, [.. Enumerable.Range(0, csv.Header.Count).Except(x).Where(c => c != id && !csv.Header[c].EndsWith(Censored, StringComparison.Ordinal)).Select(c => csv.Header[c])]);
        var columns = chosen.Select(o => csv.Column(o.Property)).ToArray();
        foreach (var c in columns.Where(x.Contains)) throw new InputException($"{path}: column '{csv.Header[c]}' would be a feature and an objective; rename it, or give --features");
        var values = Enumerable.Range(0, csv.Rows.Count).Select(r => chosen.Select((o, k) => Value(csv, r, columns[k], o)).ToArray()).ToArray();
        var bounds = chosen.Select(o => csv.Find(o.Property + Censored)).ToArray();
        var censored = Enumerable.Range(0, csv.Rows.Count).Select(r => bounds.Select(c => c is { } b && IsSet(csv, r, b)).ToArray()).ToArray();
        if (reference is not null && reference.Length != chosen.Length) throw new InputException($"--ref: {reference.Length} numbers for {chosen.Length} objectives ({string.Join(", ", chosen.Select(o => o.Property))}); give one each");
        reference ??= KnownPool.DefaultReference(values);
        var rows = LatentPool.FromRows(Widths(groups, x.Length), [.. Enumerable.Range(0, csv.Rows.Count).Select(r => x.Select(c => csv.Number(r, c)).ToArray())]);
        KnownPool pool;
        try { pool = new([.. csv.Rows.Select(r => r[id])], rows, values, reference, censored); }
        catch (ArgumentException e) { throw new InputException($"{path}: {e.Message}; give every compound one row of finite numbers"); }
        if (!(pool.Volume > 0)) throw new InputException($"{path}: no compound exceeds the reference point in every objective, so there is no hypervolume; lower --ref");
        return new(pool, [.. chosen.Select((o, k) => o with { Reference = reference[k] })]);
    }

    static bool IsSet(Csv csv, int row, int column) => csv.Rows[row][column] switch { "1" => true, "0" => false, var t => throw new InputException($"{csv.Source}:{csv.Line(row)}: '{t}' in column '{csv.Header[column]}'; write 1 where the value is only a bound, else 0") };

    static int[] FeatureColumns(Csv csv, int id, int? count)
    {
        if (count is { } n)
            return n >= 1 && id + n < csv.Header.Count && n + 1 < csv.Header.Count ? [.. Enumerable.Range(id + 1, n)] : throw new InputException($"--features {n}: {csv.Source} has {csv.Header.Count - id - 1} columns after '{csv.Header[id]}'; leave at least one for an objective");
        int[] named = [.. Enumerable.Range(0, csv.Header.Count).Where(c => csv.Header[c].StartsWith("x_", StringComparison.Ordinal))];
        return named.Length > 0 ? named : throw new InputException($"{csv.Source}: no column begins with x_; name the features so, or say how many columns after the id they are with --features");
    }

    static ImmutableArray<Objective> ObjectivesOf(Csv csv, string? text, string[] others)
    {
        if (text is null) return others.Length > 0 ? [.. others.Select(o => new Objective(o, "linear", 1, 0))] : throw new InputException($"{csv.Source}: every column is the id or a feature; add a column per objective");
        var list = text.Split(',').Select(t => Parse(text, t.Trim().Split(':'))).ToImmutableArray();
        if (list.GroupBy(o => o.Property).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new InputException($"--objectives {text}: {twice.Key} is there twice; keep one");
        return list;
    }

    static Objective Parse(string all, string[] parts)
    {
        var (transform, scale) = ("linear", 1.0);
        foreach (var part in parts.Skip(1))
        {
            if (part is "linear" or "log10") transform = part;
            else if (double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) && v != 0) scale = v;
            else throw new InputException($"--objectives {all}: '{part}' is neither linear, log10 nor a scale; write NAME, NAME:log10, NAME:-1 or NAME:log10:2");
        }
        return new(parts[0], transform, scale, 0);
    }

    static double Value(Csv csv, int row, int column, Objective o)
    {
        var v = csv.Number(row, column);
        return o.Transform != "log10" || v > 0 ? o.ToFrame(v) : throw new InputException($"{csv.Source}:{csv.Line(row)}: {v.ToString(CultureInfo.InvariantCulture)} in column '{o.Property}' has no logarithm; write {o.Property}:linear, or leave the row out");
    }

    static ImmutableArray<int> Widths(string? groups, int columns)
    {
        if (groups is null) return [columns];
        ImmutableArray<int> widths = [.. groups.Split(',').Select(g => int.TryParse(g.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var w) && w is > 0 and < 1_000_000 ? w
            : throw new InputException($"--groups {groups}: '{g.Trim()}' is not a width; give positive whole numbers, as in 30,30,30"))];
        return widths.Sum() == columns ? widths : throw new InputException($"--groups {groups}: widths add up to {widths.Sum()}, but there are {columns} features; make them match");
    }
}
