using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Phases;

namespace IpActors.App.Hulls;

/// <summary>Phases read from a CSV (columns formula and an energy per atom, found by name; an optional column scheme; others are ignored) or from a JSON download (<see cref="DownloadedPhases"/>).</summary>
public static class EntryTable
{
    public const string Energy = "energy_eV_per_atom", FormationEnergy = "formation_energy_eV_per_atom";

    /// <summary>The hull of the file's entries. With formation energies, elements that are not listed count as 0.</summary>
    /// <param name="path">The file, "-" for stdin; JSON where it begins like JSON.</param>
    /// <param name="exclude">Formulas to leave out, comma-separated.</param>
    /// <param name="energyColumn">Which of the two energies was taken.</param>
    public static PhaseHull ReadHull(string path, string? exclude, out string energyColumn) => HullOf(path == "-" ? "stdin" : path, Output.ReadInput(path), exclude, out energyColumn, wanted: null);

    /// <summary>As <see cref="ReadHull"/>, of a text that was read before.</summary>
    /// <param name="source">Names the text in errors.</param>
    /// <param name="text">CSV or JSON.</param>
    /// <param name="exclude">Formulas to leave out, comma-separated.</param>
    /// <param name="energyColumn">Which of the two energies was taken.</param>
    /// <param name="wanted">The energy to take from a download that has both; formation energies where nothing is wanted.</param>
    public static PhaseHull HullOf(string source, string text, string? exclude, out string energyColumn, string? wanted)
    {
        var entries = DownloadedPhases.IsJson(text) ? OfJson(source, text, wanted, out energyColumn) : OfCsv(new Csv(source, text), out energyColumn);
        return new PhaseHull(entries, elementsAreZero: energyColumn == FormationEnergy, Exclusions(exclude, entries));
    }

    static HullEntry[] OfCsv(Csv csv, out string energyColumn)
    {
        var formula = csv.Column("formula");
        energyColumn = csv.Find(Energy) is not null ? Energy : FormationEnergy;
        var energy = csv.Find(energyColumn) ?? throw new InputException($"{csv.Source}: no column '{Energy}' or '{FormationEnergy}'; it has {string.Join(", ", csv.Header)}");
        var scheme = csv.Find("scheme");
        return [.. Enumerable.Range(0, csv.Rows.Count).Select(row => new HullEntry(Parse(csv, row, formula), csv.Number(row, energy), csv.Rows[row][formula], scheme is { } s ? csv.Rows[row][s] : ""))];
    }

    static HullEntry[] OfJson(string source, string text, string? wanted, out string energyColumn)
    {
        var phases = DownloadedPhases.Parse(source, text);
        energyColumn = wanted ?? (phases.All(p => p.Formation is not null) ? FormationEnergy : Energy);
        var formation = energyColumn == FormationEnergy;
        return [.. phases.Select(p => new HullEntry(p.Composition, (formation ? p.Formation : p.Total)
            ?? throw new InputException($"{p.Place} ({p.Composition.Formula}): no {(formation ? "formation_energy_per_atom" : "energy_per_atom")}, which {(wanted is null ? "other entries" : "the targets")} have; ask for that field of all"), p.Composition.Formula, p.Scheme))];
    }

    /// <summary>The formula of a row; the error names file, line, formula and position.</summary>
    public static Composition Parse(Csv csv, int row, int column)
    {
        try { return Composition.Parse(csv.Rows[row][column]); }
        catch (InputException e) { throw new InputException($"{csv.Source}:{csv.Line(row)}: {e.Message}"); }
    }

    static IEnumerable<Composition> Exclusions(string? list, HullEntry[] entries)
    {
        foreach (var formula in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Composition left;
            try { left = Composition.Parse(formula); }
            catch (InputException e) { throw new InputException($"--exclude: {e.Message}"); }
            if (left.Elements.Length > 1 && !entries.Any(e => e.Composition.Reduced == left.Reduced)) Console.Error.WriteLine($"ipactors: --exclude {formula}: no such entry, nothing left out");
            yield return left;
        }
    }
}
