using IpActors.Science.Crystals;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;

namespace IpActors.App.Calculate;

/// <summary>The conductivity of one structure: every part of the protocol, as many at a time as there are cores, then their combination.</summary>
static class ConductivityAnswer
{
    /// <param name="length">quickstart (1 + 4 ps at three temperatures) or paper (10 + 50 ps at five)</param>
    public static (object Document, string Text, int Code) Of(Structure relaxed, BuiltinModel model, string length, long seed, CancellationToken cancel)
    {
        var protocol = (length == "paper" ? ConductivityProtocol.Paper : ConductivityProtocol.Quickstart) with { Seeds = [seed], Model = model };
        var keys = protocol.Parts();
        var (parts, faults) = (new ConductivityPart?[keys.Length], new string?[keys.Length]);
        var done = 0;
        Parallel.For(0, keys.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel }, i =>
        {
            try { parts[i] = ConductivityRun.Run(relaxed, keys[i], protocol, cancel); }
            catch (DynamicsFaultException e) { faults[i] = $"{keys[i].Name}: {e.Message}"; }
            Console.Error.WriteLine($"{keys[i].Name}: {Interlocked.Increment(ref done)} of {keys.Length} done");
        });
        ConductivityPart[] known = [.. parts.OfType<ConductivityPart>()];
        var c = ConductivityCombination.Combine(known, protocol.Combination, keys.Length - known.Length);
        var document = new
        {
            property = "conductivity",
            conductivity_400K_S_per_cm = c.SiemensPerCm,
            error_decades = c.ErrorDecades,
            censored = c.Censored,
            mechanism = c.Taken?.ToString(),
            unavailable = c.Unavailable,
            flags = c.Flags,
            mechanisms = c.Mechanisms.Select(m => new { mechanism = m.Mechanism.ToString(), conductivity_400K_S_per_cm = m.SiemensPerCm, error_decades = m.ErrorDecades, censored = m.Censored, activation_eV = m.ActivationEv, activation_error_eV = m.ActivationErrorEv, defects_per_Li = m.DefectsPerLithium, haven_ratio = m.HavenRatio, haven_error_decades = m.HavenErrorDecades, flags = m.Flags }).ToArray(),
            parts = known.Select(p => new { part = p.Key.Name, temperature_K = p.Key.TemperatureK, D_cm2_per_s = p.Diffusion.D, D_error_cm2_per_s = p.Diffusion.StandardError, D_upper_bound_95_cm2_per_s = p.Diffusion.UpperBound95, refusal = p.Diffusion.Refusal, hops = p.CountedHops, melted = p.Melted,
                D_charge_cm2_per_s = p.Details?.Collective?.Charge.D, D_charge_error_cm2_per_s = p.Details?.Collective?.Charge.StandardError, haven_ratio = p.Details?.Collective?.HavenRatio, haven_error = p.Details?.Collective?.HavenError,
                D_block_average_cm2_per_s = p.Details?.Blocks?.D, D_block_error_cm2_per_s = p.Details?.Blocks?.StandardError, D_axes_cm2_per_s = p.Details?.Axes.Select(a => a.D).ToArray(), D_axes_error_cm2_per_s = p.Details?.Axes.Select(a => a.StandardError).ToArray() }).ToArray(),
            faults = faults.OfType<string>().ToArray(),
            length,
            seed,
            model = model.Name,
        };
        var text = c.SiemensPerCm is { } sigma
            ? $"conductivity at 400 K {(c.Censored ? "at most " : "")}{sigma:0.0e+00} S/cm, one standard error {c.ErrorDecades:F1} decades, by {c.Taken}; {string.Join(", ", c.Flags)}"
            : $"no conductivity: {c.Unavailable}";
        return (document, text, c.SiemensPerCm is null ? 1 : 0);
    }
}
