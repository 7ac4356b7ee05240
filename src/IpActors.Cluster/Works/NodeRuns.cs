using System.Collections.Concurrent;

namespace IpActors.Cluster.Works;

/// <summary>The runs of a node, and the keeper that they are for. They go on whatever becomes of the actor that looks after them.</summary>
sealed class NodeRuns(long renewed)
{
    readonly ConcurrentDictionary<long, ClusterRun> _runs = [];

    /// <summary>The keeper that this node works for.</summary>
    public string? Pledged { get; set; }
    /// <summary>How often it has said that it lives, and when it said so for the last time that was answered.</summary>
    public long Said { get; set; }
    public long Renewed { get; set; } = renewed;
    public int Count => _runs.Count;
    public ImmutableArray<long> Numbers => [.. _runs.Keys];

    public ClusterRun? Find(long number) => _runs.GetValueOrDefault(number);
    public ClusterRun Add(long number, ClusterRun run) => _runs[number] = run;
    public void Remove(long number) => _runs.TryRemove(number, out _);

    /// <summary>They are still owed, and go on elsewhere or later.</summary>
    public void CancelAll()
    {
        foreach (var run in _runs.Values) run.CancelAsync(owed: true);
    }
}
