using IpActors.Science.Numerics;
using MathNet.Numerics.Distributions;

namespace IpActors.Science.Transport;

/// <summary>
/// D = lim MSD / (2 d t) (Eq. 5): slope of MSD = A + 2 d D t over the diffusive window by generalised least squares.
/// <para>Weights: the covariance of overlapping windows of a random walk (<see cref="RandomWalkCovariance"/>) with the fitted A and D, iterated.</para>
/// <para>Error: ions do not walk independently, they share few defects. The estimator is a weighted sum over time origins, D = ⟨z_k⟩ with z_k = Σ_m w_m y_k(m); the scatter of z_k over
/// the run beyond that of independent walkers is the shot noise of the covariance, which then enters weights and error. As jumps come one by one, D is never taken for surer than n^-1/2 of it, n the
/// number of squared hops seen (settings). Student's factor for the number of independent windows widens the interval to 68 % coverage.</para>
/// </summary>
public static class DiffusionFit
{
    const double Cm2PerSPerA2PerPs = 1e-4;

    public static DiffusionEstimate Estimate(Trajectory t, DiffusionSpace space, DiffusionSettings s)
    {
        var (dt, d) = (t.FrameStepPs, space.Dimensions);
        var first = (int)Math.Ceiling(Math.Clamp(s.FitFrom * t.LengthPs, s.EarliestPs, Math.Max(s.EarliestPs, s.LatestStartPs)) / dt - 1e-9);
        var last = (int)(s.FitTo * (t.Frames - 1) + 1e-9);
        if (last < 2 * first || last < 3)
            return Refuse($"the run of {t.LengthPs:0.###} ps has no window between {first * dt:0.###} ps and {last * dt:0.###} ps to fit; run longer", UpperFromHops(HopsSeen(t, space, s), t, d, s));
        var lags = MeanSquaredDisplacement.LogLags(Math.Max(1, first), last, s.Lags);
        var msd = Array.ConvertAll(MeanSquaredDisplacement.Tensors(t, lags), p => p.In(space));
        var x = Array.ConvertAll(lags, m => (double)m);

        var (intercept, slope) = Fit(Unit(lags.Length));
        var walk = new RandomWalkCovariance(0, 1, d, t.Atoms, 0);
        double[] w;
        double[,] covariance;
        var windows = 1.0;
        var perOrigin = Array.ConvertAll(lags, m => MeanSquaredDisplacement.PerOrigin(t, m, t.Frames - lags[^1], space));
        for (var pass = 0; ; pass++)
        {
            // Nothing is gained from a covariance of zero steps: the slope is kept above a thousandth of the curve's height.
            var floor = Math.Max(1e-3 * msd[^1] / x[^1], 1e-12);
            walk = walk with { A = Math.Max(0, intercept) / d, B = Math.Max(slope, floor) / d };
            covariance = Covariance(walk, lags, t.Frames);
            // Without vibration all weight would go to the first two lags. Real paths are no random walks down there: weights (not errors) assume that at least half of the first point vibrates.
            var trusted = Covariance(walk with { A = Math.Max(walk.A, 0.5 * msd[0] / d) }, lags, t.Frames);
            w = GeneralisedLeastSquares.SlopeWeights(x, trusted);
            (intercept, slope) = Fit(trusted);
            if (pass == 3) break;
            (walk, windows) = WithShotNoise(walk, perOrigin, lags, w);
        }

        var variance = 0.0;
        for (var i = 0; i < w.Length; i++) for (var j = 0; j < w.Length; j++) variance += w[i] * w[j] * covariance[i, j];
        var toCm2 = Cm2PerSPerA2PerPs / (2 * d * dt);
        var freedom = Math.Max(1, windows - 1);
        var diffusion = slope * toCm2;
        var hops = Math.Max(0, slope) * (t.Frames - 1) * t.Atoms * s.CollectiveOf / (s.HopLengthA * s.HopLengthA);
        var sigma = Math.Max(Math.Sqrt(variance) * toCm2, s.JumpsOneByOne && hops > 0 ? diffusion / Math.Sqrt(hops) : 0);
        // A run that by chance shows few jumps shows a small scatter too: in ln D the error is steadier, so the bound is the higher of the two.
        var reach = StudentT.InvCDF(0, 1, freedom, 0.95) * sigma;
        var upper = Math.Max(diffusion > sigma ? diffusion * Math.Exp(reach / diffusion) : Math.Max(0, diffusion) + reach, UpperFromHops(hops, t, d, s));
        var error = StudentT.InvCDF(0, 1, freedom, 0.8413447460685429) * sigma;

        var half = lags.Length / 2;
        var (early, _) = SlopeOf(0, half + 1);
        var (late, lateVariance) = SlopeOf(half, lags.Length);
        var subdiffusive = late < early - 2 * Math.Sqrt(lateVariance);

        if (hops < s.MinimumHops)
            return Refuse($"squared displacements grew by {hops:0.0} squared hops of {s.HopLengthA:0.00} A in {t.LengthPs:0.#} ps, under the {s.MinimumHops:0.#} asked for; run longer or hotter", upper);
        if (diffusion < error)
            return Refuse($"D = {diffusion:0.0e+0} cm2/s is smaller than its error {error:0.0e+0}; run longer or hotter", upper);
        return new(diffusion, error, upper, null, d, hops, windows, Math.Max(0, intercept), lags[0] * dt, lags[^1] * dt, subdiffusive);

        DiffusionEstimate Refuse(string why, double bound) => new(null, 0, bound, why, d, 0, 0, 0, first * dt, last * dt, false);
        (double, double) Fit(double[,] c) => GeneralisedLeastSquares.Line(x, msd, c) is var (a, b, _) ? (a, b) : default;
        (double Slope, double Variance) SlopeOf(int from, int to)
        {
            var n = to - from;
            var c = new double[n, n];
            for (var i = 0; i < n; i++) for (var j = 0; j < n; j++) c[i, j] = covariance[from + i, from + j];
            var (_, b, v) = GeneralisedLeastSquares.Line(x[from..to], msd[from..to], c);
            return (b, v);
        }
    }

    /// <summary>95 % upper bound of a Poisson mean after so many hops, ½ χ²(0.95; 2 n + 2), as D = n l² / (2 d N t): 3 hops where none was seen.</summary>
    static double UpperFromHops(double hops, Trajectory t, int d, DiffusionSettings s) =>
        0.5 * ChiSquared.InvCDF(2 * hops + 2, 0.95) * s.HopLengthA * s.HopLengthA / (2 * d * t.Atoms * s.CollectiveOf * Math.Max(t.LengthPs, t.FrameStepPs)) * Cm2PerSPerA2PerPs;

    /// <summary>Without a fit all displacement over half the run counts as hops, vibration too: more than there were, so that the bound is one.</summary>
    static double HopsSeen(Trajectory t, DiffusionSpace space, DiffusionSettings s)
    {
        if (t.Frames < 2) return 0;
        var half = Math.Max(1, (t.Frames - 1) / 2);
        return MeanSquaredDisplacement.Tensors(t, [half])[0].In(space) / half * (t.Frames - 1) * t.Atoms * s.CollectiveOf / (s.HopLengthA * s.HopLengthA);
    }

    static double[,] Unit(int n)
    {
        var c = new double[n, n];
        for (var i = 0; i < n; i++) c[i, i] = 1;
        return c;
    }

    static double[,] Covariance(RandomWalkCovariance walk, int[] lags, int frames)
    {
        var c = new double[lags.Length, lags.Length];
        for (var i = 0; i < lags.Length; i++)
            for (var j = 0; j <= i; j++) c[i, j] = c[j, i] = walk.Msd(lags[i], lags[j], frames);
        return c;
    }

    /// <summary>The covariance with the shot noise that the run shows in its displacements per lag and origin, and the number of independent windows of the estimator in the run.</summary>
    static (RandomWalkCovariance Walk, double Windows) WithShotNoise(RandomWalkCovariance walk, double[][] perOrigin, int[] lags, double[] w)
    {
        var origins = perOrigin[0].Length;
        var z = new double[origins];
        for (var n = 0; n < lags.Length; n++)
            for (var k = 0; k < origins; k++) z[k] += w[n] * perOrigin[n][k];
        var mean = z.Average();
        var scatter = z.Sum(v => (v - mean) * (v - mean)) / origins;
        var independent = InTheory(walk with { Shot = 0 }, lags, w, origins);
        var shot = InTheory(walk with { A = 0, B = 0, Shot = 1 }, lags, w, origins);
        var found = walk with { Shot = Math.Max(0, (scatter - independent.Scatter) / shot.Scatter) };
        var (_, one, ofMean) = InTheory(found, lags, w, origins);
        return (found, one / ofMean);
    }

    /// <summary>In theory: the scatter of z about its mean over so many origins, the variance of one z, and that of the mean.</summary>
    static (double Scatter, double One, double OfMean) InTheory(RandomWalkCovariance walk, int[] lags, double[] w, int origins)
    {
        double one = 0, ofMean = 0;
        for (var k = 0; k < origins && k <= lags[^1]; k++) // windows that do not touch are independent
        {
            var g = 0.0;
            for (var n = 0; n < lags.Length; n++) for (var m = 0; m < lags.Length; m++) g += w[n] * w[m] * walk.Windows(lags[n], lags[m], k);
            if (k == 0) one = g;
            ofMean += (k == 0 ? 1 : 2) * (1 - k / (double)origins) * g / origins;
        }
        return (one - ofMean, one, ofMean);
    }
}
