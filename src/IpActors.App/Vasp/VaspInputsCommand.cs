using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using IpActors.App.Cli;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Vasp;

/// <summary><c>vasp inputs STRUCTURE --property …</c>: the very inputs that a campaign would run, into a folder.</summary>
static class VaspInputsCommand
{
    public static Command Create()
    {
        var structure = new Argument<string>("structure") { Description = "POSCAR or .cif file, - for a POSCAR on stdin; relaxed for all but relax" };
        var property = new Option<string>("--property") { Description = "relax, gap, hydration or conductivity", Required = true };
        property.AcceptOnlyFromAmong("relax", "gap", "hydration", "conductivity");
        var part = new Option<string?>("--part") { Description = "hydration: host (default), cell-0 ..., LiOH, H2O; conductivity: such as vacancy.1000K.s1.npt (default), interstitial.800K.s1" };
        var prior = new Option<string?>("--prior") { Description = "structure of the part that this one starts from: the relaxed host of a cell-k, the equilibrated cell of a run at constant volume" };
        var into = new Option<string>("--out") { Description = "folder to write to, made where it is missing", Required = true };
        var potcar = new Option<string?>("--potcar") { Description = "folder of your POTCARs, such as .../potpaw_PBE; without it no POTCAR is written" };
        var names = new Option<string[]>("--potcar-name") { Description = "another potential for an element, as Ge=Ge", AllowMultipleArgumentsPerToken = true };
        var incar = new Option<string[]>("--incar") { Description = "INCAR tags over the usual ones, as ENCUT=600; an empty value takes the tag out", AllowMultipleArgumentsPerToken = true };
        var mesh = new Option<string?>("--kpoints") { Description = "mesh of k points instead of the usual one, as \"6 6 6\"" };
        var edge = new Option<double>("--edge") { Description = "hydration, conductivity: least edge of the supercell in A", DefaultValueFactory = _ => 10 };
        var seed = new Option<long>("--seed") { Description = "of placements, defects and velocities", DefaultValueFactory = _ => 1 };
        var json = Output.JsonOption();
        var command = new Command("inputs", "Writes INCAR, KPOINTS, POSCAR and, from your own library, POTCAR for one structure.\nExample: ipactors vasp inputs POSCAR --property relax --out run --potcar ~/potpaw_PBE --incar ENCUT=600")
            { structure, property, part, prior, into, potcar, names, incar, mesh, edge, seed, json };
        command.SetAction(r =>
        {
            var settings = new VaspSettings(r.GetValue(potcar)) { Potcars = Pairs("--potcar-name", r.GetValue(names) ?? []) };
            var overrides = Pairs("--incar", r.GetValue(incar) ?? []).ToImmutableSortedDictionary(p => VaspOverrides.Incar + p.Key.ToUpperInvariant(), p => p.Value, StringComparer.Ordinal);
            if (r.GetValue(mesh) is { } m) overrides = overrides.SetItem(VaspOverrides.Mesh, m);
            var request = Request(Read(r.GetValue(structure)!), r.GetValue(property)!, r.GetValue(part), r.GetValue(edge), r.GetValue(seed), overrides);
            if (r.GetValue(prior) is { } file) request = request with { Prior = PartResult.Of("given", [], Read(file)) };
            ProgramInputs inputs;
            try { inputs = VaspInputs.Of(request, settings); }
            catch (PartFaultException e) { throw new InputException($"{request.Property} {request.Part}: {e.Message}{(request.Prior is null ? "; give it with --prior" : "")}"); }
            Write(inputs, r.GetValue(into)!, request, settings, r.GetValue(json));
            return 0;
        });
        return command;
    }

    static Structure Read(string file) => file.EndsWith(".cif", StringComparison.OrdinalIgnoreCase) ? Cif.Read(Output.ReadInput(file), file) : Poscar.Read(Output.ReadInput(file), file);

    static ImmutableSortedDictionary<string, string> Pairs(string option, string[] given)
    {
        var all = Texts.None.ToBuilder();
        foreach (var pair in given)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new InputException($"{option} {pair}: write NAME=VALUE");
            all[pair[..equals].Trim()] = pair[(equals + 1)..].Trim();
        }
        return all.ToImmutable();
    }

    static PartRequest Request(Structure s, string property, string? part, double edge, long seed, ImmutableSortedDictionary<string, string> overrides)
    {
        var (full, usual) = property switch { "relax" => (Properties.Relaxation, "relax"), "gap" => (Properties.BandGap, "gap"), "hydration" => (Properties.HydrationEnergy, "host"), _ => (Properties.Conductivity, "vacancy.1000K.s1.npt") };
        var name = part ?? usual;
        if (property is "relax" or "gap" && name != usual) throw new InputException($"--part {name}: {property} has the one part {usual}");
        if (!(edge is > 0 and <= 60)) throw new InputException($"--edge {edge}: give a length in A between 0 and 60, as --edge 10");
        var parameters = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal).Add("minimum_edge_A", edge).Add("timestep_fs", 1).Add("npt_ps", 10).Add("nvt_ps", 50);
        if (full == Properties.HydrationEnergy && name.StartsWith("cell-", StringComparison.Ordinal)) parameters = parameters.Add("configuration", int.TryParse(name["cell-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k : throw new InputException($"--part {name}: write cell-0, cell-1, ..."));
        if (full == Properties.Conductivity)
        {
            if (name.Split('.') is not [_, [.., 'K'] t, ..] || IncarValue.Number(t[..^1]) is not (> 0 and var kelvin)) throw new InputException($"--part {name}: write mechanism, temperature and seed, as vacancy.1000K.s1.npt or vacancy.1000K.s1");
            parameters = parameters.Add("temperature_K", kelvin);
        }
        return new(full, name, s, parameters, overrides, seed);
    }

    static void Write(ProgramInputs inputs, string folder, PartRequest request, VaspSettings settings, bool json)
    {
        string[] names = [.. inputs.Files.Keys, .. inputs.Copies.Select(c => c.Target)];
        if (names.FirstOrDefault(n => File.Exists(Path.Combine(folder, n))) is { } there) throw new InputException($"{Path.Combine(folder, there)}: exists already; give another folder, or move it away");
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in inputs.Files) File.WriteAllText(Path.Combine(folder, name), text);
            foreach (var copy in inputs.Copies) Copy(copy, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{folder}: cannot be written ({e.Message}); give another folder"); }
        string[] missing = settings.PotcarLibrary is null ? ["POTCAR", .. request.Property == Properties.Conductivity ? ["INCAR.NELECT"] : Array.Empty<string>()] : [];
        if (json)
        {
            Output.WriteJson(new { property = request.Property, part = request.Part, folder, files = names, missing, settings = inputs.Effective, potcars = inputs.Facts, scheme = VaspInputs.Scheme(request.Settings, settings) });
            return;
        }
        Console.Out.WriteLine($"{request.Property} {request.Part}: {string.Join(", ", names)} written to {folder}");
        foreach (var (key, title) in inputs.Facts.Where(f => f.Key.EndsWith(".title", StringComparison.Ordinal))) Console.Out.WriteLine($"{key["POTCAR.".Length..^".title".Length]}: {title}");
        if (missing.Length > 0)
            Console.Out.WriteLine($"not written: POTCAR (give your own library with --potcar){(missing.Length > 1 ? "; the cell is charged, and its NELECT in INCAR needs the valences of the POTCARs" : "")}");
    }

    static void Copy(FileCopy copy, string folder)
    {
        using var target = File.Create(Path.Combine(folder, copy.Target));
        foreach (var path in copy.Sources)
        {
            using var source = File.OpenRead(path);
            using Stream plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(source, CompressionMode.Decompress) : source;
            plain.CopyTo(target);
        }
    }
}
