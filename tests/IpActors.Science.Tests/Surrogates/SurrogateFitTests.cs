using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using IpActors.Science.Surrogates;
using static IpActors.Science.Tests.Surrogates.GaussianProcessFixture;

namespace IpActors.Science.Tests.Surrogates;

public class SurrogateFitTests
{
    static (LatentPool Rows, double[] Y) Sample(int n, ulong seed, double noise)
    {
        var random = new SeededRandom(seed);
        var rows = Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, 9).Select(_ => random.NextGaussian()).ToArray()).ToArray();
        return (LatentPool.FromRows([3, 3, 3], rows), [.. rows.Select(r => 50 + 10 * (Math.Sin(r[0]) + 0.5 * r[3] * r[6] + noise * random.NextGaussian()))]);
    }

    [Fact]
    public void Gradient_of_the_likelihood_equals_central_differences()
    {
        var (rows, y) = Sample(37, 2, 0.1);
        var (mean, deviation) = SurrogateModel.Standardisation(y);
        double[] z = [.. y.Select(v => (v - mean) / deviation)];
        double[] extra = [.. z.Select((_, i) => i % 7 == 0 ? 0.3 : 0)];
        var termGroups = Hyperparameters.TermGroups(3);
        var surface = new LikelihoodSurface(GroupDistances.Within(rows), z, extra, termGroups);
        Assert.Equal(16, surface.Dimension); // 6 variances, 9 length scales, noise
        var random = new SeededRandom(8);
        double[] theta = [.. Enumerable.Range(0, 16).Select(_ => random.NextDouble() * 2 - 1)];
        var g = new double[16];
        surface.Evaluate(theta, g, out _);
        for (var p = 0; p < 16; p++)
        {
            double At(double d) { var t = (double[])theta.Clone(); t[p] += d; return surface.Evaluate(t, new double[16], out _); }
            var slope = (8 * (At(1e-3) - At(-1e-3)) - (At(2e-3) - At(-2e-3))) / 12e-3;
            Assert.Equal(slope, g[p], 1e-8);
        }
    }

    [Fact]
    public void Surface_and_process_agree_on_the_likelihood_and_its_mean_is_the_best()
    {
        var (rows, y) = Sample(30, 4, 0.1);
        var surface = new LikelihoodSurface(GroupDistances.Within(rows), y, new double[30], Hyperparameters.TermGroups(3));
        var value = surface.Evaluate(new double[16], new double[16], out var mean);
        double Lml(double m) => new GaussianProcess(surface.At(new double[16], m), rows, y).LogMarginalLikelihood;
        Assert.Equal(Lml(mean), value, 1e-9);
        Assert.True(Lml(mean) > Lml(mean + 0.01) && Lml(mean) > Lml(mean - 0.01));
    }

    [Fact]
    public void Gradient_of_the_prior_equals_central_differences_and_is_zero_where_expected()
    {
        var termGroups = Hyperparameters.TermGroups(2);
        var range = FitRange.For(termGroups, [2.0, 3.0]);
        var inside = new double[8];
        Assert.Equal(0, range.LogPrior(range.Start(1, termGroups, 5), inside));
        Assert.All(inside, v => Assert.Equal(0, v));
        foreach (var corner in (double[][])[range.Lower, range.Upper])
        {
            var g = new double[8];
            Assert.True(range.LogPrior(corner, g) < -3);
            for (var p = 0; p < 8; p++)
            {
                double At(double d) { var t = (double[])corner.Clone(); t[p] += d; return range.LogPrior(t, new double[8]); }
                Assert.Equal((At(1e-4) - At(-1e-4)) / 2e-4, g[p], 1e-6);
            }
        }
    }

    [Fact]
    public void Fitted_likelihood_is_at_least_the_best_scipy_finds_from_twelve_starts()
    {
        var f = Document.GetProperty("fit_scipy");
        var model = SurrogateModel.Fit(f.Pool("x"), f.Numbers("y"), null, 1, new(Starts: 12, WeakPrior: false));
        Assert.True(model.Lml >= f.GetProperty("best_lml_standardised").GetDouble() - 1e-4, $"ours {model.Lml:R}, scipy {f.GetProperty("best_lml_standardised").GetDouble():R}");
        var weak = SurrogateModel.Fit(f.Pool("x"), f.Numbers("y"), null, 1);
        Assert.InRange(weak.Lml, model.Lml - 2, model.Lml + 1e-6); // the prior costs little
    }

    [Fact]
    public void One_group_reaches_the_optimum_of_scikit_learn()
    {
        var f = Document.GetProperty("one_group_sklearn");
        var model = SurrogateModel.Fit(f.Pool("x"), f.Numbers("y"), null, 1);
        Assert.True(model.Lml >= f.GetProperty("expected").GetProperty("fitted_lml_standardised").GetDouble() - 1e-6); // theirs has mean 0
    }

    [Fact]
    public void Same_seed_gives_the_same_bits_and_a_rebuilt_model_too()
    {
        var (rows, y) = Sample(40, 6, 0.2);
        double[] extra = [.. y.Select((_, i) => i < 3 ? 25.0 : 0)];
        var (a, b) = (SurrogateModel.Fit(rows, y, extra, 11), SurrogateModel.Fit(rows, y, extra, 11));
        var c = SurrogateModel.Rebuild(a.Hyperparameters, rows, y, extra);
        var (pool, _) = Sample(100, 7, 0);
        foreach (var other in (FittedModel[])[b, c])
        {
            Assert.Equal(a.Lml, other.Lml);
            Assert.Equal(a.Loo.Mu, other.Loo.Mu);
            Assert.Equal(a.Predict(pool).Mu, other.Predict(pool).Mu);
            Assert.Equal(a.Predict(pool).Sigma, other.Predict(pool).Sigma);
        }
    }

    [Fact]
    public void Model_in_units_of_y_predicts_the_same()
    {
        var (rows, y) = Sample(40, 6, 0.2);
        var (pool, _) = Sample(50, 7, 0);
        var model = SurrogateModel.Fit(rows, y, null, 3);
        var direct = new GaussianProcess(model.InUnitsOfY, rows, y);
        Close(model.Predict(pool).Mu, direct.Predict(pool).Mu, 1e-9);
        Close(model.Predict(pool).Sigma, direct.Predict(pool).Sigma, 1e-9);
        Assert.Equal(model.Lml - y.Length * Math.Log(model.YStd), direct.LogMarginalLikelihood, 1e-8);
        Close(model.Loo.LogPredictive, direct.LeaveOneOut().LogPredictive, 1e-8);
    }

    [Fact]
    public void Error_bars_cover_what_they_say_on_unseen_points()
    {
        var (rows, y) = Sample(150, 21, 0.2);
        var model = SurrogateModel.Fit(rows, y, null, 3);
        var (pool, unseen) = Sample(400, 22, 0);
        var p = model.Predict(pool);
        var calibration = Calibration.Of(p.Mu, p.Sigma, unseen);
        Assert.InRange(calibration.Coverage68, 0.55, 0.85);
        Assert.InRange(calibration.Coverage95, 0.88, 1);
        Assert.InRange(model.Calibration.Coverage68, 0.55, 0.82);
        Assert.True(calibration.RootMeanSquareError < 0.5 * model.YStd);
    }

    [Fact]
    public void Calibration_counts_shares_and_squares()
    {
        var c = Calibration.Of([0, 0, 0, 0], [1, 1, 1, 2], [0.5, 1.5, 3, -2]);
        Assert.Equal((0.5, 0.75), (c.Coverage68, c.Coverage95));
        Assert.Equal(Math.Sqrt((0.25 + 2.25 + 9 + 4) / 4), c.RootMeanSquareError, 1e-15);
        Assert.Equal((0.25 + 2.25 + 9 + 1) / 4, c.MeanSquaredZ, 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Few_points_and_equal_values_still_give_a_model(int n)
    {
        var (rows, _) = Sample(n, 3, 0);
        var model = SurrogateModel.Fit(rows, [.. Enumerable.Repeat(2.5, n)], null, 1);
        var p = model.Predict(rows);
        Assert.All(p.Mu, v => Assert.Equal(2.5, v, 1e-9));
        Assert.All(p.Sigma, v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void Minimiser_finds_the_bounded_minimum_of_Rosenbrocks_valley()
    {
        double F(ReadOnlySpan<double> x, Span<double> g)
        {
            var (a, b) = (1 - x[0], x[1] - x[0] * x[0]);
            (g[0], g[1]) = (-2 * a - 400 * b * x[0], 200 * b);
            return a * a + 100 * b * b;
        }
        Close([1, 1], BoundedMinimizer.Minimise(F, [-1.2, 1], [-5, -5], [5, 5]).X, 1e-5);
        var held = BoundedMinimizer.Minimise(F, [-1.2, 1], [-5, -5], [0.5, 5]).X; // at the bound x = 0.5 the best y is 0.25
        Close([0.5, 0.25], held, 1e-6);
    }
}
