namespace IpActors.Science.Surrogates;

/// <summary>
/// How honest the error bars are: the shares of values with |y − μ| ≤ σ (68.3 % of a normal distribution) and ≤ 1.96 σ (95 %), the root mean square error, and the
/// mean of ((y − μ)/σ)², which is 1 for honest bars and more for bars that are too short.
/// </summary>
public sealed record Calibration(double Coverage68, double Coverage95, double RootMeanSquareError, double MeanSquaredZ)
{
    public static Calibration Of(IReadOnlyList<double> mu, IReadOnlyList<double> sigma, IReadOnlyList<double> y)
    {
        if (mu.Count != y.Count || sigma.Count != y.Count || y.Count == 0) throw new ArgumentException($"{mu.Count} means, {sigma.Count} deviations and {y.Count} values do not match", nameof(y));
        var n = y.Count;
        var (in68, in95, square, z2) = (0, 0, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var miss = Math.Abs(y[i] - mu[i]);
            if (miss <= sigma[i]) in68++;
            if (miss <= 1.96 * sigma[i]) in95++;
            square += miss * miss / n;
            z2 += miss == 0 ? 0 : miss / sigma[i] * (miss / sigma[i]) / n;
        }
        return new(in68 / (double)n, in95 / (double)n, Math.Sqrt(square), z2);
    }
}
