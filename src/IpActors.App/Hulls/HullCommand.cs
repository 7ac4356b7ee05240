using System.CommandLine;
using System.Text.Json.Serialization;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Phases;

namespace IpActors.App.Hulls;

/// <summary><c>ipactors hull</c>: energies above the hull of competing phases, with the phases each target falls into.</summary>
public static class HullCommand
{
    sealed record Answer(
        [property: JsonPropertyName("formula")] string Formula,
        [property: JsonPropertyName("e_d_eV_per_atom")] double? Ed,
        [property: JsonPropertyName("e_hull_eV_per_atom")] double EHull,
        [property: JsonPropertyName("products")] IEnumerable<ProductAnswer> Products);

    public static Command Create()
    {
        var entries = new Option<string>("--entries") { Description = $"CSV with columns formula and {EntryTable.Energy} (formation or total, one source) or {EntryTable.FormationEnergy} (elements not listed count as 0), optionally scheme; or a JSON list of entries as the Materials Project returns it; - reads stdin", Required = true };
        var targets = new Option<string>("--targets") { Description = "CSV with the same columns, or formula alone; - reads stdin", Required = true };
        var exclude = new Option<string?>("--exclude") { Description = "formulas of entries to leave out, comma-separated" };
        var excludeSelf = new Option<bool>("--exclude-self") { Description = "leave out entries of the target's own composition; e_d is then signed, not clipped at 0" };
        var json = Output.JsonOption();
        var command = new Command("hull", "Energy above the convex hull of competing phases, eV/atom.\nExample: ipactors hull --entries data/mp_legacy_formation.csv --targets targets.csv --exclude LiS4 --json")
            { entries, targets, exclude, excludeSelf, json };
        command.SetAction((r, _) =>
        {
            var (from, of) = (r.GetRequiredValue(entries), r.GetRequiredValue(targets));
            if (from == "-" && of == "-") throw new InputException("--entries - --targets -: stdin can be read once; give a file for one of them");
            var text = Output.ReadInput(from);
            var table = Csv.Read(of);
            var wanted = table.Find(EntryTable.Energy) is not null ? EntryTable.Energy : table.Find(EntryTable.FormationEnergy) is not null ? EntryTable.FormationEnergy : null;
            var answers = Solve(EntryTable.HullOf(from == "-" ? "stdin" : from, text, r.GetValue(exclude), out var column, wanted), column, table, r.GetValue(excludeSelf));
            if (r.GetValue(json)) Output.WriteJson(answers);
            else foreach (var a in answers) Console.WriteLine($"{a.Formula,-20} e_d {(a.Ed is { } e ? e.ToString("F4") : "-"),8} eV/atom  e_hull {a.EHull,8:F4} eV/atom  {ProductAnswer.Text(a.Products)}");
            return Task.FromResult(0);
        });
        return command;
    }

    static Answer[] Solve(PhaseHull hull, string entryColumn, Csv targets, bool excludeSelf)
    {
        var formula = targets.Column("formula");
        var energy = EnergyColumn(targets, entryColumn);
        var scheme = targets.Find("scheme");
        return [.. Enumerable.Range(0, targets.Rows.Count).Select(row =>
        {
            var target = EntryTable.Parse(targets, row, formula);
            try
            {
                if (scheme is { } s && energy is not null) hull.RequireScheme(targets.Rows[row][s], target.Formula);
                var decomposition = hull.Decompose(target, excludeSelf);
                double? ed = energy is { } c && targets.Rows[row][c].Length > 0 ? targets.Number(row, c) - decomposition.EnergyEvPerAtom : null;
                return new Answer(targets.Rows[row][formula], excludeSelf || ed is null ? ed : Math.Max(0, ed.Value), decomposition.EnergyEvPerAtom, ProductAnswer.Of(decomposition.Products));
            }
            catch (InputException e) when (!e.Message.StartsWith(targets.Source)) { throw new InputException($"{targets.Source}:{targets.Line(row)}: {e.Message}"); }
        })];
    }

    static int? EnergyColumn(Csv targets, string entryColumn)
    {
        var other = entryColumn == EntryTable.Energy ? EntryTable.FormationEnergy : EntryTable.Energy;
        if (targets.Find(entryColumn) is { } same) return same;
        if (targets.Find(other) is not { } column) return null;
        Console.Error.WriteLine($"ipactors: targets give {other}, entries {entryColumn}: taken as energies of one kind");
        return column;
    }
}

/// <summary>A product as commands print it.</summary>
public sealed record ProductAnswer([property: JsonPropertyName("formula")] string Formula, [property: JsonPropertyName("fraction")] double Fraction)
{
    public static IEnumerable<ProductAnswer> Of(IEnumerable<Product> products) => products.Select(p => new ProductAnswer(p.Label, p.Fraction)).ToArray();
    public static string Text(IEnumerable<ProductAnswer> products) => string.Join(" + ", products.Select(p => $"{p.Fraction:F4} {p.Formula}"));
}
