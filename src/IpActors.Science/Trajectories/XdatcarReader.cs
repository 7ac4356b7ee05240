using System.Globalization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>
/// VASP 5 and 6 XDATCAR: comment, scale, three vectors, elements, numbers; then "Direct configuration= n" (old versions: a blank line) and the positions. A cell that changes brings the header again before each
/// frame, as does a file made by joining several.
/// </summary>
public sealed class XdatcarReader(TextReader text, string source) : TrajectoryReader(text, source)
{
    const string Remedy = "give an XDATCAR of VASP 5 or 6";
    readonly TrajectoryLines _lines = new(text, source);

    public override string Format => "VASP XDATCAR";

    public override IEnumerable<TrajectoryFrame> Frames()
    {
        var (frames, number) = (0, 0);
        Mat3? cell = null;
        while (true)
        {
            // A separator keeps the cell; anything else is a header.
            var mark = false;
            if (cell is null ? !_lines.Next() : !NextMark(out mark)) break;
            var line = _lines.Number;
            if (!mark)
            {
                if (ReadHeader() is not { } read) { Unfinished(frames); yield break; }
                cell = read;
                if (!_lines.NextWhole() || !IsMark()) { if (_lines.Whole) throw _lines.Error($"'Direct configuration=' expected, found '{Crystals.TextFields.Shown(_lines.Line.ToString())}'; {Remedy}"); Unfinished(frames); yield break; }
            }
            var h = cell!.Value;
            var n = ConfigurationNumber(number);
            var starts = n <= number && frames > 0;
            number = n;
            if (ReadPositions() is not { } f) { Unfinished(frames); yield break; }
            frames++;
            yield return new(h, f, null, starts, line);
        }
        if (frames == 0) throw new InputException($"{Source}: no configuration in it; {Remedy}");
        if (_lines.Damage is { } damage) Notes.Add($"{Source}: {damage}; its {frames} frames before that are used");
    }

    /// <summary>False at the end; <paramref name="mark"/>: the current line separates frames, otherwise it is the first of a header.</summary>
    bool NextMark(out bool mark)
    {
        mark = false;
        while (_lines.Next())
        {
            mark = IsMark();
            if (!mark || !_lines.Line.IsWhiteSpace()) return true;
            // A blank line marks a frame in old versions, is nothing before a mark or the end, and may be the comment of a header, whose second line is one number.
            if (!_lines.Next()) return false;
            _lines.Back();
            if (IsMark()) continue;
            mark = Fields().Count != 1;
            return true;
        }
        return false;
    }

    bool IsMark()
    {
        var t = _lines.Line.TrimStart();
        return t.IsEmpty || t.StartsWith("Direct", StringComparison.OrdinalIgnoreCase) || t.StartsWith("Konfig", StringComparison.OrdinalIgnoreCase);
    }

    int ConfigurationNumber(int previous)
    {
        var at = _lines.Line.IndexOf('=');
        return at >= 0 && int.TryParse(_lines.Line[(at + 1)..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n : previous + 1;
    }

    /// <summary>The header whose comment is the current line; null where the file ends in it.</summary>
    Mat3? ReadHeader()
    {
        Span<Vec3> v = stackalloc Vec3[3];
        if (!_lines.NextWhole()) return null;
        var rest = _lines.Line;
        var scale = _lines.Double(TrajectoryLines.Take(ref rest), $"write the scale as 1.0, or {Remedy}");
        for (var i = 0; i < 3; i++)
        {
            if (!_lines.NextWhole()) return null;
            v[i] = _lines.Vector("write a lattice vector as three numbers");
        }
        var raw = new Mat3(v[0], v[1], v[2]);
        if (scale == 0) throw _lines.Error("a scale of 0 is no cell; write 1.0");
        var cell = RightHanded((scale > 0 ? scale : Math.Cbrt(-scale / Math.Abs(raw.Determinant))) * raw, Source, _lines.Number);

        if (!_lines.NextWhole()) return null;
        var names = Fields();
        if (names.Count == 0 || int.TryParse(names[0], out _)) throw _lines.Error($"element symbols expected; VASP 4 files do not name them: write a line such as 'Li O Cl' above the numbers of atoms");
        var elements = names.ConvertAll(n => Element(n, _lines.Number));
        if (!_lines.NextWhole()) return null;
        var counts = Fields();
        if (counts.Count != names.Count) throw _lines.Error($"{names.Count} numbers of atoms expected, found {counts.Count}; give one per element of the line above");
        var species = new List<string>();
        for (var i = 0; i < counts.Count; i++)
        {
            if (!int.TryParse(counts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n is < 1 or > 10_000_000) throw _lines.Error($"'{Crystals.TextFields.Shown(counts[i])}' is not a number of atoms; give one positive integer per element");
            species.AddRange(Enumerable.Repeat(elements[i], n));
        }
        SetSpecies([.. species], _lines.Number);
        return cell;
    }

    double[]? ReadPositions()
    {
        var f = new double[3 * Species.Length];
        for (var i = 0; i < Species.Length; i++)
        {
            if (!_lines.NextWhole()) return null;
            var v = _lines.Vector($"position {i + 1} of {Species.Length} is three numbers");
            (f[3 * i], f[3 * i + 1], f[3 * i + 2]) = (v.X, v.Y, v.Z);
        }
        return f;
    }

    List<string> Fields()
    {
        var fields = new List<string>();
        var rest = _lines.Line;
        while (TrajectoryLines.Take(ref rest) is { IsEmpty: false } field) fields.Add(field.ToString());
        return fields;
    }
}
