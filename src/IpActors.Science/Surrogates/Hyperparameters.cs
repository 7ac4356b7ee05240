using System.Text.Json;
using System.Text.Json.Serialization;

namespace IpActors.Science.Surrogates;

/// <summary>
/// One term of the kernel (Eqs. 13-19): variance · Π_g exp(−|x_g − x'_g|² / (2 l_g²)) over its groups. Groups count from 1; a term of two groups is one variance
/// times the product of their RBFs with two length scales of its own.
/// </summary>
public sealed record KernelTerm(
    [property: JsonPropertyName("groups"), JsonRequired] ImmutableArray<int> Groups,
    [property: JsonPropertyName("variance"), JsonRequired] double Variance,
    [property: JsonPropertyName("length_scales"), JsonRequired] ImmutableArray<double> LengthScales);

/// <summary>Everything the process is made from besides its data: constant mean, variance of the noise, terms. Units: those of y and of the rows.</summary>
public sealed record Hyperparameters(
    [property: JsonPropertyName("mean"), JsonRequired] double Mean,
    [property: JsonPropertyName("noise_variance"), JsonRequired] double NoiseVariance,
    [property: JsonPropertyName("terms"), JsonRequired] ImmutableArray<KernelTerm> Terms)
{
    /// <summary>The groups of the terms for that many groups: every single one, then every pair (three groups: EN, VR, PF, EN VR, EN PF, VR PF).</summary>
    public static ImmutableArray<ImmutableArray<int>> TermGroups(int groups)
    {
        var terms = new List<ImmutableArray<int>>();
        for (var g = 1; g <= groups; g++) terms.Add([g]);
        for (var g = 1; g <= groups; g++)
            for (var h = g + 1; h <= groups; h++) terms.Add([g, h]);
        return [.. terms];
    }

    /// <summary>The same process for y = offset + scale · z, when this one is for z.</summary>
    public Hyperparameters Rescaled(double offset, double scale) =>
        new(offset + scale * Mean, scale * scale * NoiseVariance, [.. Terms.Select(t => t with { Variance = scale * scale * t.Variance })]);

    /// <summary>What is wrong with these values for rows of that many groups, in words; null when they can be used.</summary>
    public string? Fault(int groups)
    {
        if (!double.IsFinite(Mean)) return "mean is not a finite number";
        if (!(NoiseVariance >= 0) || !double.IsFinite(NoiseVariance)) return $"noise_variance is {NoiseVariance:R}; give 0 or more";
        if (Terms.IsDefaultOrEmpty) return "terms is empty; give at least one term";
        for (var i = 0; i < Terms.Length; i++)
        {
            var (t, at) = (Terms[i], $"terms[{i}]");
            if (t is null || t.Groups.IsDefaultOrEmpty || t.LengthScales.IsDefault) return $"{at} needs groups, variance and length_scales";
            if (t.Groups.Any(g => g < 1 || g > groups)) return $"{at}: group {t.Groups.First(g => g < 1 || g > groups)} is not among 1..{groups}; give --groups to match";
            if (t.Groups.Distinct().Count() != t.Groups.Length) return $"{at}: a group is named twice; name each once";
            if (t.LengthScales.Length != t.Groups.Length) return $"{at}: {t.LengthScales.Length} length_scales for {t.Groups.Length} groups; give one per group";
            if (!(t.Variance >= 0) || !double.IsFinite(t.Variance)) return $"{at}: variance is {t.Variance:R}; give 0 or more";
            if (t.LengthScales.Any(l => !(l > 1e-100 && l < 1e100))) return $"{at}: length scale {t.LengthScales.First(l => !(l > 1e-100 && l < 1e100)):R} is out of range; give a positive number";
        }
        return Terms.Sum(t => t.Variance) + NoiseVariance > 0 ? null : "every variance is 0; give a positive one";
    }

    /// <summary>Reads {"mean", "noise_variance", "terms": [...]}, or a document that holds it under "hyperparameters"; throws <see cref="InputException"/> with source and remedy.</summary>
    public static Hyperparameters Parse(string json, string source, int groups)
    {
        Hyperparameters? h;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("hyperparameters", out var inner)) root = inner;
            h = root.Deserialize<Hyperparameters>();
        }
        catch (JsonException e)
        {
            throw new InputException($"{source}: not hyperparameters ({e.Message.TrimEnd('.')}); give {{\"mean\", \"noise_variance\", \"terms\": [{{\"groups\", \"variance\", \"length_scales\"}}]}}");
        }
        var fault = h is null ? "is null; give an object" : h.Fault(groups);
        return fault is null ? h! : throw new InputException($"{source}: {fault}");
    }
}
