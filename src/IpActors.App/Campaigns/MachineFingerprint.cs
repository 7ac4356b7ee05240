using System.Buffers.Binary;
using System.Security.Cryptography;
using IpActors.Science.Numerics;

namespace IpActors.App.Campaigns;

/// <summary>
/// A digest of how this machine, runtime and program compute: the version of the optimiser's arithmetic and the bits of elementary functions over a range of arguments. Equal fingerprints: the same decisions bit for bit. With another one a
/// recomputation may differ in the last bits. The width of the processor's vectors is not in it: the bits do not depend on it.
/// </summary>
static class MachineFingerprint
{
    public static string Compute()
    {
        var bytes = new List<byte>();
        void Add(double v)
        {
            Span<byte> b = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(b, BitConverter.DoubleToInt64Bits(v));
            bytes.AddRange(b);
        }
        Add(Arithmetic.Version);
        for (var i = 1; i <= 400; i++)
        {
            var x = i * 0.137;
            Add(Math.Exp(-x)); Add(Math.Log(x)); Add(Math.Sin(x)); Add(Math.Cos(x)); Add(Math.Pow(x, 0.3)); Add(Math.Atan2(x, 1.7)); Add(Math.Cbrt(x)); Add(Math.FusedMultiplyAdd(x, x, -x));
        }
        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..16];
    }
}
