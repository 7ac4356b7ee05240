using IpActors.Chaos.Adversary;
using IpActors.Engine.Journals;
using Microsoft.Data.Sqlite;

namespace IpActors.Chaos.Host;

/// <summary>A file in the campaign's folder.</summary>
sealed class SqliteKind : JournalKind
{
    public override string Name => "sqlite";
    protected override string Make(string folder) => $"sqlite:{Path.Combine(folder, "chaos.db")}";
    public static string PathIn(string folder) => ((SqliteAddress)In(folder)).Path;

    public override Task Fill(string folder, int kib)
    {
        InnerAdversary.LimitFiles(1024L * kib + new[] { "", "-wal" }.Select(s => new FileInfo(PathIn(folder) + s)).Max(f => f.Exists ? f.Length : 0));
        return Task.CompletedTask;
    }

    /// <summary>Another connection holds the write lock.</summary>
    public override async Task Harm(string folder, TimeSpan time, double chance, Action<string> say)
    {
        say("database stalled");
        await using var db = new SqliteConnection($"Data Source={PathIn(folder)};Pooling=False");
        db.Open();
        using var begin = db.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        await Task.Delay(time);
    }
}
