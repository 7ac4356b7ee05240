using IpActors.App.Campaigns;

namespace IpActors.App.Logging;

/// <summary>How the log file is written: text or json, how large it grows (MB) before another is begun, and how many are kept.</summary>
sealed record LogSettings(string Format, int FileMB, int Files)
{
    public static readonly ImmutableArray<string> Levels = ["verbose", "debug", "information", "warning", "error"];

    public static readonly SectionKind Keys = new([
        new("level", new ChoiceKind("log level", Levels), Presence.Defaulted, "least level that is written to the log file: debug has every event, information the stages and batches, warning what went wrong", "information"),
        new("format", new ChoiceKind("log format", ["text", "json"]), Presence.Defaulted, "text: a line for people; json: an object a line, ids as properties", "text"),
        new("file_MB", new IntegerKind(1, 2000), Presence.Defaulted, "a file that has grown so large is followed by another (NAME_001.log)", 10L),
        new("files", new IntegerKind(1, 1000), Presence.Defaulted, "so many of them are kept", 5L)]);

    public static LogSettings Of(Checked log) => new(log.Text("format"), log.Int("file_MB"), log.Int("files"));
}
