using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using IpActors.Domain.Campaigns;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;

namespace IpActors.Domain.Surrogates;

/// <summary>Fits and predictions of the GP actors as pure functions of the training set, the pool and its latent rows: the audit runs the same code.</summary>
public static class SurrogateDecisions
{
    /// <summary>Maximises the likelihood from the seeded starts of this objective and iteration; hyperparameters are of the standardised values.</summary>
    public static (Hyperparameters Hyperparameters, double LogMarginalLikelihood, string Digest) Fit(SurrogateSettings settings, TrainingSet training, IReadOnlyList<string> pool, LatentPool latent)
    {
        var seed = (long)SeededRandom.Stream(training.Seed, $"fit/{training.Objective}/{training.Iteration}").NextUInt64();
        var model = SurrogateModel.Fit(Rows(training, pool, latent), training.Y, Variances(training), seed, new FitOptions(settings.Starts));
        return (model.Hyperparameters, model.Lml, Digest(model.Hyperparameters));
    }

    /// <summary>mu and sigma of the whole pool, in pool order.</summary>
    public static Prediction Predict(TrainingSet training, Hyperparameters hyperparameters, IReadOnlyList<string> pool, LatentPool latent) =>
        Model(training, hyperparameters, pool, latent).Predict(latent);

    public static FittedModel Model(TrainingSet training, Hyperparameters hyperparameters, IReadOnlyList<string> pool, LatentPool latent) =>
        SurrogateModel.Rebuild(hyperparameters, Rows(training, pool, latent), training.Y, Variances(training));

    static LatentPool Rows(TrainingSet training, IReadOnlyList<string> pool, LatentPool latent)
    {
        var index = new Dictionary<string, int>(pool.Count, StringComparer.Ordinal);
        for (var i = 0; i < pool.Count; i++) index.Add(pool[i], i);
        return latent.Select([.. training.Compounds.Select(c => index[c])]);
    }

    static double[] Variances(TrainingSet training) => [.. training.Noise.Select(s => s * s)];

    static string Digest(Hyperparameters h) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(h)));

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
