using System.Text.Json.Serialization;

namespace IpActors.Science.Transport;

/// <summary>Which mechanism's conductivity is the compound's: the paper does not say.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MechanismChoice>))]
public enum MechanismChoice { Larger, Vacancy, Interstitial }

/// <param name="TargetK">Temperature of the conductivity sought.</param>
/// <param name="UsePrefactorPrior">Let what is known of attempt frequencies (one decade wide) and an activation energy from 0 to 1 eV steady the extrapolation; false is the paper's plain fit.</param>
/// <param name="HopLengthA">l in the prefactor, Å.</param>
public sealed record CombinationSettings(double TargetK = 400, MechanismChoice Take = MechanismChoice.Larger, bool UsePrefactorPrior = true, double HopLengthA = 2.8);

/// <summary>One mechanism extrapolated to the target temperature.</summary>
/// <param name="SiemensPerCm">σ, or its 95 % upper bound where <paramref name="Censored"/>.</param>
/// <param name="ErrorDecades">Standard error of log10 σ; for a bound, its distance above the median of what is possible, over 1.645.</param>
/// <param name="ActivationEv">E_a, null where only a bound is known.</param>
/// <param name="PlainSiemensPerCm">σ of the fit without the prior on the prefactor, null where that fixes no line.</param>
/// <param name="HavenRatio">D* / D_σ over the parts that resolve both, null where none does. Information: <paramref name="SiemensPerCm"/> is Nernst-Einstein with the tracer's D, as in the paper; the charge's would be that over this.</param>
/// <param name="HavenErrorDecades">Standard error of log10 of the Haven ratio.</param>
public sealed record MechanismConductivity(
    LithiumDefect Mechanism, double SiemensPerCm, double ErrorDecades, bool Censored, double? ActivationEv, double? ActivationErrorEv, double? Log10D0Cm2PerS,
    double? PlainSiemensPerCm, double? PlainErrorDecades, double MolLithiumPerCm3, double DefectsPerLithium, int Dimensions, int Resolved, int Parts, ImmutableArray<string> Flags,
    double? HavenRatio = null, double? HavenErrorDecades = null);

/// <summary>f3: the conductivity of a compound at the target temperature.</summary>
/// <param name="SiemensPerCm">σ or its 95 % upper bound; null where no part says anything (all failed or melted): see <paramref name="Unavailable"/>.</param>
/// <param name="Censored">The value is an upper bound: information for the surrogate, never a best value.</param>
/// <param name="FailedParts">Parts that ended without a result and are missing here.</param>
public sealed record Conductivity(
    double? SiemensPerCm, double ErrorDecades, bool Censored, LithiumDefect? Taken, double TemperatureK, string? Unavailable,
    ImmutableArray<MechanismConductivity> Mechanisms, int FailedParts, ImmutableArray<string> Flags)
{
    /// <summary>First-order standard error in S/cm, σ ln 10 · decades.</summary>
    public double? ErrorSiemensPerCm => SiemensPerCm * Math.Log(10) * ErrorDecades;
}

/// <summary>Parts to value: per mechanism the Arrhenius fit, D at the target, Nernst-Einstein; then the choice between mechanisms. Pure.</summary>
public static class ConductivityCombination
{
    public const string Extrapolated = "extrapolated", CensoredFlag = "censored", FewPoints = "few points", NonArrhenius = "non-Arrhenius", Melted = "melted", Subdiffusive = "subdiffusive",
        SteadiedByPrior = "prefactor prior", NegativeActivation = "negative activation energy", MissingParts = "failed parts";

    public static Conductivity Combine(IReadOnlyList<ConductivityPart> parts, CombinationSettings settings, int failedParts = 0)
    {
        // By key, never by arrival.
        var ordered = parts.OrderBy(p => p.Key.Mechanism).ThenBy(p => p.Key.TemperatureK).ThenBy(p => p.Key.Seed).ToArray();
        var mechanisms = ordered.GroupBy(p => p.Key.Mechanism).Select(g => Of(g.Key, [.. g], settings)).OfType<MechanismConductivity>().ToImmutableArray();
        var missing = failedParts > 0 ? ImmutableArray.Create(MissingParts) : [];
        var candidates = mechanisms.Where(m => settings.Take == MechanismChoice.Larger || settings.Take.ToString() == m.Mechanism.ToString()).ToArray();
        // A value goes before a bound, however high the bound; then the larger.
        var taken = candidates.OrderBy(m => m.Censored).ThenByDescending(m => m.SiemensPerCm).FirstOrDefault();
        if (taken is null)
        {
            var why = ordered.Length == 0 ? $"all {failedParts} parts failed" : candidates.Length == 0 && mechanisms.Length > 0 ? $"no part of the mechanism asked for ({settings.Take}) has a result" : "the framework melted in every part; run at lower temperatures";
            return new(null, 0, false, null, settings.TargetK, why, mechanisms, failedParts, [.. missing, .. ordered.Any(p => p.Melted) ? [Melted] : Array.Empty<string>()]);
        }
        // Nothing resolved: the compound's bound is the highest among its mechanisms, for either may carry the current; OrderBy above has put it first.
        return new(taken.SiemensPerCm, taken.ErrorDecades, taken.Censored, taken.Mechanism, settings.TargetK, null, mechanisms, failedParts, [.. taken.Flags, .. missing]);
    }

    static MechanismConductivity? Of(LithiumDefect mechanism, ConductivityPart[] all, CombinationSettings s)
    {
        var parts = all.Where(p => !p.Melted).ToArray();
        if (parts.Length == 0) return null;
        var coldest = parts[0];
        var (d, c) = (coldest.Diffusion.Dimensions, NernstEinstein.MolPerCm3(coldest.LithiumIons, coldest.VolumeA3));
        var points = Array.ConvertAll(parts, p => new ArrheniusPoint(p.Key.TemperatureK, p.Diffusion.D, p.Diffusion.StandardError, p.Diffusion.UpperBound95));
        var prior = PrefactorPrior.FromHops(coldest.DefectsPerLithium, s.HopLengthA, d);
        var plain = Arrhenius.Fit(points);
        var whole = ArrheniusPosterior.Of(points, prior, s.TargetK);

        var haven = Haven(parts);
        var flags = new List<string>();
        if (s.TargetK < coldest.Key.TemperatureK) flags.Add(Extrapolated);
        if (all.Any(p => p.Melted)) flags.Add(Melted);
        if (parts.Any(p => p.Diffusion is { D: not null, Subdiffusive: true })) flags.Add(Subdiffusive);
        var resolved = points.Count(p => p.D is > 0);
        if (points.Where(p => p.D is > 0).Select(p => p.TemperatureK).Distinct().Count() < 3) flags.Add(FewPoints);
        double Sigma(double logD) => NernstEinstein.SiemensPerCm(c, Math.Exp(logD), s.TargetK);
        var (plainD, plainError) = plain?.At(s.TargetK) ?? (double.NaN, double.NaN);
        double? plainSigma = plain is null ? null : Sigma(plainD), plainDecades = plain is null ? null : plainError / Math.Log(10);
        if (resolved == 0 || (plain is null && !s.UsePrefactorPrior))
        {
            flags.Add(CensoredFlag);
            return Result(Sigma(whole.LogBound95), (whole.LogBound95 - whole.LogD) / 1.645, true, null, null, null);
        }
        if (plain is { } fit && Math.Abs(fit.CurvatureSigmas) > 2) flags.Add(NonArrhenius);
        if (plain is { ActivationEv: < 0 }) flags.Add(NegativeActivation);
        if (!s.UsePrefactorPrior) return Result(plainSigma!.Value, plainError, false, plain!.ActivationEv, plain.ActivationErrorEv, plain.LogD0);
        if (plain is null || plainError > 1.5 * whole.Error || Math.Abs(plainD - whole.LogD) > plainError) flags.Add(SteadiedByPrior);
        return Result(Sigma(whole.LogD), whole.Error, false, whole.ActivationEv, whole.ActivationErrorEv, whole.LogD0);

        MechanismConductivity Result(double sigma, double error, bool censored, double? activation, double? activationError, double? log0) => new(
            mechanism, sigma, error / Math.Log(10), censored, activation, activationError, log0 / Math.Log(10), plainSigma, plainDecades, c, coldest.DefectsPerLithium, d, resolved, parts.Length, [.. flags], haven?.Ratio, haven?.ErrorDecades);
    }

    /// <summary>Mean of ln H over the parts, weighted by the inverse squares of their errors.</summary>
    static (double Ratio, double ErrorDecades)? Haven(ConductivityPart[] parts)
    {
        double weights = 0, sum = 0;
        foreach (var c in parts.Select(p => p.Details?.Collective).Where(c => c is { HavenRatio: > 0, HavenError: > 0 }))
        {
            var w = Math.Pow(c!.HavenRatio!.Value / c.HavenError, 2);
            weights += w;
            sum += w * Math.Log(c.HavenRatio.Value);
        }
        return weights > 0 ? (Math.Exp(sum / weights), 1 / Math.Sqrt(weights) / Math.Log(10)) : null;
    }
}
