using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IpActors.Science.Numerics;

/// <summary>
/// Vectors of doubles of one width, for loops whose lanes are separate results: each lane is its own chain of roundings, so eight lanes, four, or a loop over single
/// numbers with Math.FusedMultiplyAdd give the same bits. Eight where the processor has AVX-512, else four (fused in hardware from x86-64-v3 and on ARM; elsewhere the
/// runtime computes the same bits slowly).
/// </summary>
unsafe interface IVectors<V> where V : struct
{
    static abstract int Width { get; }
    static abstract V Splat(double x);
    static abstract V Load(double* at);
    static abstract void Store(double* at, V v);
    static abstract V Add(V a, V b);
    static abstract V Subtract(V a, V b);
    static abstract V Multiply(V a, V b);
    static abstract V Min(V a, V b);
    static abstract V Max(V a, V b);
    /// <summary>a b + c, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);
    /// <summary>p · 2^n where the low bits of <paramref name="shifted"/> are n; 0 in lanes where x is below the limit.</summary>
    static abstract V Scale(V p, V shifted, V x, double limit);
}

unsafe struct EightLanes : IVectors<Vector512<double>>
{
    /// <summary>Whether the processor has them; Vector512.IsHardwareAccelerated says no on processors that lower their clock, where they are still the faster.</summary>
    public static bool Exist => Avx512F.IsSupported;

    public static int Width => 8;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Splat(double x) => Vector512.Create(x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Load(double* at) => Avx512F.LoadVector512(at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static void Store(double* at, Vector512<double> v) => Avx512F.Store(at, v);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Add(Vector512<double> a, Vector512<double> b) => Avx512F.Add(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Subtract(Vector512<double> a, Vector512<double> b) => Avx512F.Subtract(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Multiply(Vector512<double> a, Vector512<double> b) => Avx512F.Multiply(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Min(Vector512<double> a, Vector512<double> b) => Avx512F.Min(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> Max(Vector512<double> a, Vector512<double> b) => Avx512F.Max(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Avx512F.FusedMultiplyAdd(a, b, c);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Scale(Vector512<double> p, Vector512<double> shifted, Vector512<double> x, double limit)
    {
        var scaled = Avx512F.Add(p.AsInt64(), Avx512F.ShiftLeftLogical(shifted.AsInt64(), 52)).AsDouble();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(limit)), Vector512<double>.Zero, scaled);
    }
}

unsafe struct FourLanes : IVectors<Vector256<double>>
{
    public static int Width => 4;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Splat(double x) => Vector256.Create(x);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Load(double* at) => Vector256.Load(at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static void Store(double* at, Vector256<double> v) => v.Store(at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Add(Vector256<double> a, Vector256<double> b) => a + b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b) => a - b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Multiply(Vector256<double> a, Vector256<double> b) => a * b;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Min(Vector256<double> a, Vector256<double> b) => Vector256.MinNative(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> Max(Vector256<double> a, Vector256<double> b) => Vector256.MaxNative(a, b);
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Scale(Vector256<double> p, Vector256<double> shifted, Vector256<double> x, double limit)
    {
        var scaled = (p.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
        return Vector256.AndNot(scaled, Vector256.LessThan(x, Vector256.Create(limit)).AsDouble());
    }
}
