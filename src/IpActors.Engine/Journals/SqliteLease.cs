using IpActors.Science;
using Microsoft.Data.Sqlite;

namespace IpActors.Engine.Journals;

/// <summary>
/// One process at a time: a lock of the operating system on <c>&lt;journal&gt;.lock</c>, which ends with its holder, and a row in the journal that tells readers who holds it and outlasts a move of the file
/// to another host until it expires. Each holder has a greater epoch; a writer checks its own in every transaction.
/// </summary>
sealed class SqliteLease(string path, FileStream file, bool exclusive) : IDisposable
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    /// <summary>Tells readers, who cannot look into it, that the journal is held exclusively; left behind by a dead holder it says nothing, as the lock is free then.</summary>
    static string Mark(string path) => path + ".exclusive";

    /// <summary>Does another process hold the journal so that it cannot be read?</summary>
    public static bool IsHeldExclusively(string path)
    {
        if (!File.Exists(Mark(path))) return false;
        try { new FileStream(path + ".lock", FileMode.Open, FileAccess.Read, FileShare.Read, 1).Dispose(); return false; }
        catch (FileNotFoundException) { return false; }
        catch (IOException) { return true; }
    }

    public static SqliteLease Lock(string path, bool exclusive)
    {
        try
        {
            var file = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            try
            {
                if (exclusive) File.WriteAllBytes(Mark(path), []); else File.Delete(Mark(path));
                return new(path, file, exclusive);
            }
            catch { file.Dispose(); throw; }
        }
        catch (IOException) when (File.Exists(path + ".lock"))
        {
            LeaseInfo? holder = null;
            if (!File.Exists(Mark(path))) try { using var db = SqliteAccess.OpenReader(path); holder = db.Lease(); }
            catch (SqliteException) { } // being made at this moment
            throw InUse(path, holder);
        }
    }

    public long Take(SqliteConnection db, TimeProvider time, string kind)
    {
        using var transaction = db.BeginTransaction(deferred: false);
        if (db.Lease() is { } holder && holder.IsLive(time) && !(holder.Host == ProcessIdentity.Host && holder.ProcessId == Environment.ProcessId)) throw InUse(path, holder);
        var epoch = db.Rows(SqliteSchema.TakeLease, r => r.GetInt64(0), ("$kind", kind), ("$host", ProcessIdentity.Host), ("$pid", Environment.ProcessId), ("$start", ProcessIdentity.Current), ("$expires", (time.GetUtcNow() + Duration).UtcTicks))[0];
        transaction.Commit();
        return epoch;
    }

    public static InputException InUse(string path, LeaseInfo? holder) => new(holder is null || holder.HostKind.Length == 0
        ? $"{path}: the journal is in use by another process; end it first"
        : $"{path}: the journal is in use by {holder.Holder}; {holder.Remedy}, or wait until its lease ends at {holder.Expires:u}");

    public void Dispose()
    {
        if (exclusive) File.Delete(Mark(path));
        file.Dispose();
    }
}
