using System.Globalization;

namespace IpActors.App.Doctor;

/// <summary>Whether jobs can be submitted from here: sbatch is there, controller and queue answer, nodes are up. Accounting is told of and not needed.</summary>
sealed class SlurmFinding(Surroundings here)
{
    const string Name = "Slurm";
    static readonly HashSet<string> Up = new(StringComparer.Ordinal) { "idle", "mix", "alloc", "comp", "resv", "plnd" };

    public async Task<Finding> Look()
    {
        if (here.Find("sbatch") is not { } sbatch) return new(Name, false, false, "sbatch is not on the PATH", "programs run on this machine (launcher.with: local); for Slurm start IpActors on a node from which jobs are submitted");
        foreach (var needed in new[] { "sinfo", "squeue", "scancel" })
            if (here.Find(needed) is null) return new(Name, false, false, $"{sbatch}, but {needed} is not on the PATH", "put all of Slurm's programs on the PATH");
        var (version, nodes, queue, accounting) = (here.Ask(here.Find("sinfo")!, "--version"), here.Ask(here.Find("sinfo")!, "--noheader", "--format=%R|%t|%D"),
            here.Ask(here.Find("squeue")!, "--noheader", "--array", $"--user={Environment.UserName}", "--format=%i"), Accounting());
        await Task.WhenAll(version, nodes, queue, accounting);
        var called = version.Result.Ok ? version.Result.Out.Trim() : sbatch;
        if (!nodes.Result.Ok || !queue.Result.Ok)
            return new(Name, false, false, $"{called}, which does not answer: {(nodes.Result.Ok ? queue : nodes).Result.Complaint}", "ask again when the controller is back (a campaign that runs waits for it), or see slurm.conf; 'launcher.with: local' needs no Slurm");
        var (partitions, up) = Partitions(nodes.Result.Out);
        var jobs = queue.Result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        var found = $"{called}; {(partitions.Length > 0 ? partitions : "no partitions")}; {jobs.ToString(CultureInfo.InvariantCulture)} jobs of yours in the queue; {accounting.Result}";
        return up > 0 ? new(Name, true, false, found) : new(Name, false, false, found, "no node is up: see 'sinfo --list-reasons'; jobs wait until one is");
    }

    async Task<string> Accounting() => here.Find("sacct") is not { } sacct ? "no accounting (no sacct)"
        : await here.Ask(sacct, "--noheader", "--parsable2", "--allocations", "--format=JobID") is { Ok: false } a ? $"no accounting ({a.Complaint})" : "with accounting";

    /// <summary>From lines PARTITION|STATE|NODES: "main 3 of 4 nodes up", partitions by name, and the nodes up in all of them together.</summary>
    internal static (string Text, int Up) Partitions(string sinfo)
    {
        var rows = sinfo.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split('|')).Where(f => f.Length == 3 && int.TryParse(f[2], CultureInfo.InvariantCulture, out _))
            .Select(f => (Partition: f[0], Up: IsUp(f[1]), Nodes: int.Parse(f[2], CultureInfo.InvariantCulture))).ToList();
        var parts = rows.GroupBy(r => r.Partition, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Where(r => r.Up).Sum(r => r.Nodes)} of {g.Sum(r => r.Nodes)} nodes up"));
        return (string.Join(", ", parts), rows.Where(r => r.Up).Sum(r => r.Nodes));
    }

    /// <summary>Marks follow the state: <c>*</c> does not respond; <c>~ #</c> and others tell of power, maintenance and reservations.</summary>
    static bool IsUp(string state) => !state.EndsWith('*') && Up.Contains(state.TrimEnd('~', '#', '!', '%', '$', '@', '^', '-', '+'));
}
