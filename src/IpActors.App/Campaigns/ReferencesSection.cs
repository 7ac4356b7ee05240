using IpActors.App.Cli;
using IpActors.App.Hulls;
using IpActors.Domain.Campaigns;
using IpActors.Science;
using IpActors.Science.Enumeration;
using IpActors.Science.Phases;
using IpActors.Workers.Builtin;
using IpActors.Workers.Runs;
using Material = IpActors.Science.Phases.Composition;

namespace IpActors.App.Campaigns;

/// <summary>The campaign file's <c>references</c> section: which phases make the hull, read with the files that it imports.</summary>
static class ReferencesSection
{
    /// <param name="section">The checked section.</param>
    /// <param name="space">Imported phases of other elements than the space's are passed over.</param>
    /// <param name="relaxation">The calculator of relaxations, whose scheme the imported energies must have.</param>
    /// <param name="model">The version of the built-in model, where that is the calculator.</param>
    /// <param name="folder">What imported files are relative to.</param>
    public static ReferenceSettings Read(Checked section, SpaceOptions space, string relaxation, BuiltinModel model, string folder)
    {
        var set = section.Text("set");
        var elements = space.Elements.ToHashSet();
        var exclude = section.List("exclude").Cast<string>().Select(f => Parsed(section, "exclude", f)).ToList();
        var left = exclude.Select(c => c.Reduced).ToHashSet();
        var imported = section.List("import").Cast<string>().SelectMany(path => Import(section, Path.Combine(folder, path), relaxation, model)).Where(r => r.Composition.Elements.All(elements.Contains)).ToList();
        var computed = set == ReferenceSettings.None ? [] : ReferencePhases.Of(elements, []);
        foreach (var c in exclude)
            if (!computed.Select(r => Material.Parse(r.Formula)).Concat(imported.Select(r => r.Composition)).Any(known => known.Reduced == c.Reduced))
                throw section.Error("exclude", $"{c.Formula} is no reference phase of this campaign; they are {string.Join(' ', computed.Select(r => r.Formula).Concat(imported.Select(r => r.Composition.Formula)))}");
        return new(set, [.. exclude.Select(c => c.Formula)], [.. imported.Where(r => !left.Contains(r.Composition.Reduced)).Select(r => new ImportedReference(r.Composition.Formula, r.Energy, r.Scheme))]);
    }

    /// <summary>Refuses a space with compounds that no mixture of the reference phases makes: they would have no decomposition energy.</summary>
    public static void RequireSpan(CampaignFile file)
    {
        var (settings, phases) = (file.Settings, ReferencePhases.Of(file.Settings).Select(r => r.Formula).Concat(file.Settings.References.Imported.Select(r => r.Formula)).Distinct().ToList());
        var hull = new PhaseHull(phases.Select(f => new HullEntry(Material.Parse(f), 0, f)));
        foreach (var formula in Science.Enumeration.Space.Formulas(settings.Space))
        {
            try { hull.Decompose(Material.Parse(formula.ToString())); }
            catch (InputException)
            {
                throw new InputException($"{file.Source}: space: {formula} is no mixture of the reference phases ({string.Join(' ', phases)}), so it has no decomposition energy; {(phases.Count == 0 ? "write 'set: binaries' under references, or import phases" : "its ions may not balance: change species or ratios, or import phases that span it under references")}");
            }
        }
    }

    /// <summary>The name of the scheme that a calculator's energies carry; null where only its results can tell.</summary>
    static string? SchemeOf(string calculator, BuiltinModel model) => calculator == BuiltinRunWorker.Calculator ? model.Name : null;

    sealed record Row(Material Composition, double Energy, string Scheme);

    static IEnumerable<Row> Import(Checked section, string path, string relaxation, BuiltinModel model)
    {
        var text = Output.ReadInput(path);
        foreach (var (place, row) in DownloadedPhases.IsJson(text) ? Download(path, text) : Table(new Csv(path, text)))
        {
            if (SchemeOf(relaxation, model) is { } scheme && row.Scheme != scheme)
                throw section.Error("import", $"{place}: {row.Composition.Formula} has the scheme '{row.Scheme}', relaxations by {relaxation} have '{scheme}'; one hull holds energies of one scheme, as total energies of two differ by more than any stability: compute it with {relaxation}, or leave it out");
            yield return row;
        }
    }

    static IEnumerable<(string, Row)> Download(string path, string text) => DownloadedPhases.Parse(path, text).Select(p =>
        (p.Place, new Row(p.Composition, p.Total ?? throw new InputException($"{p.Place} ({p.Composition.Formula}): no energy_per_atom; a campaign's hull holds total energies"), p.Scheme)));

    static IEnumerable<(string, Row)> Table(Csv csv)
    {
        var (formula, energy, scheme) = (csv.Column("formula"), csv.Column(EntryTable.Energy), csv.Column("scheme"));
        return Enumerable.Range(0, csv.Rows.Count).Select(row => ($"{csv.Source}:{csv.Line(row)}", new Row(EntryTable.Parse(csv, row, formula), csv.Number(row, energy), csv.Rows[row][scheme])));
    }

    static Material Parsed(Checked section, string key, string formula)
    {
        try { return Material.Parse(formula); }
        catch (InputException e) { throw section.Error(key, e.Message); }
    }
}
