using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Runs;

/// <summary>
/// Results by what they were made from, so that no calculation is paid for twice, in whatever campaign: one folder of files named by the SHA-256 of program, inputs, and facts (potentials, scripts). A damaged entry counts as none.
/// </summary>
/// <param name="write">How a result is kept, and read back to the same bits.</param>
public sealed class ResultCache(string folder, Func<PartResult, byte[]> write, Func<byte[], PartResult> read)
{
    public string Folder => folder;

    /// <summary>The digest of all that decides a result. Inputs by name and text (or its essence, where there is one), then arguments and facts; each with its length before it, so that no two differ and meet.</summary>
    public static string KeyOf(string program, ProgramInputs inputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        Add(program);
        foreach (var map in new[] { inputs.Files.SetItems(inputs.Essence), inputs.Facts })
        {
            hash.AppendData(BitConverter.GetBytes(map.Count));
            foreach (var (name, text) in map) { Add(name); Add(text); }
        }
        foreach (var a in inputs.Arguments) Add(a);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    string PathOf(string key) => Path.Combine(folder, key[..2], key + ".json");

    public PartResult? Find(string key)
    {
        try
        {
            var entry = JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(PathOf(key)), Json);
            return entry?.Key == key ? read(Convert.FromBase64String(entry.Result)) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or FormatException or UnauthorizedAccessException) { return null; }
    }

    /// <summary>Keeps a result; what is there already stays.</summary>
    public void Put(string key, PartResult result, string label, DateTimeOffset now)
    {
        if (result.Blobs is { Count: > 0 } || File.Exists(PathOf(key))) return; // blobs belong to their campaign
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(key))!);
        var part = $"{PathOf(key)}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.part";
        File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(new Entry(key, label, result.Calculator, now, Convert.ToBase64String(write(result))), Json));
        File.Move(part, PathOf(key), overwrite: true);
    }

    /// <summary>All entries, newest first.</summary>
    public IEnumerable<CachedResult> List() => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Select(Describe).OfType<CachedResult>().OrderByDescending(c => c.Kept).ThenBy(c => c.Key, StringComparer.Ordinal)
        : [];

    static CachedResult? Describe(string path)
    {
        try { return JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path), Json) is { } e ? new(e.Key, e.Label, e.Calculator, e.Kept, new FileInfo(path).Length) : null; }
        catch (Exception x) when (x is IOException or JsonException) { return null; }
    }

    /// <summary>Deletes entries kept before that time (null: all) and what was left half written; returns how many.</summary>
    public int Clean(DateTimeOffset? before)
    {
        var doomed = List().Where(c => before is null || c.Kept < before).ToList();
        foreach (var c in doomed) File.Delete(PathOf(c.Key));
        if (Directory.Exists(folder))
        {
            foreach (var part in Directory.EnumerateFiles(folder, "*.part", SearchOption.AllDirectories)) File.Delete(part);
            foreach (var empty in Directory.EnumerateDirectories(folder).Where(d => !Directory.EnumerateFileSystemEntries(d).Any())) Directory.Delete(empty);
        }
        return doomed.Count;
    }

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    sealed record Entry(string Key, string Label, string Calculator, DateTimeOffset Kept, string Result);
}

/// <summary>An entry of the cache: what it was computed for first, by what, when, and its size.</summary>
public sealed record CachedResult(string Key, string Label, string Calculator, DateTimeOffset Kept, long Bytes);
