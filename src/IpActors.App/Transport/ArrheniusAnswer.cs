using System.Globalization;
using System.Text;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary>D and σ at one temperature from the line; errors in decades are symmetric in the logarithm.</summary>
sealed record ArrheniusTarget(double TemperatureK, double D, double ErrorDecades, double? SiemensPerCm, bool Extrapolated)
{
    public object ToJson() => new { temperature_K = TemperatureK, D_cm2_per_s = D, conductivity_S_per_cm = SiemensPerCm, error_decades = ErrorDecades, extrapolated = Extrapolated };
}

/// <summary>The answer of <c>transport arrhenius</c>.</summary>
/// <param name="MolPerCm3">Concentration of the ions; null: no conductivity.</param>
sealed record ArrheniusAnswer(ImmutableArray<ArrheniusRun> Runs, double? MolPerCm3, int Charge, IReadOnlyList<double> Targets)
{
    const double CurvatureLimit = 2;
    public ArrheniusFit? Fit { get; } = Arrhenius.Fit([.. Runs.Where(r => r.Counts).Select(r => r.Point)]);

    IEnumerable<double> Resolved => Runs.Where(r => r is { Counts: true, D: not null }).Select(r => r.TemperatureK);
    string? Refusal => Fit is null ? $"{Resolved.Distinct().Count()} temperatures with a resolved D fix no line; two are the least, three and more are wanted" : null;

    public IEnumerable<string> Flags()
    {
        if (Fit is null) yield break;
        if (At().Any(t => t.Extrapolated)) yield return ConductivityCombination.Extrapolated;
        if (Runs.Any(r => !r.Counts)) yield return ConductivityCombination.Melted;
        if (Runs.Any(r => r is { Counts: true, Analysis.Tracer: { D: not null, Subdiffusive: true } })) yield return ConductivityCombination.Subdiffusive;
        if (Runs.Any(r => r.Analysis?.Paths.IsAmbiguous == true)) yield return TransportAnalysis.Ambiguous;
        if (Fit.Temperatures < 3) yield return ConductivityCombination.FewPoints;
        if (Math.Abs(Fit.CurvatureSigmas) > CurvatureLimit) yield return ConductivityCombination.NonArrhenius;
        if (Fit.ActivationEv < 0) yield return ConductivityCombination.NegativeActivation;
    }

    public IEnumerable<ArrheniusTarget> At()
    {
        if (Fit is not { } fit) yield break;
        foreach (var t in Targets)
        {
            var (log, error) = fit.At(t);
            var d = Math.Exp(log);
            yield return new(t, d, error / Math.Log(10), MolPerCm3 is { } c ? NernstEinstein.SiemensPerCm(c, d, t, Charge) : null, t < Resolved.Min() || t > Resolved.Max());
        }
    }

    public object ToJson() => new
    {
        points = Runs.Select(r => new
        {
            source = r.Source, temperature_K = r.TemperatureK, D_cm2_per_s = r.D, error_cm2_per_s = r.D is null ? (double?)null : r.Error, upper_bound_95_cm2_per_s = r.UpperBound95 > 0 ? r.UpperBound95 : (double?)null,
            refusal = r.Analysis?.Tracer.Refusal, melted = r.Analysis?.Melted, haven_ratio = r.Analysis?.Details.Collective?.HavenRatio, haven_error = r.Analysis?.Details.Collective is { HavenRatio: not null } c ? c.HavenError : (double?)null,
            in_fit = r.Counts, notes = r.Analysis?.Paths.Notes,
        }).ToArray(),
        activation_eV = Fit?.ActivationEv,
        activation_error_eV = Fit?.ActivationErrorEv,
        D0_cm2_per_s = Fit is { } f ? Math.Exp(f.LogD0) : (double?)null,
        log10_D0_error = Fit is { } g ? Math.Sqrt(g.VarLogD0) / Math.Log(10) : (double?)null,
        chi_squared = Fit?.ChiSquared,
        resolved = Fit?.Resolved ?? Resolved.Count(),
        bounds = Fit?.Censored,
        curvature_sigmas = Fit is { Temperatures: >= 4 } k ? k.CurvatureSigmas : (double?)null,
        ion_charge_e = Charge,
        ions_mol_per_cm3 = MolPerCm3,
        at = At().Select(t => t.ToJson()).ToArray(),
        refusal = Refusal,
        flags = Flags().ToArray(),
    };

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var r in Runs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{r.TemperatureK,7:0.#} K  ")
                .Append(r.D is { } d ? string.Create(CultureInfo.InvariantCulture, $"{d:0.00e+0} +- {r.Error:0.0e+0} cm2/s") : string.Create(CultureInfo.InvariantCulture, $"at most {r.UpperBound95:0.0e+0} cm2/s"))
                .Append("  ").Append(r.Source).Append(r.Counts ? "" : "  (melted: not in the fit)").Append(r.Analysis?.Tracer.Refusal is { } why ? $"  ({why})" : "").Append('\n');
            foreach (var n in r.Analysis?.Paths.Notes ?? []) text.Append("note: ").Append(n).Append('\n');
        }
        if (Fit is not { } fit) return text.Append("no line: ").Append(Refusal).Append('\n').ToString();
        text.Append(CultureInfo.InvariantCulture, $"E_a = {fit.ActivationEv:0.000} +- {fit.ActivationErrorEv:0.000} eV, D0 = {Math.Exp(fit.LogD0):0.0e+0} cm2/s (error {Math.Sqrt(fit.VarLogD0) / Math.Log(10):0.00} decades); ");
        text.Append(CultureInfo.InvariantCulture, $"chi2 {fit.ChiSquared:0.0} of {fit.Resolved} points").Append(fit.Temperatures >= 4 ? string.Create(CultureInfo.InvariantCulture, $", curvature {fit.CurvatureSigmas:0.0} errors\n") : ", no curvature test under four temperatures\n");
        foreach (var t in At())
            text.Append(CultureInfo.InvariantCulture, $"{t.TemperatureK,7:0.#} K  D = {t.D:0.0e+0} cm2/s").Append(t.SiemensPerCm is { } s ? string.Create(CultureInfo.InvariantCulture, $", sigma = {s:0.0e+0} S/cm") : "")
                .Append(CultureInfo.InvariantCulture, $", one error {t.ErrorDecades:0.00} decades{(t.Extrapolated ? ", extrapolated" : "")}\n");
        if (Flags().Any()) text.Append("flags: ").AppendJoin(", ", Flags()).Append('\n');
        return text.ToString();
    }
}
