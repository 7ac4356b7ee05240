using System.Runtime.Intrinsics;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;

namespace IpActors.Science.Surrogates;

/// <summary>
/// Squared Euclidean distances |x_g − x'_g|² per group between all pairs of a set, taken once and shared by every evaluation of the kernel. Stored in panels of 8 columns from the
/// first row to the diagonal: what the covariance, its factor and its gradient read lies in one stream. Columns beyond the set count as points at the origin and are cut away later.
/// </summary>
public sealed class GroupDistances
{
    readonly AlignedDoubles[] _panels;

    GroupDistances(int n, AlignedDoubles[] panels) => (Count, _panels) = (n, panels);

    public int Count { get; }
    public int Groups => _panels.Length;

    /// <summary>|x_i − x_j|² in that group, from 0.</summary>
    public double this[int group, int i, int j]
    {
        get { var (row, column) = (Math.Min(i, j), Math.Max(i, j)); return _panels[group].Span[Panels.UpperOffset(column / 8) + 8 * row + column % 8]; }
    }

    /// <summary>Panel p of a group: 8 p + 8 rows of 8.</summary>
    internal unsafe double* Panel(int group, int p) => _panels[group].Pointer + Panels.UpperOffset(p);

    /// <summary>All pairs of a set with itself.</summary>
    public static GroupDistances Within(LatentPool pool)
    {
        var distances = new GroupDistances(pool.Count, [.. pool.Widths.Select(_ => new AlignedDoubles(Panels.UpperLength(Panels.Eights(pool.Count))))]);
        if (EightLanes.Exist) distances.Fill<EightLanes, Vector512<double>>(pool); else distances.Fill<FourLanes, Vector256<double>>(pool);
        return distances;
    }

    unsafe void Fill<O, V>(LatentPool pool) where O : struct, IVectors<V> where V : struct
    {
        var lanes = new AlignedDoubles(pool.RowWidth * 8);
        fixed (double* rows = pool.Values)
            for (var p = 0; 8 * p < Count; p++)
            {
                lanes.Span.Clear();
                Transpose(pool, 8 * p, Math.Min(8, Count - 8 * p), lanes.Span);
                var first = 0;
                for (var g = 0; g < Groups; first += pool.Widths[g++])
                    KernelLoops<O, V>.Distances(lanes.Pointer + 8 * first, pool.Widths[g], rows + first, pool.RowWidth, Math.Min(8 * p + 8, Count), Panel(g, p));
            }
        GC.KeepAlive(lanes);
    }

    /// <summary>Rows first .. first + count − 1 as the columns of a panel: coordinate k of row i at 8 k + i.</summary>
    internal static void Transpose(LatentPool pool, int first, int count, Span<double> target)
    {
        for (var i = 0; i < count; i++)
        {
            var row = pool.Row(first + i);
            for (var k = 0; k < row.Length; k++) target[8 * k + i] = row[k];
        }
    }
}
