using System.Globalization;
using System.Text;
using IpActors.Science.Numerics;
using static IpActors.Science.Crystals.TextFields;

namespace IpActors.Science.Crystals;

/// <summary>Crystallographic information files: written in P1 with every atom; read with their symmetry operations applied (<see cref="CifReader"/>).</summary>
public static class Cif
{
    /// <summary>All atoms in P1; a note such as the true space group goes into a comment. The cell is written as lengths and angles, so reading it back turns it into a standard orientation.</summary>
    public static string Write(Structure s, string name = "structure", string? note = null)
    {
        var (a, b, c) = (s.Cell.A, s.Cell.B, s.Cell.C);
        var text = new StringBuilder();
        if (note is not null) text.Append("# ").Append(note.ReplaceLineEndings(" ")).Append('\n');
        text.Append("data_").Append(string.Concat(name.Select(ch => char.IsAsciiLetterOrDigit(ch) || ch is '-' or '_' or '.' ? ch : '_'))).Append('\n');
        text.Append("_chemical_formula_sum '").AppendJoin(' ', Formula.Of(s).Amounts.Select(p => $"{p.Element}{p.Amount.ToString("R", CultureInfo.InvariantCulture)}")).Append("'\n");
        text.Append("_cell_length_a ").Append(Text(a.Length)).Append("\n_cell_length_b ").Append(Text(b.Length)).Append("\n_cell_length_c ").Append(Text(c.Length)).Append('\n');
        text.Append("_cell_angle_alpha ").Append(Text(AngleDegrees(b, c))).Append("\n_cell_angle_beta ").Append(Text(AngleDegrees(a, c))).Append("\n_cell_angle_gamma ").Append(Text(AngleDegrees(a, b))).Append('\n');
        text.Append("_cell_volume ").Append(Text(s.VolumeA3)).Append("\n_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 1\n");
        text.Append("loop_\n_symmetry_equiv_pos_as_xyz\n'x, y, z'\nloop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n");
        var numbers = new Dictionary<string, int>();
        for (var i = 0; i < s.Count; i++)
        {
            var n = numbers[s.Species[i]] = numbers.GetValueOrDefault(s.Species[i]) + 1;
            text.Append(s.Species[i]).Append(n).Append(' ').Append(s.Species[i]).Append(' ').Append(Text(s.Fractional[i])).Append(" 1\n");
        }
        return text.ToString();
    }

    /// <summary>Reads the first data block that has atoms; see <see cref="CifReader"/>.</summary>
    public static Structure Read(string text, string source = "CIF") => CifReader.Read(text, source);

    /// <summary>The cell of these lengths (Å) and angles (degrees): a along x, b in the xy plane.</summary>
    public static Mat3 CellFromParameters(double a, double b, double c, double alpha, double beta, double gamma)
    {
        double cosA = Cos(alpha), cosB = Cos(beta), cosG = Cos(gamma), sinG = Math.Sqrt(1 - cosG * cosG);
        double cx = cosB, cy = (cosA - cosB * cosG) / sinG;
        return new(new(a, 0, 0), new(b * cosG, b * sinG, 0), new(c * cx, c * cy, c * Math.Sqrt(Math.Max(0, 1 - cx * cx - cy * cy))));
    }

    // Exact at the angles of the crystal systems.
    static double Cos(double degrees) => degrees switch { 90 => 0, 60 => 0.5, 120 => -0.5, _ => Math.Cos(degrees * (Math.PI / 180)) };

    static double AngleDegrees(Vec3 u, Vec3 v)
    {
        var dot = u.Dot(v);
        return dot == 0 ? 90 : Math.Atan2(u.Cross(v).Length, dot) * (180 / Math.PI);
    }
}
