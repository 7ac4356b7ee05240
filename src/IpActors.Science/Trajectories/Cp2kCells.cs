using IpActors.Science.Numerics;

namespace IpActors.Science.Trajectories;

/// <summary>CP2K's PROJECT-1.cell: one line a step, "step time Ax Ay Az Bx By Bz Cx Cy Cz volume" under a line that starts with #.</summary>
public sealed class Cp2kCells
{
    readonly Dictionary<long, Mat3> _byStep = [];
    public string Source { get; }

    public Cp2kCells(TextReader text, string source)
    {
        Source = source;
        var lines = new TrajectoryLines(text, source);
        while (lines.NextWhole())
        {
            if (lines.Line.IsWhiteSpace() || lines.Line.TrimStart()[0] == '#') continue;
            var rest = lines.Line;
            var step = (long)lines.Double(TrajectoryLines.Take(ref rest), Remedy);
            var cell = new Mat3(lines.Vector(Remedy, 2), lines.Vector(Remedy, 5), lines.Vector(Remedy, 8));
            _byStep[step] = TrajectoryReader.RightHanded(cell, source, lines.Number);
        }
        if (_byStep.Count == 0) throw new InputException($"{source}: no cell in it; {Remedy}");
    }

    const string Remedy = "give the .cell file of CP2K: step, time, nine numbers of the cell, volume";

    /// <summary>The cell of that step, null where the file does not have it.</summary>
    public Mat3? At(long step) => _byStep.TryGetValue(step, out var cell) ? cell : null;

    public static bool Looks(string head) => head.StartsWith('#') && head.Contains("Ax [Angstrom]", StringComparison.OrdinalIgnoreCase);
}
