using System.Runtime.Intrinsics;

namespace IpActors.Workers.Builtin;

/// <summary>
/// The pair interactions of all types as pieces in s = r², 32 to an octave of s from 1/4 Å² to 128 Å², so that a float's own bits name the piece. In a piece F/r = f0 + f1 d + f2 d² and u = u0 - ½ (f0 d + f1 d²/2 + f2 d³/3) with d from its lower end:
/// energy and force are exact at the nodes and the force is the derivative of the energy. Zero beyond a pair's cutoff, in straight continuation below 1/2 Å.
/// </summary>
sealed class PairTables
{
    public const float Lowest = 0.2499f, Highest = 127.9f;
    /// <summary>The bits of a float that name its piece, and how far to shift them for the byte offset of 16-byte entries.</summary>
    public const int Mask = unchecked((int)0xFFFC0000), Shift = 14, OffsetMask = ~15;
    /// <summary>A float of 2^23 + n holds n in its low bits: so the points carry their type's offset.</summary>
    public const double Tag = 8388608;
    const int First = 0x3E7C0000, Entries = ((0x43000000 - First) >> 18) + 1, RowBytes = Entries * 16;

    /// <summary>f0, f1, f2, u0 of piece after piece of partner type after partner type of type after type.</summary>
    public AlignedFloats Coefficients { get; }

    /// <param name="interactions">The short-range part of each pair of types, uncharged.</param>
    /// <param name="chargeProducts">k q q in eV Å.</param>
    /// <param name="cutoffSquared">Where a pair ends; at the edge of a piece (<see cref="EdgeBeyond"/>).</param>
    public PairTables(int types, PairInteraction[] interactions, double[] chargeProducts, double[] cutoffSquared, ProlateSplit split)
    {
        Coefficients = new(types * types * Entries * 4);
        for (var a = 0; a < types; a++)
            for (var b = 0; b < types; b++) Fill(interactions[a * types + b], chargeProducts[a * types + b], cutoffSquared[a * types + b], split, Coefficients.Span.Slice((a * types + b) * Entries * 4, Entries * 4));
    }

    /// <summary>The fourth coordinate of a point of that type.</summary>
    public static double TagOf(int type) => Tag + type * RowBytes;
    /// <summary>What turns the sum of shifted bits and a partner's tag into the byte offset of a piece, for atoms of one type.</summary>
    public static int Origin(int type, int types) => type * types * RowBytes - 0x4B000000 - (First >> Shift & OffsetMask);
    /// <summary>The first edge of a piece at or beyond s.</summary>
    public static double EdgeBeyond(double s)
    {
        var edge = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits((float)s) & Mask);
        return edge >= s ? edge : BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits((float)s) + ~Mask + 1 & Mask);
    }

    static void Fill(in PairInteraction interaction, double chargeProduct, double cutoffSquared, ProlateSplit split, Span<float> row)
    {
        for (var k = 1; k < Entries; k++)
        {
            var (s, end) = (Node(k), Node(k + 1));
            if (s >= cutoffSquared) break;
            var h = end - s;
            var (u, f) = Value(interaction, chargeProduct, split, s);
            var (u2, f2) = end >= cutoffSquared ? (0, 0) : Value(interaction, chargeProduct, split, end);
            var mean = 2 * (u - u2) / h;
            (row[4 * k], row[4 * k + 1], row[4 * k + 2], row[4 * k + 3]) = ((float)f, (float)((6 * mean - 4 * f - 2 * f2) / h), (float)((3 * f + 3 * f2 - 6 * mean) / (h * h)), (float)u);
        }
        // below the first node: constant F/r
        (row[0], row[3]) = (row[4], (float)(row[7] + 0.5 * row[4] * (Node(1) - Node(0))));
    }

    static double Node(int k) => BitConverter.Int32BitsToSingle(First + (k << 18));

    static (double Energy, double ForceOverR) Value(in PairInteraction interaction, double chargeProduct, ProlateSplit split, double s)
    {
        interaction.Evaluate(Vector256.Create(s), out var u, out var f);
        var (coulomb, force) = split.Real(Math.Sqrt(s));
        return (u[0] + chargeProduct * coulomb, f[0] + chargeProduct * force);
    }
}
