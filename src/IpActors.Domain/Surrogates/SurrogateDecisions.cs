using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using IpActors.Domain.Campaigns;
using IpActors.Science.Acquisition;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Domain.Surrogates;

/// <summary>Fits and predictions of the GP actors as pure functions of the training set, the pool and its latent rows: the audit runs the same code.</summary>
public static class SurrogateDecisions
{
    /// <summary>Maximises the likelihood from the seeded starts of this objective and iteration, or takes kept hyperparameters as they are; hyperparameters are of the standardised values.</summary>
    public static (Hyperparameters Hyperparameters, double LogMarginalLikelihood, string Digest) Fit(SurrogateSettings settings, TrainingSet training, Hyperparameters? kept, IReadOnlyList<string> pool, LatentPool latent)
    {
        var seed = (long)SeededRandom.Stream(training.Seed, $"fit/{training.Objective}/{training.Iteration}").NextUInt64();
        var model = kept is null ? SurrogateModel.Fit(Rows(training, pool, latent), training.Y, Variances(training), seed, new FitOptions(settings.Starts)) : Model(training, kept, pool, latent);
        return (model.Hyperparameters, model.Lml, Digest(model.Hyperparameters));
    }

    /// <summary>mu and sigma of the whole pool, in pool order.</summary>
    public static Prediction Predict(TrainingSet training, Hyperparameters hyperparameters, IReadOnlyList<string> pool, LatentPool latent) =>
        Model(training, hyperparameters, pool, latent).Predict(latent);

    public static FittedModel Model(TrainingSet training, Hyperparameters hyperparameters, IReadOnlyList<string> pool, LatentPool latent) =>
        SurrogateModel.Rebuild(hyperparameters, Rows(training, pool, latent), training.Y, Variances(training));

    static LatentPool Rows(TrainingSet training, IReadOnlyList<string> pool, LatentPool latent) => latent.Select(RowsOf(training.Compounds, pool));

    static int[] RowsOf(ImmutableArray<string> compounds, IReadOnlyList<string> pool)
    {
        var index = new Dictionary<string, int>(pool.Count, StringComparer.Ordinal);
        for (var i = 0; i < pool.Count; i++) index.Add(pool[i], i);
        return [.. compounds.Select(c => index[c])];
    }

    sealed record KeptModel(Hyperparameters Hyperparameters, ImmutableArray<string> Compounds, ImmutableArray<double> Y, ImmutableArray<double> Noise);

    /// <summary>A model as a blob of JSON: hyperparameters and data, from which a believer goes on.</summary>
    public static byte[] ModelBytes(TrainingSet training, Hyperparameters hyperparameters) => JsonSerializer.SerializeToUtf8Bytes(new KeptModel(hyperparameters, training.Compounds, training.Y, training.Noise));

    /// <summary>The model of a blob that <see cref="ModelBytes"/> wrote.</summary>
    public static ConditionedSurrogate ModelOf(ReadOnlySpan<byte> bytes, IReadOnlyList<string> pool)
    {
        try
        {
            var m = JsonSerializer.Deserialize<KeptModel>(bytes) ?? throw new InvalidDataException("not a blob of a model");
            return new(m.Hyperparameters, RowsOf(m.Compounds, pool), m.Y, m.Noise);
        }
        catch (JsonException e) { throw new InvalidDataException($"not a blob of a model: {e.Message}", e); }
    }

    static double[] Variances(TrainingSet training) => [.. training.Noise.Select(s => s * s)];

    public static string Digest(Hyperparameters h) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(h)));

    /// <summary>As a blob: "IPPREDIC", int32 version 1, int32 n, n mu, n sigma; little-endian.</summary>
    public static byte[] ToBytes(Prediction p)
    {
        var bytes = new byte[16 + 16 * p.Mu.Length];
        "IPPREDIC"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), p.Mu.Length);
        for (var i = 0; i < p.Mu.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16 + 8 * i), p.Mu[i]);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16 + 8 * (p.Mu.Length + i)), p.Sigma[i]);
        }
        return bytes;
    }

    public static Prediction FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 16 || !bytes.StartsWith("IPPREDIC"u8) || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != 1) throw new InvalidDataException("not a blob of predictions");
        var n = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        if (n < 0 || bytes.Length != 16 + 16L * n) throw new InvalidDataException($"predictions of {n} compounds are cut short ({bytes.Length} bytes)");
        var (mu, sigma) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            mu[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(16 + 8 * i)..]);
            sigma[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(16 + 8 * (n + i))..]);
        }
        return new Prediction(mu, sigma);
    }
}
