using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.Domain.Entities;
using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.App.Journals;

/// <summary><c>ipactors journal copy</c>: a campaign from SQLite to PostgreSQL, back, or to another file.</summary>
public static class JournalCommand
{
    public static Command Create() => new("journal", "Copies journals.") { Copy() };

    static Command Copy()
    {
        var from = new Argument<string>("FROM") { Description = JournalLocation.Help };
        var to = new Argument<string>("TO") { Description = "likewise; must not be there yet, or be an empty schema" };
        var json = Output.JsonOption();
        var command = new Command("copy", "Copies a journal that no engine runs, all of it or nothing, and verifies the copy: hash chains and seal. Example: ipactors journal copy sqlite:campaigns/quickstart.db \"postgresql://me@db.example.org/screening?schema=quickstart\"") { from, to, json };
        command.SetAction(async (r, cancel) =>
        {
            var (source, target) = (JournalLocation.Parse("FROM", r.GetValue(from)!), JournalLocation.Parse("TO", r.GetValue(to)!));
            if (source is SqliteAddress { Path: var path } && !File.Exists(path)) throw new InputException($"{path}: no such journal; give the path of its .db file");
            var result = await JournalCopy.Run(source, target, EntityKinds.All, cancel);
            if (r.GetValue(json)) Output.WriteJson(new Dictionary<string, object> { ["from"] = source.ToString(), ["to"] = target.ToString(), ["rows"] = result.Rows, ["blobs"] = result.Blobs, ["entities"] = result.Seal.Entities, ["seal"] = result.Seal.Digest });
            else Console.WriteLine($"{source} -> {target}: {string.Join(", ", result.Rows.Select(t => $"{t.Value} of {t.Key}"))}, {result.Blobs} blobs; verified, seal {result.Seal.Digest}");
            return 0;
        });
        return command;
    }
}
