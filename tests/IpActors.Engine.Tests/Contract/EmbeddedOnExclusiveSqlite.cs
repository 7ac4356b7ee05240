using IpActors.Domain.Works;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Contract;

/// <summary>As on a network file system: a rollback journal, an exclusive lock, and one connection for all.</summary>
public sealed class EmbeddedOnExclusiveSqlite : EngineContract
{
    SqliteJournal? _journal;

    protected override IEngine Open(EngineOptions options, params IWorker[] workers) => new EmbeddedEngine(_journal = SqliteJournal.Open(Folder["j.db"], options.Time, exclusive: true), Toy.Kinds, workers, options);

    /// <summary>Asked of the engine's own journal, as nobody else can read it; when that is closed, of the file.</summary>
    protected override async Task<int> Owing()
    {
        try { return (await _journal!.ReadOwing(default)).Values.Sum(w => w.Count); }
        catch (ObjectDisposedException) { }
        await using var reader = SqliteJournalReader.OpenReader(Folder["j.db"]);
        return (await reader.ReadOwing(default)).Values.Sum(w => w.Count);
    }

    protected override void Empty() => Folder.Empty();
}
