using System.Text.Json.Nodes;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.App.Programs;
using IpActors.App.Progress;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Calculate;

/// <summary>One property of one structure by a program: the same plans, supervision and corrections as in a campaign, without a journal.</summary>
static class ProgramCalculation
{
    public static async Task<int> Run(Structure s, string calculator, string property, ProgramChoice choice, string length, double edge, int placements, long seed, bool json, CancellationToken outer)
    {
        var name = property switch { "relax" => Properties.Relaxation, "gap" or "energy" => Properties.BandGap, "hydration" => Properties.HydrationEnergy, _ => Properties.Conductivity };
        if (property == "energy" && calculator == ProgramsSection.Command) throw new InputException("--property energy: a command is asked for relax, gap, hydration or conductivity");
        Check(calculator, choice.Settings);
        if (choice is { Campaign: not null } and ({ Command.Length: > 0 } or { Library: not null })) throw new InputException("--campaign says already how the program is started; leave --command and --library out, or --campaign");
        var file = choice.Campaign is { } path ? CampaignFile.Read(path) : CampaignFile.Parse("calculate", Document(calculator, name, choice, length, edge, placements).ToJsonString());
        var plan = file.Settings.Calculators.FirstOrDefault(p => p.Property == name && p.Calculator == calculator)
            ?? throw new InputException($"{choice.Campaign}: no calculator of {name} is {calculator}; leave --campaign out, or add it there");
        if (choice.Campaign is not null) plan = plan with { Parts = [.. plan.Parts.Select(p => p with { Settings = (p.Settings ?? Texts.None).SetItems(choice.Settings) })] };
        using var interruption = new Interruption(outer);
        await using var setup = Setup.Of(file.Host.Programs, file.Host.Launcher, Path.GetFullPath(choice.Folder), choice.Campaign is null ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(choice.Campaign))!);
        var id = Formula.Of(s).ToString();
        var compound = new Compound(new("calculate", id, CompoundRole.Candidate, id, "", "", 1, 0.01, 1, ""), CompoundStage.DftQueued, seed, file.Settings.Restart, PartResult.Of(calculator, [], s)) { Plans = [plan] };
        foreach (var part in plan.Parts)
        {
            var run = await new OneRun(compound, plan, part, setup, s).ToTheEnd(message => Console.Error.WriteLine($"{part.Part}: {message}"), interruption.Token);
            foreach (var f in run.Failed) Console.Error.WriteLine($"{part.Part}: attempt failed with {f.Code} in {f.Folder}");
            if (run.Result is { } result) { compound = compound with { Parts = compound.Parts.SetItem($"{name}:{part.Part}", result) }; continue; }
            if (!json) Console.WriteLine($"{part.Part}: {run.Reason}");
            else Output.WriteJson(new { property, calculator, part = part.Part, fault = run.Reason, folder = run.Folder });
            return 1;
        }
        return Answer(property, name, calculator, plan, compound, json);
    }

    static void Check(string calculator, ImmutableSortedDictionary<string, string> settings)
    {
        try
        {
            if (calculator == ProgramsSection.Vasp) VaspOverrides.Check(settings);
            if (calculator == ProgramsSection.Cp2k) Cp2kSettings.Check(settings);
        }
        catch (InputException e) { throw new InputException($"--set {e.Message}"); }
    }

    static int Answer(string property, string name, string calculator, PropertyPlan plan, Compound compound, bool json)
    {
        var parts = plan.Parts.ToImmutableSortedDictionary(p => p.Part, p => compound.Parts[$"{name}:{p.Part}"], StringComparer.Ordinal);
        var first = parts.Values.First();
        var (value, reason) = property is "relax" or "energy" ? (null, null) : Combination.Of(new CombineProperty(plan, parts, compound.Identity!));
        if (json)
        {
            Output.WriteJson(new
            {
                property, calculator, value = value?.Value, error = value is { Error: var e } && double.IsFinite(e) ? e : (double?)null, unit = value?.Unit, flags = value?.Flags ?? first.Flags, unavailable = reason,
                details = value?.Details, scheme = first.Texts.GetValueOrDefault("scheme"), energy_eV = Number(first, "energy_eV"), energy_eV_per_atom = Number(first, "energy_eV_per_atom"), gap_eV = Number(first, "gap_eV"),
                poscar = property == "relax" ? Poscar.Write(first.Structure!) : null,
                parts = parts.ToDictionary(p => p.Key, p => p.Value.Numbers),
            });
            return reason is null ? 0 : 1;
        }
        if (reason is not null) Console.WriteLine($"no value: {reason}");
        else if (value is not null) Console.WriteLine($"{name} {value.Value:G6}{(double.IsFinite(value.Error) ? $" +- {value.Error:G2}" : "")} {value.Unit} {string.Join(", ", value.Flags)}");
        else
        {
            foreach (var n in first.Numbers) Console.WriteLine($"{n.Key} {n.Value:G10}");
            if (property == "relax") Console.WriteLine($"\n{Poscar.Write(first.Structure!)}");
        }
        if (first.Texts.GetValueOrDefault("scheme") is { } scheme) Console.WriteLine($"scheme: {scheme}");
        return reason is null ? 0 : 1;
    }

    static double? Number(PartResult r, string name) => r.Numbers.TryGetValue(name, out var v) && double.IsFinite(v) ? v : null;

    /// <summary>The campaign file that says the same.</summary>
    static JsonObject Document(string calculator, string property, ProgramChoice choice, string length, double edge, int placements)
    {
        JsonObject Section()
        {
            var section = new JsonObject { ["with"] = calculator };
            if (!choice.Settings.IsEmpty) section["settings"] = new JsonObject(choice.Settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
            return section;
        }
        var calculators = new JsonObject { [Properties.Relaxation] = Section() };
        if (property != Properties.Relaxation) calculators[property] = Section();
        if (property == Properties.HydrationEnergy) (calculators[property]!["configurations"], calculators[property]!["minimum_edge_A"]) = (placements, edge);
        if (property == Properties.Conductivity && length != "paper") (calculators[property]!["temperatures_K"], calculators[property]!["npt_ps"], calculators[property]!["nvt_ps"]) = (new JsonArray(800, 1000, 1200), 1.0, 4.0);
        var program = new JsonObject();
        if (choice.Command.Length > 0) program["command"] = new JsonArray([.. choice.Command.Select(w => (JsonNode)w)]);
        else if (calculator == ProgramsSection.Command) throw new InputException("--with command: say how it is started, as --command python3 --command mine.py, or name a campaign file with --campaign");
        if (choice.Library is { } library && calculator != ProgramsSection.Command) program[calculator == ProgramsSection.Vasp ? "potcar" : "data"] = library;
        return new JsonObject
        {
            ["name"] = "calculate", ["objectives"] = new JsonArray(new JsonObject { ["property"] = Properties.DecompositionEnergy, ["reference"] = 0 }),
            ["calculators"] = calculators, ["programs"] = new JsonObject { [calculator] = program },
        };
    }
}
