using System.IO.Compression;
using System.Text;

namespace IpActors.Workers.Programs;

/// <summary>A run's folder as its program fills it: whole files, plain or compressed, and what has been added since the last look.</summary>
public sealed class RunFolder(string path)
{
    readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);

    public string Path => path;
    public string PathOf(string name) => System.IO.Path.Combine(path, name);
    /// <summary>The file itself, or its .gz.</summary>
    public bool Has(string name) => File.Exists(PathOf(name)) || File.Exists(PathOf(name) + ".gz");

    /// <summary>Opens the file, or its .gz; null where neither is there.</summary>
    public Stream? Open(string name) =>
        File.Exists(PathOf(name)) ? new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16)
        : File.Exists(PathOf(name) + ".gz") ? new GZipStream(File.OpenRead(PathOf(name) + ".gz"), CompressionMode.Decompress)
        : null;

    /// <summary>The last bytes of a plain file as text, at most so many; "" where it is missing.</summary>
    public string Tail(string name, int most = 1 << 16)
    {
        if (!File.Exists(PathOf(name))) return "";
        using var file = Open(name)!;
        file.Seek(Math.Max(0, file.Length - most), SeekOrigin.Begin);
        return new StreamReader(file, Encoding.UTF8).ReadToEnd();
    }

    /// <summary>The whole lines added since the last call for that file, at most <paramref name="most"/> bytes of them (the newest), each without its end; none where the file is missing or has become shorter.</summary>
    public IReadOnlyList<string> NewLines(string name, int most = 1 << 22)
    {
        if (!File.Exists(PathOf(name))) return [];
        using var file = Open(name)!;
        var from = _read.GetValueOrDefault(name);
        if (file.Length < from) from = 0; // written anew
        if (file.Length - from > most) from = file.Length - most;
        if (file.Length == from) return [];
        file.Seek(from, SeekOrigin.Begin);
        var bytes = new byte[file.Length - from];
        var n = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var end = Array.LastIndexOf(bytes, (byte)'\n', n - 1) + 1; // an unfinished line waits
        _read[name] = from + end;
        return end == 0 ? [] : Encoding.UTF8.GetString(bytes, 0, end - 1).Split('\n');
    }
}
