using System.Globalization;
using System.Text.Json;
using IpActors.Science;
using IpActors.Science.Phases;

namespace IpActors.App.Hulls;

/// <summary>One phase of a download: energies in eV/atom (total, corrected where the source corrects; formation) and the scheme that they belong to.</summary>
public sealed record DownloadedPhase(string Place, Composition Composition, double? Total, double? Formation, string Scheme);

/// <summary>
/// Phases from a JSON download of the Materials Project: a list of entries, or an object that holds one under <c>data</c> or <c>entries</c>. Each has its composition (<c>formula_pretty</c>, <c>pretty_formula</c> or
/// <c>composition</c>) and <c>energy_per_atom</c> and/or <c>formation_energy_per_atom</c>, or is a computed entry with <c>energy</c> and <c>correction</c> of its cell. Deprecated ones are passed over.
/// </summary>
public static class DownloadedPhases
{
    const string Project = "Materials Project";

    public static bool IsJson(string text) => text.AsSpan().TrimStart() is ['[' or '{', ..];

    public static ImmutableArray<DownloadedPhase> Parse(string source, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var list = document.RootElement;
            foreach (var key in (string[])["data", "entries", "response"]) if (list.ValueKind == JsonValueKind.Object && list.TryGetProperty(key, out var inner)) list = inner;
            if (list.ValueKind != JsonValueKind.Array) throw new InputException($"{source}: no list of entries; give a list of objects with formula_pretty and energy_per_atom, as the Materials Project returns them");
            return [.. list.EnumerateArray().Select((e, i) => Entry($"{source}: entry {i + 1}", e)).OfType<DownloadedPhase>()];
        }
        catch (JsonException e) { throw new InputException($"{source}:{e.LineNumber + 1}: not JSON after column {e.BytePositionInLine + 1}; download it again, or give a CSV"); }
    }

    static DownloadedPhase? Entry(string place, JsonElement e)
    {
        if (e.ValueKind != JsonValueKind.Object) throw new InputException($"{place}: not an object; give formula_pretty and energy_per_atom");
        if (e.TryGetProperty("deprecated", out var d) && d.ValueKind == JsonValueKind.True) return null;
        var composition = CompositionOf(place, e);
        var total = Number(place, e, "energy_per_atom");
        // A computed entry's composition is that of its cell.
        if (total is null && Number(place, e, "energy") is { } energy) total = (energy + (Number(place, e, "correction") ?? Adjustments(place, e))) / composition.AtomsPerFormula;
        var formation = Number(place, e, "formation_energy_per_atom");
        if (total is null && formation is null) throw new InputException($"{place} ({composition.Formula}): no energy_per_atom and no formation_energy_per_atom; ask for one of these fields");
        return new(place, composition, total, formation, Scheme(e));
    }

    static Composition CompositionOf(string place, JsonElement e)
    {
        string? formula = null;
        // An energy of the cell refers to the cell's own composition; else the formula as people write it.
        string[] keys = e.TryGetProperty("energy_per_atom", out _) || e.TryGetProperty("formation_energy_per_atom", out _) ? ["formula_pretty", "pretty_formula", "composition", "composition_reduced"] : ["composition", "formula_pretty", "pretty_formula"];
        foreach (var key in keys)
            if (formula is null && e.TryGetProperty(key, out var c))
                formula = c.ValueKind switch
                {
                    JsonValueKind.String => c.GetString(),
                    JsonValueKind.Object => string.Concat(c.EnumerateObject().Where(p => !p.Name.StartsWith('@')).Select(p => p.Value.ValueKind == JsonValueKind.Number ? p.Name + p.Value.GetDouble().ToString("0.############", CultureInfo.InvariantCulture)
                        : throw new InputException($"{place}: the amount of {p.Name} is no number; write it like 3.0"))),
                    _ => null,
                };
        if (formula is null) throw new InputException($"{place}: no composition; give formula_pretty or composition");
        try { return Composition.Parse(formula); }
        catch (InputException x) { throw new InputException($"{place}: {x.Message}"); }
    }

    static double Adjustments(string place, JsonElement e) =>
        e.TryGetProperty("energy_adjustments", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Sum(a => Number(place, a, "value") ?? 0) : 0;

    static double? Number(string place, JsonElement e, string key)
    {
        if (e.ValueKind != JsonValueKind.Object || !e.TryGetProperty(key, out var v) || v.ValueKind == JsonValueKind.Null) return null;
        return v.ValueKind == JsonValueKind.Number && v.TryGetDouble(out var n) && double.IsFinite(n) ? n : throw new InputException($"{place}: {key} is no finite number; write it like -3.25");
    }

    /// <summary>A stated scheme as it is; else the project's. GGA and GGA+U are one scheme there: their energies are made to fit by the corrections.</summary>
    static string Scheme(JsonElement e)
    {
        string? Text(JsonElement o, string key) => o.ValueKind == JsonValueKind.Object && o.TryGetProperty(key, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
        if (Text(e, "scheme") is { } stated) return stated;
        var run = Text(e, "thermo_type") ?? Text(e, "run_type") ?? (e.TryGetProperty("parameters", out var p) ? Text(p, "run_type") : null) ?? Text(e, "energy_type");
        return run is null ? Project : $"{Project} {(run is "GGA" or "GGA+U" or "PBE" or "PBE+U" ? "GGA_GGA+U" : run)}";
    }
}
