using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

// The child process of tests that kill one: "write JOURNAL" adds to toys for ever and prints each addition once it is acknowledged; "hold JOURNAL" holds the journal until it is killed.
var journal = SqliteJournal.Open(args[1]);
await using var engine = new EmbeddedEngine(journal, Toy.Kinds, []);
Console.WriteLine("ready");
if (args[0] == "hold") await Task.Delay(Timeout.Infinite);
await Task.WhenAll(Enumerable.Range(0, 8).Select(async toy =>
{
    for (var i = 0; ; i++)
    {
        await engine.Send(Toy.Id($"t{toy}"), new Add($"{i}", 1));
        lock (journal) Console.WriteLine($"t{toy} {i}");
    }
}));
