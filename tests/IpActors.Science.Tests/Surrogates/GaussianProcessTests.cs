using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;
using static IpActors.Science.Tests.Surrogates.GaussianProcessFixture;

namespace IpActors.Science.Tests.Surrogates;

public class GaussianProcessTests
{
    [Fact]
    public void Six_terms_agree_with_numpy_in_likelihood_mean_and_deviation()
    {
        var f = Document.GetProperty("three_groups");
        var expected = f.GetProperty("expected");
        var process = new GaussianProcess(f.H(), f.Pool("x"), f.Numbers("y"), f.Numbers("extra"));
        Assert.Equal(expected.GetProperty("lml").GetDouble(), process.LogMarginalLikelihood, 1e-8);
        Assert.Equal(0, process.Jitter);
        var p = process.Predict(f.Pool("test"));
        Close(expected.Numbers("mu"), p.Mu, 1e-8);
        Close(expected.Numbers("sigma"), p.Sigma, 1e-8);
    }

    [Fact]
    public void Leave_one_out_agrees_with_leaving_each_point_out()
    {
        var f = Document.GetProperty("three_groups");
        var expected = f.GetProperty("expected");
        var loo = new GaussianProcess(f.H(), f.Pool("x"), f.Numbers("y"), f.Numbers("extra")).LeaveOneOut();
        Close(expected.Numbers("loo_mu"), loo.Mu, 1e-8);
        Close(expected.Numbers("loo_sigma"), loo.Sigma, 1e-8);
        Close(expected.Numbers("loo_log"), loo.LogPredictive, 1e-8);
    }

    [Fact]
    public void One_group_agrees_with_scikit_learn()
    {
        var f = Document.GetProperty("one_group_sklearn");
        var expected = f.GetProperty("expected");
        var process = new GaussianProcess(f.H(), f.Pool("x"), f.Numbers("y"));
        Assert.Equal(expected.GetProperty("lml").GetDouble(), process.LogMarginalLikelihood, 1e-8);
        var p = process.Predict(f.Pool("test"));
        Close(expected.Numbers("mu"), p.Mu, 1e-8);
        Close(expected.Numbers("sigma"), p.Sigma, 1e-8);
    }

    [Fact]
    public void A_point_with_huge_extra_noise_counts_as_absent()
    {
        var f = Document.GetProperty("three_groups");
        var (x, y) = (f.Pool("x"), f.Numbers("y"));
        int[] others = [.. Enumerable.Range(1, x.Count - 1)];
        double[] extra = [.. y.Select((_, i) => i == 0 ? 1e13 : 0)];
        var with = new GaussianProcess(f.H(), x, y, extra).Predict(f.Pool("test"));
        var without = new GaussianProcess(f.H(), x.Select(others), [.. others.Select(i => y[i])]).Predict(f.Pool("test"));
        Close(without.Mu, with.Mu, 1e-9);
        Close(without.Sigma, with.Sigma, 1e-9);
    }

    [Fact]
    public void A_row_is_predicted_with_the_same_bits_alone_and_in_a_pool()
    {
        var f = Document.GetProperty("three_groups");
        var process = new GaussianProcess(f.H(), f.Pool("x"), f.Numbers("y"));
        var random = new SeededRandom(5);
        var pool = LatentPool.FromRows([2, 3, 4], [.. Enumerable.Range(0, 1001).Select(_ => Enumerable.Range(0, 9).Select(_ => random.NextGaussian()).ToArray())]);
        var all = process.Predict(pool);
        foreach (var i in (int[])[0, 63, 64, 500, 1000])
        {
            var one = process.Predict(pool.Select([i]));
            Assert.Equal((all.Mu[i], all.Sigma[i]), (one.Mu[0], one.Sigma[0]));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 3)]
    [InlineData(15, 30)]
    [InlineData(24, 1)]
    [InlineData(61, 9)]
    public void A_process_that_grew_has_the_bits_of_one_made_anew(int before, int more)
    {
        var random = new SeededRandom(9);
        var rows = LatentPool.FromRows([2, 3, 4], [.. Enumerable.Range(0, before + more).Select(_ => Enumerable.Range(0, 9).Select(_ => random.NextGaussian()).ToArray())]);
        double[] y = [.. Enumerable.Range(0, rows.Count).Select(i => Math.Sin(i))], extra = [.. y.Select((_, i) => i % 3 == 0 ? 0.1 : 0)];
        int[] first = [.. Enumerable.Range(0, before)], rest = [.. Enumerable.Range(before, more)];
        var h = Document.GetProperty("three_groups").H();
        var grown = new GaussianProcess(h, rows.Select(first), y[..before], extra[..before]).Extended(rows.Select(rest), y[before..], extra[before..]);
        var anew = new GaussianProcess(h, rows, y, extra);
        var pool = Document.GetProperty("three_groups").Pool("test");
        Assert.Equal(anew.LogMarginalLikelihood, grown.LogMarginalLikelihood);
        Assert.Equal(anew.Predict(pool).Mu, grown.Predict(pool).Mu);
        Assert.Equal(anew.Predict(pool).Sigma, grown.Predict(pool).Sigma);
        Assert.Equal(anew.LeaveOneOut().Sigma, grown.LeaveOneOut().Sigma);
    }

    [Fact]
    public void A_process_that_needs_jitter_grows_as_if_made_anew()
    {
        var h = new Hyperparameters(0, 0, [new([1], 1, [1])]);
        var first = LatentPool.FromRows([1], [.. Enumerable.Range(0, 9).Select(i => new[] { 3.0 * i })]);
        var grown = new GaussianProcess(h, first, new double[9]).Extended(LatentPool.FromRows([1], [[0.0], [3]]), [1, 1]);
        Assert.InRange(grown.Jitter, 1e-12, 1e-9);
        Assert.Equal(new GaussianProcess(h, LatentPool.FromRows([1], [.. Enumerable.Range(0, 9).Select(i => new[] { 3.0 * i }), [0], [3]]), [.. new double[9], 1, 1]).LogMarginalLikelihood, grown.LogMarginalLikelihood);
        Assert.Contains("wide", Assert.Throws<ArgumentException>(() => grown.Extended(LatentPool.FromRows([1, 1], [[1.0, 1]]), [0])).Message);
    }

    [Fact]
    public void A_term_of_three_groups_is_the_product_of_three()
    {
        var h = new Hyperparameters(0, 0.1, [new([1, 2, 3], 2, [0.7, 1.3, 2.1])]);
        double[][] x = [[0, 0, 0], [1, -1, 0.5]];
        var k = 2 * Math.Exp(-0.5 * (1 / 0.49 + 1 / 1.69 + 0.25 / 4.41));
        var process = new GaussianProcess(h, LatentPool.FromRows([1, 1, 1], [x[0]]), [1.0]);
        Assert.Equal(k / 2.1, process.Predict(LatentPool.FromRows([1, 1, 1], [x[1]])).Mu[0], 1e-15);
        Assert.Throws<ArgumentException>(() => new LikelihoodSurface(GroupDistances.Within(LatentPool.FromRows([1, 1, 1], x)), [0, 1], [0, 0], [[1, 2, 3]]));
    }

    [Fact]
    public void A_pool_predicted_in_parts_has_the_same_bits()
    {
        var f = Document.GetProperty("three_groups");
        var (process, pool) = (new GaussianProcess(f.H(), f.Pool("x"), f.Numbers("y")), f.Pool("test"));
        var whole = process.Predict(pool);
        var (mu, sigma) = (new double[pool.Count], new double[pool.Count]);
        for (var at = 0; at < pool.Count; at += 3)
        {
            int[] part = [.. Enumerable.Range(at, Math.Min(3, pool.Count - at))];
            process.Predict(pool.Select(part), mu.AsMemory(at, part.Length), sigma.AsMemory(at, part.Length));
        }
        Assert.Equal(whole.Mu, mu);
        Assert.Equal(whole.Sigma, sigma);
        Assert.Throws<ArgumentException>(() => process.Predict(pool, mu, new double[1]));
    }

    [Fact]
    public void Repeated_rows_without_noise_get_a_stated_jitter_and_keep_their_value()
    {
        var h = new Hyperparameters(0, 0, [new([1], 1, [1])]);
        var process = new GaussianProcess(h, LatentPool.FromRows([1], [[0.0], [0.0], [2.0]]), [1.0, 1.0, -1.0]);
        Assert.InRange(process.Jitter, 1e-12, 1e-9);
        Assert.Equal(1, process.Predict(LatentPool.FromRows([1], [[0.0]])).Mu[0], 1e-6);
    }

    [Fact]
    public void Far_from_the_data_the_prior_returns()
    {
        var h = new Hyperparameters(4, 0.1, [new([1], 2, [1]), new([2], 1, [1]), new([1, 2], 6, [1, 1])]);
        var p = new GaussianProcess(h, LatentPool.FromRows([1, 1], [[0.0, 0.0]]), [7.0]).Predict(LatentPool.FromRows([1, 1], [[1e6, -1e6]]));
        Assert.Equal((4.0, 3.0), (p.Mu[0], p.Sigma[0]));
    }

    [Fact]
    public void Bytes_of_hyperparameters_read_back_as_the_same_numbers()
    {
        var h = Document.GetProperty("three_groups").H();
        var json = System.Text.Json.JsonSerializer.Serialize(h);
        Assert.StartsWith("{\"mean\":2.7,\"noise_variance\":0.02,\"terms\":[{\"groups\":[1],\"variance\":0.9,\"length_scales\":[1.1]},", json);
        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(Hyperparameters.Parse($"{{\"hyperparameters\":{json}}}", "x", 3)));
    }

    [Theory]
    [InlineData("{", "not hyperparameters")]
    [InlineData("[1]", "not hyperparameters")]
    [InlineData("{\"mean\":0,\"terms\":[]}", "noise_variance")]
    [InlineData("{\"mean\":0,\"noise_variance\":0.1,\"terms\":[]}", "terms is empty")]
    [InlineData("{\"mean\":0,\"noise_variance\":-1,\"terms\":[{\"groups\":[1],\"variance\":1,\"length_scales\":[1]}]}", "noise_variance is -1")]
    [InlineData("{\"mean\":0,\"noise_variance\":1,\"terms\":[{\"groups\":[3],\"variance\":1,\"length_scales\":[1]}]}", "group 3 is not among 1..2")]
    [InlineData("{\"mean\":0,\"noise_variance\":1,\"terms\":[{\"groups\":[1,2],\"variance\":1,\"length_scales\":[1]}]}", "1 length_scales for 2 groups")]
    [InlineData("{\"mean\":0,\"noise_variance\":1,\"terms\":[{\"groups\":[1],\"variance\":1,\"length_scales\":[0]}]}", "length scale 0 is out of range")]
    [InlineData("{\"mean\":0,\"noise_variance\":1,\"terms\":[null]}", "terms[0] needs groups")]
    public void Bad_hyperparameters_are_refused_with_the_reason_and_the_source(string json, string reason)
    {
        var e = Assert.Throws<InputException>(() => Hyperparameters.Parse(json, "H.json", 2));
        Assert.Contains(reason, e.Message);
        Assert.StartsWith("H.json: ", e.Message);
    }
}
