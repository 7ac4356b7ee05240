using System.Diagnostics;
using IpActors.Domain.Entities;
using IpActors.Engine.Audit;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Tests.Journals;

/// <summary>What a disk may do to a journal in SQLite. After each: all that was acknowledged is there, or the damage is said; never a wrong journal without a word.</summary>
public sealed class DurabilityTests : IDisposable
{
    readonly Folder _folder = new();
    readonly EventCodec _codec = new(Toy.Kinds);
    string JournalPath => _folder["j.db"];
    public void Dispose() => _folder.Dispose();

    Append One(string toy, long sequence, string text = "")
    {
        var e = new Added($"{sequence}{text}", 1);
        return new(Toy.Id(toy), [new(sequence, e, _codec.Encode(Toy.Id(toy).PersistenceId, sequence, e, EventCodec.NoHash))], [], []);
    }

    async Task<(int Code, string Out)> InChild(string shell, params string[] arguments)
    {
        var info = new ProcessStartInfo("/bin/bash", ["-c", shell, "bash", "dotnet", "exec", typeof(DurabilityTests).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // its shared memory counts as a file
        using var p = Process.Start(info)!;
        var error = p.StandardError.ReadToEndAsync();
        var output = await p.StandardOutput.ReadToEndAsync();
        await p.WaitForExitAsync();
        return (p.ExitCode, output + await error);
    }

    static int Acknowledged(string output) => output.Split('\n').Select(l => l.Split(' ')).Where(l => l is ["full", _]).Select(l => int.Parse(l[1])).DefaultIfEmpty(0).Max();

    /// <summary>A limit on the size of files is to SQLite what a full disk is.</summary>
    [Fact]
    public async Task A_disk_that_fills_up_stops_the_engine_with_one_line_and_with_space_again_it_goes_on_from_the_last_acknowledged_event()
    {
        var (code, output) = await InChild("trap '' XFSZ; ulimit -f 400; exec \"$@\"", "fill", JournalPath);
        Assert.Equal(1, code);
        var acknowledged = Acknowledged(output);
        Assert.True(acknowledged > 5, output);
        var line = Assert.Single(output.Split('\n'), l => l.StartsWith("failed: ", StringComparison.Ordinal));
        Assert.Contains(JournalPath, line);
        Assert.True(line.Contains("no space left") || line.Contains("check its space"), line);
        (code, output) = await InChild("exec \"$@\"", "fill", JournalPath, $"{acknowledged + 20}");
        Assert.True(code == 0, output);
        await Holds(acknowledged + 20);
    }

    async Task Holds(int events)
    {
        await using var reader = SqliteJournalReader.OpenReader(JournalPath);
        Assert.Empty((await HashChain.Verify(reader, Toy.Kinds)).Findings);
        Assert.Equal(Enumerable.Range(1, events).Select(i => (long)i), (await reader.ReadEntity("play/toy/full", 0, default)).Select(r => r.SequenceNumber));
    }

    [SkippableFact]
    public async Task On_a_small_file_system_that_is_really_full_it_is_the_same()
    {
        Skip.IfNot(Environment.UserName == "root", "only root can mount a file system of a limited size");
        var mount = Directory.CreateDirectory(_folder["small"]).FullName;
        using (var p = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=600k", "ipactors-test", mount]) { RedirectStandardError = true })!) { p.WaitForExit(); Skip.If(p.ExitCode != 0, "a tmpfs cannot be mounted here"); }
        try
        {
            var path = Path.Combine(mount, "j.db");
            var (code, output) = await InChild("exec \"$@\"", "fill", path);
            Assert.Equal(1, code);
            Assert.Contains("no space left on the disk; nothing half-written was kept; free some space and run again", output);
            var acknowledged = Acknowledged(output);
            Process.Start("mount", ["-o", "remount,size=8m", mount])!.WaitForExit();
            (code, output) = await InChild("exec \"$@\"", "fill", path, $"{acknowledged + 5}");
            Assert.True(code == 0, output);
            await using var reader = SqliteJournalReader.OpenReader(path);
            Assert.Equal(acknowledged + 5, (await reader.ReadEntity("play/toy/full", 0, default)).Count);
        }
        finally { Process.Start("umount", [mount])!.WaitForExit(); }
    }

    [SkippableFact]
    public async Task Without_the_right_to_write_it_is_one_line_and_nothing_is_changed()
    {
        Skip.If(OperatingSystem.IsWindows(), "permissions of Unix");
        await SqliteJournal.Open(JournalPath).DisposeAsync();
        var bytes = File.ReadAllBytes(JournalPath);
        File.Delete(JournalPath + ".lock");
        // Root may write everywhere, so the child gives that up where we are root.
        var child = $"HOME=/tmp DOTNET_CLI_HOME=/tmp exec {(Environment.UserName == "root" ? "setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all " : "")}\"$@\"";
        var free = Directory.CreateTempSubdirectory("ipactors-free-");
        File.SetUnixFileMode(free.FullName, (UnixFileMode)0b111_111_111);
        var alright = await InChild(child, "fill", Path.Combine(free.FullName, "j.db"), "1");
        free.Delete(recursive: true);
        Skip.If(alright.Code != 0, $"an ordinary user cannot run the tests' own program here: {alright.Out.Split('\n')[0]}");
        foreach (var (file, folder) in new[] { (UnixFileMode.UserRead, (UnixFileMode)0b101_101_101), ((UnixFileMode)0b100_100_100, (UnixFileMode)0b111_111_111), (UnixFileMode.None, (UnixFileMode)0b111_111_111) })
        {
            File.SetUnixFileMode(JournalPath, file);
            File.SetUnixFileMode(_folder.Path, folder);
            var (code, output) = await InChild(child, "fill", JournalPath, "3");
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Assert.True(code == 2, output);
            Assert.Matches("refused: .*(permissions|cannot be written|cannot be opened|cannot be read)", output);
        }
        File.SetUnixFileMode(JournalPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(bytes, File.ReadAllBytes(JournalPath));
    }

    [Fact]
    public async Task A_file_deleted_or_replaced_under_a_running_engine_is_noticed_and_nothing_more_is_acknowledged()
    {
        foreach (var replaced in (bool[])[false, true])
        {
            await using var engine = new EmbeddedEngine(SqliteJournal.Open(JournalPath), Toy.Kinds, []);
            await engine.Send(Toy.Id("a"), new Add("1", 1));
            File.Move(JournalPath, JournalPath + ".away");
            if (replaced) File.WriteAllText(JournalPath, "another file");
            var error = (await Assert.ThrowsAsync<JournalException>(() => engine.Send(Toy.Id("a"), new Add("2", 1)).InTime())).Message;
            Assert.Contains("deleted, moved or replaced", error);
            await Assert.ThrowsAsync<JournalException>(() => engine.WhenIdle());
            await engine.DisposeAsync();
            _folder.Empty();
        }
    }

    /// <summary>A journal whose every commit's end in the log is known: (bytes of the log, acknowledged events).</summary>
    async Task<(byte[] Db, byte[] Wal, List<(long Bytes, int Events)> Commits, string Seal)> Logged()
    {
        var commits = new List<(long, int)>();
        string seal;
        await using (var journal = SqliteJournal.Open(JournalPath))
        {
            for (var i = 1; i <= 25; i++)
            {
                await journal.Append(One($"t{i}", 1, new string('x', 40 * i)));
                commits.Add((new FileInfo(JournalPath + "-wal").Length, i));
            }
            await using (var reader = SqliteJournalReader.OpenReader(JournalPath)) seal = (await Seal.Of(reader)).Digest;
            // As the disk has it at this moment; the engine goes on and closes, which the copy does not see.
            File.Copy(JournalPath, _folder["db.copy"]);
            File.Copy(JournalPath + "-wal", _folder["wal.copy"]);
        }
        return (File.ReadAllBytes(_folder["db.copy"]), File.ReadAllBytes(_folder["wal.copy"]), commits, seal);
    }

    /// <summary>Opens a copy with that log; null when it is refused, with a line that names it.</summary>
    async Task<(int Events, string Seal)?> Opened(byte[] db, byte[] wal)
    {
        var path = _folder["cut.db"];
        foreach (var left in Directory.GetFileSystemEntries(_folder.Path, "cut.db*")) File.Delete(left);
        File.WriteAllBytes(path, db);
        File.WriteAllBytes(path + "-wal", wal);
        try
        {
            await using var journal = SqliteJournal.Open(path);
            var chain = await HashChain.Verify(journal, Toy.Kinds);
            Assert.Empty(chain.Findings);
            var rows = new List<string>();
            await foreach (var r in journal.ReadAll(0, default)) rows.Add(r.PersistenceId);
            Assert.Equal(Enumerable.Range(1, rows.Count).Select(i => $"play/toy/t{i}"), rows); // a beginning of what was written, and nothing else
            return (rows.Count, (await Seal.Of(journal)).Digest);
        }
        catch (Exception e) when (e is InputException or JournalException) { Assert.Contains("cut.db", e.Message); return null; }
    }

    [Fact]
    public async Task A_log_cut_anywhere_opens_with_every_event_whose_commit_is_before_the_cut()
    {
        var (db, wal, commits, seal) = await Logged();
        var offsets = commits.SelectMany(c => new[] { c.Bytes - 1, c.Bytes, c.Bytes + 1 }).Concat(Enumerable.Range(0, 60).Select(i => (long)wal.Length * i / 60)).Where(o => o <= wal.Length).Distinct().Order();
        foreach (var cut in offsets)
        {
            var acknowledged = commits.Where(c => c.Bytes <= cut).Select(c => c.Events).DefaultIfEmpty(0).Max();
            var opened = await Opened(db, wal[..(int)cut]);
            Assert.NotNull(opened);
            Assert.Equal(acknowledged, opened.Value.Events); // unsynced writes after the last commit, dropped: nothing acknowledged is missing
            Assert.Equal(acknowledged == 25, opened.Value.Seal == seal);  // and a cut before it shows in the seal
        }
    }

    [Fact]
    public async Task A_log_with_any_byte_flipped_opens_with_a_beginning_of_what_was_written_or_not_at_all_and_the_seal_shows_it()
    {
        var (db, wal, _, seal) = await Logged();
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var torn = wal.ToArray();
            torn[random.Next(torn.Length)] ^= (byte)(1 << random.Next(8));
            if (await Opened(db, torn) is { } opened) Assert.Equal(opened.Events == 25, opened.Seal == seal);
        }
    }

    [Fact]
    public async Task A_file_cut_short_or_torn_in_its_last_pages_is_refused_or_found_by_the_audit()
    {
        await using (var journal = SqliteJournal.Open(JournalPath)) for (var i = 1; i <= 60; i++) await journal.Append(One($"t{i}", 1, new string('x', 60 * i)));
        string seal;
        await using (var reader = SqliteJournalReader.OpenReader(JournalPath)) seal = (await Seal.Of(reader)).Digest;
        var bytes = File.ReadAllBytes(JournalPath);
        var random = new Random(6);
        for (var i = 0; i < 40; i++)
        {
            var torn = bytes.ToArray();
            if (i < 15) torn = torn[..(bytes.Length * (i + 1) / 16)];
            else Array.Fill(torn, (byte)random.Next(256), bytes.Length - 4096 * (1 + i % 12), 2048);
            var path = _folder["torn.db"];
            foreach (var left in Directory.GetFileSystemEntries(_folder.Path, "torn.db*")) File.Delete(left);
            File.WriteAllBytes(path, torn);
            try
            {
                await using var reader = SqliteJournalReader.OpenReader(path);
                var chain = await HashChain.Verify(reader, Toy.Kinds);
                if (chain.Findings.IsEmpty && (await Seal.Of(reader)).Digest == seal)
                {
                    // All events are whole: what is torn holds none of them (an index, a free page).
                    Assert.Equal(60, chain.Events);
                }
            }
            catch (Exception e) when (e is InputException or JournalException) { Assert.Contains("torn.db", e.Message); }
        }
    }

    [Fact]
    public async Task An_exclusive_journal_has_no_write_ahead_log_and_refuses_readers_while_it_is_held_and_none_afterwards()
    {
        var address = new SqliteAddress(JournalPath, Exclusive: true);
        await using (var engine = new EmbeddedEngine(await address.Open(), Toy.Kinds, []))
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => engine.Send(Toy.Id($"t{i % 9}"), new Add($"{i}", 1))));
            Assert.False(File.Exists(JournalPath + "-wal"));
            Assert.Contains("holds it exclusively", Assert.Throws<InputException>(() => SqliteJournalReader.OpenReader(JournalPath)).Message);
            Assert.Contains("in use by another process", (await Assert.ThrowsAsync<InputException>(() => address.Open())).Message);
            var (code, output) = await InChild("exec \"$@\"", "fill", JournalPath, "1");
            Assert.True(code == 2 && output.Contains("in use by another process"), output);
        }
        await using (var reader = SqliteJournalReader.OpenReader(JournalPath)) Assert.Equal(200, (await HashChain.Verify(reader, Toy.Kinds)).Events);
        await using (await new SqliteAddress(JournalPath).Open()) { } // and as an ordinary one
        await using (await address.Open()) { }
    }
}
