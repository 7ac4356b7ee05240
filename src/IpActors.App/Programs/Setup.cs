using System.Text.Json;
using IpActors.App.Campaigns;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Science;
using IpActors.Workers.Commands;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Launchers;
using IpActors.Workers.Launchers.Local;
using IpActors.Workers.Launchers.Slurm;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Programs;

/// <summary>From a campaign file's programs and launcher to what starts them on this host.</summary>
static class Setup
{
    const string Jobs = "jobs";

    /// <summary>A run takes the cores it was given, by ranks of MPI; threads are asked for under <c>environment</c>.</summary>
    static readonly ImmutableSortedDictionary<string, string> Threads = Texts.Of(("OMP_NUM_THREADS", "1"));

    /// <summary>Null where no calculator is a program.</summary>
    /// <param name="lease">A file that is touched while this process may run works, and how long local programs outlive the last touch; null: they outlive this process.</param>
    public static ProgramSetup? Of(CampaignAt at, (string File, double Seconds)? lease = null)
    {
        var host = at.File.Host;
        if (host.Programs.Programs.IsEmpty) return null;
        var runs = Path.GetFullPath(host.Launcher.Folder ?? JournalLocation.Beside(at.Journal, at.Name, ".runs"));
        return Of(host.Programs, host.Launcher, runs, Path.GetDirectoryName(Path.GetFullPath(at.File.Source)) ?? "", lease);
    }

    /// <param name="relative">What file names in the settings are relative to.</param>
    public static ProgramSetup Of(ProgramsSettings programs, LauncherSettings l, string runs, string relative, (string File, double Seconds)? lease = null)
    {
        ILauncher launcher = l.With == LauncherSection.Slurm
            ? new SlurmLauncher(new SlurmOptions(l.Slurm.ArraySize, l.Slurm.Partition, l.Slurm.Account, l.Slurm.Qos, l.Slurm.MemoryMB, l.Slurm.Nodes, l.Slurm.Setup is { } s ? Path.GetFullPath(Path.Combine(relative, s)) : null, l.Slurm.Options)
                { Poll = TimeSpan.FromSeconds(l.PollSeconds), GraceSeconds = l.GraceSeconds })
            : new LocalLauncher(Guard.Command, l.GraceSeconds, lease, interval: TimeSpan.FromSeconds(Math.Min(1, l.PollSeconds)));
        var all = programs.Programs.ToImmutableSortedDictionary(p => p.Key, p => new ProgramAt(Program(p.Key, p.Value, relative), CommandOf(p.Key, p.Value, l, relative), launcher, l.Cores, l.WalltimeSeconds, l.LongestWalltimeSeconds ?? l.WalltimeSeconds)
            { Environment = Threads.SetItems(p.Value.Environment).ToImmutableSortedDictionary(e => e.Key, e => Absolute(e.Value, relative), StringComparer.Ordinal), Version = p.Value.Version }, StringComparer.Ordinal);
        return new(all, runs, programs.Cache is { } folder ? new ResultCache(Path.GetFullPath(folder), Write, Read) : null, TimeProvider.System);
    }

    public static ResultCache Cache(string folder) => new(folder, Write, Read);
    static byte[] Write(PartResult r) => JsonSerializer.SerializeToUtf8Bytes(r, JsonFormat.Options);
    static PartResult Read(byte[] bytes) => JsonSerializer.Deserialize<PartResult>(bytes, JsonFormat.Options) ?? throw new JsonException("empty");

    static IProgram Program(string name, ProgramSettings p, string relative) => name switch
    {
        ProgramsSection.Vasp => new VaspProgram(new VaspSettings(Library(name, "potcar", p.Library ?? Environment.GetEnvironmentVariable("VASP_PSP_DIR"), relative,
            "name the folder of your own POTCARs there, or in VASP_PSP_DIR (they come with a licence of VASP)"))),
        ProgramsSection.Cp2k => new Cp2kProgram(new Cp2kData(Library(name, "data", p.Library ?? Environment.GetEnvironmentVariable("CP2K_DATA_DIR") ?? Cp2kData.Debian, relative,
            "name the folder of CP2K's basis sets and potentials there (Debian, Ubuntu: apt-get install cp2k-data)"))),
        _ => new CommandProgram(CommandOf(p, relative), p.Scheme!),
    };

    static string Library(string program, string key, string? folder, string relative, string remedy)
    {
        var path = folder is null ? null : Path.GetFullPath(Path.Combine(relative, folder));
        return path is not null && Directory.Exists(path) ? path : throw new InputException($"programs.{program}.{key}: {(path is null ? "no folder is given" : $"there is no folder {path}")}; {remedy}");
    }

    /// <summary>The words, with those that name a file relative to the campaign file made absolute, as the program starts in a folder of its own.</summary>
    static ImmutableArray<string> CommandOf(ProgramSettings p, string relative) =>
        [.. p.Command.Select(w => Absolute(w, relative))];

    static string Absolute(string word, string relative) => !Path.IsPathRooted(word) && (word.Contains('/') || Path.HasExtension(word)) && File.Exists(Path.Combine(relative, word)) ? Path.GetFullPath(Path.Combine(relative, word)) : word;

    static ImmutableArray<string> CommandOf(string name, ProgramSettings p, LauncherSettings l, string relative)
    {
        var command = CommandOf(p, relative);
        // On a cluster's nodes modules may bring it; here it has to be there.
        if (l.With == LauncherSection.Local && Find(command[0]) is null) throw new InputException($"programs.{name}.command: '{command[0]}' is not on the PATH of this machine; install it, or give its path");
        return command;
    }

    /// <summary>The executable's path, or null.</summary>
    public static string? Find(string program) => program.Contains('/') ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    /// <summary>A scheduler's queue has slots of its own.</summary>
    public static ImmutableSortedDictionary<string, int> Pools(LauncherSettings l) => l.With == LauncherSection.Slurm ? ImmutableSortedDictionary<string, int>.Empty.Add(Jobs, l.Slurm.Jobs) : ImmutableSortedDictionary<string, int>.Empty;

    public static Func<Domain.Entities.Work, SlotUse?> Use(LauncherSettings l) => work => work is LaunchRun { Spec.Calculator: not BuiltinRunWorker.Calculator }
        ? l.With == LauncherSection.Slurm ? new SlotUse(Jobs, 1) : new SlotUse(null, l.Cores) : null;
}
