using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IpActors.Bench;

/// <summary>What fused multiply-adds this core can do: ten independent chains in registers, 10⁹ floating-point operations a second of CPU time.</summary>
static class Peak
{
    const int Rounds = 20_000_000;

    interface IFma<T> { static abstract T Of(double x); static abstract T Add(T a, T b, T c); static abstract double First(T a); }

    readonly struct Eight : IFma<Vector512<double>>
    {
        public static Vector512<double> Of(double x) => Vector512.Create(x);
        public static Vector512<double> Add(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);
        public static double First(Vector512<double> a) => a[0];
    }

    readonly struct Four : IFma<Vector256<double>>
    {
        public static Vector256<double> Of(double x) => Vector256.Create(x);
        public static Vector256<double> Add(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);
        public static double First(Vector256<double> a) => a[0];
    }

    public static double Run()
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var (lanes, sum) = IpActors.Science.Numerics.EightLanes.Exist ? (8, Chains<Vector512<double>, Eight>()) : (4, Chains<Vector256<double>, Four>());
        self.Refresh();
        return sum > 0 ? 20.0 * Rounds * lanes / (self.TotalProcessorTime - before).TotalSeconds / 1e9 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static double Chains<T, TFma>() where TFma : IFma<T>
    {
        var x = TFma.Of(0.999999);
        T a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var k = 0; k < Rounds; k++)
        {
            a = TFma.Add(a, x, x); b = TFma.Add(b, x, x); c = TFma.Add(c, x, x); d = TFma.Add(d, x, x); e = TFma.Add(e, x, x);
            f = TFma.Add(f, x, x); g = TFma.Add(g, x, x); h = TFma.Add(h, x, x); i = TFma.Add(i, x, x); j = TFma.Add(j, x, x);
        }
        T[] all = [a, b, c, d, e, f, g, h, i, j];
        return all.Sum(TFma.First);
    }
}
