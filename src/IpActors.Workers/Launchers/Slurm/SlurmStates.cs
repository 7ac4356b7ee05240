namespace IpActors.Workers.Launchers.Slurm;

/// <summary>What Slurm's states mean for a run.</summary>
static class SlurmStates
{
    public abstract record Over
    {
        public sealed record Waiting(string Why) : Over;
        public sealed record Running(string Host) : Over;
        public sealed record Broken(Domain.DftRuns.Fault Fault) : Over;
        /// <summary>It has ended: its exit.json tells how.</summary>
        public sealed record Gone : Over;
    }

    static readonly HashSet<string> Pending = new(StringComparer.Ordinal) { "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD" };
    static readonly HashSet<string> Alive = new(StringComparer.Ordinal) { "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING" };

    public static bool IsOver(string state) => !Pending.Contains(state) && !Alive.Contains(state);

    /// <param name="job">Null: nobody knows it.</param>
    public static Over Of(SlurmJob? job) => job switch
    {
        null => new Over.Gone(),
        { State: var s } when Pending.Contains(s) => new Over.Waiting(job.Reason is "" or "None" ? "in Slurm's queue" : $"in Slurm's queue ({job.Reason})"),
        { State: var s } when Alive.Contains(s) => new Over.Running(job.Nodes),
        { State: "TIMEOUT" or "DEADLINE" } => new Over.Broken(LaunchFaults.Walltime($"Slurm ended job {job.Id}: its time was over")),
        { State: "OUT_OF_MEMORY" } => new Over.Broken(LaunchFaults.Memory($"Slurm ended job {job.Id}: it took more memory than it had asked for; raise launcher.slurm.memory_MB")),
        { State: "NODE_FAIL" or "BOOT_FAIL" } => new Over.Broken(LaunchFaults.NodeLost($"node {job.Nodes} of job {job.Id} failed")),
        { State: "PREEMPTED" or "REVOKED" } => new Over.Broken(LaunchFaults.Preempted($"job {job.Id} was pre-empted")),
        { State: "CANCELLED" } => new Over.Broken(LaunchFaults.Infrastructure("cancelled", $"job {job.Id} was cancelled from outside the campaign")),
        _ => new Over.Gone(),
    };
}
