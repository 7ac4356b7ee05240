using System.CommandLine;
using System.Text.Json.Serialization;
using IpActors.App.Cli;
using IpActors.App.Hulls;
using IpActors.Science;
using IpActors.Science.Phases;

namespace IpActors.App.Windows;

/// <summary><c>ipactors window</c>: electrochemical window of a formula against a reservoir of the open element.</summary>
public static class WindowCommand
{
    sealed record Answer([property: JsonPropertyName("breakpoints")] IEnumerable<Breakpoint> Breakpoints);

    sealed record Breakpoint(
        [property: JsonPropertyName("voltage_V")] double Voltage,
        [property: JsonPropertyName("products")] IEnumerable<ProductAnswer> Products,
        [property: JsonPropertyName("uptake_per_formula")] double Uptake,
        [property: JsonPropertyName("reaction_energy_eV_per_atom"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ReactionEnergy);

    public static Command Create()
    {
        var entries = new Option<string>("--entries") { Description = $"CSV with columns formula and {EntryTable.Energy} or {EntryTable.FormationEnergy}; - reads stdin", Required = true };
        var formula = new Option<string>("--formula") { Description = "the compound", Required = true };
        var above = new Option<double?>("--energy-above-hull") { Description = "its energy above the hull, eV/atom: adds the energy of each reaction (eV per atom of the formula); below 0 it joins the phases that much under the hull of the others" };
        var open = new Option<string>("--open") { Description = "the element exchanged with the reservoir", DefaultValueFactory = _ => "Li" };
        var exclude = new Option<string?>("--exclude") { Description = "formulas of entries to leave out, comma-separated" };
        var json = Output.JsonOption();
        var command = new Command("window", "Grand potential stability from 0 to 5 V against the pure open element (Li: V vs Li/Li+). Each line holds from its voltage up to the next.\nExample: ipactors window --entries data/mp_legacy_formation.csv --exclude LiS4 --formula Li6OSeI2 --open Li --json")
            { entries, formula, above, open, exclude, json };
        command.SetAction((r, _) =>
        {
            var hull = EntryTable.ReadHull(r.GetRequiredValue(entries), r.GetValue(exclude), out var _);
            var energy = r.GetValue(above);
            if (energy is { } e && !double.IsFinite(e)) throw new InputException($"--energy-above-hull {e}: a finite number in eV/atom is needed");
            var steps = VoltageProfile.Compute(hull, Composition.Parse(r.GetRequiredValue(formula)), r.GetRequiredValue(open), energy ?? 0);
            var breakpoints = steps.Select(s => new Breakpoint(s.Voltage, ProductAnswer.Of(s.Products), s.UptakePerFormula, energy is null ? null : s.ReactionEnergyEvPerAtom)).ToArray();
            if (r.GetValue(json)) Output.WriteJson(new Answer(breakpoints));
            else Print(breakpoints, steps, r.GetRequiredValue(open));
            return Task.FromResult(0);
        });
        return command;
    }

    static void Print(IEnumerable<Breakpoint> breakpoints, IReadOnlyList<VoltageStep> steps, string open)
    {
        foreach (var b in breakpoints)
            Console.WriteLine($"from {b.Voltage:F3} V  {open} uptake {b.Uptake,8:F3} per formula  {(b.ReactionEnergy is { } e ? $"{e:F4} eV/atom  " : "")}{ProductAnswer.Text(b.Products)}");
        Console.WriteLine((VoltageProfile.ReductionOnset(steps) is { } low ? $"reduction below {low:F3} V" : "no reduction from 0 V up")
            + (VoltageProfile.OxidationOnset(steps) is { } high ? $", oxidation from {high:F3} V" : ", no oxidation up to 5 V"));
    }
}
