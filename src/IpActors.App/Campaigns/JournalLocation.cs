using System.Text.RegularExpressions;
using IpActors.Science;

namespace IpActors.App.Campaigns;

/// <summary>Where a campaign's journal is: a SQLite file, relative to the current folder.</summary>
static partial class JournalLocation
{
    /// <summary>The file's path of <c>sqlite:PATH</c> or of a bare path. Whatever else it may be is never printed: it may hold a password.</summary>
    public static string Parse(string where, string text)
    {
        if (Url().IsMatch(text) || text.Contains("Host=", StringComparison.OrdinalIgnoreCase) || text.Contains("Server=", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"{where}: this build keeps journals in SQLite only; write sqlite:PATH, such as sqlite:campaigns/quickstart.db");
        var path = text.StartsWith("sqlite:", StringComparison.Ordinal) ? text["sqlite:".Length..] : text;
        if (path.Trim().Length == 0 || path.EndsWith('/') || path.Any(char.IsControl)) throw new InputException($"{where}: no file is named there; write sqlite:PATH, such as sqlite:campaigns/quickstart.db");
        return path;
    }

    public static string Default(string campaign) => $"campaigns/{campaign}.db";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*://|^(postgres|postgresql|mysql|mssql):", RegexOptions.IgnoreCase)]
    private static partial Regex Url();
}
