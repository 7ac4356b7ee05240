using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Commands;

/// <summary>
/// Any executable as a calculator. It is started in a folder with <c>structure.poscar</c> and <c>request.json</c> and writes <c>result.json</c>: <c>{"value": -12.3, "unit": "eV", "error": 0.1, "files": {"structure": "relaxed.poscar"}}</c>,
/// or <c>{"fault": "not-converged", "message": "…"}</c>. docs/command.md has the keys, units and an example.
/// </summary>
/// <param name="command">The user's command: files among its words (scripts, weights) belong to the key of the result cache by their content.</param>
/// <param name="scheme">What its energies are, for the hull: one hull holds one scheme.</param>
public sealed class CommandProgram(ImmutableArray<string> command, string scheme) : IProgram
{
    public const string Calculator = "command", ValuePart = "value", Request = "request.json", Result = "result.json", StructureFile = "structure.poscar";

    public string Name => Calculator;

    /// <summary>The unit a property's value has to come in.</summary>
    public static string UnitOf(string property) => Properties.Unit(property);

    public ProgramInputs Prepare(PartRequest r)
    {
        var document = new
        {
            property = r.Property, part = r.Part, unit = UnitOf(r.Property), seed = r.Seed, temperatures_K = r.Parameters.Where(p => p.Key.StartsWith("temperature_", StringComparison.Ordinal) && p.Key.EndsWith("_K", StringComparison.Ordinal)).Select(p => p.Value).ToArray(),
            parameters = r.Parameters, settings = r.Settings, structure = StructureFile, formula = Formula.Of(r.Start).ToString(),
        };
        return new(Texts.Of((StructureFile, Poscar.Write(Poscar.Grouped(r.Start))), (Request, JsonSerializer.Serialize(document, Json) + "\n")), [])
        {
            Effective = r.Settings,
            Facts = _facts.Value,
        };
    }

    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Lazy<ImmutableSortedDictionary<string, string>> _facts = new(() => Texts.None.SetItem("command", string.Join('\0', command.Select(Path.GetFileName))).SetItem("scheme", scheme)
        .AddRange(command.Select((word, k) => (word, k)).Where(w => File.Exists(w.word)).Select(w => KeyValuePair.Create($"file {w.k}", DigestOf(w.word)))));

    static string DigestOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    public WatchVerdict? Watch(PartRequest request, RunFolder folder, double elapsedSeconds) => null;
    public bool Resumes => false;
    public bool AskToStop(PartRequest request, string folder) => false;
    public string? Progress(PartRequest request, RunFolder folder) => folder.Tail("stdout.txt", 4096).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? line[..Math.Min(120, line.Length)] : null;

    public ProgramOutcome Read(PartRequest r, RunFolder folder, ProgramExit exit)
    {
        try { return Read(r, folder) ?? (folder.Tail("stderr.txt", 1 << 14).Contains("No space left on device", StringComparison.Ordinal) ? Failed(FaultKind.Infrastructure, "disk_full", "no space is left on the disk") : null) ?? Failed(FaultKind.Physics, "no-result", $"it ended with {Ending(exit)} and left no {Result}{LastWords(folder)}"); }
        catch (Exception e) when (e is JsonException or InputException or InvalidOperationException or FormatException)
        {
            return Failed(FaultKind.Fatal, "bad-result", $"{Result}: {e.Message}");
        }
    }

    ProgramOutcome? Read(PartRequest r, RunFolder folder)
    {
        using var stream = folder.Open(Result);
        if (stream is null) return null;
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        if (root.TryGetProperty("fault", out var fault))
            return Failed(root.TryGetProperty("kind", out var kind) && kind.GetString() == "infrastructure" ? FaultKind.Infrastructure : FaultKind.Physics, fault.GetString() ?? "fault", root.TryGetProperty("message", out var m) ? m.GetString() ?? "" : "no message");
        var unit = root.TryGetProperty("unit", out var u) ? u.GetString() : null;
        var expected = UnitOf(r.Property);
        if (unit != expected) return Failed(FaultKind.Fatal, "bad-result", $"{Result}: the unit of {r.Property} is '{expected}', it says '{unit ?? "nothing"}'");
        if (!root.TryGetProperty("value", out var v) || v.ValueKind != JsonValueKind.Number || !double.IsFinite(v.GetDouble())) return Failed(FaultKind.Fatal, "bad-result", $"{Result}: value is to be a finite number");
        var error = root.TryGetProperty("error", out var e) && e.ValueKind == JsonValueKind.Number ? e.GetDouble() : double.NaN;
        var structure = root.TryGetProperty("files", out var files) && files.TryGetProperty("structure", out var name) ? Structure(folder, name.GetString()!) : null;
        if (r.Property == Properties.Relaxation && structure is null) return Failed(FaultKind.Fatal, "bad-result", $"{Result}: a relaxation names its structure: \"files\": {{\"structure\": \"relaxed.poscar\"}}");
        if (structure is not null && Formula.Of(structure).ToString() != Formula.Of(r.Start).ToString()) return Failed(FaultKind.Fatal, "bad-result", $"{Result}: the structure is {Formula.Of(structure)}, asked for was {Formula.Of(r.Start)}");
        return new ProgramOutcome.Succeeded(Of(r, v.GetDouble(), error, structure, root));
    }

    PartResult Of(PartRequest r, double value, double error, Structure? structure, JsonElement root)
    {
        (string, double)[] numbers = r.Property switch
        {
            Properties.Relaxation => [("energy_eV", value), ("energy_eV_per_atom", value / structure!.Count), ("volume_A3_per_atom", structure.VolumeA3 / structure.Count), ("steps", root.TryGetProperty("steps", out var n) ? n.GetDouble() : 0)],
            Properties.BandGap => [("gap_eV", value)],
            _ => [("value", value), ("error", error)],
        };
        return PartResult.Of(scheme, numbers, structure, root.TryGetProperty("flags", out var f) ? f.EnumerateArray().Select(x => x.GetString()!) : null, [("scheme", scheme)]);
    }

    static Structure Structure(RunFolder folder, string name)
    {
        if (Path.GetFileName(name) != name) throw new InputException($"'{name}' is not the name of a file in the folder");
        if (!folder.Has(name)) throw new InputException($"it names the structure '{name}', which is not there");
        return Poscar.Read(File.ReadAllText(folder.PathOf(name)), name);
    }

    static ProgramOutcome.Failed Failed(FaultKind kind, string code, string message) => new(new Fault(code, kind, message));
    static string Ending(ProgramExit exit) => exit.Signal is { } s ? $"signal {s.ToString(CultureInfo.InvariantCulture)}" : exit.Code is { } c ? $"exit code {c.ToString(CultureInfo.InvariantCulture)}" : "an unknown exit";
    static string LastWords(RunFolder folder) => folder.Tail("stderr.txt", 2000).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } line ? $"; it said: {line[..Math.Min(300, line.Length)]}" : "";
}
