using System.Globalization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>
/// LAMMPS text dump (dump atom, dump custom): orthogonal and triclinic boxes; positions as xsu, xu, x or xs with image flags ix iy iz, x or xs, in this order of preference; atoms in any order, told apart by
/// their id; elements by a column <c>element</c> or by the list given for types 1, 2, ….
/// </summary>
public sealed class LammpsDumpReader(TextReader text, string source, TrajectoryHints hints) : TrajectoryReader(text, source)
{
    readonly TrajectoryLines _lines = new(text, source);
    readonly Dictionary<long, int> _slot = [];
    string _header = "";
    int _id = -1, _kind = -1, _image = -1, _x = -1, _y = -1, _z = -1;
    bool _isElement, _scaled;
    double? _time;

    public override string Format => "LAMMPS dump";

    public override IEnumerable<TrajectoryFrame> Frames()
    {
        var frames = 0;
        ClockUnitFs = hints.TimestepFs;
        while (true)
        {
            var line = _lines.Number + 1;
            if (ReadFrame(line) is not { } frame)
            {
                if (_lines.Number >= line) Unfinished(frames);
                break;
            }
            frames++;
            yield return frame;
        }
        if (frames == 0) throw new InputException($"{Source}: no frame in it; give a LAMMPS text dump");
        if (_lines.Damage is { } damage) Notes.Add($"{Source}: {damage}; its {frames} frames before that are used");
    }

    TrajectoryFrame? ReadFrame(int line)
    {
        var (step, n, box, units) = (0L, 0, (Cell: Mat3.Identity, Origin: Vec3.Zero), (string?)null);
        var hasBox = false;
        _time = null;
        while (_lines.NextWhole())
        {
            if (_lines.Line.IsWhiteSpace()) continue;
            var item = _lines.Line.ToString();
            if (!item.StartsWith("ITEM:", StringComparison.Ordinal)) throw _lines.Error($"'ITEM:' expected, found '{Crystals.TextFields.Shown(item)}'; give a LAMMPS text dump");
            var what = item[5..].Trim();
            if (what.StartsWith("ATOMS", StringComparison.Ordinal))
            {
                if (n == 0 || !hasBox) throw _lines.Error("atoms before their number and the box; give a LAMMPS text dump");
                if (what != _header) ReadColumns(what);
                if (ReadAtoms(n, box.Cell, box.Origin, line) is not { } f) return null;
                if (_time is not null) ClockUnitFs = units switch { "metal" => 1000, "real" => 1, _ => hints.TimestepFs };
                return new(box.Cell, f, _time is not null && units is "metal" or "real" ? _time : step, false, line);
            }
            if (!_lines.NextWhole()) return null;
            if (what == "TIMESTEP") step = (long)_lines.Double(_lines.Line.Trim(), "a step is a whole number");
            else if (what == "NUMBER OF ATOMS") n = (int)_lines.Double(_lines.Line.Trim(), "give the number of atoms");
            else if (what == "UNITS") units = _lines.Line.Trim().ToString();
            else if (what == "TIME") _time = _lines.Double(_lines.Line.Trim(), "a time is a number");
            else if (what.StartsWith("BOX BOUNDS", StringComparison.Ordinal))
            {
                if (ReadBox(what) is not { } b) return null;
                (box, hasBox) = (b, true);
            }
            else throw _lines.Error($"unknown 'ITEM: {Crystals.TextFields.Shown(what)}'; give a LAMMPS text dump of atoms");
        }
        return null;
    }

    /// <summary>From the three lines of bounds, the first of which is current: lo hi; lo hi tilt (bounds of the slanted box); or vector and origin (general triclinic).</summary>
    (Mat3 Cell, Vec3 Origin)? ReadBox(string what)
    {
        var columns = what.Contains("xy xz yz", StringComparison.Ordinal) ? 3 : what.Contains("abc origin", StringComparison.Ordinal) ? 4 : 2;
        var v = new double[3, 4];
        for (var i = 0; i < 3; i++)
        {
            if (i > 0 && !_lines.NextWhole()) return null;
            var rest = _lines.Line;
            for (var c = 0; c < columns; c++) v[i, c] = _lines.Double(TrajectoryLines.Take(ref rest), "give the box as LAMMPS writes it");
        }
        if (columns == 4) return (RightHanded(new(new(v[0, 0], v[0, 1], v[0, 2]), new(v[1, 0], v[1, 1], v[1, 2]), new(v[2, 0], v[2, 1], v[2, 2])), Source, _lines.Number), new(v[0, 3], v[1, 3], v[2, 3]));
        var (xy, xz, yz) = (v[0, 2], v[1, 2], v[2, 2]);
        var (xlo, xhi) = (v[0, 0] - Math.Min(Math.Min(0, xy), Math.Min(xz, xy + xz)), v[0, 1] - Math.Max(Math.Max(0, xy), Math.Max(xz, xy + xz)));
        var (ylo, yhi) = (v[1, 0] - Math.Min(0, yz), v[1, 1] - Math.Max(0, yz));
        return (RightHanded(new(new(xhi - xlo, 0, 0), new(xy, yhi - ylo, 0), new(xz, yz, v[2, 1] - v[2, 0])), Source, _lines.Number), new(xlo, ylo, v[2, 0]));
    }

    void ReadColumns(string what)
    {
        var c = what.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        int At(string name) => Array.IndexOf(c, name);
        string[][] choices = [["xsu", "ysu", "zsu"], ["xu", "yu", "zu"], ["x", "y", "z"], ["xs", "ys", "zs"]];
        var names = choices.FirstOrDefault(s => s.All(n => At(n) >= 0)) ?? throw _lines.Error("no columns x y z, xs ys zs, xu yu zu or xsu ysu zsu; dump with: dump custom ... id element xu yu zu");
        (_x, _y, _z, _scaled) = (At(names[0]), At(names[1]), At(names[2]), names[0].StartsWith("xs", StringComparison.Ordinal));
        _image = names[0].Contains('u') || !new[] { "ix", "iy", "iz" }.All(n => At(n) >= 0) ? -1 : At("ix");
        if (_image >= 0 && (At("iy") != _image + 1 || At("iz") != _image + 2)) _image = -1;
        Unwrapped = names[0].Contains('u') || _image >= 0;
        _id = At("id");
        if (_id < 0) throw _lines.Error("no column id, and LAMMPS changes the order of atoms; dump with: dump custom ... id element xu yu zu");
        (_isElement, _kind) = At("element") >= 0 ? (true, At("element")) : (false, At("type"));
        if (_kind < 0) throw _lines.Error("no column element or type; dump with: dump custom ... id element xu yu zu");
        if (!_isElement && hints.Types.IsDefaultOrEmpty) throw _lines.Error("the dump names types, not elements; say which with --types, as in --types Li,O,Cl for types 1, 2, 3");
        _header = what;
    }

    double[]? ReadAtoms(int n, Mat3 cell, Vec3 origin, int line)
    {
        var first = _slot.Count == 0;
        if (!first && n != _slot.Count) throw new InputException($"{Source}:{line}: {n} atoms, but {_slot.Count} in the frames before; the atoms of a trajectory may not change");
        var (position, names, ids) = (new Vec3[n], new string[n], new long[n]);
        var (inverse, columns, fields) = (cell.Inverse, 1 + new[] { _id, _kind, _x, _y, _z, _image + 2 }.Max(), new Range[64]);
        for (var i = 0; i < n; i++)
        {
            if (!_lines.NextWhole()) return null;
            var text = _lines.Line;
            if (text.SplitAny(fields, [' ', '\t'], StringSplitOptions.RemoveEmptyEntries) < columns) throw _lines.Error($"{columns} columns expected; give atom {i + 1} of {n} as the line 'ITEM: ATOMS' names them");
            ids[i] = (long)_lines.Double(text[fields[_id]], "an id is a whole number");
            names[i] = Name(text[fields[_kind]]);
            var v = new Vec3(Value(text, fields[_x]), Value(text, fields[_y]), Value(text, fields[_z]));
            if (!_scaled) v = (v - origin) * inverse;
            if (_image >= 0) v += new Vec3(Value(text, fields[_image]), Value(text, fields[_image + 1]), Value(text, fields[_image + 2]));
            position[i] = v;
        }
        if (first)
        {
            var sorted = (long[])ids.Clone();
            Array.Sort(sorted);
            for (var i = 0; i < n; i++) _slot[sorted[i]] = i;
            if (_slot.Count != n) throw new InputException($"{Source}:{line}: two atoms share an id; dump each atom once");
        }
        var (f, species) = (new double[3 * n], new string[n]);
        for (var i = 0; i < n; i++)
        {
            if (!_slot.TryGetValue(ids[i], out var s)) throw new InputException($"{Source}:{line}: atom id {ids[i]} is new; the atoms of a trajectory may not change");
            if (species[s] is not null) throw new InputException($"{Source}:{line}: atom id {ids[i]} comes twice; dump each atom once");
            species[s] = names[i];
            (f[3 * s], f[3 * s + 1], f[3 * s + 2]) = (position[i].X, position[i].Y, position[i].Z);
        }
        SetSpecies(species, line);
        return f;

        double Value(ReadOnlySpan<char> text, Range field) => _lines.Double(text[field], "a coordinate is a number");
    }

    string Name(ReadOnlySpan<char> field)
    {
        if (_isElement) return Element(field, _lines.Number);
        return int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var t) && t >= 1 && t <= hints.Types.Length ? hints.Types[t - 1]
            : throw _lines.Error($"type {Crystals.TextFields.Shown(field.ToString())} has no element; name one for each type, as in --types Li,O,Cl");
    }
}
