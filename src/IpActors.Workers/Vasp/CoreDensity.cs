using System.Text;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>
/// AECCAR0 (core electrons) and AECCAR2 (valence electrons), which VASP writes where LAECHG is set: the all-electron density is their sum. It cannot be negative; where it is on many points of the grid, the grid is too coarse or the
/// files are damaged, and charges partitioned from them mean nothing.
/// </summary>
public static class CoreDensity
{
    /// <summary>Points of the grid at which AECCAR0 + AECCAR2 is below zero. Null where one of the files is missing, cut, or of another grid. Both are read as streams, a line of each at a time.</summary>
    public static int? NegativeValues(RunFolder folder)
    {
        try
        {
            using var core = Open(folder, "AECCAR0");
            using var valence = Open(folder, "AECCAR2");
            if (core is null || valence is null || core.Points is not { } points || valence.Points != points) return null;
            var all = points.X * points.Y * points.Z;
            var negative = 0;
            for (var k = 0L; k < all; k++)
            {
                if (core.Next() is not { } a || valence.Next() is not { } b) return null;
                if (a + b < 0) negative++;
            }
            return negative;
        }
        catch (Exception e) when (e is InvalidDataException or IOException) { return null; }
    }

    static Values? Open(RunFolder folder, string name) => folder.Open(name) is { } stream ? new(new StreamReader(stream, Encoding.Latin1, false, 1 << 16)) : null;

    /// <summary>A structure as in POSCAR, an empty line, three numbers of points, and the values of the first (total) density, x fastest.</summary>
    sealed class Values : IDisposable
    {
        readonly StreamReader _text;
        string _line = "";
        int _at;

        public Values(StreamReader text)
        {
            _text = text;
            _ = text.ReadLine(); // a title, which may be empty
            while (text.ReadLine() is { } line && !string.IsNullOrWhiteSpace(line)) { }
            if (Next() is { } x && Next() is { } y && Next() is { } z && x >= 1 && y >= 1 && z >= 1) Points = ((long)x, (long)y, (long)z);
        }

        /// <summary>Of the grid, in each direction; null where the head is damaged.</summary>
        public (long X, long Y, long Z)? Points { get; }

        /// <summary>Null at the file's end, and for what is no number.</summary>
        public double? Next()
        {
            while (true)
            {
                while (_at < _line.Length && _line[_at] is ' ' or '\t') _at++;
                if (_at < _line.Length) break;
                if (_text.ReadLine() is not { } line) return null;
                (_line, _at) = (line, 0);
            }
            var from = _at;
            while (_at < _line.Length && _line[_at] is not (' ' or '\t')) _at++;
            return IncarValue.Number(_line[from.._at]);
        }

        public void Dispose() => _text.Dispose();
    }
}
