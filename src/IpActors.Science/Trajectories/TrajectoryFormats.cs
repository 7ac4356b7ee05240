using System.Globalization;

namespace IpActors.Science.Trajectories;

/// <summary>Which reader a text is for, told from its first lines; the name of the file decides nothing.</summary>
public static class TrajectoryFormats
{
    public const string Known = "VASP XDATCAR or vasprun.xml, CP2K xyz, extxyz, LAMMPS text dump";

    /// <param name="head">The first few thousand characters.</param>
    public static TrajectoryReader Open(string head, TextReader text, string source, TrajectoryHints hints)
    {
        var start = head.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (start.Length == 0) throw new InputException($"{source}: empty; give a trajectory: {Known}");
        if (start.Contains('\0')) throw new InputException($"{source}: binary data, not text; give a text trajectory: {Known}");
        if (start.StartsWith('<'))
            return start.Contains("<modeling", StringComparison.Ordinal) ? new VasprunReader(text, source) : throw new InputException($"{source}: XML, but not VASP's <modeling>; give a trajectory: {Known}");
        if (start.StartsWith("ITEM:", StringComparison.Ordinal)) return new LammpsDumpReader(text, source, hints);
        var lines = head.TrimStart('\uFEFF').Split('\n').Select(l => l.Trim()).ToArray();
        if (lines.Length >= 5 && Numbers(lines[1]) == 1 && Numbers(lines[2]) == 3 && Numbers(lines[3]) == 3 && Numbers(lines[4]) == 3) return new XdatcarReader(text, source);
        if (int.TryParse(start.Split('\n')[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _)) return new XyzReader(text, source, hints);
        throw new InputException($"{source}: starts with '{Crystals.TextFields.Shown(start.Split('\n')[0].Trim())}', which no trajectory does; give {Known}");
    }

    /// <summary>How many numbers the line starts with; -1 where one of its first three fields is none.</summary>
    static int Numbers(string line)
    {
        var fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Take(3).ToArray();
        return fields.Length > 0 && fields.All(f => double.TryParse(f, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? fields.Length : -1;
    }
}
