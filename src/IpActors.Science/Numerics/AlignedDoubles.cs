using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IpActors.Science.Numerics;

/// <summary>Numbers, zero at first, that begin at a cache line and do not move: for loops over pointers. Who takes the pointer keeps this object alive (<see cref="GC.KeepAlive"/>).</summary>
sealed unsafe class AlignedDoubles
{
    readonly double[] _array;
    readonly int _offset;

    public AlignedDoubles(int length)
    {
        _array = GC.AllocateArray<double>(length + 7, pinned: true);
        var start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        _offset = (int)((-start & 63) / sizeof(double));
        Pointer = (double*)start + _offset;
        Length = length;
    }

    public double* Pointer { get; }
    public int Length { get; }
    public Span<double> Span => _array.AsSpan(_offset, Length);
}
