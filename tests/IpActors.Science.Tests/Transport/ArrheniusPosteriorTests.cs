using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using MathNet.Numerics.Distributions;

namespace IpActors.Science.Tests.Transport;

public class ArrheniusPosteriorTests
{
    const double K = Arrhenius.BoltzmannEvPerK;
    static readonly double[] Temperatures = [700, 800, 900, 1000, 1200];
    static double D(double t) => 1e-3 * Math.Exp(-0.35 / (K * t));
    static ArrheniusPoint Known(double t, double relative) => new(t, D(t), relative * D(t), D(t) * (1 + 2 * relative));
    static ArrheniusPoint Bound(double t, double d) => new(t, null, 0, d);

    [Fact]
    public void One_temperature_and_the_prefactor_fix_a_line()
    {
        // ln D(400) = 2.5 ln D(1000) - 1.5 ln D0, errors in quadrature; the prior is narrow enough for E_a to stay inside 0 to 1 eV.
        var p = ArrheniusPosterior.Of([Known(1000, 0.2)], new(-3, 0.5), 400);
        Assert.Equal(Math.Log(D(400)), p.LogD, 0.05);
        Assert.Equal(Math.Sqrt(Math.Pow(2.5 * 0.2, 2) + Math.Pow(1.5 * 0.5 * Math.Log(10), 2)), p.Error, 0.05);
        Assert.Equal(0.35, p.ActivationEv, 0.01);
    }

    [Fact]
    public void The_prior_hardly_moves_what_the_points_know_well()
    {
        ArrheniusPoint[] points = [.. Temperatures.Select(t => Known(t, 0.03))];
        var (plain, whole) = (Arrhenius.Fit(points)!, ArrheniusPosterior.Of(points, new(-4, 1), 400));
        Assert.Equal(plain.At(400).LogD, whole.LogD, 0.05);
        Assert.Equal(plain.At(400).Error, whole.Error, 0.02);
        Assert.Equal(plain.ActivationErrorEv, whole.ActivationErrorEv, 0.001);
    }

    [Fact]
    public void Bounds_and_points_give_the_quantiles_of_drawing_and_keeping()
    {
        // Draw prefactors and energies, keep each with the chance that the points give it.
        ArrheniusPoint[] points = [Bound(800, 2e-6), Known(1200, 0.4)];
        var random = new SeededRandom(8);
        var kept = new List<double>();
        while (kept.Count < 20000)
        {
            var (log0, e) = (Math.Log(10) * (-3.5 + random.NextGaussian()), random.NextDouble());
            double At(double t) => log0 - e / (K * t);
            if (Normal.CDF(0, 1, (Math.Log(2e-6) - At(800)) / 0.5) * Math.Exp(-0.5 * Math.Pow((Math.Log(D(1200)) - At(1200)) / 0.4, 2)) > random.NextDouble()) kept.Add(At(400));
        }
        kept.Sort();
        var p = ArrheniusPosterior.Of(points, new(-3.5, 1), 400);
        Assert.Equal(kept[10000], p.LogD, 0.15);
        Assert.Equal(kept[19000], p.LogBound95, 0.15);
        Assert.Equal(0.5 * (kept[16827] - kept[3173]), p.Error, 0.15);
    }

    [Fact]
    public void A_lower_bound_on_what_was_seen_lowers_the_bound_at_400_K() =>
        Assert.True(ArrheniusPosterior.Of([Bound(1000, 1e-7)], new(-4.4, 1), 400).LogBound95 < ArrheniusPosterior.Of([Bound(1000, 4e-6)], new(-4.4, 1), 400).LogBound95 - 0.5);

    [Fact]
    public void Noise_that_makes_D_fall_with_temperature_does_not_give_a_negative_activation_energy()
    {
        ArrheniusPoint[] points = [new(800, 1.9e-5, 4.9e-6, 2.9e-5), new(1000, 4.4e-6, 2.8e-6, 1.3e-5), Bound(1200, 8e-6)];
        Assert.True(Arrhenius.Fit(points)!.ActivationEv < 0);
        var p = ArrheniusPosterior.Of(points, new(-4.4, 1), 400);
        Assert.InRange(p.ActivationEv, 0, 0.3);
        Assert.True(p.LogD < Math.Log(1.9e-5));
    }
}
