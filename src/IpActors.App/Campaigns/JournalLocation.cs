using IpActors.Engine.Journals;

namespace IpActors.App.Campaigns;

/// <summary>Where a campaign's journal is: a SQLite file, relative to the current folder, or a schema of a PostgreSQL database.</summary>
static class JournalLocation
{
    public const string Help = "sqlite:PATH or postgresql://USER@HOST/DATABASE?schema=NAME";

    /// <summary><c>sqlite:PATH</c>, a bare path, or a PostgreSQL URL. What cannot be read is never printed: it may hold a password.</summary>
    public static JournalAddress Parse(string where, string text) => JournalAddress.Parse(where, text);

    public static JournalAddress Default(string campaign) => new SqliteAddress($"campaigns/{campaign}.db");

    /// <summary>The path, less its ending, of what is written beside the journal: beside the file, or in campaigns/ where the journal is in a database.</summary>
    public static string Beside(JournalAddress journal, string campaign, string ending) => Path.ChangeExtension(journal is SqliteAddress s ? s.Path : $"campaigns/{campaign}.", ending);
}
