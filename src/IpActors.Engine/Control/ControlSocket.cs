using System.Security.Cryptography;
using System.Text;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Control;

/// <summary>Where a running engine takes control commands.</summary>
public static class ControlSocket
{
    /// <summary>Bytes of a Unix socket's path, without the closing zero.</summary>
    const int MaxPath = 107;

    /// <summary>Beside the journal; where that path is too long, a name made from it in a folder that is only the user's.</summary>
    public static string PathFor(string journalPath)
    {
        var full = Path.GetFullPath(journalPath);
        var beside = full + ".sock";
        if (Encoding.UTF8.GetByteCount(beside) <= MaxPath) return beside;
        if (OperatingSystem.IsWindows()) throw new JournalException($"{journalPath}: the path is too long for a control socket");
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..32] + ".sock";
        foreach (var folder in (string?[])[Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/tmp"])
        {
            if (folder is not { Length: > 0 and < 60 } || !Directory.Exists(folder)) continue;
            var own = Path.Combine(folder, $"ipactors-{Environment.UserName}");
            Directory.CreateDirectory(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Somebody else's folder of that name: its mode cannot be changed by us, and this throws.
            File.SetUnixFileMode(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return Path.Combine(own, name);
        }
        throw new JournalException($"{journalPath}: the path is too long for a control socket and neither XDG_RUNTIME_DIR nor /tmp can be used");
    }

    /// <summary>The address of the process that holds the journal; null when none does or it takes no commands.</summary>
    public static async Task<string?> Find(string journalPath, TimeProvider? time = null, CancellationToken cancel = default)
    {
        // A journal that is held exclusively cannot be read; its holder listens where it always does.
        if (SqliteLease.IsHeldExclusively(journalPath)) return PathFor(journalPath) is var socket && File.Exists(socket) ? socket : null;
        await using var journal = SqliteJournalReader.OpenReader(journalPath);
        return await journal.ReadLease(cancel) is { } lease && lease.IsLive(time ?? TimeProvider.System) ? lease.ControlAddress : null;
    }

    /// <summary>Lets a running engine be controlled by the way that its journal offers: a socket beside the file, or a table in the database.</summary>
    public static async Task<IAsyncDisposable> Host(IEngine engine, string campaign, IJournal journal) => journal switch
    {
        SqliteJournal s => await ControlServer.Start(engine, campaign, s, s.JournalPath),
        PostgresJournal p => await ControlTable.Start(engine, campaign, p),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
