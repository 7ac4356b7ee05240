using System.Globalization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>Numbers of structure files: written so that they read back bit for bit; read with the place in the error.</summary>
static class TextFields
{
    static readonly char[] Blank = [' ', '\t'];
    public static string[] Split(string line) => line.Split(Blank, StringSplitOptions.RemoveEmptyEntries);
    public static string Text(double v) => (v + 0.0).ToString("R", CultureInfo.InvariantCulture);
    public static string Text(Vec3 v) => $"{Text(v.X)} {Text(v.Y)} {Text(v.Z)}";

    public static double Number(string text, string source, int line, string remedy) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v
        : throw new InputException($"{source}:{line}: '{Shown(text)}' is not a finite number; {remedy}");

    public static Vec3 Vector(string[] fields, int from, string source, int line, string remedy)
    {
        if (fields.Length < from + 3) throw new InputException($"{source}:{line}: three numbers expected, found {Math.Max(0, fields.Length - from)}; {remedy}");
        return new(Number(fields[from], source, line, remedy), Number(fields[from + 1], source, line, remedy), Number(fields[from + 2], source, line, remedy));
    }

    /// <summary>A cell whose vectors span a volume, or an error.</summary>
    public static Mat3 Cell(Mat3 cell, string source, int line)
    {
        var size = cell.A.Length * cell.B.Length * cell.C.Length;
        return Math.Abs(cell.Determinant) > 1e-9 * size && double.IsFinite(cell.Determinant) ? cell
            : throw new InputException($"{source}:{line}: the lattice vectors span no volume; give three independent vectors");
    }

    public static string Shown(string text) => text.Length > 40 ? text[..40] + "..." : text;
}
