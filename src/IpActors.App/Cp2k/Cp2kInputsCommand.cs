using System.CommandLine;
using System.Globalization;
using IpActors.App.Cli;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.App.Cp2k;

/// <summary><c>cp2k inputs STRUCTURE --property … --out DIR</c>: the files of a run as a campaign would write them.</summary>
static class Cp2kInputsCommand
{
    public static Command Create()
    {
        var structure = new Argument<string>("structure") { Description = "POSCAR or .cif file, - for a POSCAR on stdin; hydration cells need the relaxed host" };
        var property = new Option<string>("--property") { Description = "what is to be computed", Required = true };
        property.AcceptOnlyFromAmong("relax", "gap", "hydration", "conductivity");
        var part = new Option<string?>("--part") { Description = "of hydration: host (default), cell-N, LiOH, H2O; of conductivity: MECHANISM.TEMPERATUREK.sSEED, with .npt for the run at constant pressure (default: vacancy.1000K.s1)" };
        var output = new Option<string>("--out") { Description = "folder to write to; made where it is missing", Required = true };
        var set = new Option<string[]>("--set") { Description = "a setting, PATH=VALUE: CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF=400, KPOINTS.density=1000, KPOINTS.mesh=\"4 4 4\"; an empty value takes it out; may be repeated", DefaultValueFactory = _ => [] };
        var number = new Option<string[]>("--parameter") { Description = "a number of the part, NAME=VALUE: fmax_eV_per_A=0.01, max_steps, minimum_edge_A, npt_ps, nvt_ps, timestep_fs; may be repeated", DefaultValueFactory = _ => [] };
        var data = new Option<string>("--data") { Description = "CP2K's folder of basis sets and potentials", DefaultValueFactory = _ => Cp2kData.Debian };
        var seed = new Option<long>("--seed") { Description = "of placements, defects and velocities", DefaultValueFactory = _ => 1 };
        var json = Output.JsonOption();
        var command = new Command("inputs", "Writes CP2K's inputs for a structure; run them with: cd DIR && cp2k.psmp -i cp2k.inp -o cp2k.out\nExample: ipactors cp2k inputs POSCAR --property gap --out run --set CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF=400")
            { structure, property, part, output, set, number, data, seed, json };
        command.SetAction((r, _) =>
        {
            var file = r.GetValue(structure)!;
            var s = file.EndsWith(".cif", StringComparison.OrdinalIgnoreCase) ? Cif.Read(Output.ReadInput(file), file) : Poscar.Read(Output.ReadInput(file), file);
            var request = Request(s, r.GetValue(property)!, r.GetValue(part), Pairs(r.GetValue(set)!, "--set"), Pairs(r.GetValue(number)!, "--parameter"), r.GetValue(seed));
            ProgramInputs inputs;
            try { inputs = new Cp2kProgram(new(r.GetValue(data)!)).Prepare(request); }
            catch (PartFaultException e) { throw new InputException(e.Fault.Message); }
            var folder = r.GetValue(output)!;
            Write(folder, inputs);
            if (r.GetValue(json)) Output.WriteJson(new { folder, files = inputs.Files.Keys, arguments = inputs.Arguments, facts = inputs.Facts, settings = inputs.Effective });
            else Console.Out.WriteLine($"{folder}: {string.Join(", ", inputs.Files.Keys)}\nscheme: {inputs.Facts["scheme"]}\nrun: cd {folder} && cp2k.psmp {string.Join(' ', inputs.Arguments)}");
            return Task.FromResult(0);
        });
        return command;
    }

    static void Write(string folder, ProgramInputs inputs)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in inputs.Files) File.WriteAllText(Path.Combine(folder, name), text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"--out {folder}: cannot be written ({e.Message}); name a folder of your own"); }
    }

    static PartRequest Request(Structure s, string property, string? part, ImmutableSortedDictionary<string, string> settings, ImmutableSortedDictionary<string, string> numbers, long seed)
    {
        var (name, usual) = property switch
        {
            "relax" => (Properties.Relaxation, "relax"), "gap" => (Properties.BandGap, "gap"), "hydration" => (Properties.HydrationEnergy, "host"), _ => (Properties.Conductivity, "vacancy.1000K.s1"),
        };
        part ??= usual;
        var parameters = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        if (name == Properties.Conductivity)
        {
            var w = part.Split('.');
            if (w.Length < 3 || w[0] is not ("vacancy" or "interstitial") || !w[1].EndsWith('K') || !double.TryParse(w[1][..^1], CultureInfo.InvariantCulture, out var kelvin) || !w[2].StartsWith('s') || !long.TryParse(w[2][1..], out var s1))
                throw new InputException($"--part {part}: write MECHANISM.TEMPERATUREK.sSEED, as vacancy.1000K.s1 or vacancy.1000K.s1.npt");
            (parameters["temperature_K"], parameters["seed"], parameters["npt_ps"], parameters["nvt_ps"]) = (kelvin, s1, 10, 50);
        }
        if (name == Properties.HydrationEnergy && part.StartsWith("cell-", StringComparison.Ordinal) && int.TryParse(part[5..], out var k)) parameters["configuration"] = k;
        foreach (var (key, value) in numbers) parameters[key] = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) ? v : throw new InputException($"--parameter {key}={value}: a number is expected");
        var request = new PartRequest(name, part, s, parameters.ToImmutable(), settings, seed);
        return part.StartsWith("cell-", StringComparison.Ordinal) ? request with { Prior = PartResult.Of(Cp2kProgram.Calculator, [], s) } : request;
    }

    static ImmutableSortedDictionary<string, string> Pairs(string[] texts, string option) => texts.Select(t => t.IndexOf('=') is > 0 and var at ? (Key: t[..at], Value: t[(at + 1)..])
        : throw new InputException($"{option} {t}: write NAME=VALUE")).GroupBy(p => p.Key).ToImmutableSortedDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal);
}
