using System.Globalization;
using System.Text;
using static IpActors.Science.Crystals.TextFields;

namespace IpActors.Science.Crystals;

/// <summary>Extended XYZ, one frame: lattice, species and Cartesian positions in Å, as ASE and OVITO read it.</summary>
public static class Extxyz
{
    /// <param name="s">The structure.</param>
    /// <param name="info">Further key=value pairs of the comment line; values are quoted, double quotes in them become single ones.</param>
    public static string Write(Structure s, params ReadOnlySpan<(string Key, string Value)> info)
    {
        var text = new StringBuilder();
        text.Append(s.Count.ToString(CultureInfo.InvariantCulture)).Append('\n');
        text.Append("Lattice=\"").Append(Text(s.Cell.A)).Append(' ').Append(Text(s.Cell.B)).Append(' ').Append(Text(s.Cell.C)).Append("\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"");
        foreach (var (key, value) in info) text.Append(' ').Append(key).Append("=\"").Append(value.Replace('"', '\'').ReplaceLineEndings(" ")).Append('"');
        text.Append('\n');
        for (var i = 0; i < s.Count; i++) text.Append(s.Species[i]).Append(' ').Append(Text(s.Cartesian(i))).Append('\n');
        return text.ToString();
    }
}
