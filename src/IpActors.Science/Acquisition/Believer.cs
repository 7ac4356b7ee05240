using IpActors.Science.Descriptors;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Acquisition;

/// <summary>The surrogate of one objective as its data and hyperparameters, so that it can be told of more observations.</summary>
/// <param name="Hyperparameters">of standardised values, as a fit gives them</param>
/// <param name="Training">rows of the pool that are in the data</param>
/// <param name="Y">their values in the maximise frame</param>
/// <param name="Noise">their own standard deviations beside the fitted noise (0: none)</param>
public sealed record ConditionedSurrogate(Hyperparameters Hyperparameters, IReadOnlyList<int> Training, IReadOnlyList<double> Y, IReadOnlyList<double> Noise)
{
    /// <summary>
    /// sigma of f at the rows <paramref name="at"/> of the pool when the rows <paramref name="believed"/> had been observed at <paramref name="mu"/>: a Gaussian process on data and beliefs, at unchanged hyperparameters
    /// and in the standardisation of the data alone. O((n + p)³ + m (n + p)²) for n data, p beliefs, m rows.
    /// </summary>
    public double[] Sigma(LatentPool pool, IReadOnlyList<int> at, IReadOnlyList<int> believed, IReadOnlyList<double> mu)
    {
        var (mean, deviation) = SurrogateModel.Standardisation(Y);
        var process = new GaussianProcess(Hyperparameters, pool.Select([.. Training, .. believed]), [.. Y.Concat(mu).Select(v => (v - mean) / deviation)],
            [.. Noise.Select(s => s / deviation * (s / deviation)), .. believed.Select(_ => 0.0)]);
        return [.. process.Predict(pool.Select(at)).Sigma.Select(s => deviation * s)];
    }
}

/// <summary>What <see cref="PendingRule.Believer"/> needs of the surrogates.</summary>
public static class Believer
{
    /// <param name="objectives">one per objective; null: known, so that its sigma stays as it is</param>
    /// <param name="pool">latent rows</param>
    /// <param name="row">a candidate's row, by its id</param>
    public static Conditioning Over(IReadOnlyList<ConditionedSurrogate?> objectives, LatentPool pool, Func<string, int> row) => (candidates, believed) =>
    {
        int[] at = [.. candidates.Select(c => row(c.Id))], of = [.. believed.Select(b => row(b.Id))];
        var sigma = objectives.Select((o, k) => o?.Sigma(pool, at, of, [.. believed.Select(b => b.Mu[k])])).ToArray();
        return [.. candidates.Select((c, i) => ImmutableArray.CreateRange(sigma.Select((s, k) => s is null ? c.Sigma[k] : s[i])))];
    };
}
