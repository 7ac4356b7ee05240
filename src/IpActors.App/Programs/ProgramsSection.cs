using IpActors.App.Campaigns;
using IpActors.Domain.Works;

namespace IpActors.App.Programs;

/// <summary>How a program is started here.</summary>
/// <param name="Command">An argument list; no shell reads it.</param>
/// <param name="Library">VASP: the folder of POTCARs; CP2K: that of its basis sets and potentials.</param>
/// <param name="Scheme">The command's: what its energies are.</param>
sealed record ProgramSettings(ImmutableArray<string> Command, ImmutableSortedDictionary<string, string> Environment, string? Library = null, string? Scheme = null, string? Version = null);

/// <param name="Cache">Where results are kept; null: nowhere.</param>
sealed record ProgramsSettings(ImmutableSortedDictionary<string, ProgramSettings> Programs, string? Cache);

/// <summary>The campaign file's <c>programs</c> section.</summary>
static class ProgramsSection
{
    public const string Vasp = "vasp", Cp2k = "cp2k", Command = "command", NoCache = "off";
    public static readonly ImmutableArray<string> Names = [Vasp, Cp2k, Command];

    static Key CommandOf(object? standard, string what) => new("command", new ListKind(new TextKind(@"^[^\x00-\x1f]+$", "a word of the command"), 1, 200, Repeats: true), standard is null ? Presence.Required : Presence.Defaulted,
        $"how {what} is started: a list of words, such as [mpirun, -n, 4, vasp_std]; no shell reads it", standard);

    static readonly Key Environment = new("environment", new MapKind("^[A-Za-z_][A-Za-z0-9_]*$", "the name of a variable"), Presence.Defaulted, "variables of its environment, such as OMP_NUM_THREADS: 1");
    static readonly Key Version = new("version", new TextKind(@"^\S.*$", "a version"), Presence.Optional, "what to call this build; results of other versions are not reused");

    public static readonly SectionKind Keys = new([
        new(Vasp, new SectionKind([CommandOf(ImmutableArray.Create<object>("vasp_std"), "VASP"),
            new("potcar", new TextKind(@"^\S.*$", "a folder"), Presence.Optional, "the folder of your POTCAR library (potpaw_PBE); default: $VASP_PSP_DIR"), Environment, Version]), Presence.Defaulted, "VASP, for calculators with: vasp"),
        new(Cp2k, new SectionKind([CommandOf(ImmutableArray.Create<object>("cp2k.psmp"), "CP2K"),
            new("data", new TextKind(@"^\S.*$", "a folder"), Presence.Optional, "the folder of its basis sets and potentials; default: $CP2K_DATA_DIR, else the system's"), Environment, Version]), Presence.Defaulted, "CP2K, for calculators with: cp2k"),
        new(Command, new SectionKind([CommandOf(null, "your own executable"),
            new("scheme", new TextKind(@"^\S.*$", "a name"), Presence.Defaulted, "what its energies are, such as the name of a potential: one hull holds one scheme", Command), Environment, Version]), Presence.Optional, "an executable of your own, for calculators with: command (docs/command.md)"),
        new("cache", new TextKind(@"^\S.*$", "a folder, or 'off'"), Presence.Optional, "where results of programs are kept by the digest of their inputs, so that none is paid for twice; 'off': nowhere; default: ipactors/results in $XDG_CACHE_HOME or ~/.cache"),
    ]);

    public static ProgramsSettings Read(Checked section, Checked calculators)
    {
        var used = CampaignKeys.CalculatedProperties.Where(calculators.Has).Select(p => (Property: p, With: calculators.Section(p).Text("with"))).ToList();
        if (used.FirstOrDefault(u => u.With == Command) is { Property: not null } mine && !section.Has(Command))
            throw calculators.Section(mine.Property).Error("with", "there is no command; add 'programs: {command: {command: [python3, mine.py]}}'");
        var all = ImmutableSortedDictionary.CreateBuilder<string, ProgramSettings>(StringComparer.Ordinal);
        foreach (var name in Names.Where(n => section.Has(n) && used.Any(u => u.With == n))) all[name] = Of(name, section.Section(name));
        return new(all.ToImmutable(), section.TextOrNull("cache") is { } c ? c == NoCache ? null : c : DefaultCache);
    }

    public static ProgramSettings Of(string name, Checked c) => new([.. c.List("command").Cast<string>()], c.Map("environment"),
        name switch { Vasp => c.TextOrNull("potcar"), Cp2k => c.TextOrNull("data"), _ => null }, name == Command ? c.Text("scheme") : null, c.TextOrNull("version"));

    public static string DefaultCache => Path.Combine(System.Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home ? home
        : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".cache"), "ipactors", "results");
}
