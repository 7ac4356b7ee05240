using System.Text.Json;
using IpActors.Domain.Compounds;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;
using IpActors.Workers.Commands;

namespace IpActors.Workers.Runs;

/// <summary>Combines the parts of a property into its value.</summary>
public sealed class CombineWorker : WorkerOf<CombineProperty>
{
    protected override Task Perform(CombineProperty work, IWorkContext context, CancellationToken cancel)
    {
        var (value, reason) = Combination.Of(work);
        return context.Report(value is null ? new RejectProperty(work.Plan.Property, reason!) : new RecordProperty(value), cancel);
    }
}

/// <summary>From the parts' results to the property's value: pure, so that the audit can do it again.</summary>
public static class Combination
{
    /// <summary>The value, or the reason why none follows from the parts.</summary>
    public static (PropertyValue? Value, string? Reason) Of(CombineProperty work) => work.Plan.Property switch
    {
        _ when work.Parts.TryGetValue(CommandProgram.ValuePart, out var whole) => (Value(work, whole["value"], whole["error"], Own(whole), []), null),
        Properties.BandGap => (Value(work, work.Parts["gap"]["gap_eV"], double.NaN, Own(work.Parts["gap"]), work.Parts["gap"].Numbers.Where(n => n.Key is "vbm_eV" or "cbm_eV").OrderByDescending(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, n.Value))), null),
        Properties.HydrationEnergy when work.Parts.ContainsKey(DftHydration.Hydroxide) => DftHydrationEnergy(work),
        Properties.HydrationEnergy => HydrationEnergy(work),
        Properties.Conductivity => Conductivity(work),
        _ => (null, $"nothing combines {work.Plan.Property}"),
    };

    static (PropertyValue?, string?) HydrationEnergy(CombineProperty work)
    {
        if (!work.Parts.TryGetValue("host", out var host)) return (null, "the host was not relaxed");
        var cells = work.Parts.Where(p => p.Key != "host").Select(p => p.Value).OrderBy(p => p["index"]).ToArray();
        if (cells.Length == 0) return (null, "no placement relaxed");
        HydrationAnchor[] anchors = [.. cells.Select(p => new HydrationAnchor(p.Texts["anchor"], p["anchor_difference_eV"], p["anchor_enthalpy_kJ_per_mol"])).DistinctBy(a => a.X)];
        var h = Hydration.Combine(new(host.Structure!, host["energy_eV"], host["gain_eV_per_atom"], (int)host["steps"], null),
            [.. cells.Select(p => new HydrationPlacement((int)p["index"], (int)p["lithium"], (int)p["anion"], p.Texts["anchor"], p["energy_eV"], p["bond_A"], (int)p["steps"], null))], anchors);
        // The minimum's own error is not known; the spread over placements is a detail, and no error bar.
        return (Value(work, h.EnergyKJPerMol, double.NaN, [], [("spread_kJ_per_mol", h.SpreadKJPerMol), ("configurations", h.Configurations),
            .. h.Placements.Select(p => ($"placement_{p.Index}_{p.Anchor}_kJ_per_mol", p.EnergyKJPerMol))]), null);
    }

    static (PropertyValue?, string?) DftHydrationEnergy(CombineProperty work)
    {
        if (!work.Parts.TryGetValue(DftHydration.Host, out var host)) return (null, "the host was not relaxed");
        if (!work.Parts.TryGetValue(DftHydration.Water, out var water)) return (null, "there is no energy of H2O");
        var cells = work.Parts.Where(p => p.Key.StartsWith(DftHydration.Cell, StringComparison.Ordinal)).Select(p => p.Value).OrderBy(p => p["index"]).ToArray();
        if (cells.Length == 0) return (null, "no placement relaxed");
        if (work.Parts.Values.Select(p => p.Texts.GetValueOrDefault("scheme", p.Calculator)).Distinct().ToList() is { Count: > 1 } schemes) return (null, $"energies of different schemes cannot be subtracted: {string.Join("; ", schemes)}");
        var h = DftHydration.Of(host["energy_eV"], cells, work.Parts[DftHydration.Hydroxide], water);
        return (Value(work, h.LeastKJPerMol, double.NaN, [], [("spread_kJ_per_mol", h.SpreadKJPerMol), ("configurations", cells.Length), .. h.Placements.Select(p => ($"placement_{p.Index}_kJ_per_mol", p.KJPerMol))]), null);
    }

    static (PropertyValue?, string?) Conductivity(CombineProperty work)
    {
        var parts = work.Parts.Values.Where(p => p.Texts.ContainsKey(BuiltinParts.Record)).Select(p => JsonSerializer.Deserialize<ConductivityPart>(p.Texts[BuiltinParts.Record], BuiltinParts.Json)!).ToArray();
        var c = ConductivityCombination.Combine(parts, new CombinationSettings(), work.Plan.Parts.Count(p => !p.Part.EndsWith(Equilibration, StringComparison.Ordinal)) - parts.Length);
        if (c.SiemensPerCm is not { } sigma) return (null, c.Unavailable);
        var details = c.Mechanisms.SelectMany(m => new (string Name, double? Value)[]
        {
            ("sigma_S_per_cm", m.SiemensPerCm), ("error_decades", m.ErrorDecades), ("activation_eV", m.ActivationEv), ("activation_error_eV", m.ActivationErrorEv), ("log10_D0_cm2_per_s", m.Log10D0Cm2PerS),
            ("plain_fit_sigma_S_per_cm", m.PlainSiemensPerCm), ("defects_per_Li", m.DefectsPerLithium), ("resolved_parts", m.Resolved), ("parts", m.Parts),
            ("haven_ratio", m.HavenRatio), ("haven_error_decades", m.HavenErrorDecades),
        }.Where(d => d.Value is not null).Select(d => ($"{(m.Mechanism == LithiumDefect.Vacancy ? "vacancy" : "interstitial")}_{d.Name}", d.Value!.Value)));
        return (Value(work, sigma, c.ErrorSiemensPerCm ?? double.NaN, [c.Taken == LithiumDefect.Vacancy ? "vacancy" : "interstitial", .. c.Flags], details.Append(("error_decades", c.ErrorDecades))), null);
    }

    /// <summary>Ends the name of a part that brings a cell to its temperature, for the part that measures.</summary>
    public const string Equilibration = ".npt";

    /// <summary>The part that measures, of which this one is the equilibration; else the part itself. Both have the same chance: the same defect.</summary>
    public static string Measured(string part) => part.EndsWith(Equilibration, StringComparison.Ordinal) ? part[..^Equilibration.Length] : part;

    /// <summary>What the one part of a property says of itself, such as <c>metal</c> or <c>indirect</c>.</summary>
    static IEnumerable<string> Own(PartResult part) => part.Flags.Where(f => !f.StartsWith(ProgramRunWorker.Comparability, StringComparison.Ordinal));

    /// <summary>With what the parts say of themselves: that they melted is in the combination, that their settings were corrected is passed on.</summary>
    static PropertyValue Value(CombineProperty work, double value, double error, IEnumerable<string> flags, IEnumerable<(string Name, double Value)> details) => new(
        work.Plan.Property, value, error, Properties.Unit(work.Plan.Property), [.. flags, .. work.Parts.Values.SelectMany(p => p.Flags).Where(f => f.StartsWith(ProgramRunWorker.Comparability, StringComparison.Ordinal)).Distinct()], details.ToImmutableSortedDictionary(d => d.Name, d => d.Value, StringComparer.Ordinal), work.Parts.Values.First().Calculator);
}
