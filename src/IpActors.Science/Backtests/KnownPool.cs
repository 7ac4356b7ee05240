using IpActors.Science.Descriptors;
using IpActors.Science.Pareto;

namespace IpActors.Science.Backtests;

/// <summary>A pool of which every value is known, to replay acquisition rules on. Rows are kept in ordinal order of their ids, so that the order of a file changes nothing.</summary>
public sealed class KnownPool
{
    /// <param name="values">one row of objectives per id, all in the maximise frame</param>
    /// <param name="reference">the hypervolume's reference point</param>
    /// <param name="censored">values that are bounds only, per id and objective; null: none</param>
    /// <exception cref="ArgumentException">numbers of rows differ, an id is given twice, a number is not finite</exception>
    public KnownPool(IReadOnlyList<string> ids, LatentPool features, IReadOnlyList<double[]> values, double[] reference, IReadOnlyList<bool[]>? censored = null)
    {
        if (features.Count != ids.Count || values.Count != ids.Count || (censored is not null && censored.Count != ids.Count)) throw new ArgumentException($"{ids.Count} ids, {features.Count} rows of features and {values.Count} rows of values");
        var order = Enumerable.Range(0, ids.Count).OrderBy(i => ids[i], StringComparer.Ordinal).ToArray();
        for (var k = 1; k < order.Length; k++) if (ids[order[k]] == ids[order[k - 1]]) throw new ArgumentException($"{ids[order[k]]} is given twice");
        if (features.Values.ContainsAnyExceptInRange(double.MinValue, double.MaxValue)) throw new ArgumentException("a feature is not finite");
        (Ids, Features, Values, Reference) = ([.. order.Select(i => ids[i])], features.Select(order), [.. order.Select(i => values[i])], reference);
        Censored = [.. order.Select(i => censored?[i] ?? new bool[reference.Length])];
        int[] counted = [.. Enumerable.Range(0, Count).Where(IsCounted)];
        Volume = Hypervolume.Volume([.. counted.Select(i => Values[i])], reference);
        Front = [.. Dominance.NonDominated([.. counted.Select(i => Values[i])]).Select(k => counted[k])];
    }

    public ImmutableArray<string> Ids { get; }
    public LatentPool Features { get; }
    public ImmutableArray<double[]> Values { get; }
    public ImmutableArray<bool[]> Censored { get; }
    public double[] Reference { get; }
    public int Count => Ids.Length;
    /// <summary>Hypervolume of the whole pool: what every rule ends at.</summary>
    public double Volume { get; }
    /// <summary>Rows that no other dominates.</summary>
    public ImmutableArray<int> Front { get; }

    /// <summary>A row with a bound in place of a value teaches the surrogates, but takes no part in front and volume.</summary>
    public bool IsCounted(int i) => !Censored[i].Contains(true);

    /// <summary>Hypervolume of some rows.</summary>
    public double VolumeOf(IEnumerable<int> rows) => Hypervolume.Volume([.. rows.Where(IsCounted).Select(i => Values[i])], Reference);

    /// <summary>Per objective the lowest value of the pool less a tenth of its range: a reference that leaves nobody out.</summary>
    public static double[] DefaultReference(IReadOnlyList<double[]> values) => [.. Enumerable.Range(0, values[0].Length).Select(k =>
    {
        var (low, high) = (values.Min(v => v[k]), values.Max(v => v[k]));
        return low - (high > low ? 0.1 * (high - low) : 1);
    })];
}
