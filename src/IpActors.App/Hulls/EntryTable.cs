using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Phases;

namespace IpActors.App.Hulls;

/// <summary>Phases read from a CSV: columns formula and an energy per atom, found by name; an optional column scheme; others are ignored.</summary>
public static class EntryTable
{
    public const string Energy = "energy_eV_per_atom", FormationEnergy = "formation_energy_eV_per_atom";

    /// <summary>The hull of the file's entries. With formation energies, elements that are not listed count as 0.</summary>
    public static PhaseHull ReadHull(string path, string? exclude, out string energyColumn)
    {
        var csv = Csv.Read(path);
        var formula = csv.Column("formula");
        energyColumn = csv.Find(Energy) is not null ? Energy : FormationEnergy;
        var energy = csv.Find(energyColumn) ?? throw new InputException($"{csv.Source}: no column '{Energy}' or '{FormationEnergy}'; it has {string.Join(", ", csv.Header)}");
        var scheme = csv.Find("scheme");
        var entries = Enumerable.Range(0, csv.Rows.Count)
            .Select(row => new HullEntry(Parse(csv, row, formula), csv.Number(row, energy), csv.Rows[row][formula], scheme is { } s ? csv.Rows[row][s] : "")).ToArray();
        return new PhaseHull(entries, elementsAreZero: energyColumn == FormationEnergy, Exclusions(exclude, entries));
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
