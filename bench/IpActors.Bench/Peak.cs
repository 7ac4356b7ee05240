using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IpActors.Bench;

/// <summary>What fused multiply-adds this core can do: ten independent chains in registers, 10⁹ floating-point operations a second of CPU time.</summary>
static class Peak
{
    const int Rounds = 20_000_000;

    public static double Run()
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var lanes = IpActors.Science.Numerics.EightLanes.Exist ? Eight() : Four();
        self.Refresh();
        return 20.0 * Rounds * lanes / (self.TotalProcessorTime - before).TotalSeconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Eight()
    {
        var x = Vector512.Create(0.999999);
        Vector512<double> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var k = 0; k < Rounds; k++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, x); b = Vector512.FusedMultiplyAdd(b, x, x); c = Vector512.FusedMultiplyAdd(c, x, x); d = Vector512.FusedMultiplyAdd(d, x, x);
            e = Vector512.FusedMultiplyAdd(e, x, x); f = Vector512.FusedMultiplyAdd(f, x, x); g = Vector512.FusedMultiplyAdd(g, x, x); h = Vector512.FusedMultiplyAdd(h, x, x);
            i = Vector512.FusedMultiplyAdd(i, x, x); j = Vector512.FusedMultiplyAdd(j, x, x);
        }
        return (a + b + c + d + e + f + g + h + i + j)[0] > 0 ? 8 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int Four()
    {
        var x = Vector256.Create(0.999999);
        Vector256<double> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var k = 0; k < Rounds; k++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, x); b = Vector256.FusedMultiplyAdd(b, x, x); c = Vector256.FusedMultiplyAdd(c, x, x); d = Vector256.FusedMultiplyAdd(d, x, x);
            e = Vector256.FusedMultiplyAdd(e, x, x); f = Vector256.FusedMultiplyAdd(f, x, x); g = Vector256.FusedMultiplyAdd(g, x, x); h = Vector256.FusedMultiplyAdd(h, x, x);
            i = Vector256.FusedMultiplyAdd(i, x, x); j = Vector256.FusedMultiplyAdd(j, x, x);
        }
        return (a + b + c + d + e + f + g + h + i + j)[0] > 0 ? 4 : 0;
    }
}
