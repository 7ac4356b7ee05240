using IpActors.Domain.Works;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

public sealed class EmbeddedOnPostgres : EngineContract
{
    PostgresAddress _at = PostgresServer.Shared.NewJournal();

    protected override IEngine Open(EngineOptions options, params IWorker[] workers) => new EmbeddedEngine(PostgresJournal.Open(_at, options.Time).GetAwaiter().GetResult(), Toy.Kinds, workers, options);

    protected override async Task<int> Owing()
    {
        await using var reader = await PostgresJournalReader.OpenReader(_at);
        return (await reader.ReadOwing(default)).Values.Sum(w => w.Count);
    }

    protected override void Empty() => _at = PostgresServer.Shared.NewJournal();
}
