using System.Runtime.CompilerServices;

namespace IpActors.Workers.Builtin;

/// <summary>Floats, zero at first, that begin at a cache line and never move: no vector of 16 to 64 bytes at a multiple of its length lies across two lines. What lies where depends on no luck of the allocator.</summary>
sealed class AlignedFloats
{
    const int LineBytes = 64;
    readonly float[] _array;
    readonly int _start;

    public unsafe AlignedFloats(int length)
    {
        Length = length;
        _array = GC.AllocateArray<float>(length + LineBytes / sizeof(float), pinned: true);
        var misplaced = (int)((nuint)Unsafe.AsPointer(ref _array[0]) % LineBytes);
        _start = misplaced == 0 ? 0 : (LineBytes - misplaced) / sizeof(float);
    }

    public int Length { get; }
    public ref float this[int k] => ref _array[_start + k];
    public Span<float> Span => _array.AsSpan(_start, Length);
    /// <summary>For <c>fixed</c>.</summary>
    public ref float GetPinnableReference() => ref _array[_start];
}
