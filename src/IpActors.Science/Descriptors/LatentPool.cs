using System.Buffers.Binary;

namespace IpActors.Science.Descriptors;

/// <summary>
/// The latent rows of a pool, group after group (EN, VR, PF): row i holds Widths[0] + Widths[1] + ... numbers without unit. As bytes: "IPLATENT", version 1,
/// number of groups, their widths, number of rows (int32), then the rows as doubles; all little-endian.
/// </summary>
public sealed class LatentPool
{
    static ReadOnlySpan<byte> Magic => "IPLATENT"u8;
    readonly double[] _values;

    /// <summary>Takes values row by row; throws <see cref="ArgumentException"/> when their number is not rows × the sum of the widths.</summary>
    public LatentPool(ImmutableArray<int> widths, double[] values)
    {
        if (widths.IsDefaultOrEmpty || widths.Any(w => w < 0) || widths.Sum() == 0) throw new ArgumentException("a pool needs groups of non-negative width, one of them positive", nameof(widths));
        RowWidth = widths.Sum();
        if (values.Length % RowWidth != 0) throw new ArgumentException($"{values.Length} numbers are not whole rows of {RowWidth}", nameof(values));
        (Widths, _values, Count) = (widths, values, values.Length / RowWidth);
    }

    public ImmutableArray<int> Widths { get; }
    public int RowWidth { get; }
    public int Count { get; }
    public ReadOnlySpan<double> Values => _values;
    public ReadOnlySpan<double> Row(int i) => _values.AsSpan(i * RowWidth, RowWidth);
    /// <summary>The part of row i that belongs to group g (from 0).</summary>
    public ReadOnlySpan<double> Row(int i, int g) => Row(i).Slice(Widths.AsSpan()[..g].ToArray().Sum(), Widths[g]);

    public static LatentPool FromRows(ImmutableArray<int> widths, IReadOnlyList<double[]> rows)
    {
        var width = widths.Sum();
        var values = new double[rows.Count * width];
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != width) throw new ArgumentException($"row {i} has {rows[i].Length} numbers, the groups {width}", nameof(rows));
            rows[i].CopyTo(values, i * width);
        }
        return new(widths, values);
    }

    /// <summary>The rows of those indices, in their order.</summary>
    public LatentPool Select(IReadOnlyList<int> indices)
    {
        var values = new double[indices.Count * RowWidth];
        for (var i = 0; i < indices.Count; i++) Row(indices[i]).CopyTo(values.AsSpan(i * RowWidth));
        return new(Widths, values);
    }

    public byte[] ToBytes()
    {
        var header = Magic.Length + 4 * (3 + Widths.Length);
        var bytes = new byte[header + 8 * _values.Length];
        Magic.CopyTo(bytes);
        var at = Magic.Length;
        foreach (var v in (int[])[1, Widths.Length, .. Widths, Count]) { BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), v); at += 4; }
        foreach (var v in _values) { BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), v); at += 8; }
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; throws <see cref="InvalidDataException"/> when the bytes are not of that form.</summary>
    public static LatentPool FromBytes(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length;
        if (length < 20 || !bytes.StartsWith(Magic)) throw new InvalidDataException("not a pool of latent rows");
        bytes = bytes[Magic.Length..];
        int Next(ref ReadOnlySpan<byte> rest)
        {
            if (rest.Length < 4) throw new InvalidDataException($"latent pool is cut short ({length} bytes)");
            var v = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[4..];
            return v;
        }
        if (Next(ref bytes) is var version and not 1) throw new InvalidDataException($"latent pool of version {version}; this program reads version 1");
        var groups = Next(ref bytes);
        if (groups < 1 || groups > bytes.Length / 4) throw new InvalidDataException($"latent pool of {groups} groups is cut short");
        var widths = new int[groups];
        for (var g = 0; g < groups; g++) widths[g] = Next(ref bytes);
        var count = Next(ref bytes);
        if (widths.Any(w => w < 0) || widths.Sum(w => (long)w) is var width && (width == 0 || count < 0 || bytes.Length != 8 * width * count))
            throw new InvalidDataException($"latent pool says {count} rows of {string.Join("+", widths)} numbers, but holds {bytes.Length} bytes");
        var values = new double[bytes.Length / 8];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
        return new([.. widths], values);
    }
}
