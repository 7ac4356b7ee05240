using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.Engine.Audit;
using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.App.Audits;

/// <summary><c>ipactors audit diff</c>: where two journals part.</summary>
static class DiffCommand
{
    const int Shown = 20;

    public static Command Create()
    {
        var a = new Argument<string>("JOURNAL-A") { Description = $"{JournalLocation.Help}, or a path" };
        var b = new Argument<string>("JOURNAL-B") { Description = $"{JournalLocation.Help}, or a path" };
        var json = Output.JsonOption();
        var command = new Command("diff", "Where two journals part, entity by entity; exit 1 if they do. Example: ipactors audit diff campaigns/quickstart.db other/quickstart.db") { a, b, json };
        command.SetAction(async (r, cancel) =>
        {
            await using var one = await Open("JOURNAL-A", r.GetValue(a)!, cancel);
            await using var two = await Open("JOURNAL-B", r.GetValue(b)!, cancel);
            ImmutableArray<EntityDifference> found;
            try { found = await JournalDiff.Of(one, two, cancel); }
            catch (Exception e) when (e is InvalidDataException or Engine.JournalException) { throw new InputException($"{e.Message}; see 'audit verify'"); }
            if (r.GetValue(json)) Output.WriteJson(found.Select(d => new { entity = d.PersistenceId, sequenceNumber = d.SequenceNumber, inA = d.InA, inB = d.InB }).ToArray());
            else
            {
                foreach (var d in found.Take(Shown)) Console.WriteLine($"{d.PersistenceId} number {d.SequenceNumber}: {d.InA ?? "nothing"} in A, {d.InB ?? "nothing"} in B");
                Console.WriteLine(found.IsEmpty ? "the journals hold the same events, entity by entity" : $"{found.Length} entities differ{(found.Length > Shown ? $", the first {Shown} shown" : "")}");
            }
            return found.IsEmpty ? 0 : 1;
        });
        return command;
    }

    static async Task<IJournalReader> Open(string argument, string text, CancellationToken cancel)
    {
        var at = JournalLocation.Parse(argument, text);
        if (at is SqliteAddress { Path: var path } && !File.Exists(path)) throw new InputException($"{path}: no such journal; give the path of its .db file");
        return await at.OpenReader(cancel);
    }
}
