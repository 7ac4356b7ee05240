using System.Globalization;
using IpActors.Science.Numerics;

namespace IpActors.Science.Crystals;

/// <summary>
/// A tolerant reader of CIF 1.1: cell parameters, symmetry operations as xyz triplets (P1 where there are none), atom sites with fractional coordinates. Copies closer than 0.01 Å are one atom.
/// Refused, with the line or item: partial occupancies, several elements on one site, a named space group without its operations.
/// </summary>
static class CifReader
{
    const double SameAtomA = 0.01;

    public static Structure Read(string text, string source)
    {
        if (text.Contains('\0')) throw new InputException($"{source}: binary data, not a CIF; give a text file");
        var block = CifBlock.First(Tokens(text), source);
        double Parameter(string name) => Number(block.Item(name) ?? throw new InputException($"{source}: no {name}; a CIF needs its cell"), source, name);
        var (alpha, beta, gamma) = (Parameter("_cell_angle_alpha"), Parameter("_cell_angle_beta"), Parameter("_cell_angle_gamma"));
        var cell = TextFields.Cell(Cif.CellFromParameters(Parameter("_cell_length_a"), Parameter("_cell_length_b"), Parameter("_cell_length_c"), alpha, beta, gamma), source, 1);
        var operations = Operations(block, source);

        var species = ImmutableArray.CreateBuilder<string>();
        var positions = ImmutableArray.CreateBuilder<Vec3>();
        foreach (var (element, f) in Sites(block, source))
            foreach (var (w, t) in operations)
            {
                var image = LatticeReduction.Snap(w * f + t);
                var twin = -1;
                for (var i = 0; i < positions.Count && twin < 0; i++) if (Distance(positions[i] - image, cell) < SameAtomA) twin = i;
                if (twin < 0) { species.Add(element); positions.Add(image); }
                else if (species[twin] != element) throw new InputException($"{source}: {species[twin]} and {element} share the site {TextFields.Text(image)}; give an ordered structure");
            }
        return Poscar.Grouped(new(cell, species.ToImmutable(), positions.ToImmutable()));
    }

    static IEnumerable<(string Element, Vec3 Fractional)> Sites(CifBlock block, string source)
    {
        var x = block.Column("_atom_site_fract_x") ?? throw new InputException($"{source}: no _atom_site_fract_x; a CIF needs fractional coordinates");
        var y = block.Column("_atom_site_fract_y") ?? throw new InputException($"{source}: no _atom_site_fract_y");
        var z = block.Column("_atom_site_fract_z") ?? throw new InputException($"{source}: no _atom_site_fract_z");
        var names = block.Column("_atom_site_type_symbol") ?? block.Column("_atom_site_label") ?? throw new InputException($"{source}: no _atom_site_type_symbol and no _atom_site_label");
        var occupancy = block.Column("_atom_site_occupancy");
        if (x.Count == 0 || y.Count != x.Count || z.Count != x.Count || names.Count != x.Count) throw new InputException($"{source}: the atom sites are not in one complete loop");
        for (var i = 0; i < x.Count; i++)
        {
            if (occupancy is { } o && o[i] is not ("." or "?") && Math.Abs(Number(o[i], source, "_atom_site_occupancy") - 1) > 1e-3)
                throw new InputException($"{source}: site {i + 1} ({names[i]}) has occupancy {o[i]}; give an ordered structure");
            var letters = string.Concat(names[i].TakeWhile(char.IsAsciiLetter));
            var element = letters.Length >= 2 && Elements.Exists(Capital(letters[..2])) ? Capital(letters[..2]) : letters.Length >= 1 && Elements.Exists(Capital(letters[..1])) ? Capital(letters[..1])
                : throw new InputException($"{source}: site {i + 1}: '{TextFields.Shown(names[i])}' is no element");
            yield return (element, new(Number(x[i], source, "_atom_site_fract_x"), Number(y[i], source, "_atom_site_fract_y"), Number(z[i], source, "_atom_site_fract_z")));
        }
    }

    static string Capital(string letters) => char.ToUpperInvariant(letters[0]) + letters[1..].ToLowerInvariant();

    static List<(Mat3 W, Vec3 T)> Operations(CifBlock block, string source)
    {
        var triplets = block.Column("_symmetry_equiv_pos_as_xyz") ?? block.Column("_space_group_symop_operation_xyz");
        if (triplets is { Count: > 0 }) return [.. triplets.Select(t => Triplet(t, source))];
        var name = block.Item("_symmetry_space_group_name_H-M") ?? block.Item("_space_group_name_H-M_alt") ?? "P 1";
        if (name.Replace(" ", "") is not ("P1" or "?" or ".")) throw new InputException($"{source}: space group {name} without its operations (_symmetry_equiv_pos_as_xyz); write the file with them, or in P1");
        return [(Mat3.Identity, Vec3.Zero)];
    }

    /// <summary>x' = W x + t from text such as "-y+1/2, x, z+0.25".</summary>
    static (Mat3 W, Vec3 T) Triplet(string text, string source)
    {
        var parts = text.ToLowerInvariant().Replace(" ", "").Split(',');
        if (parts.Length != 3) throw Bad();
        var w = new double[9];
        var t = new double[3];
        for (var row = 0; row < 3; row++)
        {
            var (at, p) = (0, parts[row]);
            while (at < p.Length)
            {
                var sign = p[at] == '-' ? -1.0 : 1.0;
                if (p[at] is '+' or '-') at++;
                if (at >= p.Length) throw Bad();
                if (p[at] is 'x' or 'y' or 'z') { w[3 * row + (p[at] - 'x')] += sign; at++; continue; }
                var from = at;
                while (at < p.Length && (char.IsAsciiDigit(p[at]) || p[at] is '.' or '/')) at++;
                var fraction = p[from..at].Split('/');
                if (from == at || !double.TryParse(fraction[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var n)) throw Bad();
                var d = 1.0;
                if (fraction.Length == 2 && (!double.TryParse(fraction[1], NumberStyles.Float, CultureInfo.InvariantCulture, out d) || d == 0)) throw Bad();
                t[row] += sign * n / d;
            }
        }
        return (new(new(w[0], w[1], w[2]), new(w[3], w[4], w[5]), new(w[6], w[7], w[8])), new(t[0], t[1], t[2]));

        InputException Bad() => new($"{source}: '{TextFields.Shown(text)}' is no symmetry operation; write it like -y+1/2,x,z");
    }

    static double Distance(Vec3 d, Mat3 cell) => (new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * cell).Length;

    // 3.905(2) is 3.905 with its standard uncertainty.
    static double Number(string text, string source, string item) =>
        double.TryParse(text.Split('(')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v
        : throw new InputException($"{source}: {item} '{TextFields.Shown(text)}' is not a number");

    static IEnumerable<(string Text, bool Quoted)> Tokens(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var n = 0; n < lines.Length; n++)
        {
            var line = lines[n];
            if (line.StartsWith(';'))
            {
                var from = n;
                while (n + 1 < lines.Length && !lines[n + 1].StartsWith(';')) n++;
                yield return (string.Join('\n', lines[from..(n + 1)])[1..].Trim(), true);
                n++;
                continue;
            }
            var at = 0;
            while (at < line.Length)
            {
                if (char.IsWhiteSpace(line[at])) { at++; continue; }
                if (line[at] == '#') break;
                var start = at;
                if (line[at] is '\'' or '"')
                {
                    var quote = line[at++];
                    // A quote ends its string only before a blank: 'a dog's life' is one string.
                    while (at < line.Length && !(line[at] == quote && (at + 1 == line.Length || char.IsWhiteSpace(line[at + 1])))) at++;
                    yield return (line[(start + 1)..Math.Min(at, line.Length)], true);
                    at++;
                    continue;
                }
                while (at < line.Length && !char.IsWhiteSpace(line[at])) at++;
                yield return (line[start..at], false);
            }
        }
    }
}

/// <summary>Items and loop columns of one data block, names in lower case.</summary>
sealed class CifBlock
{
    readonly Dictionary<string, List<string>> _columns = new(StringComparer.OrdinalIgnoreCase);

    public string? Item(string name) => _columns.TryGetValue(name, out var v) && v.Count > 0 ? v[0] : null;
    public List<string>? Column(string name) => _columns.GetValueOrDefault(name);

    /// <summary>The first block with atom sites.</summary>
    public static CifBlock First(IEnumerable<(string Text, bool Quoted)> tokens, string source)
    {
        CifBlock? block = null;
        var list = tokens.ToList();
        for (var i = 0; i < list.Count; i++)
        {
            var (text, quoted) = list[i];
            if (!quoted && text.StartsWith("data_", StringComparison.OrdinalIgnoreCase))
            {
                if (block?.Column("_atom_site_fract_x") is not null) break;
                block = new();
            }
            else if (block is null) continue;
            else if (!quoted && text.Equals("loop_", StringComparison.OrdinalIgnoreCase))
            {
                var names = new List<string>();
                while (i + 1 < list.Count && !list[i + 1].Quoted && list[i + 1].Text.StartsWith('_')) names.Add(list[++i].Text);
                var values = new List<string>();
                while (i + 1 < list.Count && IsValue(list[i + 1])) values.Add(list[++i].Text);
                if (names.Count == 0 || values.Count % names.Count != 0) throw new InputException($"{source}: the loop of {names.FirstOrDefault() ?? "nothing"} has {values.Count} values for {names.Count} columns");
                for (var c = 0; c < names.Count; c++) block._columns[names[c]] = [.. values.Where((_, k) => k % names.Count == c)];
            }
            else if (!quoted && text.StartsWith('_') && i + 1 < list.Count && IsValue(list[i + 1])) block._columns[text] = [list[++i].Text];
        }
        return block ?? throw new InputException($"{source}: no data_ block; give a CIF");
    }

    static bool IsValue((string Text, bool Quoted) token) =>
        token.Quoted || !(token.Text.StartsWith('_') || token.Text.Equals("loop_", StringComparison.OrdinalIgnoreCase) || token.Text.StartsWith("data_", StringComparison.OrdinalIgnoreCase));
}
