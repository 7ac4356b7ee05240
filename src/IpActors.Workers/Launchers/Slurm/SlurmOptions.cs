namespace IpActors.Workers.Launchers.Slurm;

/// <summary>How jobs are submitted, and how often Slurm is asked.</summary>
/// <param name="Setup">Absolute path of a script of the user's that every job sources first.</param>
/// <param name="Options">More words for sbatch.</param>
/// <param name="Programs">The folder of sbatch, squeue, scancel, sacct; null: the PATH.</param>
public sealed record SlurmOptions(int ArraySize = 20, string? Partition = null, string? Account = null, string? Qos = null, int? MemoryMB = null, int Nodes = 1, string? Setup = null, ImmutableArray<string> Options = default, string? Programs = null)
{
    /// <summary>Between two questions for all jobs together.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How long runs that come up together are gathered into one array.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>How long a job that no question of ours finds any more, and that left no exit.json, may still turn up.</summary>
    public TimeSpan Lost { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How often a running job touches the file <c>alive</c>: what still does is not lost, whatever Slurm says. Several times shorter than <see cref="Lost"/>.</summary>
    public double HeartbeatSeconds { get; init; } = 10;
    public double GraceSeconds { get; init; } = 30;
}
