using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.Domain.Entities;
using IpActors.Engine.Audit;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.App.Audits;

/// <summary><c>ipactors audit</c>: whether a journal is what was written and decided, and what it says of one compound.</summary>
public static class AuditCommand
{
    public static Command Create() => new("audit", "Checks and explains what a journal holds.") { VerifyCommand.Create(), Explain(), ReplayCommand.Create(), DiffCommand.Create(), SealOf(), Export(), RebuildOwing() };

    static Command Explain()
    {
        var options = new CampaignOptions();
        var compound = new Argument<string>("COMPOUND") { Description = "the compound's id, as in 'export'" };
        var command = options.Command("explain", "One compound's life as sentences. Example: ipactors audit explain config/quickstart.yaml Li3XZ-01-1.0.0.1.0.1-O-Cl-1");
        command.Arguments.Add(compound);
        command.SetAction(async (r, cancel) =>
        {
            var (at, id) = (options.Read(r), r.GetValue(compound)!);
            await using var stored = await StoredCampaign.Open(at, cancel);
            if (!stored.View.Compounds.TryGetValue(id, out var summary))
                throw new InputException($"{at.Name}: no compound '{id}' in {at.Journal}{(stored.View.Compounds.IsEmpty ? "" : $"; the nearest is {NearestName.Of(id, stored.View.Compounds.Keys)}")}; ids are those of 'export'");
            var story = new CompoundStory(at.Name, id, stored.Blobs);
            try { await foreach (var e in stored.Events(0, cancel)) story.Follow(e); }
            catch (Exception e) when (e is FileNotFoundException or InvalidDataException) { throw new InputException($"{at.Journal}: {e.Message}; see 'audit verify {at.File.Source}'"); }
            if (r.GetValue(options.Json)) Output.WriteJson(new Dictionary<string, object> { ["id"] = id, ["stage"] = summary.Stage.ToString(), ["sentences"] = story.Sentences });
            else foreach (var sentence in story.Sentences) Console.WriteLine(sentence);
            return 0;
        });
        return command;
    }

    static Command SealOf()
    {
        var options = new CampaignOptions();
        var command = options.Command("seal", "The digest over the last hash of every entity; keep it elsewhere, and 'audit verify --seal' finds a cut tail or a missing entity. Example: ipactors audit seal config/quickstart.yaml");
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            await using var stored = await StoredCampaign.Open(at, cancel);
            var seal = await Seal.Of(stored.Journal, cancel);
            if (r.GetValue(options.Json)) Output.WriteJson(new Dictionary<string, object> { ["seal"] = seal.Digest, ["entities"] = seal.Entities, ["events"] = seal.Events });
            else Console.WriteLine(seal.Digest);
            return 0;
        });
        return command;
    }

    static Command RebuildOwing()
    {
        var options = new CampaignOptions();
        var command = options.Command("rebuild-owing", "Makes the table of entities that owe work again from the events; needed only where that table was damaged or lost. Example: ipactors audit rebuild-owing config/quickstart.yaml");
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            await (await StoredCampaign.OpenReader(at, cancel)).DisposeAsync(); // nothing is made where there is no journal
            await using var journal = await at.Journal.Open();
            int corrected;
            try { corrected = await Owing.Rebuild(journal, EntityKinds.All, cancel); }
            catch (Exception e) when (e is Engine.JournalException or InvalidDataException) { throw new InputException($"{at.Journal}: {e.Message}; see 'audit verify {at.File.Source}'"); }
            if (r.GetValue(options.Json)) Output.WriteJson(new Dictionary<string, object> { ["corrected"] = corrected });
            else Console.WriteLine(corrected == 0 ? "the table is what the events call for" : $"{corrected} entities corrected");
            return 0;
        });
        return command;
    }

    static Command Export()
    {
        var options = new CampaignOptions();
        var @out = new Option<string?>("--out") { Description = "the file to write; default stdout" };
        var command = options.Command("export", "Every event as one JSON line, in the order of the journal. Example: ipactors audit export config/quickstart.yaml --out events.jsonl", @out);
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            await using var journal = await StoredCampaign.OpenReader(at, cancel);
            var path = r.GetValue(@out);
            try
            {
                await using var file = path is null or "-" ? null : new StreamWriter(path);
                await foreach (var line in JsonLines.Export(journal, 0, cancel)) await (file ?? Console.Out).WriteLineAsync(line);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && path is not null) { throw new InputException($"{path}: cannot be written ({e.Message}); check the folder and its permissions"); }
            catch (Engine.JournalException e) { throw new InputException(e.Message); }
            return 0;
        });
        return command;
    }
}
