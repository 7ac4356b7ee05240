using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Contract;

namespace IpActors.Cluster.Tests.Contract;

public sealed class ClusterOnSqlite : EngineContract
{
    protected override IEngine Open(EngineOptions options, params IWorker[] workers) => OneNode.Open(new SqliteAddress(Folder["j.db"]), options, workers);

    protected override async Task<int> Owing()
    {
        await using var reader = SqliteJournalReader.OpenReader(Folder["j.db"]);
        return (await reader.ReadOwing(default)).Values.Sum(w => w.Count);
    }

    protected override void Empty() => Folder.Empty();
}
