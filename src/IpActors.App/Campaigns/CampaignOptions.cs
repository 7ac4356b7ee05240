using System.CommandLine;
using IpActors.Engine.Journals;

namespace IpActors.App.Campaigns;

/// <summary>What every campaign command takes: the file, --journal over the file's, and --json.</summary>
sealed class CampaignOptions
{
    public Argument<string> File { get; } = new("CAMPAIGN.yaml") { Description = "the campaign file, such as config/quickstart.yaml" };
    public Option<string?> Journal { get; } = new("--journal") { Description = $"the journal, {JournalLocation.Help}, instead of the file's", HelpName = "JOURNAL" };
    public Option<bool> Json { get; } = Cli.Output.JsonOption();

    /// <summary>A command with these, what it does in its help, and an example.</summary>
    public Command Command(string name, string help, params ReadOnlySpan<Option> more)
    {
        var command = new Command(name, help) { File, Journal };
        foreach (var o in more) command.Add(o);
        command.Add(Json);
        return command;
    }

    public CampaignAt Read(ParseResult r) => CampaignAt.Of(r.GetValue(File)!, r.GetValue(Journal));
}

/// <summary>A campaign file and the journal to use.</summary>
sealed record CampaignAt(CampaignFile File, JournalAddress Journal)
{
    public string Name => File.Settings.Name;
    public string ReportPath => JournalLocation.Beside(Journal, Name, ".html");
    public string LogPath => JournalLocation.Beside(Journal, Name, ".log");

    public static CampaignAt Of(string file, string? journal)
    {
        var read = CampaignFile.Read(file);
        return new(read, journal is null ? read.Host.Journal : JournalLocation.Parse("--journal", journal));
    }
}
