using System.Text.Json;
using System.Text.Json.Serialization;

namespace IpActors.Workers.Launchers.Local;

/// <summary>What a guardian is to do; <c>guard.json</c> in the run's folder, written by the launcher.</summary>
/// <param name="GraceSeconds">From SIGTERM to SIGKILL.</param>
/// <param name="LeaseFile">A file that the node's process keeps touching while it holds its lease; null: the run outlives its engine.</param>
public sealed record GuardOrder(string Nonce, ImmutableArray<string> Command, string Stdout, string Stderr, ImmutableSortedDictionary<string, string> Environment, double GraceSeconds, double? WalltimeSeconds, string? LeaseFile = null, double LeaseSeconds = 0);

/// <summary>Who guards (<c>guardian.json</c>), and which process it has started (<c>started.json</c>).</summary>
public sealed record GuardedProcess(string Host, ProcessIdentity Process);

/// <summary>How it ended; <c>exit.json</c>, written by the guardian when nothing of the run was left.</summary>
/// <param name="Stopped">Why the guardian ended it; null: it ended by itself.</param>
/// <param name="Error">It could not be started.</param>
/// <param name="Leftovers">Processes of the run that were there two seconds after the program had ended by itself; they were ended.</param>
public sealed record GuardedExit(int? Code, int? Signal, string? Stopped, string? Error, int? Leftovers = null);

static class GuardFiles
{
    public const string Order = "guard.json", Guardian = "guardian.json", Started = "started.json", Exit = "exit.json";
    public const string StoppedByLease = "lease", StoppedByWalltime = "walltime", StoppedOnRequest = "request";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Null while it is missing or half written.</summary>
    public static T? Read<T>(string folder, string name) where T : class
    {
        try { return JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(folder, name)), Json); }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException) { return null; }
    }

    /// <summary>All of it or nothing, and on the disk before this returns.</summary>
    public static void Write<T>(string folder, string name, T value) => File.Move(Part(folder, name, value), Path.Combine(folder, name), overwrite: true);

    /// <summary>As <see cref="Write"/>, but only if it is not there yet: whoever writes it first owns the folder.</summary>
    public static bool TryClaim<T>(string folder, string name, T value)
    {
        var part = Part(folder, name, value);
        try
        {
            File.Move(part, Path.Combine(folder, name), overwrite: false); // a hard link, which fails where the name exists
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, name)))
        {
            File.Delete(part);
            return false;
        }
    }

    static string Part<T>(string folder, string name, T value)
    {
        var part = Path.Combine(folder, $"{name}.{Guid.NewGuid():N}.part"); // several may write at once
        using var file = new FileStream(part, FileMode.Create, FileAccess.Write);
        JsonSerializer.Serialize(file, value, Json);
        file.Flush(flushToDisk: true);
        return part;
    }
}
