using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

public class CollectiveTransportTests
{
    static readonly DiffusionSettings Hopping = new(), Continuous = new(JumpsOneByOne: false);

    static (DiffusionEstimate Tracer, CollectiveTransport Charge) Of(Trajectory t, DiffusionSpace space, DiffusionSettings s)
    {
        var tracer = DiffusionFit.Estimate(t, space, s);
        return (tracer, CollectiveTransport.Of(CollectiveTransport.Walker(t), t.Atoms, tracer, space, s));
    }

    [Fact]
    public void Independent_walkers_have_a_Haven_ratio_of_one_within_their_errors()
    {
        int covered = 0, resolved = 0, bounded = 0;
        var mean = 0.0;
        for (var i = 1UL; i <= 100; i++)
        {
            var (_, c) = Of(Walks.Brownian(i, 500, 20, 0.05, 0.3), DiffusionSpace.Bulk, Continuous);
            if (c.Charge.UpperBound95 >= 3e-5) bounded++;
            if (c.Charge.D is not { } d) continue;
            resolved++;
            mean += d / 3e-5;
            if (Math.Abs(d - 3e-5) <= c.Charge.StandardError) covered++;
        }
        Assert.InRange(covered / (double)resolved, 0.55, 0.82);
        Assert.InRange(mean / resolved, 0.9, 1.15); // those that show little are refused
        Assert.InRange(bounded / 100.0, 0.88, 1);
        Assert.True(resolved > 85);
    }

    /// <summary>
    /// One vacancy in a periodic box: each jump moves the charge by l, and the directions of a vacancy's jumps are independent of each other, so D_σ = rate l² / (6 N) exactly, and H is the tracer's correlation
    /// factor, 0.7165 in this box at this rate (see DiffusionFitTests).
    /// </summary>
    [Fact]
    public void Ions_that_share_a_vacancy_have_the_correlation_factor_for_a_Haven_ratio()
    {
        const double rate = 5, l = 2.8, truth = rate * l * l / (6 * 26) * 1e-4;
        int covered = 0, coveredH = 0, resolved = 0;
        double mean = 0, haven = 0;
        for (var i = 1UL; i <= 100; i++)
        {
            var (_, c) = Of(Walks.Vacancy(i, 3, 1000, 0.05, rate, l, 0.2), DiffusionSpace.Bulk, Hopping);
            if (c.Charge.D is not { } d || c.HavenRatio is not { } h) continue;
            resolved++;
            mean += d / truth;
            haven += Math.Log(h);
            if (Math.Abs(d - truth) <= c.Charge.StandardError) covered++;
            if (Math.Abs(h - 0.7165) <= c.HavenError) coveredH++;
        }
        Assert.True(resolved > 85);
        Assert.InRange(mean / resolved, 0.9, 1.12);
        Assert.InRange(Math.Exp(haven / resolved), 0.62, 0.82);
        Assert.InRange(covered / (double)resolved, 0.55, 0.82);
        Assert.InRange(coveredH / (double)resolved, 0.55, 0.90);
    }

    [Fact]
    public void Ions_that_move_as_one_body_have_a_Haven_ratio_of_one_over_their_number()
    {
        var one = Walks.Brownian(4, 3000, 1, 0.05, 0.3);
        var p = new double[3000 * 8 * 3];
        for (var f = 0; f < 3000; f++) for (var a = 0; a < 8; a++) Array.Copy(one.PositionsA, 3 * f, p, (f * 8 + a) * 3, 3);
        var (tracer, c) = Of(new(3000, 8, 0.05, p), DiffusionSpace.Bulk, Continuous);
        Assert.Equal(1 / 8.0, tracer.D!.Value / c.Charge.D!.Value, 0.02);
    }

    [Fact]
    public void What_the_charge_does_not_resolve_is_a_bound_on_the_Haven_ratio()
    {
        var (tracer, c) = Of(Walks.Vacancy(3, 3, 1000, 0.05, 0.2, 2.8, 0.2), DiffusionSpace.Bulk, Hopping with { MinimumHops = 1e6 });
        Assert.Null(tracer.D);
        Assert.Null(c.HavenRatio);
        Assert.Null(c.HavenAtLeast);
        Assert.Contains("squared hops of 2.80 A", c.Charge.Refusal);
    }

    [Fact]
    public void The_68_percent_interval_covers_the_truth_in_a_plane_and_along_an_axis()
    {
        foreach (var (space, truth) in new[] { (DiffusionSpace.Plane(new(0, 0, 1)), 2e-5), (DiffusionSpace.Along(new(1, 0, 0)), 2e-5), (DiffusionSpace.Along(new(0, 0, 3)), 0.08e-5) })
        {
            var (covered, mean) = (0, 0.0);
            for (var i = 1UL; i <= 100; i++)
            {
                var e = DiffusionFit.Estimate(Walks.Brownian(i, 300, 12, 0.05, 0.2, scale: new Vec3(1, 1, 0.2)), space, Continuous with { MinimumHops = 0 });
                mean += (e.D ?? 0) / truth / 100;
                if (e.D is { } d && Math.Abs(d - truth) <= e.StandardError) covered++;
            }
            Assert.InRange(covered, 55, 82);
            Assert.InRange(mean, 0.95, 1.05);
        }
    }

    /// <summary>Steps with memory: each follows the last with correlation c, so D grows by (1 + c)/(1 - c) over that of one step, and the first lags are no straight line.</summary>
    [Fact]
    public void The_68_percent_interval_covers_the_truth_for_steps_that_remember_the_last()
    {
        const double memory = 0.8, step = 0.05, dt = 0.05;
        const double truth = step * step * (1 + memory) / (1 - memory) / (2 * dt) * 1e-4;
        var (covered, mean) = (0, 0.0);
        for (var i = 1UL; i <= 100; i++)
        {
            var random = new SeededRandom(i);
            var p = new double[800 * 36];
            var v = Enumerable.Range(0, 36).Select(_ => step * random.NextGaussian()).ToArray();
            for (var f = 1; f < 800; f++)
                for (var k = 0; k < 36; k++)
                {
                    p[f * 36 + k] = p[(f - 1) * 36 + k] + v[k];
                    v[k] = memory * v[k] + Math.Sqrt(1 - memory * memory) * step * random.NextGaussian();
                }
            var e = DiffusionFit.Estimate(new(800, 12, dt, p), DiffusionSpace.Bulk, Continuous);
            mean += e.D!.Value / truth / 100;
            if (Math.Abs(e.D.Value - truth) <= e.StandardError) covered++;
        }
        Assert.InRange(covered, 55, 82);
        Assert.InRange(mean, 0.97, 1.03);
    }

    [Fact]
    public void Blocks_give_the_same_D_and_an_interval_that_covers_the_truth()
    {
        var (covered, mean) = (0, 0.0);
        for (var i = 1UL; i <= 150; i++)
        {
            var b = BlockAverage.Of(Walks.Brownian(i, 1000, 10, 0.05, 0.3, vibration: 0.2), DiffusionSpace.Bulk, 1)!;
            Assert.Equal(5, b.Blocks);
            mean += b.D / 3e-5 / 150;
            if (Math.Abs(b.D - 3e-5) <= b.StandardError) covered++;
        }
        Assert.InRange(covered / 150.0, 0.58, 0.78);
        Assert.InRange(mean, 0.97, 1.03);
        Assert.Null(BlockAverage.Of(Walks.Brownian(1, 60, 4, 0.05, 1), DiffusionSpace.Bulk, 1));
    }
}
