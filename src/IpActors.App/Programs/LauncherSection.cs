using IpActors.App.Campaigns;

namespace IpActors.App.Programs;

/// <summary>Where programs run.</summary>
/// <param name="Folder">Above all runs' folders; null: beside the journal.</param>
sealed record LauncherSettings(string With, int Cores, string? Folder, double? WalltimeSeconds, double? LongestWalltimeSeconds, double GraceSeconds, double PollSeconds, SlurmSettings Slurm);

/// <param name="Jobs">In the queue at a time, waiting ones included.</param>
/// <param name="ArraySize">Jobs that come up together are submitted as one array of at most so many.</param>
/// <param name="Setup">A script of the user's that a job sources first (modules, paths).</param>
/// <param name="Options">More words for sbatch.</param>
sealed record SlurmSettings(int Jobs, int ArraySize, string? Partition, string? Account, string? Qos, int? MemoryMB, int Nodes, string? Setup, ImmutableArray<string> Options);

/// <summary>The campaign file's <c>launcher</c> section.</summary>
static class LauncherSection
{
    public const string Local = "local", Slurm = "slurm";
    const string Name = @"^[A-Za-z0-9][A-Za-z0-9_.,@%+-]*$";

    public static readonly SectionKind Keys = new([
        new("with", new ChoiceKind("launcher", [Local, Slurm]), Presence.Defaulted, "local: programs run on this machine; slurm: they are submitted with sbatch", Local),
        new("slots", new IntegerKind(1, 4096), Presence.Optional, "cores that calculations on this machine may take; default: all of it"),
        new("cores", new IntegerKind(1, 100_000), Presence.Defaulted, "cores of one run of a program: so many slots here, so many tasks in Slurm; start it accordingly (mpirun -n)", 1L),
        new("folder", new TextKind(@"^\S.*$", "a folder"), Presence.Optional, "above the folders of all runs of programs; for slurm one that all nodes see; default: beside the journal, NAME.runs"),
        new("walltime_h", new NumberKind(0, 10_000, AboveMin: true), Presence.Optional, "time for one run of a program (h); one that takes longer goes on in another, with twice the time; default: no limit here, the partition's in Slurm"),
        new("longest_walltime_h", new NumberKind(0, 10_000, AboveMin: true), Presence.Optional, "the longest time for one run (h); default: walltime_h"),
        new("grace_s", new NumberKind(0, 3600), Presence.Defaulted, "from asking a program to end (SIGTERM) to ending it (SIGKILL) (s)", 30.0),
        new("poll_s", new NumberKind(0.05, 3600), Presence.Defaulted, "between two looks at a running program, and between two questions to Slurm for all jobs together (s)", 5.0),
        new("slurm", new SectionKind([
            new("jobs", new IntegerKind(1, 100_000), Presence.Defaulted, "runs in the queue at a time, waiting ones included", 50L),
            new("array", new IntegerKind(1, 10_000), Presence.Defaulted, "runs that come up together are submitted as one job array of at most so many", 20L),
            new("partition", new TextKind(Name, "the name of a partition"), Presence.Optional, "sbatch --partition"),
            new("account", new TextKind(Name, "the name of an account"), Presence.Optional, "sbatch --account"),
            new("qos", new TextKind(Name, "the name of a quality of service"), Presence.Optional, "sbatch --qos"),
            new("memory_MB", new IntegerKind(1, 100_000_000), Presence.Optional, "sbatch --mem: memory of one run on each node (MB)"),
            new("nodes", new IntegerKind(1, 100_000), Presence.Defaulted, "sbatch --nodes", 1L),
            new("setup", new TextKind(@"^\S.*$", "a file name"), Presence.Optional, "a shell script of yours that every job reads first (module load ...), relative to this file"),
            new("options", new ListKind(new TextKind(@"^--?[A-Za-z][^\x00-\x1f]*$", "an option of sbatch such as --constraint=avx512"), 0, 100, Repeats: true), Presence.Defaulted, "more options for sbatch"),
        ]), Presence.Defaulted, "with: slurm"),
    ]);

    public static LauncherSettings Read(Checked c)
    {
        var s = c.Section("slurm");
        double? Hours(string key) => c.Has(key) ? c.Number(key) * 3600 : null;
        if (Hours("longest_walltime_h") < Hours("walltime_h")) throw c.Error("longest_walltime_h", "shorter than walltime_h; write a number at least as large");
        return new(c.Text("with"), c.Int("cores"), c.TextOrNull("folder"), Hours("walltime_h"), Hours("longest_walltime_h"), c.Number("grace_s"), c.Number("poll_s"),
            new(s.Int("jobs"), s.Int("array"), s.TextOrNull("partition"), s.TextOrNull("account"), s.TextOrNull("qos"), s.IntOrNull("memory_MB"), s.Int("nodes"), s.TextOrNull("setup"), [.. s.List("options").Cast<string>()]));
    }
}
