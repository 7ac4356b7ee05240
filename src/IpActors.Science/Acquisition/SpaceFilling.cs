using IpActors.Science.Numerics;

namespace IpActors.Science.Acquisition;

/// <summary>
/// The initial data set: after one drawn at random, each next candidate is the one farthest (Euclidean) from its nearest chosen one
/// (greedy maximin: Gonzalez, Theor. Comput. Sci. 38, 293 (1985)), ties to the first id in ordinal order. O(n k d).
/// </summary>
public static class SpaceFilling
{
    /// <summary>Ids in the order chosen; all of them when fewer than <paramref name="count"/> are given. The order of the rows changes nothing.</summary>
    /// <param name="rows">latent descriptors by id, all of one length</param>
    /// <param name="random">the stream of this decision; one number is drawn, and only where nothing is chosen yet</param>
    /// <param name="chosen">descriptors of those chosen earlier, to keep away from</param>
    /// <exception cref="ArgumentException">rows of unequal length, an id given twice, a number that is not finite</exception>
    public static ImmutableArray<string> Select(IEnumerable<(string Id, double[] Latent)> rows, int count, SeededRandom random, IReadOnlyList<double[]>? chosen = null)
    {
        var pool = rows.OrderBy(r => r.Id, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < pool.Length; i++)
        {
            if (i > 0 && pool[i].Id == pool[i - 1].Id) throw new ArgumentException($"candidate {pool[i].Id} is given twice");
            if (pool[i].Latent.Length != pool[0].Latent.Length || !pool[i].Latent.All(double.IsFinite)) throw new ArgumentException($"{pool[i].Id}: {pool[0].Latent.Length} finite descriptors are needed");
        }
        var distance = new double[pool.Length];
        Array.Fill(distance, double.PositiveInfinity);
        foreach (var c in chosen ?? []) Approach(pool, distance, c);
        var picks = ImmutableArray.CreateBuilder<string>();
        while (picks.Count < Math.Min(count, pool.Length))
        {
            var next = picks.Count == 0 && chosen is not { Count: > 0 } ? random.NextInt(pool.Length) : Farthest(distance);
            picks.Add(pool[next].Id);
            Approach(pool, distance, pool[next].Latent);
            distance[next] = double.NegativeInfinity; // taken
        }
        return picks.ToImmutable();
    }

    static int Farthest(double[] distance)
    {
        var best = 0;
        for (var i = 1; i < distance.Length; i++) if (distance[i] > distance[best]) best = i;
        return best;
    }

    static void Approach((string Id, double[] Latent)[] pool, double[] distance, double[] point)
    {
        for (var i = 0; i < pool.Length; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < point.Length; k++) { var d = pool[i].Latent[k] - point[k]; sum += d * d; }
            if (sum < distance[i]) distance[i] = sum;
        }
    }
}
