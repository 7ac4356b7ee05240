using System.Globalization;
using System.Text;
using IpActors.Science.Transport;

namespace IpActors.App.Transport;

/// <summary>The answer of <c>transport diffusion</c>, as JSON and as text.</summary>
/// <param name="TemperatureK">Null: no conductivity.</param>
/// <param name="Charge">z of Nernst-Einstein.</param>
sealed record DiffusionAnswer(TransportAnalysis Analysis, double? TemperatureK, int Charge)
{
    double? Sigma(double? d) => TemperatureK is { } t && d is { } v ? NernstEinstein.SiemensPerCm(Analysis.MolPerCm3, v, t, Charge) : null;

    public object ToJson(IReadOnlyList<string> files)
    {
        var (a, c) = (Analysis, Analysis.Details.Collective);
        return new
        {
            run = RunAnswer.Of(a.Paths, files),
            dimensions = a.Space.Dimensions,
            normal = a.Space.SlabNormal is { } n ? new[] { n.X, n.Y, n.Z } : null,
            tracer = Estimate(a.Tracer),
            block_average = a.Details.Blocks is { } b ? new { D_cm2_per_s = b.D, error_cm2_per_s = b.StandardError, blocks = b.Blocks, block_ps = b.BlockPs, fit_from_ps = b.FitFromPs, fit_to_ps = b.FitToPs } : null,
            directions = a.Details.Axes.Concat(a.Planes).Concat(a.AlongNormal is { } l ? [l] : [])
                .Select(d => new { direction = d.Direction, D_cm2_per_s = d.D, error_cm2_per_s = d.D is null ? (double?)null : d.StandardError, upper_bound_95_cm2_per_s = d.UpperBound95, refusal = d.Refusal }).ToArray(),
            hops_counted = a.CountedHops,
            hop_length_A = a.HopLengthA,
            charge = c is null ? null : Estimate(c.Charge),
            haven_ratio = c?.HavenRatio,
            haven_error = c?.HavenRatio is null ? null : c?.HavenError,
            haven_at_least = c?.HavenAtLeast,
            temperature_K = TemperatureK,
            ion_charge_e = Charge,
            ions_mol_per_cm3 = a.MolPerCm3,
            nernst_einstein_S_per_cm = Sigma(a.Tracer.D),
            nernst_einstein_error_S_per_cm = Sigma(a.Tracer.D is null ? null : a.Tracer.StandardError),
            nernst_einstein_upper_bound_95_S_per_cm = Sigma(a.Tracer.UpperBound95),
            charge_conductivity_S_per_cm = Sigma(c?.Charge.D),
            charge_conductivity_error_S_per_cm = Sigma(c?.Charge.D is null ? null : c.Charge.StandardError),
            charge_conductivity_upper_bound_95_S_per_cm = Sigma(c?.Charge.UpperBound95),
            lindemann = a.Lindemann,
            melted = a.Melted,
            flags = a.Flags,
        };
    }

    public static object Estimate(DiffusionEstimate e) => new
    {
        D_cm2_per_s = e.D,
        error_cm2_per_s = e.D is null ? (double?)null : e.StandardError,
        upper_bound_95_cm2_per_s = e.UpperBound95,
        refusal = e.Refusal,
        squared_hops = e.D is null ? (double?)null : e.Hops,
        independent_windows = e.D is null ? (double?)null : e.Windows,
        vibration_A2 = e.D is null ? (double?)null : e.VibrationA2,
        fit_from_ps = e.FitFromPs,
        fit_to_ps = e.FitToPs,
        subdiffusive = e.Subdiffusive,
    };

    public string ToText()
    {
        var (a, text) = (Analysis, new StringBuilder(RunAnswer.Text(Analysis.Paths)));
        text.Append(CultureInfo.InvariantCulture, $"fit from {a.Tracer.FitFromPs:0.###} to {a.Tracer.FitToPs:0.###} ps; jumps of {a.HopLengthA:0.00} A: {a.CountedHops} counted")
            .Append(a.Tracer.D is null ? "\n\n" : string.Create(CultureInfo.InvariantCulture, $", {a.Tracer.Hops:0.#} net; {a.Tracer.Windows:0.#} independent windows\n\n"));
        var name = a.Space.SlabNormal is { } n ? string.Create(CultureInfo.InvariantCulture, $"plane about ({n.X:0.###}, {n.Y:0.###}, {n.Z:0.###})") : "all directions";
        Line(text, $"D* {name}", a.Tracer.D, a.Tracer.StandardError, a.Tracer.UpperBound95, a.Tracer.Refusal);
        if (a.Details.Blocks is { } b) text.Append(CultureInfo.InvariantCulture, $"{"   by " + b.Blocks + " blocks",-34}{b.D,10:0.00e+0} +- {b.StandardError:0.0e+0} cm2/s\n");
        foreach (var d in a.Details.Axes.Concat(a.Planes).Concat(a.AlongNormal is { } l ? [l] : [])) Line(text, $"   {d.Direction}", d.D, d.StandardError, d.UpperBound95, null);
        if (a.Details.Collective is { } c)
        {
            Line(text, "D_sigma (charge)", c.Charge.D, c.Charge.StandardError, c.Charge.UpperBound95, c.Charge.Refusal);
            if (c.HavenRatio is { } h) text.Append(CultureInfo.InvariantCulture, $"{"Haven ratio D*/D_sigma",-34}{h,10:0.00} +- {c.HavenError:0.00}\n");
            else if (c.HavenAtLeast is { } least) text.Append(CultureInfo.InvariantCulture, $"{"Haven ratio D*/D_sigma",-34}{"at least",10} {least:0.00}\n");
        }
        else text.Append("D_sigma (charge)                  none: without a framework the ions have nothing to carry charge against\n");
        if (Sigma(a.Tracer.UpperBound95) is { } bound)
        {
            text.Append(CultureInfo.InvariantCulture, $"{$"sigma({TemperatureK:0.#} K), Nernst-Einstein",-34}");
            text.Append(Sigma(a.Tracer.D) is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s,10:0.00e+0} +- {Sigma(a.Tracer.StandardError):0.0e+0} S/cm\n") : string.Create(CultureInfo.InvariantCulture, $"{"at most",10} {bound:0.0e+0} S/cm\n"));
            if (Sigma(a.Details.Collective?.Charge.D) is { } q) text.Append(CultureInfo.InvariantCulture, $"{"   over the Haven ratio",-34}{q,10:0.00e+0} +- {Sigma(a.Details.Collective!.Charge.StandardError):0.0e+0} S/cm\n");
        }
        if (a.Lindemann is { } r) text.Append(CultureInfo.InvariantCulture, $"{"framework, Lindemann ratio",-34}{r,10:0.000}{(a.Melted ? "  (melted: above " + FrameworkStability.MoltenRatio.ToString(CultureInfo.InvariantCulture) + ")" : "")}\n");
        if (a.Flags.Length > 0) text.Append("flags: ").AppendJoin(", ", a.Flags).Append('\n');
        return text.ToString();
    }

    static void Line(StringBuilder text, string name, double? d, double error, double bound, string? refusal) => text.Append(CultureInfo.InvariantCulture, $"{name,-34}").Append(
        d is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v,10:0.00e+0} +- {error:0.0e+0} cm2/s\n") : string.Create(CultureInfo.InvariantCulture, $"{"at most",10} {bound:0.0e+0} cm2/s{(refusal is null ? "" : ": " + refusal)}\n"));
}
