using System.Globalization;
using System.Text;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;

namespace IpActors.Science.Tests.Trajectories;

/// <summary>One known path, written as every program would write it.</summary>
static class TrajectoryTexts
{
    public const double FrameFs = 20;
    public const int Frames = 12, Atoms = 6;
    public static readonly string[] Species = ["Li", "Li", "Li", "O", "O", "Cl"];
    /// <summary>As LAMMPS wants it: a along x, b in the plane of x and y.</summary>
    public static readonly Mat3 Cell = new(new(6, 0, 0), new(-1.5, 5, 0), new(0.7, 1.1, 7));
    /// <summary>Fractional, never folded.</summary>
    public static readonly Vec3[][] Walk = MakePath();

    static Vec3[][] MakePath()
    {
        var random = new SeededRandom(12);
        var path = new Vec3[Frames][];
        for (var k = 0; k < Frames; k++)
            path[k] = [.. Enumerable.Range(0, Atoms).Select(i => k == 0 ? new Vec3(random.NextDouble(), random.NextDouble(), random.NextDouble())
                : path[k - 1][i] + (i < 3 ? 0.35 : 0.05) * new Vec3(2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1))];
        return path;
    }

    public static Mat3 Breathing(int k) => (1 + 0.01 * Math.Sin(k)) * Cell;
    static string N(double v) => v.ToString("F12", CultureInfo.InvariantCulture);
    static string V(Vec3 v) => $"{N(v.X)} {N(v.Y)} {N(v.Z)}";
    static Vec3 Folded(int k, int i) => Walk[k][i].Wrapped();

    public static string Xdatcar(bool variable, int from = 0, int to = Frames, bool blank = false)
    {
        var text = new StringBuilder();
        for (var k = from; k < to; k++)
        {
            if (k == from || variable)
            {
                var h = variable ? Breathing(k) : Cell;
                text.Append(CultureInfo.InvariantCulture, $"some title\n  1.0\n {V(h.A)}\n {V(h.B)}\n {V(h.C)}\n Li O Cl\n 3 2 1\n");
            }
            text.Append(blank ? "\n" : $"Direct configuration= {k - from + 1,5}\n");
            for (var i = 0; i < Atoms; i++) text.Append(' ').Append(V(Folded(k, i))).Append('\n');
        }
        return text.ToString();
    }

    public static string Vasprun(bool variable, int from = 0, int to = Frames, string incar = "", bool learned = false)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<modeling>\n<incar>\n <i name=\"POTIM\">  20.0</i>\n <i type=\"int\" name=\"IBRION\">0</i>\n <i name=\"TEBEG\">900.0</i>\n")
            .Append(incar).Append("</incar>\n<atominfo>\n<atoms>6</atoms>\n<array name=\"atoms\" ><dimension dim=\"1\">ion</dimension><set>\n");
        foreach (var s in Species) text.Append("<rc><c>").Append(s.PadRight(2)).Append("</c><c>   1</c></rc>\n");
        text.Append("</set></array>\n<array name=\"atomtypes\"><set><rc><c>   3</c><c>Li</c></rc></set></array>\n</atominfo>\n<structure name=\"initialpos\"><crystal><varray name=\"basis\"><v>1 0 0</v><v>0 1 0</v><v>0 0 1</v></varray></crystal></structure>\n");
        for (var k = from; k < to; k++)
        {
            var h = variable ? Breathing(k) : Cell;
            if (!learned) text.Append("<calculation>\n<scstep><energy><i name=\"e_fr_energy\"> -1.0 </i></energy></scstep>\n");
            text.Append("<structure>\n<crystal>\n<varray name=\"basis\" >\n");
            foreach (var v in (Vec3[])[h.A, h.B, h.C]) text.Append("<v> ").Append(V(v)).Append(" </v>\n");
            text.Append("</varray>\n<i name=\"volume\"> 210.0 </i>\n<varray name=\"rec_basis\" ><v>1 0 0</v><v>0 1 0</v><v>0 0 1</v></varray></crystal>\n<varray name=\"positions\" >\n");
            for (var i = 0; i < Atoms; i++) text.Append("<v> ").Append(V(Folded(k, i))).Append(" </v>\n");
            text.Append("</varray>\n</structure>\n<varray name=\"forces\" >\n<v>0 0 0</v>\n</varray>\n");
            if (!learned) text.Append("</calculation>\n");
        }
        return text.Append("</modeling>\n").ToString();
    }

    public static string Extxyz(bool variable, bool unwrapped, int from = 0, int to = Frames)
    {
        var text = new StringBuilder();
        for (var k = from; k < to; k++)
        {
            var h = variable ? Breathing(k) : Cell;
            text.Append(CultureInfo.InvariantCulture, $"6\nLattice=\"{V(h.A)} {V(h.B)} {V(h.C)}\" Properties=species:S:1:magmom:R:1:pos:R:3{(unwrapped ? ":unwrapped_position:R:3" : "")} energy=-3.5 Time={k * FrameFs} pbc=\"T T T\"\n");
            for (var i = 0; i < Atoms; i++) text.Append(CultureInfo.InvariantCulture, $"{Species[i]} 0.5 {V(Folded(k, i) * h)}{(unwrapped ? " " + V(Walk[k][i] * h) : "")}\n");
        }
        return text.ToString();
    }

    public static (string Xyz, string Cells) Cp2k(bool variable)
    {
        var (text, cells) = (new StringBuilder(), new StringBuilder("#   Step   Time [fs]       Ax [Angstrom]       Ay [Angstrom]\n"));
        for (var k = 0; k < Frames; k++)
        {
            var h = variable ? Breathing(k) : Cell;
            text.Append(CultureInfo.InvariantCulture, $"     6\n i = {10 * k,8}, time = {k * FrameFs,12:F3}, E = -17.123\n");
            for (var i = 0; i < Atoms; i++) text.Append("  ").Append(Species[i]).Append("   ").Append(V(Walk[k][i] * h)).Append('\n');
            cells.Append(CultureInfo.InvariantCulture, $" {10 * k} {k * FrameFs:F3} {V(h.A)} {V(h.B)} {V(h.C)} {h.Determinant}\n");
        }
        return (text.ToString(), cells.ToString());
    }

    /// <param name="columns">x, xs, xu, xsu, or xs+i (with image flags).</param>
    public static string Lammps(string columns, bool variable, bool element, int from = 0, int to = Frames)
    {
        var text = new StringBuilder();
        var random = new SeededRandom(5);
        Vec3 origin = new(-3, 1, 2);
        var names = columns == "xs+i" ? "xs ys zs ix iy iz" : string.Join(' ', "xyz".Select(c => columns.Replace('x', c)));
        for (var k = from; k < to; k++)
        {
            var h = variable ? Breathing(k) : Cell;
            double xy = h.B.X, xz = h.C.X, yz = h.C.Y;
            double[] xs = [0, xy, xz, xy + xz];
            text.Append(CultureInfo.InvariantCulture, $"ITEM: TIMESTEP\n{k * 10}\nITEM: NUMBER OF ATOMS\n6\nITEM: BOX BOUNDS xy xz yz pp pp pp\n");
            text.Append(CultureInfo.InvariantCulture, $"{N(origin.X + xs.Min())} {N(origin.X + h.A.X + xs.Max())} {N(xy)}\n{N(origin.Y + Math.Min(0, yz))} {N(origin.Y + h.B.Y + Math.Max(0, yz))} {N(xz)}\n{N(origin.Z)} {N(origin.Z + h.C.Z)} {N(yz)}\n");
            text.Append(CultureInfo.InvariantCulture, $"ITEM: ATOMS id {(element ? "element" : "type")} {names} vx\n");
            var order = Enumerable.Range(0, Atoms).ToArray();
            random.Shuffle<int>(order);
            foreach (var i in order)
            {
                var (folded, whole) = (Folded(k, i), Walk[k][i]);
                var n = whole - folded;
                var where = columns switch
                {
                    "x" => V(origin + folded * h), "xu" => V(origin + whole * h), "xs" => V(folded), "xsu" => V(whole),
                    _ => string.Create(CultureInfo.InvariantCulture, $"{V(folded)} {Math.Round(n.X)} {Math.Round(n.Y)} {Math.Round(n.Z)}"),
                };
                text.Append(CultureInfo.InvariantCulture, $"{i + 101} {(element ? Species[i] : Species[i] == "Li" ? 1 : Species[i] == "O" ? 3 : 2)} {where} 0.1\n");
            }
        }
        return text.ToString();
    }

    public static TrajectoryReader Open(string text, TrajectoryHints? hints = null, string source = "run") =>
        TrajectoryFormats.Open(text[..Math.Min(text.Length, 2000)], new StringReader(text), source, hints ?? new());
}
