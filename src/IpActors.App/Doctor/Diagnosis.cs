using System.Globalization;
using System.Runtime.InteropServices;
using IpActors.Engine.Journals;
using IpActors.Science;
using IpActors.Science.Crystals;
using Microsoft.Data.Sqlite;

namespace IpActors.App.Doctor;

/// <summary>One thing looked for: whether it works, what was found, and what to do about it if not.</summary>
sealed record Finding(string Name, bool Ok, bool Required, string Found, string? Remedy = null);

static class Diagnosis
{
    const long LittleSpace = 1L << 30;

    /// <summary>The machine and the journal; outside programs are <see cref="ProgramFindings"/>.</summary>
    /// <param name="folder">Where the journal is, or is to be.</param>
    public static IEnumerable<Finding> All(string folder)
    {
        yield return new("dotnet", true, true, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");
        yield return new("cores", true, true, $"{Environment.ProcessorCount} processors, {Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1).ToString(CultureInfo.InvariantCulture)} GiB of memory");
        yield return Spacegroups();
        yield return Sqlite(folder);
        yield return Disk(folder);
    }

    static Finding Spacegroups() => Spglib.Version is { } version ? new("spglib", true, true, $"spglib {version}")
        : new("spglib", false, true, "not found", "install it (Debian, Ubuntu: apt-get install libsymspg1) or set IPACTORS_SPGLIB to the library's path");

    /// <summary>A journal is made, closed and deleted in that folder, or in the nearest folder above it that is there.</summary>
    static Finding Sqlite(string folder)
    {
        var existing = Existing(folder);
        var path = Path.Combine(existing, $".ipactors-doctor-{Environment.ProcessId}.db");
        try
        {
            using (var db = new SqliteConnection("Data Source=:memory:"))
            {
                db.Open();
                SqliteJournal.Open(path).DisposeAsync().AsTask().GetAwaiter().GetResult();
                return new("SQLite", true, true, $"SQLite {db.ServerVersion}; a journal can be written in {existing}");
            }
        }
        catch (Exception e) when (e is InputException or SqliteException or IOException or UnauthorizedAccessException or Engine.JournalException)
        {
            return new("SQLite", false, true, $"no journal can be written in {existing}: {e.Message.Replace(path, "it")}", "give another place with --journal sqlite:PATH");
        }
        finally { foreach (var left in Directory.Exists(existing) ? Directory.EnumerateFileSystemEntries(existing, Path.GetFileName(path) + "*") : []) Remove(left); }
    }

    /// <summary>The server answers, and the journal can be read or made there; nothing is made.</summary>
    public static async Task<Finding> Postgres(PostgresAddress at, CancellationToken cancel)
    {
        try
        {
            var (version, mayCreate) = await at.Probe(cancel);
            return mayCreate ? new("PostgreSQL", true, true, $"PostgreSQL {version}; {at} can be used") : new("PostgreSQL", false, true, $"PostgreSQL {version}; '{at.User}' may not create what is missing in the schema '{at.Schema}'",
                "grant CREATE on the schema or the database, or give a schema of the user's own with ?schema=NAME");
        }
        catch (InputException e) { return new("PostgreSQL", false, true, e.Message, "see docs/journal.md"); }
    }

    static void Remove(string path)
    {
        try { if (Directory.Exists(path)) Directory.Delete(path, recursive: true); else File.Delete(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Console.Error.WriteLine($"ipactors: {path} is left over and can be deleted ({e.Message})"); }
    }

    static Finding Disk(string folder)
    {
        var free = new DriveInfo(Existing(folder)).AvailableFreeSpace;
        var text = $"{Math.Round(free / (double)(1 << 30), 1).ToString(CultureInfo.InvariantCulture)} GiB free at {Existing(folder)}";
        return free >= LittleSpace ? new("disk", true, false, text) : new("disk", false, false, text, "free some space or keep the journal elsewhere: a large campaign takes some GiB");
    }

    /// <summary>The folder itself, or the nearest above it that is there.</summary>
    public static string Existing(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent) folder = parent;
        return folder;
    }
}
