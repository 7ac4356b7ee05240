using IpActors.Science;

namespace IpActors.Engine.Journals;

/// <summary>Where a journal is: <c>sqlite:PATH</c>, a bare path, or a PostgreSQL URL. Its text never holds a password.</summary>
public abstract record JournalAddress
{
    /// <summary>Opens the journal, made if missing, for this process alone; throws <see cref="InputException"/> with one clear line where that cannot be.</summary>
    /// <param name="holder">What the lease says of its holder: <see cref="LeaseInfo.Embedded"/>, or <see cref="LeaseInfo.OfNode"/>.</param>
    public abstract Task<IJournal> Open(TimeProvider? time = null, string holder = LeaseInfo.Embedded);
    /// <summary>Opens a journal for reading only; throws <see cref="InputException"/> when there is none.</summary>
    public abstract Task<IJournalReader> OpenReader(CancellationToken cancel = default);
    public abstract Task<bool> Exists(CancellationToken cancel = default);

    /// <param name="where">Where the text stands, for errors.</param>
    public static JournalAddress Parse(string where, string text) => PostgresAddress.IsOne(text) ? PostgresAddress.Parse(where, text) : SqliteAddress.Parse(where, text);
}

/// <param name="Exclusive">Rollback journal and exclusive lock, safe on network file systems; nobody else reads while it is held.</param>
public sealed record SqliteAddress(string Path, bool Exclusive = false) : JournalAddress
{
    const string Option = "?network=exclusive";

    public override Task<IJournal> Open(TimeProvider? time = null, string holder = LeaseInfo.Embedded) => Task.FromResult<IJournal>(SqliteJournal.Open(Path, time, Exclusive, holder));
    public override Task<IJournalReader> OpenReader(CancellationToken cancel = default) => Task.FromResult<IJournalReader>(SqliteJournalReader.OpenReader(Path));
    public override Task<bool> Exists(CancellationToken cancel = default) => Task.FromResult(File.Exists(Path));
    public override string ToString() => Path;

    internal static new SqliteAddress Parse(string where, string text)
    {
        var path = text.StartsWith("sqlite:", StringComparison.Ordinal) ? text["sqlite:".Length..] : text;
        var exclusive = path.EndsWith(Option, StringComparison.Ordinal);
        if (exclusive) path = path[..^Option.Length];
        else if (path.Contains("?network=", StringComparison.Ordinal)) throw new InputException($"{where}: the one value of network is exclusive; write sqlite:PATH{Option}");
        if (path.Trim().Length == 0 || path.EndsWith('/') || path.Any(char.IsControl)) throw new InputException($"{where}: no file is named there; write sqlite:PATH, such as sqlite:campaigns/quickstart.db");
        return new(path, exclusive);
    }
}
