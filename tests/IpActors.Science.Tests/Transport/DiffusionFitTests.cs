using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

public class DiffusionFitTests
{
    static readonly DiffusionSettings Hopping = new(), Continuous = new(JumpsOneByOne: false);

    /// <summary>Fraction of runs whose D ± error holds the truth, mean D over truth, fraction of bounds above the truth, runs refused.</summary>
    static (double Covered, double Bias, double Bounded, int Refused) Repeat(int runs, double truth, DiffusionSettings settings, Func<ulong, Trajectory> walk)
    {
        int covered = 0, refused = 0, bounded = 0;
        var sum = 0.0;
        for (var i = 1; i <= runs; i++)
        {
            var e = DiffusionFit.Estimate(walk((ulong)i), DiffusionSpace.Bulk, settings);
            if (e.UpperBound95 >= truth) bounded++;
            if (e.D is not { } d) { refused++; continue; }
            sum += d;
            if (Math.Abs(d - truth) <= e.StandardError) covered++;
        }
        return (covered / (double)(runs - refused), sum / (runs - refused) / truth, bounded / (double)runs, refused);
    }

    [Fact]
    public void The_68_percent_interval_covers_the_truth_for_independent_walkers_that_vibrate()
    {
        var (covered, bias, bounded, refused) = Repeat(150, 3e-5, Continuous, seed => Walks.Brownian(seed, 160, 24, 0.025, 0.3, vibration: 0.3));
        Assert.InRange(covered, 0.55, 0.80);
        Assert.InRange(bias, 0.96, 1.04);
        Assert.InRange(bounded, 0.90, 1);
        Assert.Equal(0, refused);
    }

    [Fact]
    public void The_68_percent_interval_covers_the_truth_in_long_runs_of_few_walkers()
    {
        var (covered, bias, _, _) = Repeat(100, 1e-5, Continuous, seed => Walks.Brownian(seed, 1000, 5, 0.05, 0.1));
        Assert.InRange(covered, 0.55, 0.80);
        Assert.InRange(bias, 0.96, 1.04);
    }

    /// <summary>
    /// f: correlation factor of the tracer in this periodic box of 26 ions and one vacancy over the lags of the fit, from single runs of 3·10⁵ jumps (0.653 in an infinite lattice; higher at a
    /// low rate, where a return of the vacancy may take longer than the lag).
    /// </summary>
    [Theory]
    [InlineData(0.5, 0.77)]
    [InlineData(5, 0.7165)]
    public void The_68_percent_interval_covers_the_truth_for_ions_that_share_one_vacancy(double jumpsPerPs, double f)
    {
        var truth = f * jumpsPerPs * 2.8 * 2.8 / (6 * 26) * 1e-4;
        var (covered, bias, bounded, _) = Repeat(100, truth, Hopping, seed => Walks.Vacancy(seed, 3, 1000, 0.05, jumpsPerPs, 2.8, 0.2));
        Assert.InRange(covered, 0.55, 0.80);
        Assert.InRange(bias, 0.9, 1.1);
        Assert.InRange(bounded, 0.90, 1);
    }

    [Fact]
    public void The_tracer_correlation_factor_of_the_simulated_vacancy_is_that_of_the_literature_within_the_size_effect()
    {
        var t = Walks.Vacancy(9, 5, 40000, 0.05, 20, 2.8);
        var m = MeanSquaredDisplacement.Tensors(t, [40, 200]);
        var f = (m[1].TotalA2 - m[0].TotalA2) / 8 / (20 * 2.8 * 2.8 / 124);
        Assert.InRange(f, 0.60, 0.72);
    }

    [Fact]
    public void Ordinary_least_squares_would_be_far_too_sure()
    {
        // The naive standard error of a straight line through every MSD point, the scatter being all it sees.
        double naive = 0, sum = 0, squares = 0;
        const int runs = 60;
        for (var i = 0UL; i < runs; i++)
        {
            var t = Walks.Brownian(i + 1, 1000, 5, 0.05, 0.1);
            var lags = Enumerable.Range(40, 360).ToArray();
            var y = Array.ConvertAll(MeanSquaredDisplacement.Tensors(t, lags), p => p.TotalA2);
            var x = Array.ConvertAll(lags, l => (double)l);
            var unit = new double[x.Length, x.Length];
            for (var k = 0; k < x.Length; k++) unit[k, k] = 1;
            var (a, b, v) = GeneralisedLeastSquares.Line(x, y, unit);
            naive += Math.Sqrt(v * x.Zip(y, (q, r) => Math.Pow(r - a - b * q, 2)).Sum() / (x.Length - 2)) / runs;
            sum += b / runs;
            squares += b * b / runs;
        }
        Assert.True(Math.Sqrt(squares - sum * sum) > 5 * naive);
    }

    [Fact]
    public void D_is_refused_with_the_reason_where_nothing_hops_and_the_bound_is_three_hops()
    {
        var e = DiffusionFit.Estimate(Walks.Brownian(3, 400, 24, 0.05, 0, vibration: 0.3), DiffusionSpace.Bulk, Hopping);
        Assert.Null(e.D);
        Assert.Contains("squared hops", e.Refusal);
        // -ln 0.05 = 2.996 hops of 2.8 Å among 24 ions in 19.95 ps.
        Assert.True(e.UpperBound95 >= 2.99 * 7.84 / (6 * 24 * 19.95) * 1e-4);
        Assert.True(e.UpperBound95 <= 10 * 7.84 / (6 * 24 * 19.95) * 1e-4);
    }

    [Fact]
    public void D_is_refused_where_the_run_is_too_short_for_a_window()
    {
        var e = DiffusionFit.Estimate(Walks.Brownian(3, 20, 4, 0.05, 1), DiffusionSpace.Bulk, Hopping);
        Assert.Null(e.D);
        Assert.Contains("run longer", e.Refusal);
    }

    [Fact]
    public void The_bound_of_a_run_too_short_for_a_window_lies_above_what_was_seen_to_move()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var e = DiffusionFit.Estimate(Walks.Brownian(seed, 40, 24, 0.05, 1), DiffusionSpace.Bulk, Continuous);
            Assert.Null(e.D);
            Assert.InRange(e.UpperBound95, 1e-4, 4e-4);
        }
    }

    [Fact]
    public void In_plane_diffusion_ignores_motion_along_the_normal()
    {
        var anisotropic = Walks.Brownian(5, 2000, 20, 0.05, 0.2, scale: new Vec3(1, 1, 0.1));
        var plane = DiffusionFit.Estimate(anisotropic, DiffusionSpace.Plane(new(0, 0, 5)), Continuous);
        var bulk = DiffusionFit.Estimate(anisotropic, DiffusionSpace.Bulk, Continuous);
        Assert.Equal(2, plane.Dimensions);
        Assert.InRange(plane.D!.Value, 1.8e-5, 2.2e-5);
        Assert.InRange(bulk.D!.Value, 2.01 / 3 * 1.8e-5, 2.01 / 3 * 2.2e-5);
    }

    [Fact]
    public void Motion_confined_to_a_cage_is_called_subdiffusive_or_refused()
    {
        // An Ornstein-Uhlenbeck particle: MSD saturates at 6 σ² with relaxation time 4 ps.
        var random = new SeededRandom(4);
        var p = new double[1000 * 30 * 3];
        var decay = Math.Exp(-0.05 / 4);
        for (var i = 0; i < p.Length; i++) p[i] = (i < 90 ? 0 : decay * p[i - 90]) + Math.Sqrt(1 - decay * decay) * 2 * random.NextGaussian();
        var e = DiffusionFit.Estimate(new(1000, 30, 0.05, p), DiffusionSpace.Bulk, Continuous);
        Assert.True(e.D is null || e.Subdiffusive);
    }

    [Fact]
    public void The_same_trajectory_gives_the_same_bits()
    {
        DiffusionEstimate Once() => DiffusionFit.Estimate(Walks.Vacancy(2, 3, 300, 0.05, 5, 2.8, 0.2), DiffusionSpace.Bulk, Hopping);
        Assert.Equal(Once(), Once());
    }
}
