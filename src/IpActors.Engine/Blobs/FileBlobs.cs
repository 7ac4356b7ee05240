using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IpActors.Domain.Works;

namespace IpActors.Engine.Blobs;

/// <summary>Blobs as files <c>&lt;folder&gt;/ab/abcdef…</c> under the digest of their content. A file appears under its name only once it is whole and on the disk.</summary>
public sealed partial class FileBlobs(string folder) : IBlobs
{
    int _temporaries;

    public string Put(ReadOnlySpan<byte> content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        var path = PathOf(digest);
        if (File.Exists(path) && content.SequenceEqual(File.ReadAllBytes(path))) return digest; // a damaged one is replaced
        var parent = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(parent);
        var temporary = $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref _temporaries)}.tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch { File.Delete(temporary); throw; }
        foreach (var level in (string[])[parent, folder, Path.GetDirectoryName(Path.GetFullPath(folder))!]) FlushFolder(level);
        return digest;
    }

    public byte[] Get(string digest)
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower)) throw new FileNotFoundException($"'{digest}' is not a blob's digest");
        var path = PathOf(digest);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: the blob is missing; copy it from a backup of the campaign", path);
        var content = File.ReadAllBytes(path);
        return Convert.ToHexStringLower(SHA256.HashData(content)) == digest ? content : throw new InvalidDataException($"{path}: the blob is damaged (its content has another digest)");
    }

    /// <summary>Of all blobs that are there.</summary>
    public IEnumerable<string> Digests() => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Where(n => n.Length == 64 && n.All(char.IsAsciiHexDigitLower)) : [];

    string PathOf(string digest) => Path.Combine(folder, digest[..2], digest);

    /// <summary>Makes a rename outlast a power failure; .NET has no call for it.</summary>
    static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = open(path, 0);
        if (handle < 0) return;
        _ = fsync(handle);
        _ = close(handle);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int open(string path, int flags);
    [LibraryImport("libc")] private static partial int fsync(int handle);
    [LibraryImport("libc")] private static partial int close(int handle);
}
