using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Pareto;
using IpActors.Science.Surrogates;

namespace IpActors.Science.Tests.Surrogates;

/// <summary>Fits, predictions and improvements in processes that use other parts of the processor.</summary>
public class SameBitsEverywhereTests
{
    /// <summary>Which vectors the process has, and a digest of the bits.</summary>
    public static string Digest()
    {
        var random = new SeededRandom(12);
        LatentPool Pool(int n) => LatentPool.FromRows([3, 3, 3], [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, 9).Select(_ => random.NextGaussian()).ToArray())]);
        var (rows, pool) = (Pool(37), Pool(101));
        double[] y = [.. Enumerable.Range(0, 37).Select(i => Math.Sin(3 * rows.Row(i)[0]) + rows.Row(i)[4] * rows.Row(i)[7])];
        var model = SurrogateModel.Fit(rows, y, null, 5, new FitOptions(Starts: 3, MaxEvaluations: 40));
        var (p, q) = (model.Predict(pool), new GaussianProcess(model.Hyperparameters, rows, y).Extended(pool, new double[101]).Predict(rows));
        var points = Enumerable.Range(0, 101).Select(i => new[] { p.Mu[i], p.Sigma[i], pool.Row(i)[2] }).ToArray();
        var boxes = new BoxDecomposition(points[..40], [-3, -3, -3]);
        double[] all = [model.Lml, .. model.Loo.Sigma, .. p.Mu, .. p.Sigma, .. q.Mu, .. q.Sigma, .. boxes.Improvements(points), .. boxes.With([2, 2, 2]).Improvements(points)];
        return $"{EightLanes.Exist} {Vector256.IsHardwareAccelerated} {Convert.ToHexString(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(all)))}";
    }

    static string[] DigestWith(params string[] settings)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        info.ArgumentList.Add(typeof(SameBitsEverywhereTests).Assembly.Location);
        info.ArgumentList.Add("digest");
        foreach (var s in settings) info.Environment[s.Split('=')[0]] = s.Split('=')[1];
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim().Split(' ');
    }

    [Fact]
    public void Without_AVX_512_the_bits_are_the_same()
    {
        var without = DigestWith("DOTNET_EnableAVX512=0", "DOTNET_EnableAVX512F=0");
        Assert.Equal("False", without[0]);
        Assert.Equal(Digest().Split(' ')[2], without[2]);
    }

    [Fact]
    public void Without_any_vectors_and_fused_operations_in_hardware_the_bits_are_the_same()
    {
        var without = DigestWith("DOTNET_EnableHWIntrinsic=0");
        Assert.Equal(["False", "False", Digest().Split(' ')[2]], without);
    }

    [Fact]
    public void On_one_core_the_bits_are_the_same() => Assert.Equal(Digest().Split(' '), DigestWith("DOTNET_PROCESSOR_COUNT=1"));
}
