using MathNet.Numerics;

namespace IpActors.Science.Acquisition;

/// <summary>Constraints on what a surrogate predicts: the probability that they hold, by which an improvement is multiplied (Gardner et al., ICML 32, 937 (2014)).</summary>
public static class Feasibility
{
    /// <summary>P(low ≤ y ≤ high) = Φ((mu − low) / sigma) − Φ((mu − high) / sigma) for y ~ N(mu, sigma²); 0 or 1 where sigma is 0. A limit may be infinite.</summary>
    public static double Probability(double mu, double sigma, double low, double high)
    {
        if (sigma == 0) return mu >= low && mu <= high ? 1 : 0;
        return Math.Clamp(Above(mu, sigma, low) - Above(mu, sigma, high), 0, 1);
    }

    /// <summary>P(y ≥ a).</summary>
    static double Above(double mu, double sigma, double a) =>
        double.IsInfinity(a) ? (a < 0 ? 1 : 0) : 0.5 * SpecialFunctions.Erfc((a - mu) / sigma * 0.70710678118654752440);
}
