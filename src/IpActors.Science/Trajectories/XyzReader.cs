using System.Globalization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>
/// Extended xyz (Lattice=, Properties=, as ASE, OVITO and GPUMD write it), CP2K's PROJECT-pos-1.xyz with its cell file, and plain xyz with a given cell. Columns of continued positions
/// (<c>unwrapped_position</c> and the like) are taken before folded ones.
/// </summary>
public sealed class XyzReader(TextReader text, string source, TrajectoryHints hints) : TrajectoryReader(text, source)
{
    static readonly string[] UnwrappedColumns = ["unwrapped_position", "unwrapped_positions", "unwrapped", "upos", "pos_unwrapped"];
    readonly TrajectoryLines _lines = new(text, source);
    string _format = "xyz";
    // Where the columns are, from the last Properties=.
    (string Properties, int Symbol, int Position) _columns = ("", 0, 1);

    public override string Format => _format;

    public override IEnumerable<TrajectoryFrame> Frames()
    {
        var frames = 0;
        while (_lines.Next())
        {
            if (_lines.Line.IsWhiteSpace()) continue;
            var line = _lines.Number;
            if (!int.TryParse(_lines.Line.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n < 1)
                throw _lines.Error($"a number of atoms expected, found '{Crystals.TextFields.Shown(_lines.Line.ToString())}'; an xyz frame is a number, a comment and that many atoms");
            if (!_lines.NextWhole()) { Unfinished(frames); yield break; }
            var comment = new XyzComment(_lines.Line.ToString());
            var cell = CellOf(comment);
            ReadColumns(comment["Properties"]);
            if (ReadAtoms(n, cell, line) is not { } f) { Unfinished(frames); yield break; }
            frames++;
            yield return new(cell, f, comment.TimeFs, false, line);
        }
        if (frames == 0) throw new InputException($"{Source}: no frame in it; an xyz frame is a number, a comment and that many atoms");
        if (_lines.Damage is { } damage) Notes.Add($"{Source}: {damage}; its {frames} frames before that are used");
    }

    Mat3 CellOf(XyzComment comment)
    {
        ClockUnitFs = 1;
        if (comment["Lattice"] is { } lattice)
        {
            _format = "extxyz";
            var v = lattice.Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (v.Length != 9) throw _lines.Error($"Lattice of {v.Length} numbers; give nine, the three vectors one after the other");
            double N(int i) => _lines.Double(v[i], "write Lattice as nine numbers");
            return RightHanded(new(new(N(0), N(1), N(2)), new(N(3), N(4), N(5)), new(N(6), N(7), N(8))), Source, _lines.Number);
        }
        if (comment.Cp2kStep is { } step)
        {
            _format = "CP2K xyz";
            if (hints.Cells is { } cells) return cells.At(step) ?? throw _lines.Error($"step {step} has no cell in {cells.Source}; give the .cell file of this run, or the constant cell with --cell");
        }
        return hints.Cell ?? throw _lines.Error("the frame says no cell; give CP2K's .cell file beside it, or the constant cell with --cell a,b,c or --cell with nine numbers");
    }

    void ReadColumns(string? properties)
    {
        if (properties is null || properties == _columns.Properties) return;
        var (symbol, position, unwrapped, at) = (-1, -1, -1, 0);
        var p = properties.Split(':');
        for (var i = 0; i + 2 < p.Length; i += 3)
        {
            if (!int.TryParse(p[i + 2], NumberStyles.None, CultureInfo.InvariantCulture, out var width)) throw _lines.Error($"Properties={Crystals.TextFields.Shown(properties)} is not name:type:columns repeated; write Properties=species:S:1:pos:R:3");
            if (p[i] is "species" or "element" or "symbols") symbol = at;
            if (p[i] == "pos" && width == 3) position = at;
            if (UnwrappedColumns.Contains(p[i]) && width == 3) unwrapped = at;
            at += width;
        }
        Unwrapped = unwrapped >= 0;
        if (Unwrapped) position = unwrapped;
        if (symbol < 0 || position < 0) throw _lines.Error($"Properties={Crystals.TextFields.Shown(properties)} names no column 'species' or 'pos'; write Properties=species:S:1:pos:R:3");
        _columns = (properties, symbol, position);
    }

    double[]? ReadAtoms(int n, Mat3 cell, int line)
    {
        var (f, inverse) = (new double[3 * n], cell.Inverse);
        var known = Species.Length == n ? Species : [];
        var species = new string[n];
        for (var i = 0; i < n; i++)
        {
            if (!_lines.NextWhole()) return null;
            var name = Field(_columns.Symbol);
            species[i] = !known.IsEmpty && name.SequenceEqual(known[i]) ? known[i] : Element(name, _lines.Number);
            var v = _lines.Vector($"an atom is its symbol and its position (atom {i + 1} of {n})", _columns.Position) * inverse;
            (f[3 * i], f[3 * i + 1], f[3 * i + 2]) = (v.X, v.Y, v.Z);
        }
        SetSpecies(species, line);
        return f;
    }

    ReadOnlySpan<char> Field(int index)
    {
        var rest = _lines.Line;
        for (var i = 0; i < index; i++) _ = TrajectoryLines.Take(ref rest);
        return TrajectoryLines.Take(ref rest);
    }
}
