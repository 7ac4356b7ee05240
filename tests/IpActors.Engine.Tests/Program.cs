using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Journals;
using IpActors.Engine.Tests.Toys;

if (args[0] == "scale") { await IpActors.Engine.Tests.Scale.ScaleProgram.Run(args[1..]); return; }

// The child process of tests that kill one: "write JOURNAL" adds to toys for ever and prints each addition once it is acknowledged; "hold JOURNAL" holds the journal until it is
// killed. "make JOURNAL" writes the journal that is kept as journal-v1.db.
var journal = SqliteJournal.Open(args[1]);
await using var engine = new EmbeddedEngine(journal, Toy.Kinds, []);
Console.WriteLine("ready");
if (args[0] is not ("make" or "hold" or "write")) throw new ArgumentException(args[0]);
if (args[0] == "make")
{
    await Fixture.Script(engine);
    return;
}
if (args[0] == "hold") await Task.Delay(Timeout.Infinite);
await Task.WhenAll(Enumerable.Range(0, 8).Select(async toy =>
{
    for (var i = 0; ; i++)
    {
        await engine.Send(Toy.Id($"t{toy}"), new Add($"{i}", 1));
        lock (journal) Console.WriteLine($"t{toy} {i}");
    }
}));
