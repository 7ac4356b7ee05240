using IpActors.Domain.Entities;
using IpActors.Engine.Audit;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Journals;

/// <summary>The journal that version 0.1.0 wrote, kept for ever: <c>dotnet exec IpActors.Engine.Tests.dll make journal-v1.db</c>.</summary>
public sealed class Fixture
{
    internal static async Task Script(IEngine engine)
    {
        (string, ICommand)[] script =
        [
            ("a", new Add("1", 5)), ("b", new Add("1", 7)), ("a", new OpenJob("x", 2, 1, 50)), ("b", new Write("a", "l", 3)), ("b", new OpenJob("y")), ("b", new CloseJob("y")), ("a", new Add("Li\u2083OBr \"q\"", 1)),
        ];
        foreach (var (toy, command) in script) await engine.Send(Toy.Id(toy), command);
    }

    [Fact]
    public async Task A_journal_of_version_1_still_replays_and_goes_on()
    {
        using var folder = new Folder();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Journals", "journal-v1.db"), folder["j.db"]);
        await using (var reader = SqliteJournalReader.OpenReader(folder["j.db"]))
        {
            Assert.Empty((await HashChain.Verify(reader, Toy.Kinds)).Findings);
            Assert.Equal(SealOfVersion1, (await Seal.Of(reader)).Digest);
        }
        var worker = ToyWorker.Closing();
        await using var engine = new EmbeddedEngine(SqliteJournal.Open(folder["j.db"]), Toy.Kinds, [worker]);
        Assert.Equal((6, 7), ((await engine.Read<Toy>(Toy.Id("a"))).Total, (await engine.Read<Toy>(Toy.Id("b"))).Total));
        await engine.Start();
        await engine.WhenIdle().InTime();
        Assert.Equal(9, (await engine.Read<Toy>(Toy.Id("a"))).Total); // the letter that was owed has come
        Assert.Equal("job/x@1", Assert.Single(worker.Started).Key);
    }

    [Fact]
    public async Task The_script_of_that_journal_still_leaves_the_same_events()
    {
        using var folder = new Folder();
        await using (var engine = new EmbeddedEngine(SqliteJournal.Open(folder["j.db"]), Toy.Kinds, [])) await Script(engine);
        await using var reader = SqliteJournalReader.OpenReader(folder["j.db"]);
        Assert.Equal(SealOfVersion1, (await Seal.Of(reader)).Digest);
    }

    const string SealOfVersion1 = "c9823a9af9275f28db08a47a5ec46587fc6671f3548c220a6b0f268598c7e5da";
}
