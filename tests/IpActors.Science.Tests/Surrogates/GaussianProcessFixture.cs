using System.Text.Json;
using IpActors.Science.Descriptors;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Tests.Surrogates;

/// <summary>Numbers that tests/compare/surrogates_gp.py wrote with numpy, scipy and scikit-learn (versions in the file).</summary>
static class GaussianProcessFixture
{
    public static readonly JsonElement Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Surrogates", "Fixtures", "gaussian_process.json"))).RootElement;

    public static double[] Numbers(this JsonElement e, string name) => e.GetProperty(name).Deserialize<double[]>()!;

    public static LatentPool Pool(this JsonElement e, string name) =>
        LatentPool.FromRows([.. e.GetProperty("widths").Deserialize<int[]>()!], e.GetProperty(name).Deserialize<double[][]>()!);

    public static Hyperparameters H(this JsonElement e) =>
        Hyperparameters.Parse(e.GetProperty("hyperparameters").GetRawText(), "fixture", e.GetProperty("widths").GetArrayLength());

    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
