using IpActors.App.Campaigns;
using IpActors.Cluster;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;

namespace IpActors.App.Clusters;

/// <summary>A node of the campaign's cluster in this process.</summary>
static class ClusterHost
{
    /// <summary>How long local programs outlive their node's lease, by their guardians; the file that guardians look at is this process's own.</summary>
    public static (string File, TimeSpan Time) Lease(CampaignAt at)
    {
        Directory.CreateDirectory(NodeHealth.Folder(at));
        return (NodeHealth.FileOf(at, Environment.ProcessId), NodeHealth.Fresh);
    }

    public static Task<ClusterEngine> Open(CampaignAt at, NodeOptions node, EngineOptions engine, (string File, TimeSpan Time) lease, IEnumerable<IWorker> workers, Func<IEngine, IJournal, Task<IAsyncDisposable?>> held) => ClusterEngine.Open(new ClusterOptions
    {
        OpenJournal = holder => at.Journal.Open(holder: holder), Waits = line => Console.Error.WriteLine($"ipactors: {line}"), OpenReader = () => at.Journal.OpenReader(), Hocon = [.. node.Hocon.Select(ClusterConfig.Load)], Engine = engine, Held = held, LeaseFile = lease.File, WorkLease = lease.Time,
        // A guardian notices within its lease and gives the program its grace: both are over before another node begins.
        WorkMargin = TimeSpan.FromSeconds(at.File.Host.Programs.Programs.IsEmpty ? 10 : at.File.Host.Launcher.GraceSeconds + 10),
    }, workers);
}
