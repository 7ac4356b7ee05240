using System.CommandLine;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using Chemical = IpActors.Science.Enumeration.Space;

namespace IpActors.App.Space;

/// <summary><c>ipactors space enumerate</c>: lists, counts or writes out the compounds of a chemical space.</summary>
public static class SpaceCommand
{
    static readonly string[] Formats = ["poscar", "cif", "extxyz"];

    public static Command Create() => new("space", "The chemical space of a campaign.") { Enumerate() };

    static Command Enumerate()
    {
        var file = new Argument<string>("SPACE-OR-CAMPAIGN.yaml") { Description = "a campaign file (its space section is read) or a file with that section alone; - reads stdin" };
        var count = new Option<bool>("--count") { Description = "only count" };
        var @out = new Option<string?>("--out") { Description = "write one file per compound, named by its id, into this folder" };
        var format = new Option<string>("--format") { Description = "poscar, cif or extxyz", DefaultValueFactory = _ => "poscar" };
        var json = Output.JsonOption();
        var command = new Command("enumerate", "Lists every compound of the space as CSV (id, formula, space group, index, atoms), counts them, or writes their structures. Example: ipactors space enumerate config/inverse-perovskites.yaml --count")
            { file, count, @out, format, json };
        command.SetAction((r, ct) => Task.FromResult(Run(r.GetValue(file)!, r.GetValue(count), r.GetValue(@out), r.GetValue(format)!, r.GetValue(json), ct)));
        return command;
    }

    static int Run(string file, bool countOnly, string? folder, string format, bool json, CancellationToken ct)
    {
        if (!Formats.Contains(format)) throw new InputException($"--format {format}: choose poscar, cif or extxyz");
        if (countOnly && folder is not null) throw new InputException("--count writes no structures; leave out --out or --count");
        var options = SpaceYaml.Load(file);
        if (countOnly) { Report(Chemical.Count(options), json); return 0; }

        if (folder is not null) CreateFolder(folder);
        var (byAristotype, compositions) = (options.Aristotypes.ToDictionary(a => a.Name, _ => 0L), new HashSet<(string, string)>());
        var list = !json && folder is null;
        if (list) Console.Out.WriteLine("id,formula,space_group,space_group_number,index,atoms");
        foreach (var c in Chemical.Enumerate(options))
        {
            ct.ThrowIfCancellationRequested();
            byAristotype[c.Aristotype.Name]++;
            compositions.Add((c.Aristotype.Name, c.Formula.ToString()));
            if (folder is not null) Write(c, folder, format);
            if (list) Console.Out.WriteLine($"{c.Id},{c.Formula},{c.SpaceGroup.Symbol},{c.SpaceGroup.Number},{c.Index},{c.Aristotype.Parent.Count * c.Index}");
        }
        if (!list) Report(new(byAristotype.Values.Sum(), [.. options.Aristotypes.Select(a => (a.Name, byAristotype[a.Name]))], compositions.Count), json);
        return 0;
    }

    static void Report(SpaceCounts counts, bool json)
    {
        if (json) Output.WriteJson(new { total = counts.Total, byAristotype = counts.ByAristotype.ToDictionary(c => c.Aristotype, c => c.Count), compositions = counts.Compositions });
        else
        {
            foreach (var (name, n) in counts.ByAristotype) Console.Out.WriteLine($"{name,-12}{n,10}");
            Console.Out.WriteLine($"{"total",-12}{counts.Total,10}  in {counts.Compositions} compositions");
        }
    }

    static void CreateFolder(string folder)
    {
        try { Directory.CreateDirectory(folder); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"--out {folder}: cannot be made ({e.Message}); name a folder you may write to"); }
    }

    static void Write(Candidate c, string folder, string format)
    {
        var s = c.ToStructure();
        var text = format switch
        {
            "cif" => Cif.Write(s, c.Id, $"{c.Formula}, space group {c.SpaceGroup.Symbol} at symprec {c.SpaceGroup.SymprecA:R} A"),
            "extxyz" => Extxyz.Write(s, ("id", c.Id), ("formula", c.Formula.ToString()), ("space_group", c.SpaceGroup.Symbol)),
            _ => Poscar.Write(s, $"{c.Id} {c.Formula} {c.SpaceGroup.Symbol}"),
        };
        var path = Path.Combine(folder, $"{c.Id}.{format}");
        try { File.WriteAllText(path, text); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{path}: cannot be written ({e.Message}); check --out and the space left on the disk"); }
    }
}
