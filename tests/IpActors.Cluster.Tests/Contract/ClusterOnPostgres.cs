using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Contract;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Contract;

public sealed class ClusterOnPostgres : EngineContract
{
    PostgresAddress _at = PostgresServer.Shared.NewJournal();

    protected override IEngine Open(EngineOptions options, params IWorker[] workers) => OneNode.Open(_at, options, workers);

    protected override async Task<int> Owing()
    {
        await using var reader = await PostgresJournalReader.OpenReader(_at);
        return (await reader.ReadOwing(default)).Values.Sum(w => w.Count);
    }

    protected override void Empty() => _at = PostgresServer.Shared.NewJournal();
}
