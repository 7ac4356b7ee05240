using IpActors.Domain.Works;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public sealed class EmbeddedOnSqlite : EngineContract
{
    internal static EngineOptions QuickOptions => Quick;

    protected override IEngine Open(EngineOptions options, params IWorker[] workers) => new EmbeddedEngine(SqliteJournal.Open(Folder["j.db"], options.Time), Toy.Kinds, workers, options);

    protected override async Task<int> Owing()
    {
        await using var reader = SqliteJournalReader.OpenReader(Folder["j.db"]);
        return (await reader.ReadOwing(default)).Values.Sum(w => w.Count);
    }

    protected override void Empty() => Folder.Empty();
}
