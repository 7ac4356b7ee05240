using IpActors.Engine.Embedded;
using IpActors.Engine;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;

if (args[0] == "scale") { await IpActors.Engine.Tests.Scale.ScaleProgram.Run(args[1..]); return 0; }

// The child process of tests that kill one: "write JOURNAL" adds to toys for ever and prints each addition once it is acknowledged; "hold JOURNAL" holds the journal until it is
// killed. "fill JOURNAL [UNTIL]" adds large events and prints each once it is acknowledged, until there are so many or the journal fails. "make JOURNAL" writes the journal that is kept as journal-v1.db.
IJournal journal;
try { journal = await JournalAddress.Parse("journal", args[1]).Open(); }
catch (InputException e) { Console.WriteLine($"refused: {e.Message}"); return 2; }
await using var engine = new EmbeddedEngine(journal, Toy.Kinds, []);
Console.WriteLine("ready");
if (args[0] is not ("make" or "hold" or "write" or "fill")) throw new ArgumentException(args[0]);
if (args[0] == "make")
{
    await Fixture.Script(engine);
    return 0;
}
if (args[0] == "hold") await Task.Delay(Timeout.Infinite);
if (args[0] == "fill")
{
    try
    {
        for (var i = (await engine.Read<Toy>(Toy.Id("full"))).Total + 1; i <= (args.Length > 2 ? int.Parse(args[2]) : 1000); i++)
        {
            await engine.Send(Toy.Id("full"), new Add($"{i} {new string('x', 20_000)}", 1));
            Console.WriteLine($"full {i}");
        }
        return 0;
    }
    catch (JournalException e) { Console.WriteLine($"failed: {e.Message}"); return 1; }
}
await Task.WhenAll(Enumerable.Range(0, 8).Select(async toy =>
{
    for (var i = 0; ; i++)
    {
        await engine.Send(Toy.Id($"t{toy}"), new Add($"{i}", 1));
        lock (journal) Console.WriteLine($"t{toy} {i}");
    }
}));
return 0;
