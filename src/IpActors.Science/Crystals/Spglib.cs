using System.Runtime.InteropServices;
using System.Text;
using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>A space-group type: international number 1..230 and short symbol as spglib prints it (<c>Pm-3m</c>, <c>P4_2/mmc</c>), with the tolerance (Å) it was found at.</summary>
public sealed record SpaceGroup(int Number, string Symbol, double SymprecA);

/// <summary>x' = W x + t in fractional coordinates (columns).</summary>
public readonly record struct SymmetryOperation(IntMat3 Rotation, Vec3 Translation);

/// <summary>
/// Space groups and symmetry operations by spglib (Togo and Tanaka, arXiv:1808.01590), the C library, any 1.x or 2.x. Calls are serialised, as the library keeps its error state in a global.
/// The library is looked for under the environment variable IPACTORS_SPGLIB, the AppContext value <c>IpActors.Spglib</c>, then the system's names.
/// </summary>
public static partial class Spglib
{
    /// <summary>
    /// 1e-3 Å: coarse enough for coordinates that went through six-digit text, a hundred times finer than the displacements that tell perovskite distortions apart. The ideal orderings differ by
    /// species, not by displacement, so that any tolerance from 1e-8 to 0.1 Å names them alike.
    /// </summary>
    public const double DefaultSymprecA = 1e-3;
    const string Library = "symspg";
    const string Missing = "spglib (libsymspg.so.1) was not found; install it (Debian, Ubuntu: apt-get install libsymspg1) or set IPACTORS_SPGLIB to the library's path";
    static readonly Lock Gate = new();
    static readonly Lazy<IntPtr> Handle = new(Load);

    static Spglib() => NativeLibrary.SetDllImportResolver(typeof(Spglib).Assembly, (name, _, _) => name == Library ? Handle.Value : IntPtr.Zero);

    /// <summary>Version as "2.0.2", or null where the library cannot be loaded.</summary>
    public static string? Version
    {
        get
        {
            if (Handle.Value == IntPtr.Zero) return null;
            lock (Gate) return $"{spg_get_major_version()}.{spg_get_minor_version()}.{spg_get_micro_version()}";
        }
    }

    /// <summary>The space group of a structure; throws <see cref="InputException"/> where spglib is missing or finds none (overlapping atoms, tolerance too large).</summary>
    public static SpaceGroup SpaceGroup(Structure s, double symprecA = DefaultSymprecA)
    {
        var (lattice, positions, types) = Arguments(s);
        return SpaceGroup(lattice, positions, types, symprecA);
    }

    /// <summary>As above for a cell (rows are vectors), fractional positions and one integer per kind of site.</summary>
    public static SpaceGroup SpaceGroup(Mat3 cell, ReadOnlySpan<Vec3> fractional, ReadOnlySpan<int> types, double symprecA = DefaultSymprecA) =>
        SpaceGroup(Columns(cell), Flat(fractional), types.ToArray(), symprecA);

    static unsafe SpaceGroup SpaceGroup(double[] lattice, double[] positions, int[] types, double symprecA)
    {
        RequireLibrary();
        var symbol = stackalloc byte[32];
        int number;
        fixed (double* l = lattice, p = positions) fixed (int* t = types)
            lock (Gate) number = spg_get_international(symbol, l, p, t, types.Length, symprecA);
        if (number == 0) throw NotFound(types.Length, symprecA);
        var text = new ReadOnlySpan<byte>(symbol, 32);
        return new(number, Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]).Trim(), symprecA);
    }

    /// <summary>All symmetry operations of the cell as given, centring translations included; the identity comes first.</summary>
    public static unsafe ImmutableArray<SymmetryOperation> Operations(Structure s, double symprecA = DefaultSymprecA)
    {
        RequireLibrary();
        var (lattice, positions, types) = Arguments(s);
        var max = 192 * Math.Max(1, s.Count);
        var rotations = new int[9 * max];
        var translations = new double[3 * max];
        int n;
        fixed (double* l = lattice, p = positions, w = translations) fixed (int* t = types, r = rotations)
            lock (Gate) n = spg_get_symmetry(r, w, max, l, p, t, types.Length, symprecA);
        if (n == 0) throw NotFound(s.Count, symprecA);
        return [.. Enumerable.Range(0, n).Select(i =>
        {
            var r = rotations.AsSpan(9 * i, 9);
            return new SymmetryOperation(new(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8]), new(translations[3 * i], translations[3 * i + 1], translations[3 * i + 2]));
        })];
    }

    static (double[] Lattice, double[] Positions, int[] Types) Arguments(Structure s)
    {
        var kinds = s.Species.Distinct().Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i + 1);
        return (Columns(s.Cell), Flat(s.Fractional.AsSpan()), [.. s.Species.Select(e => kinds[e])]);
    }

    // spglib wants the lattice vectors as columns, stored row by row.
    static double[] Columns(Mat3 m) => [m.A.X, m.B.X, m.C.X, m.A.Y, m.B.Y, m.C.Y, m.A.Z, m.B.Z, m.C.Z];
    static double[] Flat(ReadOnlySpan<Vec3> v)
    {
        var flat = new double[3 * v.Length];
        for (var i = 0; i < v.Length; i++) (flat[3 * i], flat[3 * i + 1], flat[3 * i + 2]) = (v[i].X, v[i].Y, v[i].Z);
        return flat;
    }

    static void RequireLibrary() { if (Handle.Value == IntPtr.Zero) throw new InputException(Missing); }
    static InputException NotFound(int atoms, double symprecA) =>
        new($"spglib found no space group for a cell of {atoms} atoms at symprec {symprecA:R} A; look for atoms on top of each other, or lower symprec");

    static IntPtr Load()
    {
        string?[] configured = [Environment.GetEnvironmentVariable("IPACTORS_SPGLIB"), AppContext.GetData("IpActors.Spglib") as string];
        // A path that was asked for and cannot be loaded must not be replaced by another library silently.
        foreach (var path in configured)
            if (!string.IsNullOrEmpty(path)) return NativeLibrary.TryLoad(path, out var h) ? h : IntPtr.Zero;
        foreach (var name in (string[])["libsymspg.so.1", "libsymspg.so.2", "libsymspg.so", "libsymspg.dylib", "symspg.dll"])
            if (NativeLibrary.TryLoad(name, out var h)) return h;
        return IntPtr.Zero;
    }

    [LibraryImport(Library)] private static partial int spg_get_major_version();
    [LibraryImport(Library)] private static partial int spg_get_minor_version();
    [LibraryImport(Library)] private static partial int spg_get_micro_version();
    [LibraryImport(Library)] private static unsafe partial int spg_get_international(byte* symbol, double* lattice, double* position, int* types, int numAtom, double symprec);
    [LibraryImport(Library)] private static unsafe partial int spg_get_symmetry(int* rotation, double* translation, int maxSize, double* lattice, double* position, int* types, int numAtom, double symprec);
}
