using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;
using static IpActors.Science.Tests.Descriptors.DescriptorFixture;

namespace IpActors.Science.Tests.Descriptors;

public class LatentBasisTests
{
    [Fact]
    public void Components_agree_with_scikit_learn_up_to_sign()
    {
        var f = Document.GetProperty("kernel_pca");
        var x = f.Table("x");
        foreach (var c in f.GetProperty("cases").EnumerateArray()) // 60 rows: dense solver; 420 rows: Krylov solver
        {
            var n = c.GetProperty("rows").GetInt32();
            var basis = LatentBasis.Fit(x[..n], 30, seed: 3);
            Assert.Equal(c.GetProperty("width").GetDouble(), basis.WidthOfKernel, 1e-12);
            Close(c.Numbers("eigenvalues"), basis.Eigenvalues, 1e-10);
            var expected = c.Table("latent");
            for (var k = 0; k < 30; k++)
            {
                double[] ours = [.. basis.Latent.Select(r => r[k])];
                var largest = Enumerable.Range(0, n).MaxBy(i => Math.Abs(expected[i][k]));
                Assert.True(ours.Max() >= -ours.Min());
                Close([.. expected.Select(r => r[k] * Math.Sign(expected[largest][k]))], ours, 1e-8);
            }
        }
    }

    static double[][] Points(int n, int width, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, width).Select(c => random.NextGaussian() / (1 + c)).ToArray())];
    }

    [Fact]
    public void Landmarks_project_themselves_onto_their_own_components_and_others_between_them()
    {
        var rows = Points(700, 3, 5);
        var nystroem = LatentBasis.Fit(rows, 10, 7, false, exactLimit: 400, landmarkCount: 350);
        Assert.Equal(350, nystroem.LandmarkRows.Length);
        var own = LatentBasis.Fit([.. nystroem.LandmarkRows.Select(i => rows[i])], 10, 7, false);
        for (var a = 0; a < 350; a++) Close(own.Latent[a], nystroem.Latent[nystroem.LandmarkRows[a]], 1e-9);
        var exact = LatentBasis.Fit(rows, 10, 7, false);
        foreach (var k in (int[])[0, 1, 2]) // same directions as the exact components: correlation near 1
        {
            var (sxy, sxx, syy) = (0.0, 0.0, 0.0);
            for (var i = 0; i < 700; i++) { var (p, q) = (exact.Latent[i][k], nystroem.Latent[i][k]); sxy += p * q; sxx += p * p; syy += q * q; }
            Assert.True(Math.Abs(sxy) / Math.Sqrt(sxx * syy) > 0.98, $"component {k}: {sxy / Math.Sqrt(sxx * syy)}");
        }
    }

    [Fact]
    public void Same_rows_and_seed_give_the_same_bits()
    {
        var rows = Points(500, 4, 2);
        var (a, b) = (LatentBasis.Fit(rows, 30, 1), LatentBasis.Fit(rows, 30, 1));
        for (var i = 0; i < 500; i++) Assert.Equal(a.Latent[i], b.Latent[i]);
    }

    [Fact]
    public void Equal_rows_and_small_pools_give_fewer_components()
    {
        Assert.Equal([[0.0], [0.0], [0.0]], LatentBasis.Fit([[1, 2], [1, 2], [1, 2]], 30, 1).Latent);
        Assert.Equal([[0.0]], LatentBasis.Fit([[1, 2]], 30, 1).Latent);
        Assert.Equal(3, LatentBasis.Fit(Points(4, 5, 1), 30, 1).Latent[0].Length); // centring takes one of four
    }

    [Fact]
    public void Eigenpairs_of_both_solvers_satisfy_their_equation_and_agree()
    {
        const int n = 400;
        var (random, stride) = (new SeededRandom(3), Lanes.Padded(n));
        var a = new double[n * stride];
        for (var i = 0; i < n; i++) for (var j = 0; j <= i; j++) a[i * stride + j] = a[j * stride + i] = random.NextGaussian() + (i == j ? 60 * Math.Exp(-i / 10.0) : 0);
        var (all, vectors) = SymmetricEigen.Solve((double[])a.Clone(), n);
        var (top, leading) = TopEigenpairs.Find(a, n, 12, 5);
        Close(all[..12], top, 1e-9);
        Assert.Equal(Enumerable.Range(0, n).Sum(i => a[i * stride + i]), all.Sum(), 1e-9);
        foreach (var (value, v) in all.Zip(vectors).Concat(top.Zip(leading)))
        {
            Assert.Equal(1, v.Sum(x => x * x), 1e-11);
            for (var i = 0; i < n; i++) Assert.Equal(value * v[i], Enumerable.Range(0, n).Sum(j => a[i * stride + j] * v[j]), 1e-8);
        }
    }

    [Fact]
    public void A_pool_is_described_in_order_and_its_bytes_read_back()
    {
        Structure[] pool = [.. Enumerable.Range(0, 24).Select(i => Disordered(2, 2, 1 + i % 2, (ulong)i + 50))];
        var latent = PoolDescription.Describe(pool, DescriptorSettings.InversePerovskites, 4);
        Assert.Equal((24, 3), (latent.Count, latent.Widths.Length));
        Assert.All(latent.Widths, w => Assert.InRange(w, 1, 23));
        var bytes = latent.ToBytes();
        Assert.Equal("IPLATENT\u0001\0\0\0\u0003\0\0\0", System.Text.Encoding.Latin1.GetString(bytes, 0, 16));
        var back = LatentPool.FromBytes(bytes);
        Assert.Equal(latent.Values, back.Values);
        Assert.Equal(bytes, PoolDescription.Describe(pool, DescriptorSettings.InversePerovskites, 4).ToBytes());
        var one = LatentBasis.Fit([.. pool.Select(ElectronegativityHistogram.Describe)], 30, 9, standardise: false);
        for (var i = 0; i < 24; i++) Close(one.Latent[i], latent.Row(i, 0).ToArray(), 1e-12); // below the limit the seed has no say
        Assert.Equal(latent.Row(5).ToArray(), back.Select([7, 5]).Row(1).ToArray());
    }

    [Fact]
    public void Bytes_of_another_form_are_refused()
    {
        var bytes = new LatentPool([2, 1], [1, 2, 3, 4, 5, 6]).ToBytes();
        foreach (var bad in (byte[][])[[], bytes[..^1], [.. bytes, 0], [1, .. bytes[1..]], [.. bytes[..8], 2, .. bytes[9..]], bytes[..24]])
            Assert.Throws<InvalidDataException>(() => LatentPool.FromBytes(bad));
    }
}
