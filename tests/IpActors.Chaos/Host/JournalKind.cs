using IpActors.Chaos.Adversary;
using IpActors.Engine.Journals;
using Microsoft.Data.Sqlite;

namespace IpActors.Chaos.Host;

/// <summary>A kind of journal as the suite needs it; the suite runs on each of <see cref="All"/>.</summary>
/// <param name="Open">For writing, by this process alone.</param>
/// <param name="Stall">Keeps every writer waiting for that long.</param>
/// <param name="Size">Of its largest file, in bytes.</param>
public sealed record JournalKind(string Name, Func<string, TimeProvider, IJournal> Open, Func<string, IJournalReader> OpenReader, Func<string, TimeSpan, Task> Stall, Func<string, long> Size)
{
    public static readonly JournalKind Sqlite = new("sqlite", (folder, time) => SqliteJournal.Open(PathIn(folder), time), folder => SqliteJournalReader.OpenReader(PathIn(folder)), StallSqlite,
        folder => new[] { "", "-wal" }.Select(s => new FileInfo(PathIn(folder) + s)).Max(f => f.Exists ? f.Length : 0));

    public static readonly ImmutableArray<JournalKind> All = [Sqlite];

    public static string PathIn(string folder) => Path.Combine(folder, "chaos.db");

    static async Task StallSqlite(string folder, TimeSpan time)
    {
        await using var db = new SqliteConnection($"Data Source={PathIn(folder)};Pooling=False");
        db.Open();
        using var begin = db.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        await Task.Delay(time);
    }
}
