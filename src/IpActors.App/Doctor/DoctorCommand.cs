using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Cli;

namespace IpActors.App.Doctor;

/// <summary><c>ipactors doctor</c>: what is there and works on this machine, with remedies.</summary>
public static class DoctorCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("CAMPAIGN.yaml") { Description = "checks this campaign's journal and its folder, and the folders that its programs name; default: campaigns/", Arity = ArgumentArity.ZeroOrOne };
        var journal = new Option<string?>("--journal") { Description = "the journal to check, instead of the file's", HelpName = "JOURNAL" };
        var json = Output.JsonOption();
        var command = new Command("doctor", "What is there and works: spglib, SQLite or PostgreSQL, disk, VASP with POTCARs, CP2K with its data, Slurm, ASE, the cache of results; exit 1 if something required is not. Example: ipactors doctor config/quickstart.yaml") { file, journal, json };
        command.SetAction(async (r, cancel) =>
        {
            var campaign = r.GetValue(file) is { } f ? CampaignAt.Of(f, r.GetValue(journal)) : null;
            var at = campaign is not null ? campaign.Journal : r.GetValue(journal) is { } j ? JournalLocation.Parse("--journal", j) : JournalLocation.Default("new");
            var findings = Diagnosis.All(Path.GetDirectoryName(Path.GetFullPath(JournalLocation.Beside(at, "new", ".db")))!).ToList();
            if (at is Engine.Journals.PostgresAddress server) findings.Insert(findings.FindIndex(f => f.Name == "SQLite"), await Diagnosis.Postgres(server, cancel));
            findings.AddRange(await new ProgramFindings(Surroundings.Here, campaign?.File.Host.Programs, Path.GetDirectoryName(Path.GetFullPath(campaign?.File.Source ?? "."))!).All());
            if (r.GetValue(json)) Output.WriteJson(findings.Select(x => new Dictionary<string, object?> { ["name"] = x.Name, ["ok"] = x.Ok, ["required"] = x.Required, ["found"] = x.Found, ["remedy"] = x.Remedy }));
            else foreach (var x in findings) Console.WriteLine($"{(x.Ok ? "ok     " : x.Required ? "MISSING" : "absent ")}  {x.Name,-12}{x.Found}{(x.Remedy is null ? "" : $"; {x.Remedy}")}");
            return findings.Any(x => x.Required && !x.Ok) ? 1 : 0;
        });
        return command;
    }
}
