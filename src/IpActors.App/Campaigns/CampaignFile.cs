using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IpActors.App.Logging;
using IpActors.App.Programs;
using IpActors.Domain.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Engine.Journals;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Workers.Builtin;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Campaigns;

/// <summary>What a campaign file says about this host, not about the science.</summary>
/// <param name="Slots">Calculations at a time; null: the machine's cores.</param>
sealed record HostSettings(string Engine, JournalAddress Journal, int? Slots, string LogLevel)
{
    public required ProgramsSettings Programs { get; init; }
    public required LauncherSettings Launcher { get; init; }
}

/// <summary>A campaign file: its text, digest, and what it says.</summary>
/// <param name="Digest">Lower-case SHA-256 of the text as UTF-8, followed by what it takes from other files, where it does.</param>
/// <param name="Values">Every effective value, defaults included, as (dotted path, canonical text).</param>
sealed record CampaignFile(string Source, string Text, string Digest, CampaignSettings Settings, HostSettings Host, ImmutableSortedDictionary<string, string> Values)
{
    /// <summary>What its settings name by digest, to be kept with the journal.</summary>
    public ImmutableArray<byte[]> Blobs { get; init; } = [];
    public LogSettings Log { get; init; } = new("text", 10, 5);
    /// <summary>Where metrics and traces are sent; null: where the environment says, or nowhere.</summary>
    public string? Otlp { get; init; }

    /// <summary>Reads and checks a file, "-" for stdin; anything wrong is one line with file, line and column.</summary>
    public static CampaignFile Read(string path) => Parse(path == "-" ? "stdin" : path, YamlText.Read(path));

    public static CampaignFile Parse(string source, string text)
    {
        var kept = Redaction.Of(text); // the journal keeps the text; a secret in it, be it in a comment, it does not
        var root = new KeyCheck(source).Section(YamlText.Parse(source, text), CampaignKeys.Root, "");
        var space = SpaceSection.Read(source, root.Raw<YamlMappingNode>("space"));
        var calculators = root.Section("calculators");
        var stop = root.Section("stop");
        var restart = root.Section("restart");
        var name = root.Text("name");
        if (restart.Number("backoff_longest_s") < restart.Number("backoff_first_s")) throw restart.Error("backoff_longest_s", "shorter than backoff_first_s; write a number at least as large");
        foreach (var property in new[] { Properties.HydrationEnergy, Properties.Conductivity }) RefuseTolerance(calculators, property);

        RequireModel(root, space, calculators);
        var folder = Path.GetDirectoryName(source) ?? "";

        var objectives = Objectives(root, calculators);
        var (synthesizability, scores) = SynthesizabilitySection.Read(root.Section("screening"), folder);
        var settings = new CampaignSettings(name, root.Integer("seed"), space,
            new ScreeningSettings(root.Section("screening").Number("max_decomposition_energy_eV_per_atom")) { Synthesizability = synthesizability },
            objectives,
            new SurrogateSettings(root.Section("surrogate").Int("latent"), root.Section("surrogate").Int("starts")),
            AcquisitionSection.Read(root.Section("acquisition"), objectives, calculators, synthesizability is not null, folder),
            new StopSettings(stop.Int("unchanged_iterations"), stop.IntOrNull("max_iterations"), stop.IntOrNull("max_evaluations"), stop.IntOrNull("unchanged_volume_iterations"), stop.Number("volume_tolerance")),
            CalculatorPlans.Of(calculators),
            new RestartPolicy(restart.Int("physics_attempts"), restart.Int("infrastructure_attempts"), restart.Number("backoff_first_s"), restart.Number("backoff_longest_s")))
        {
            References = ReferencesSection.Read(root.Section("references"), space, calculators.Section(Properties.Relaxation).Text("with"), CalculatorPlans.ModelOf(Properties.Relaxation, calculators), folder),
        };
        var journal = root.TextOrNull("journal") is { } j ? JournalOf(root, j) : JournalLocation.Default(name);
        var host = new HostSettings(root.Text("engine"), journal, root.Section("launcher").IntOrNull("slots"), root.Section("log").Text("level"))
        {
            Programs = ProgramsSection.Read(root.Section("programs"), calculators), Launcher = LauncherSection.Read(root.Section("launcher")),
        };
        var values = root.Flatten().ToImmutableSortedDictionary(v => v.Path, v => Redaction.Of(v.Value), StringComparer.Ordinal).SetItems(FromFiles(settings).Select(v => KeyValuePair.Create(v.Path, v.Value)));
        return new(source, kept, DigestOf(kept, settings), settings, host, values)
        {
            Blobs = scores is null ? [] : [scores], Log = LogSettings.Of(root.Section("log")), Otlp = root.Section("telemetry").TextOrNull("otlp"),
        };
    }

    /// <summary>The values that may come from other files, or were another version's default, as (dotted path, text).</summary>
    public static IEnumerable<(string Path, string Value)> FromFiles(CampaignSettings settings) =>
        [.. SpaceSection.Flatten(settings.Space), ("references.imported", settings.References.Imported is { Length: > 0 } i ? $"{i.Length} phases, digest {Sha256(JsonSerializer.Serialize(i))[..12]}" : "none"),
            ("screening.synthesizability.scores", settings.Screening.Synthesizability is { } s ? $"{s.Count} scores, digest {s.Digest[..Math.Min(12, s.Digest.Length)]}" : "none"),
            ("acquisition.initial_ids", $"[{string.Join(", ", settings.Acquisition.InitialIds)}]"), ("acquisition.censored", settings.Acquisition.Censored)];

    static string DigestOf(string text, CampaignSettings settings)
    {
        var own = settings.Space.Aristotypes.Any(a => Aristotypes.Find(a.Name) is null) || settings.References.Imported.Length > 0 || settings.Screening.Synthesizability is not null || settings.Acquisition.InitialIds.Length > 0;
        return Sha256(own ? $"{text}\0{string.Join('\n', FromFiles(settings))}" : text);
    }

    static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Refuses by name what the built-in model cannot compute.</summary>
    static void RequireModel(Checked root, SpaceOptions space, Checked calculators)
    {
        var builtin = CampaignKeys.CalculatedProperties.Where(p => calculators.SectionOrNull(p)?.Text("with") == "builtin").ToList();
        var unknown = builtin.Count == 0 ? [] : space.Elements.Where(e => !BuiltinModel.V1.Ions.Knows(e)).ToList();
        if (unknown.Count > 0) throw root.Error("space", $"the built-in model has no ion of {string.Join(", ", unknown)}; it knows {string.Join(' ', BuiltinModel.V1.Ions.Species)}: give {string.Join(" and ", builtin)} another calculator, or list and export such a space with 'space enumerate'");
        if (builtin.Contains(Properties.HydrationEnergy) && !space.Elements.Any(Formula.Chalcogens.Contains))
            throw root.Error("space", $"hydration-energy puts a proton on O, S, Se or Te, and the space has none of them; leave the property off calculators and objectives");
    }

    static JournalAddress JournalOf(Checked root, string text)
    {
        try { return JournalLocation.Parse("journal", text); }
        catch (Science.InputException e) { throw root.Error("journal", e.Message["journal: ".Length..]); }
    }

    static void RefuseTolerance(Checked calculators, string property)
    {
        if (calculators.SectionOrNull(property) is not { } section) return;
        var parts = property == Properties.HydrationEnergy ? section.Int("configurations") : section.List("mechanisms").Length * section.List("temperatures_K").Length * section.Int("seeds");
        if (section.Int("tolerated_failures") > parts) throw section.Error("tolerated_failures", $"more than the {parts} calculations of the property; write at most {parts}");
    }

    /// <summary>The paper's: (E_g, E_h / 100, 10 sigma) with reference (0, -10, 0).</summary>
    static readonly ImmutableArray<Objective> Paper =
        [new(Properties.BandGap, "linear", 1, 0), new(Properties.HydrationEnergy, "linear", 0.01, -10), new(Properties.Conductivity, "linear", 10, 0)];

    static ImmutableArray<Objective> Objectives(Checked root, Checked calculators)
    {
        var given = root.List("objectives").Cast<Checked>().ToList();
        foreach (var o in given)
        {
            var property = o.Text("property");
            if (given.Count(g => g.Text("property") == property) > 1) throw given.Last(g => g.Text("property") == property).Error("property", $"{property} is an objective twice; keep one");
            if (o.Text("transform") == "log10" && property is Properties.HydrationEnergy or Properties.DecompositionEnergy)
                throw o.Error("transform", $"{property} may be zero or negative and has no logarithm; write linear");
            if (property != Properties.DecompositionEnergy && !calculators.Has(property)) throw o.Error("property", $"{property} has no calculator; add '{property}: {{with: builtin}}' under calculators");
        }
        var objectives = given.Count == 0 ? Paper : [.. given.Select(o => new Objective(o.Text("property"), o.Text("transform"), o.Number("scale"), o.Number("reference")))];
        foreach (var o in objectives.Where(o => o.Property != Properties.DecompositionEnergy && !calculators.Has(o.Property)))
            throw root.Error("calculators", $"{o.Property} is one of the default objectives and has no calculator; add '{o.Property}: {{with: builtin}}', or list the objectives");
        return objectives;
    }
}
