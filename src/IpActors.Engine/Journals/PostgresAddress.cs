using System.Globalization;
using System.Text.RegularExpressions;
using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>
/// <c>postgresql://USER@HOST:PORT/DATABASE?schema=NAME</c>. One schema is one journal. A password in it is refused, as campaign files are kept in journals and command lines are seen by others: it comes from
/// <c>PGPASSWORD</c>, <c>PGPASSFILE</c>, <c>~/.pgpass</c> or <c>password_file</c>.
/// </summary>
/// <param name="Host">A name, an address, or the folder of a Unix socket.</param>
/// <param name="Blobs">A folder that all hosts of the campaign share; null: a table.</param>
/// <param name="Reconnect">How long a lost server is waited for.</param>
public sealed partial record PostgresAddress(string Host, int Port, string Database, string User, string Schema, string? PasswordFile, string? Blobs, string? SslMode, string? SslRootCert, TimeSpan Reconnect) : JournalAddress
{
    public static readonly TimeSpan DefaultReconnect = TimeSpan.FromSeconds(120);
    static readonly string[] Keys = ["schema", "password_file", "blobs", "sslmode", "sslrootcert", "host", "port", "user", "dbname", "reconnect_s"];
    const string Example = "postgresql://me@db.example.org:5432/screening?schema=quickstart";

    public override async Task<IJournal> Open(TimeProvider? time = null, string holder = LeaseInfo.Embedded) => await PostgresJournal.Open(this, time, holder).ConfigureAwait(false);
    public override async Task<IJournalReader> OpenReader(CancellationToken cancel = default) => await PostgresJournalReader.OpenReader(this, cancel).ConfigureAwait(false);
    public override Task<bool> Exists(CancellationToken cancel = default) => PostgresSchema.Exists(this, cancel);

    /// <summary>The server's version, and whether this user may use or make the journal there; throws <see cref="InputException"/> when that cannot be found out.</summary>
    public Task<(string Version, bool MayUse)> Probe(CancellationToken cancel = default) => PostgresSchema.Probe(this, cancel);

    public override string ToString()
    {
        var socket = Host.StartsWith('/');
        var query = new List<string>();
        if (socket) query.AddRange([$"host={Host}", $"port={Port}"]);
        query.Add($"schema={Schema}");
        return $"postgresql://{Uri.EscapeDataString(User)}@{(socket ? "" : $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}")}/{Uri.EscapeDataString(Database)}?{string.Join('&', query)}";
    }

    public static bool IsOne(string text) => Foreign().IsMatch(text);

    /// <summary>Whatever is wrong with it, what it says is not repeated: it may hold a password.</summary>
    public static new PostgresAddress Parse(string where, string text)
    {
        if (KeyValues().IsMatch(text)) throw new InputException($"{where}: a list of key=value; write a URL such as {Example}");
        if (!Scheme().IsMatch(text)) throw new InputException($"{where}: a journal is sqlite:PATH or a PostgreSQL URL such as {Example}");
        var rest = text[(text.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var (front, query) = rest.IndexOf('?') is >= 0 and var q ? (rest[..q], rest[(q + 1)..]) : (rest, "");
        var (who, place) = front.LastIndexOf('@') is >= 0 and var a ? (front[..a], front[(a + 1)..]) : ("", front);
        if (who.Contains(':') || query.Contains('@')) throw Password(where);
        var slash = place.IndexOf('/');
        var (address, database) = slash >= 0 ? (place[..slash], place[(slash + 1)..]) : (place, "");
        var host = HostPort().Match(address);
        if (!host.Success || text.Contains('#')) throw new InputException($"{where}: not a PostgreSQL URL; write one such as {Example}");

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.IndexOf('=') is > 0 and var e ? (pair[..e], pair[(e + 1)..]) : (pair, "");
            if (key is "password" or "passwd" or "pwd") throw Password(where);
            if (!Keys.Contains(key) || value.Length == 0 || !values.TryAdd(key, Uri.UnescapeDataString(value)))
                throw new InputException($"{where}: {(Keys.Contains(key) ? $"'{key}' has no value or is there twice" : "an unknown setting after '?'")}; known: {string.Join(", ", Keys)}");
        }
        string Of(string key, string inUrl, string otherwise) => inUrl.Length > 0 ? Uri.UnescapeDataString(inUrl) : values.GetValueOrDefault(key) ?? otherwise;
        int Number(string key, string inUrl, int otherwise, int least, int most) => int.TryParse(Of(key, inUrl, otherwise.ToString(CultureInfo.InvariantCulture)), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most
            ? n : throw new InputException($"{where}: {key} is not a number from {least} to {most}");
        var user = Of("user", who, Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName);
        var result = new PostgresAddress(Of("host", host.Groups[1].Value.Trim('[', ']'), Environment.GetEnvironmentVariable("PGHOST") ?? "localhost"), Number("port", host.Groups[2].Value, DefaultPort, 1, 65535),
            Of("dbname", database, user), user, values.GetValueOrDefault("schema") ?? "public", values.GetValueOrDefault("password_file"), values.GetValueOrDefault("blobs"), values.GetValueOrDefault("sslmode"),
            values.GetValueOrDefault("sslrootcert"), TimeSpan.FromSeconds(Number("reconnect_s", "", (int)DefaultReconnect.TotalSeconds, 1, 86_400)));
        if (!SchemaName().IsMatch(result.Schema)) throw new InputException($"{where}: schema: write a name of small letters, digits and '_', at most 63 long, not beginning with a digit");
        if (result.SslMode is { } mode && !Enum.TryParse<SslMode>(mode.Replace("-", ""), ignoreCase: true, out _)) throw new InputException($"{where}: sslmode: write disable, allow, prefer, require, verify-ca or verify-full");
        return result;
    }

    static int DefaultPort => int.TryParse(Environment.GetEnvironmentVariable("PGPORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 5432;

    static InputException Password(string where) =>
        new($"{where}: a password stands in the URL; take it out (campaign files are kept in journals) and give it by PGPASSWORD, ~/.pgpass or ?password_file=PATH");

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*://|^(postgres|postgresql|mysql|mssql):|(^|;)\s*(host|server)\s*=", RegexOptions.IgnoreCase)] private static partial Regex Foreign();
    [GeneratedRegex(@"(^|;)\s*(host|server)\s*=", RegexOptions.IgnoreCase)] private static partial Regex KeyValues();
    [GeneratedRegex("^(postgres|postgresql)://")] private static partial Regex Scheme();
    [GeneratedRegex(@"^(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::([^:]*))?$")] private static partial Regex HostPort();
    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")] private static partial Regex SchemaName();
}
