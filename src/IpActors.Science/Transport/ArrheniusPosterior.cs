namespace IpActors.Science.Transport;

/// <summary>What is known of the prefactor before any run: log10 of D0 (cm²/s) is normal with this mean and width.</summary>
public readonly record struct PrefactorPrior(double Log10D0, double Decades)
{
    /// <summary>
    /// D0 = x l² ν / (2 d) with attempt frequency ν = 10¹³ s⁻¹, hop length l and x defects per ion (Vineyard, J. Phys. Chem. Solids 3, 121 (1957)); one decade for what the entropy
    /// of migration and the correlation of hops may do.
    /// </summary>
    public static PrefactorPrior FromHops(double defectsPerIon, double hopLengthA, int dimensions) =>
        new(Math.Log10(defectsPerIon * hopLengthA * hopLengthA * 1e-16 * 1e13 / (2 * dimensions)), 1);
}

/// <summary>
/// What points and prior together say of D at one temperature: ln D0 normal about the prior, E_a even on [0, 1] eV, the points as in <see cref="Arrhenius.Fit"/> (resolved ones widened by (χ²/ν)^½ of the plain
/// fit where that exceeds 1). Works from one resolved temperature on, and from bounds alone.
/// </summary>
/// <param name="LogD">Median of ln D (cm²/s) at the target.</param>
/// <param name="Error">Half the width between the 16 and 84 % points.</param>
/// <param name="LogBound95">95 % point of ln D.</param>
public sealed record ArrheniusPosterior(double LogD, double Error, double LogBound95, double ActivationEv, double ActivationErrorEv, double LogD0)
{
    /// <summary>Activation energies thought possible, from 0 to this, eV.</summary>
    public const double LargestActivationEv = 1;
    const int Grid = 160, Passes = 4;

    /// <summary>By summation over a grid of (ln D at the points' mean 1/T, E_a) that closes in on where the weight is. O(points · 10⁵).</summary>
    public static ArrheniusPosterior Of(IReadOnlyList<ArrheniusPoint> points, PrefactorPrior prior, double temperatureK)
    {
        var plain = Arrhenius.Fit(points);
        var widen = plain is { Resolved: > 2 } f ? Math.Sqrt(Math.Max(1, f.ChiSquared / (f.Resolved - 2))) : 1;
        var centre = points.Average(p => Arrhenius.Beta(p.TemperatureK));
        var target = Arrhenius.Beta(temperatureK);
        var logs = points.Select(p => Math.Log(p.D is > 0 ? p.D.Value : p.UpperBound95)).ToArray();
        var (y0, y1, e0, e1) = (logs.Min() - 25, logs.Max() + 5, 0.0, LargestActivationEv);
        var (weight, value) = (new double[(Grid + 1) * (Grid + 1)], new double[(Grid + 1) * (Grid + 1)]);
        for (var pass = 0; ; pass++)
        {
            for (var k = 0; k < weight.Length; k++) weight[k] = LogWeight(Y(k), E(k));
            var top = weight.Max();
            for (var k = 0; k < weight.Length; k++) weight[k] = Math.Exp(weight[k] - top);
            if (pass == Passes - 1) break;
            // A cell of the grid on either side, so that nothing at the edge is lost.
            var heavy = Enumerable.Range(0, weight.Length).Where(k => weight[k] > 1e-7).ToArray();
            double dy = (y1 - y0) / Grid, de = (e1 - e0) / Grid;
            (y0, y1, e0, e1) = (heavy.Min(Y) - dy, heavy.Max(Y) + dy, Math.Max(0, heavy.Min(E) - de), Math.Min(LargestActivationEv, heavy.Max(E) + de));
        }
        double total = weight.Sum(), energy = 0, squares = 0, log0 = 0;
        for (var k = 0; k < weight.Length; k++)
        {
            var (w, e) = (weight[k] / total, E(k));
            energy += w * e; squares += w * e * e; log0 += w * (Y(k) + e * centre);
            value[k] = Y(k) - e * (target - centre);
        }
        Array.Sort(value, weight);
        return new(Quantile(0.5), 0.5 * (Quantile(0.8413447) - Quantile(0.1586553)), Quantile(0.95), energy, Math.Sqrt(Math.Max(0, squares - energy * energy)), log0);

        double Y(int k) => y0 + (y1 - y0) * (k / (Grid + 1)) / Grid;
        double E(int k) => e0 + (e1 - e0) * (k % (Grid + 1)) / Grid;
        double LogWeight(double y, double e)
        {
            var s = -0.5 * Math.Pow((y + e * centre - prior.Log10D0 * Math.Log(10)) / (prior.Decades * Math.Log(10)), 2);
            for (var i = 0; i < points.Count; i++)
            {
                var below = logs[i] - y + e * (Arrhenius.Beta(points[i].TemperatureK) - centre);
                s += points[i].D is > 0 ? -0.5 * Math.Pow(below * points[i].D!.Value / (points[i].StandardError * widen), 2) : Arrhenius.LogPhi(below / Arrhenius.Softness);
            }
            return s;
        }
        double Quantile(double fraction)
        {
            var (sum, k) = (0.0, -1);
            while (k < weight.Length - 1 && sum < fraction * total) sum += weight[++k];
            return value[Math.Max(0, k)];
        }
    }
}
