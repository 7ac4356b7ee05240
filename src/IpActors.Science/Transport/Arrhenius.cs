using MathNet.Numerics.Distributions;

namespace IpActors.Science.Transport;

/// <summary>One temperature: D with its error, or only an upper bound (95 %) where D was refused.</summary>
public readonly record struct ArrheniusPoint(double TemperatureK, double? D, double StandardError, double UpperBound95);

/// <summary>ln D = ln D0 - E_a / (k_B T) with the covariance of (ln D0, E_a).</summary>
/// <param name="LogD0">ln of D0 in cm²/s.</param>
/// <param name="ActivationEv">E_a, eV.</param>
/// <param name="ChiSquared">Of the resolved points about the line, before the errors are widened.</param>
/// <param name="CurvatureSigmas">Quadratic term of ln D in 1/T over its error; 0 with fewer than 4 temperatures.</param>
public sealed record ArrheniusFit(double LogD0, double ActivationEv, double VarLogD0, double VarActivation, double Covariance, int Resolved, int Censored, int Temperatures, double ChiSquared, double CurvatureSigmas)
{
    public double ActivationErrorEv => Math.Sqrt(VarActivation);

    /// <summary>ln D and its standard error at T: var = var(ln D0) + β² var(E) - 2 β cov, β = 1/(k_B T).</summary>
    public (double LogD, double Error) At(double temperatureK)
    {
        var b = 1 / (Arrhenius.BoltzmannEvPerK * temperatureK);
        return (LogD0 - ActivationEv * b, Math.Sqrt(Math.Max(0, VarLogD0 + b * b * VarActivation - 2 * b * Covariance)));
    }
}

/// <summary>
/// Arrhenius line by maximum likelihood. A resolved point is normal in ln D with error σ_D/D; a point of which only the 95 % bound D_up is known enters by the chance Φ((ln D_up - ln D(T)) / 0.5)
/// of lying under it (Tobit; 0.5 rounds the step). Errors from the curvature of the likelihood, widened by (χ²/ν)^½ where the
/// points scatter more than they say. The likelihood is log-concave, so Newton's steps find its one maximum.
/// </summary>
public static class Arrhenius
{
    public const double BoltzmannEvPerK = 8.617333262e-5;
    /// <summary>Width, in ln D, of the step that a bound is.</summary>
    internal const double Softness = 0.5;

    /// <summary>Null where the points do not fix a line: fewer than two temperatures with a resolved D.</summary>
    public static ArrheniusFit? Fit(IReadOnlyList<ArrheniusPoint> points)
    {
        var resolved = points.Where(p => p.D is > 0 && p.StandardError > 0).ToArray();
        var censored = points.Where(p => p.D is not > 0 && p.UpperBound95 > 0).ToArray();
        var temperatures = resolved.Select(p => p.TemperatureK).Distinct().Count();
        if (temperatures < 2) return null;

        // Centred abscissa, so that the two unknowns are nearly independent.
        var centre = resolved.Average(p => Beta(p.TemperatureK));
        var (a, e) = (resolved.Average(p => Math.Log(p.D!.Value)), 0.3);
        var (level, h) = (LogLikelihood(a, e), (Aa: 1.0, Ae: 0.0, Ee: 1.0));
        for (var step = 0; step < 100; step++)
        {
            var (ga, ge) = Gradient(a, e, out h);
            var det = h.Aa * h.Ee - h.Ae * h.Ae;
            var (da, de) = ((h.Ee * ga - h.Ae * ge) / det, (h.Aa * ge - h.Ae * ga) / det);
            var shrink = 1.0;
            while (shrink > 1e-10 && LogLikelihood(a + shrink * da, e + shrink * de) < level) shrink /= 2;
            (a, e) = (a + shrink * da, e + shrink * de);
            level = LogLikelihood(a, e);
            if (Math.Abs(da) + Math.Abs(de) < 1e-12 || shrink <= 1e-10) break;
        }
        _ = Gradient(a, e, out h);
        var chi2 = resolved.Sum(p => Math.Pow((Math.Log(p.D!.Value) - Model(p.TemperatureK, a, e)) * p.D.Value / p.StandardError, 2));
        var freedom = resolved.Length - 2;
        var widen = freedom > 0 ? Math.Max(1, chi2 / freedom) : 1;
        var d = h.Aa * h.Ee - h.Ae * h.Ae;
        var (va, ve, vae) = (widen * h.Ee / d, widen * h.Aa / d, -widen * h.Ae / d);
        return new(a + e * centre, e, va + centre * centre * ve + 2 * centre * vae, ve, vae + centre * ve, resolved.Length, censored.Length, temperatures, chi2, Curvature(resolved));

        double Model(double t, double a0, double e0) => a0 - e0 * (Beta(t) - centre);
        double LogLikelihood(double a0, double e0)
        {
            var s = 0.0;
            foreach (var p in resolved) s -= 0.5 * Math.Pow((Math.Log(p.D!.Value) - Model(p.TemperatureK, a0, e0)) * p.D.Value / p.StandardError, 2);
            foreach (var p in censored) s += LogPhi((Math.Log(p.UpperBound95) - Model(p.TemperatureK, a0, e0)) / Softness);
            return s;
        }
        (double Ga, double Ge) Gradient(double a0, double e0, out (double Aa, double Ae, double Ee) hessian)
        {
            double ga = 0, ge = 0, aa = 0, ae = 0, ee = 0;
            foreach (var p in resolved)
            {
                var weight = Math.Pow(p.D!.Value / p.StandardError, 2);
                Add(weight * (Math.Log(p.D.Value) - Model(p.TemperatureK, a0, e0)), weight, centre - Beta(p.TemperatureK));
            }
            foreach (var p in censored)
            {
                var z = (Math.Log(p.UpperBound95) - Model(p.TemperatureK, a0, e0)) / Softness;
                var mills = Math.Exp(-0.5 * z * z - LogPhi(z)) / Math.Sqrt(2 * Math.PI);
                Add(-mills / Softness, mills * (z + mills) / (Softness * Softness), centre - Beta(p.TemperatureK));
            }
            hessian = (aa, ae, ee);
            return (ga, ge);
            void Add(double pull, double weight, double x) { ga += pull; ge += pull * x; aa += weight; ae += weight * x; ee += weight * x * x; }
        }
    }

    internal static double Beta(double temperatureK) => 1 / (BoltzmannEvPerK * temperatureK);

    /// <summary>ln Φ(z); far out by the asymptotic series, where Φ itself is 0.</summary>
    internal static double LogPhi(double z) => z > -8 ? Math.Log(Normal.CDF(0, 1, z)) : -0.5 * z * z - Math.Log(-z * Math.Sqrt(2 * Math.PI)) + Math.Log(1 - 1 / (z * z) + 3 / (z * z * z * z));

    /// <summary>Weighted parabola through the resolved points: quadratic coefficient over its error.</summary>
    static double Curvature(ArrheniusPoint[] points)
    {
        if (points.Select(p => p.TemperatureK).Distinct().Count() < 4) return 0;
        var centre = points.Average(p => Beta(p.TemperatureK));
        var rows = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfRowArrays(points.Select(p =>
        {
            var (x, w) = (Beta(p.TemperatureK) - centre, p.D!.Value / p.StandardError);
            return new[] { w, w * x, w * x * x };
        }));
        var y = MathNet.Numerics.LinearAlgebra.Double.DenseVector.OfEnumerable(points.Select(p => Math.Log(p.D!.Value) * p.D.Value / p.StandardError));
        var inverse = rows.TransposeThisAndMultiply(rows).Inverse();
        var c = inverse * rows.TransposeThisAndMultiply(y);
        return c[2] / Math.Sqrt(inverse[2, 2]);
    }
}
