using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Contract;

/// <summary>A cluster of one node, with everything that a node has: shards, the singleton, remoting on loopback.</summary>
static class OneNode
{
    /// <summary>Meets in fractions of a second, as there is nobody else to wait for.</summary>
    public const string Quick = """
        akka.cluster {
          gossip-interval = 50ms
          leader-actions-interval = 50ms
          periodic-tasks-initial-delay = 50ms
          singleton.hand-over-retry-interval = 50ms
          singleton-proxy.singleton-identification-interval = 50ms
          sharding.retry-interval = 100ms
          distributed-data { gossip-interval = 100ms, notify-subscribers-interval = 50ms }
        }
        """;

    public static IEngine Open(JournalAddress at, EngineOptions options, IWorker[] workers) => ClusterEngine.Open(new ClusterOptions
    {
        OpenJournal = holder => at.Open(options.Time, holder), OpenReader = () => at.OpenReader(), Hocon = [Quick], Kinds = Toy.Kinds, Places = [new KindPlace("toy", Roles.Entity)], Engine = options,
    }, workers).GetAwaiter().GetResult();
}
