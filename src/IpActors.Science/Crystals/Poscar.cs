using System.Globalization;
using System.Text;
using IpActors.Science.Numerics;
using static IpActors.Science.Crystals.TextFields;

namespace IpActors.Science.Crystals;

/// <summary>VASP 5 POSCAR and CONTCAR. Numbers are written so that they read back bit for bit; selective-dynamics flags and what follows the positions (velocities) are tolerated and dropped.</summary>
public static class Poscar
{
    /// <summary>Direct coordinates, one block per run of equal species (call <see cref="Grouped"/> first where a program wants each element once).</summary>
    public static string Write(Structure s, string? comment = null)
    {
        var runs = Runs(s);
        var text = new StringBuilder();
        text.Append((comment ?? Formula.Of(s).ToString()).ReplaceLineEndings(" ")).Append("\n1.0\n");
        foreach (var v in (Vec3[])[s.Cell.A, s.Cell.B, s.Cell.C]) text.Append(Text(v)).Append('\n');
        text.AppendJoin(' ', runs.Select(r => r.Element)).Append('\n');
        text.AppendJoin(' ', runs.Select(r => r.Count.ToString(CultureInfo.InvariantCulture))).Append("\nDirect\n");
        for (var i = 0; i < s.Count; i++) text.Append(Text(s.Fractional[i])).Append('\n');
        return text.ToString();
    }

    /// <summary>The same crystal with the atoms of each element together, elements in order of first appearance.</summary>
    public static Structure Grouped(Structure s)
    {
        var order = s.Composition().Select((c, i) => (c.Element, i)).ToDictionary(p => p.Element, p => p.i);
        var index = Enumerable.Range(0, s.Count).OrderBy(i => order[s.Species[i]]).ToArray();
        return new(s.Cell, [.. index.Select(i => s.Species[i])], [.. index.Select(i => s.Fractional[i])]);
    }

    /// <summary>
    /// Reads direct or Cartesian positions, a positive or (volume) negative scale or three scales. <paramref name="source"/> names the file in errors, which are <see cref="InputException"/>s with
    /// the line. VASP 4 files without a line of elements are refused.
    /// </summary>
    public static Structure Read(string text, string source = "POSCAR")
    {
        var lines = text.Split('\n');
        string[] Line(int number, string what) => number <= lines.Length && !lines[number - 1].Contains('\0') ? Split(lines[number - 1].TrimEnd('\r'))
            : throw new InputException($"{source}:{Math.Min(number, lines.Length)}: {what} expected here; give a VASP 5 POSCAR");

        var (cell, scale) = ReadCell(Line, source);
        var (elements, counts) = ReadElements(Line, source);
        var line = 8;
        var mode = Line(line, "'Direct' or 'Cartesian'");
        if (mode.Length > 0 && char.ToUpperInvariant(mode[0][0]) == 'S') mode = Line(++line, "'Direct' or 'Cartesian'");
        var kind = mode.Length == 0 ? '?' : char.ToUpperInvariant(mode[0][0]);
        if (kind is not ('D' or 'C' or 'K')) throw new InputException($"{source}:{line}: 'Direct' or 'Cartesian' expected, found '{Shown(string.Join(' ', mode))}'; give a VASP 5 POSCAR");

        var inverse = cell.Inverse;
        var positions = ImmutableArray.CreateBuilder<Vec3>();
        for (var i = 0; i < counts.Sum(); i++)
        {
            var fields = Line(++line, $"position {i + 1} of {counts.Sum()}");
            var v = Vector(fields, 0, source, line, "write a position as three numbers");
            positions.Add(kind == 'D' ? v : new Vec3(v.X * scale.X, v.Y * scale.Y, v.Z * scale.Z) * inverse);
        }
        return new(cell, [.. elements.SelectMany((e, i) => Enumerable.Repeat(e, counts[i]))], positions.ToImmutable());
    }

    static (Mat3 Cell, Vec3 Scale) ReadCell(Func<int, string, string[]> line, string source)
    {
        line(1, "a comment");
        var scales = line(2, "a scale").Take(3).ToArray();
        if (scales.Length == 0) throw new InputException($"{source}:2: a scale expected; write 1.0");
        if (scales.Length == 2) scales = scales[..1];
        var s = scales.Select(t => Number(t, source, 2, "write the scale as 1.0")).ToArray();
        Vec3 V(int n) => Vector(line(n, "a lattice vector"), 0, source, n, "write a lattice vector as three numbers");
        var raw = Cell(new(V(3), V(4), V(5)), source, 5);
        if (s.Any(v => v == 0) || s.Length == 3 && s.Any(v => v < 0)) throw new InputException($"{source}:2: a scale of {string.Join(' ', scales)} is no cell; write 1.0");
        // One negative number is the volume of the cell.
        var f = s.Length == 3 ? new Vec3(s[0], s[1], s[2]) : s[0] > 0 ? new Vec3(s[0], s[0], s[0]) : Math.Cbrt(-s[0] / Math.Abs(raw.Determinant)) * new Vec3(1, 1, 1);
        Vec3 Scaled(Vec3 v) => new(v.X * f.X, v.Y * f.Y, v.Z * f.Z);
        return (new(Scaled(raw.A), Scaled(raw.B), Scaled(raw.C)), f);
    }

    static (string[] Elements, int[] Counts) ReadElements(Func<int, string, string[]> line, string source)
    {
        // POTCAR-like names (Li_sv, O/3a2b...) stand for their elements.
        var names = line(6, "element symbols").Select(n => n.Split('_', '/')[0]).ToArray();
        if (names.Length == 0 || int.TryParse(names[0], out _)) throw new InputException($"{source}:6: element symbols expected, found '{Shown(string.Join(' ', names))}'; a VASP 5 POSCAR names its elements above their numbers");
        if (names.FirstOrDefault(n => !Elements.Exists(n)) is { } unknown) throw new InputException($"{source}:6: unknown element '{Shown(unknown)}'; write symbols such as Li O Cl");
        var counts = line(7, "numbers of atoms");
        if (counts.Length < names.Length) throw new InputException($"{source}:7: {names.Length} numbers of atoms expected, found {counts.Length}; give one per element of line 6");
        return (names, [.. counts.Take(names.Length).Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 1_000_000 ? n
            : throw new InputException($"{source}:7: '{Shown(t)}' is not a number of atoms; give one positive integer per element"))]);
    }

    static List<(string Element, int Count)> Runs(Structure s)
    {
        var runs = new List<(string Element, int Count)>();
        foreach (var e in s.Species)
            if (runs.Count > 0 && runs[^1].Element == e) runs[^1] = (e, runs[^1].Count + 1); else runs.Add((e, 1));
        return runs;
    }
}
