using System.IO.Compression;
using System.Text;
using IpActors.Science;
using IpActors.Science.Trajectories;

namespace IpActors.App.Transport;

/// <summary>Opens trajectory files, packed by gzip or not, and pairs CP2K's xyz with its .cell. Every file is read as a stream.</summary>
static class TrajectoryFiles
{
    const int Head = 8192;

    /// <summary>An opener for each trajectory among the files; .cell files go to the xyz they follow, or lie beside it under CP2K's names.</summary>
    public static List<Func<TrajectoryReader>> Openers(IReadOnlyList<string> paths, TrajectoryHints hints)
    {
        if (paths.Count > 1 && paths.Contains("-")) throw new InputException("- (stdin) together with other files; give stdin alone");
        var openers = new List<(string Path, Cp2kCells? Cells)>();
        foreach (var path in paths)
        {
            if (paths.Count > 1 && Cp2kCells.Looks(HeadOf(path)))
            {
                if (openers.Count == 0) throw new InputException($"{path}: a CP2K cell file before any trajectory; name it after its xyz");
                openers[^1] = openers[^1] with { Cells = Cells(path) };
            }
            else openers.Add((path, null));
        }
        return openers.ConvertAll(o => (Func<TrajectoryReader>)(() => Open(o.Path, hints with { Cells = o.Cells ?? Sibling(o.Path) })));
    }

    static TrajectoryReader Open(string path, TrajectoryHints hints)
    {
        var (head, text) = OpenText(path);
        try { return TrajectoryFormats.Open(head, text, path == "-" ? "stdin" : path, hints); }
        catch { text.Dispose(); throw; }
    }

    /// <summary>PROJECT-1.cell beside PROJECT-pos-1.xyz.</summary>
    static Cp2kCells? Sibling(string path)
    {
        var name = Path.GetFileName(path);
        foreach (var end in (string[])["", ".gz"])
        {
            var beside = Path.Combine(Path.GetDirectoryName(path) ?? "", name.Replace("-pos-", "-", StringComparison.Ordinal).Replace(".xyz.gz", ".xyz", StringComparison.Ordinal).Replace(".xyz", ".cell", StringComparison.Ordinal)) + end;
            if (name.Contains("-pos-", StringComparison.Ordinal) && name.Contains(".xyz", StringComparison.Ordinal) && File.Exists(beside)) return Cells(beside);
        }
        return null;
    }

    static Cp2kCells Cells(string path)
    {
        using var text = OpenText(path).Text;
        return new(text, path);
    }

    public static string HeadOf(string path)
    {
        var (head, text) = OpenText(path);
        text.Dispose();
        return head;
    }

    static (string Head, TextReader Text) OpenText(string path)
    {
        Stream raw;
        try { raw = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16); }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException) { throw new InputException($"{path}: no such file; check the path"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{path}: cannot be read ({e.Message}); check its type and permissions"); }
        try
        {
            var stream = new RewoundStream(raw, Head);
            var first = stream.Head;
            if (first.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) stream = new RewoundStream(new GZipStream(stream, CompressionMode.Decompress), Head);
            else if (first.StartsWith("BZh"u8)) throw new InputException($"{path}: packed by bzip2; unpack it first (bunzip2 -k {path}), or pack with gzip");
            else if (first.StartsWith((ReadOnlySpan<byte>)[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) throw new InputException($"{path}: packed by xz; unpack it first (unxz -k {path}), or pack with gzip");
            else if (first.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])) throw new InputException($"{path}: packed by zstd; unpack it first (unzstd {path}), or pack with gzip");
            else if (first.StartsWith("PK\x03\x04"u8)) throw new InputException($"{path}: a zip archive; unpack it first (unzip {path})");
            return (Encoding.UTF8.GetString(stream.Head), new StreamReader(stream, Encoding.UTF8, true, 1 << 16));
        }
        catch (InvalidDataException e) { raw.Dispose(); throw new InputException($"{path}: damaged gzip ({e.Message}); pack it again"); }
        catch { raw.Dispose(); throw; }
    }
}

/// <summary>A stream whose first bytes were looked at and are read again.</summary>
sealed class RewoundStream : Stream
{
    readonly Stream _rest;
    readonly byte[] _head;
    readonly int _length;
    int _at;

    public RewoundStream(Stream rest, int head)
    {
        (_rest, _head) = (rest, new byte[head]);
        _length = rest.ReadAtLeast(_head, head, throwOnEndOfStream: false);
    }

    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _length);

    public override int Read(Span<byte> buffer)
    {
        if (_at == _length) return _rest.Read(buffer);
        var n = Math.Min(buffer.Length, _length - _at);
        _head.AsSpan(_at, n).CopyTo(buffer);
        _at += n;
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    protected override void Dispose(bool disposing) { if (disposing) _rest.Dispose(); base.Dispose(disposing); }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
