using System.IO.Compression;
using System.Security.Cryptography;

namespace IpActors.Engine.Snapshots;

/// <summary>A snapshot's bytes: the SHA-256 of what follows, then the content, compressed. Bytes that were cut or changed are no snapshot.</summary>
static class SealedBytes
{
    public static byte[] Close(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        bytes.Write(stackalloc byte[SHA256.HashSizeInBytes]);
        using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(compressed, 1 << 16)) write(buffered);
        var all = bytes.ToArray();
        SHA256.HashData(all.AsSpan(SHA256.HashSizeInBytes), all);
        return all;
    }

    /// <summary>The content; throws <see cref="InvalidDataException"/> where it is not what was closed.</summary>
    public static Stream Open(ReadOnlyMemory<byte> all)
    {
        if (all.Length <= SHA256.HashSizeInBytes || !SHA256.HashData(all.Span[SHA256.HashSizeInBytes..]).AsSpan().SequenceEqual(all.Span[..SHA256.HashSizeInBytes])) throw new InvalidDataException("not a whole snapshot");
        return new BufferedStream(new BrotliStream(new MemoryStream(all[SHA256.HashSizeInBytes..].ToArray()), CompressionMode.Decompress), 1 << 16);
    }

    /// <summary>Names the program that wrote the types of a snapshot: any other build makes its own.</summary>
    public static string Build(params ReadOnlySpan<Type> types)
    {
        var name = "";
        foreach (var t in types) name += $"/{t.Module.ModuleVersionId:N}";
        return name;
    }
}
