using System.Diagnostics;
using IpActors.Engine.Audit;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;

namespace IpActors.Engine.Tests.Journals;

/// <summary>With real processes, killed as a power failure of their own.</summary>
public sealed class Killed : IDisposable
{
    readonly Folder _folder = new();
    JournalAddress NewJournal(bool postgres) => postgres ? PostgresServer.Shared.NewJournal() : new SqliteAddress(_folder["j.db"]);
    public void Dispose() => _folder.Dispose();

    static Process Child(string what, JournalAddress journal)
    {
        var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } dotnet && Path.GetFileNameWithoutExtension(dotnet) == "dotnet" ? dotnet : "dotnet", ["exec", typeof(Killed).Assembly.Location, what, journal is PostgresAddress p ? $"{p}" : $"sqlite:{journal}"]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", child.StandardOutput.ReadLine());
        return child;
    }

    [SkippableTheory, InlineData(false), InlineData(true)]
    public async Task What_was_acknowledged_outlasts_a_kill_and_nothing_half_written_remains(bool postgres)
    {
        var journal = NewJournal(postgres);
        var acknowledged = new Dictionary<string, int>();
        for (var round = 0; round < 3; round++)
        {
            using var child = Child("write", journal);
            for (var i = 0; i < 300 + 100 * round; i++) Take(child.StandardOutput.ReadLine());
            child.Kill();
            while (child.StandardOutput.ReadLine() is { } line) Take(line); // said before it died
            child.WaitForExit();

            await using var engine = new EmbeddedEngine(await journal.Open(), Toy.Kinds, []);
            foreach (var (toy, last) in acknowledged) Assert.True((await engine.Read<Toy>(Toy.Id(toy))).Total > last, $"{toy} lost what was acknowledged");
            await using var reader = await journal.OpenReader();
            Assert.Empty((await HashChain.Verify(reader, Toy.Kinds)).Findings);
        }

        void Take(string? line)
        {
            if (line?.Split(' ') is not [var toy, var text] || !int.TryParse(text, out var i)) return; // the last line may be cut
            acknowledged[toy] = Math.Max(i, acknowledged.GetValueOrDefault(toy));
        }
    }

    [SkippableTheory, InlineData(false), InlineData(true)]
    public async Task A_second_process_is_refused_while_readers_are_not_and_a_dead_holder_is_followed_at_once(bool postgres)
    {
        var journal = NewJournal(postgres);
        using var child = Child("hold", journal);
        try
        {
            var refused = await Assert.ThrowsAsync<InputException>(() => journal.Open());
            Assert.Contains($"in use by process {child.Id}", refused.Message);
            await using var reader = await journal.OpenReader();
            Assert.True((await reader.ReadLease(default))!.IsLive(TimeProvider.System));
        }
        finally { child.Kill(); child.WaitForExit(); }
        await using (var next = await journal.Open())
            Assert.Equal(2, (await next.ReadLease(default))!.Epoch);
    }
}
