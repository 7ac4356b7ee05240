using IpActors.Science.Pareto;
using MathNet.Numerics;

namespace IpActors.Science.Acquisition;

/// <summary>
/// EHVI = E[V(front + y) - V(front)] for independent normal y_i ~ N(mu_i, sigma_i^2), exact for up to three objectives: over each box
/// of the non-dominated region the gain is a product of clipped lengths, so its mean is prod_i (psi(l_i) - psi(u_i)) with psi(a) = E[(y - a)+] =
/// sigma phi(z) + (mu - a) Phi(z), z = (mu - a) / sigma (Yang, Emmerich, Deutz, Baeck, J. Global Optim. 75, 3 (2019)). O(n) per candidate.
/// </summary>
public static class ExpectedImprovement
{
    /// <exception cref="ArgumentException">more than three objectives</exception>
    public static double Of(BoxDecomposition front, IReadOnlyList<double> mu, IReadOnlyList<double> sigma)
    {
        if (mu.Count != front.Objectives || mu.Count > 3) throw new ArgumentException($"expected improvement is exact for up to 3 objectives, as many as the front has ({front.Objectives}); {mu.Count} given");
        var (mx, sx) = (mu[0], sigma[0]);
        var (my, sy) = mu.Count > 1 ? (mu[1], sigma[1]) : (1, 0);
        var (mz, sz) = mu.Count > 2 ? (mu[2], sigma[2]) : (1, 0);
        var sum = 0.0;
        foreach (ref readonly var b in front.Boxes)
            sum += Between(mx, sx, b.Left, b.Right) * Above(my, sy, b.Floor) * Between(mz, sz, b.Bottom, b.Top);
        return sum;
    }

    static double Between(double mu, double sigma, double low, double high) =>
        double.IsPositiveInfinity(high) ? Above(mu, sigma, low) : Math.Max(0, Above(mu, sigma, low) - Above(mu, sigma, high));

    static double Above(double mu, double sigma, double a)
    {
        if (sigma == 0) return Math.Max(0, mu - a);
        var z = (mu - a) / sigma;
        return sigma * Math.Exp(-z * z / 2) * 0.39894228040143267794 + (mu - a) * 0.5 * SpecialFunctions.Erfc(-z * 0.70710678118654752440);
    }
}
