using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Transport;

public class ArrheniusTests
{
    const double K = Arrhenius.BoltzmannEvPerK;
    static readonly double[] Temperatures = [700, 800, 900, 1000, 1200];
    static double D(double t, double d0 = 1e-3, double e = 0.35) => d0 * Math.Exp(-e / (K * t));
    static ArrheniusPoint Known(double t, double d, double relative) => new(t, d, relative * d, d * (1 + 2 * relative));

    [Fact]
    public void Exact_points_give_back_their_prefactor_and_activation_energy()
    {
        var fit = Arrhenius.Fit([.. Temperatures.Select(t => Known(t, D(t), 0.1))])!;
        Assert.Equal(0.35, fit.ActivationEv, 9);
        Assert.Equal(Math.Log(1e-3), fit.LogD0, 7);
        Assert.Equal(Math.Log(D(400)), fit.At(400).LogD, 7);
    }

    [Fact]
    public void Errors_are_those_of_weighted_least_squares()
    {
        // Equal weights s: var of the prediction at β is s² (1/n + (β - mean)²/Σ(β_i - mean)²).
        var fit = Arrhenius.Fit([.. Temperatures.Select(t => Known(t, D(t), 0.2))])!;
        var b = Temperatures.Select(t => 1 / (K * t)).ToArray();
        var s = b.Sum(v => Math.Pow(v - b.Average(), 2));
        Assert.Equal(0.2 * Math.Sqrt(0.2 + Math.Pow(1 / (K * 400) - b.Average(), 2) / s), fit.At(400).Error, 9);
        Assert.Equal(0.2 / Math.Sqrt(s), fit.ActivationErrorEv, 9);
    }

    [Fact]
    public void The_error_at_400_K_covers_the_truth_as_often_as_it_should()
    {
        var random = new SeededRandom(1);
        var covered = 0;
        for (var i = 0; i < 1000; i++)
        {
            var (log, error) = Arrhenius.Fit([.. Temperatures.Select(t => Known(t, D(t) * Math.Exp(0.3 * random.NextGaussian()), 0.3))])!.At(400);
            if (Math.Abs(log - Math.Log(D(400))) < error) covered++;
        }
        Assert.InRange(covered / 1000.0, 0.65, 0.82); // errors are widened, never narrowed, by the scatter
    }

    [Fact]
    public void Points_that_scatter_more_than_they_say_widen_the_error()
    {
        var fit = Arrhenius.Fit([.. Temperatures.Select((t, i) => Known(t, D(t) * (i % 2 == 0 ? 2 : 0.5), 0.05))])!;
        Assert.True(fit.ChiSquared > 100);
        Assert.True(fit.At(400).Error > 1);
    }

    [Fact]
    public void A_bound_far_above_the_line_changes_nothing_and_one_below_it_steepens_the_line()
    {
        ArrheniusPoint[] known = [Known(900, D(900), 0.2), Known(1000, D(1000), 0.2), Known(1200, D(1200), 0.2)];
        var free = Arrhenius.Fit(known)!;
        var loose = Arrhenius.Fit([.. known, new(700, null, 0, 1000 * D(700))])!;
        var tight = Arrhenius.Fit([.. known, new(700, null, 0, 0.5 * D(700))])!;
        Assert.Equal(free.ActivationEv, loose.ActivationEv, 4);
        Assert.True(tight.ActivationEv > free.ActivationEv + 0.05);
        Assert.Equal(1, tight.Censored);
    }

    [Fact]
    public void One_temperature_fixes_no_line() => Assert.Null(Arrhenius.Fit([Known(1000, D(1000), 0.2), Known(1000, D(1000), 0.1)]));

    [Fact]
    public void Curvature_is_seen_where_the_line_bends_and_not_where_it_is_straight()
    {
        Assert.Equal(0, Arrhenius.Fit([.. Temperatures.Select(t => Known(t, D(t), 0.1))])!.CurvatureSigmas, 6);
        var bent = Arrhenius.Fit([.. Temperatures.Select(t => Known(t, D(t, 30, 1.2) + D(t, 1e-4, 0.1), 0.05))])!;
        Assert.True(bent.CurvatureSigmas > 3);
    }

    [Fact]
    public void Nernst_Einstein_has_the_units_of_the_paper()
    {
        // Li3OCl, a = 3.91 A: 3 ions in 59.78 A3 = 0.08334 mol/cm3; D = 1e-8 cm2/s at 400 K: c F^2 D/(R T) by hand.
        var c = NernstEinstein.MolPerCm3(3, Math.Pow(3.91, 3));
        Assert.Equal(0.083339, c, 5);
        Assert.Equal(0.0833385 * 9309419309.0 * 1e-8 / (8.314462618 * 400), NernstEinstein.SiemensPerCm(c, 1e-8, 400), 6);
        // The same from n e^2 D / (k_B T) in SI.
        var si = 3 / (Math.Pow(3.91, 3) * 1e-30) * Math.Pow(1.602176634e-19, 2) * 1e-12 / (1.380649e-23 * 400);
        Assert.Equal(si / 100, NernstEinstein.SiemensPerCm(c, 1e-8, 400), 9);
    }
}
