using IpActors.Science.Trajectories;
using IpActors.Science.Transport;
using static IpActors.Science.Tests.Trajectories.TrajectoryTexts;

namespace IpActors.Science.Tests.Trajectories;

public class MalformedTrajectoryTests
{
    static string Error(string text, TrajectoryHints? hints = null, PathSettings? settings = null)
    {
        var e = Assert.Throws<InputException>(() => PathReading.Read([() => Open(text, hints)], settings ?? new()));
        Assert.DoesNotContain('\n', e.Message);
        return e.Message;
    }

    static readonly PathSettings Timed = new(FrameFs: 10);
    static readonly TrajectoryHints Steps = new(TimestepFs: 1);
    static string Line(string text, int number, string line)
    {
        var lines = text.Split('\n');
        lines[number - 1] = line;
        return string.Join('\n', lines);
    }

    [Fact]
    public void What_is_no_trajectory_is_named_with_what_would_be()
    {
        Assert.Contains("run: empty; give a trajectory", Error(""));
        Assert.Contains("empty", Error(" \n\n"));
        Assert.Contains("which no trajectory does; give VASP XDATCAR", Error("hello\nworld\n"));
        Assert.Contains("binary data", Error("CDF\0\0"));
        Assert.Contains("not VASP's <modeling>", Error("<html><body/></html>"));
    }

    [Fact]
    public void A_bad_XDATCAR_names_file_line_and_remedy()
    {
        var good = Xdatcar(false);
        Assert.Contains("run:9: three numbers expected, found 2", Error(Line(good, 9, "0.1 0.2"), settings: Timed));
        Assert.Contains("run:10: 'NaN' is not a finite number", Error(Line(good, 10, "NaN 0.2 0.1"), settings: Timed));
        Assert.Contains("run:10: '**********' is not a finite number", Error(Line(good, 10, "********** 0.2 0.1"), settings: Timed));
        Assert.Contains("run:6: unknown element 'Xq'", Error(Line(good, 6, "Li Xq Cl"), settings: Timed));
        Assert.Contains("run:6: element symbols expected; VASP 4", Error(Line(good, 6, "3 2 1"), settings: Timed));
        Assert.Contains("run:7: 3 numbers of atoms expected, found 2", Error(Line(good, 7, "3 2"), settings: Timed));
        Assert.Contains("run:5: the cell is left-handed", Error(Line(good, 5, "0 0 -7"), settings: Timed));
        Assert.Contains("run:5: the lattice vectors span no volume", Error(Line(good, 5, "6 0 0"), settings: Timed));
        Assert.Contains("run:8: 'Direct configuration=' expected", Error(Line(good, 8, "0.1 0.2 0.3"), settings: Timed));
        Assert.Contains("ends before its first frame is finished", Error(good[..200], settings: Timed));
        Assert.Contains("at least two frames", Error(Xdatcar(false, 0, 1), settings: Timed));
        Assert.Contains("give it with --frame-fs", Error(good));
        var other = Xdatcar(true).Replace("3 2 1", "@", StringComparison.Ordinal);
        other = other[..other.IndexOf('@')] + "3 2 1" + other[(other.IndexOf('@') + 1)..].Replace("@", "3 1 2", StringComparison.Ordinal);
        Assert.Contains("atom 5 is Cl, but O in the frames before; the atoms of a trajectory may not change", Error(other, settings: Timed));
    }

    [Fact]
    public void A_bad_vasprun_names_file_line_and_remedy()
    {
        var good = Vasprun(false);
        Assert.Contains("IBRION = 2 is no molecular dynamics", Error(good.Replace("IBRION\">0", "IBRION\">2", StringComparison.Ordinal)));
        Assert.Contains("not readable as XML before the first step", Error(good[..500]));
        var at = good.IndexOf("<varray name=\"positions\"", StringComparison.Ordinal);
        Assert.Contains("expected; the atoms of a trajectory may not change", Error(good[..at] + good[at..].Replace("</varray>\n</structure>", "<v>0 0 0</v></varray></structure>", StringComparison.Ordinal)).Replace("more than 6 vectors;", "expected;", StringComparison.Ordinal));
        Assert.Matches(@"run:\d+: '\*\*\*' is not a finite number", Error(good[..at] + "<varray name=\"positions\" >\n<v> *** 0 0 </v>" + good[(at + 27)..]));
        Assert.Contains("give it with --frame-fs", Error(good.Replace("POTIM", "POTOM", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_bad_xyz_names_file_line_and_remedy()
    {
        var good = Extxyz(false, false);
        Assert.Contains("run:9: a number of atoms expected, found 'x'", Error(Line(good, 9, "x")));
        Assert.Contains("run:10: Lattice of 3 numbers; give nine", Error(Line(good, 10, "Lattice=\"1 2 3\" Properties=species:S:1:pos:R:3")));
        Assert.Contains("run:10: the cell is left-handed", Error(Line(good, 10, "Lattice=\"0 1 0 1 0 0 0 0 1\" Properties=species:S:1:pos:R:3 Time=20")));
        Assert.Contains("names no column 'species' or 'pos'", Error(Line(good, 2, "Lattice=\"6 0 0 0 5 0 0 0 7\" Properties=species:S:1:force:R:3")));
        Assert.Contains("run:3: unknown element 'Q'", Error(Line(good, 3, "Q 0.5 1 2 3")));
        Assert.Contains("three numbers expected, found 1; an atom is its symbol and its position (atom 2 of 6)", Error(Line(good, 4, "Li 0.5 1")));
        Assert.Contains("5 atoms, but 6 in the frames before", Error(string.Join('\n', Line(good, 9, "5").Split('\n').Where((_, n) => n != 15))));
        Assert.Contains("time goes from 60 to 20", Error(good.Replace("Time=80 ", "Time=20 ", StringComparison.Ordinal)));
        Assert.Contains("frames must be evenly spaced", Error(good.Replace("Time=80 ", "Time=90 ", StringComparison.Ordinal)));
        Assert.Contains("the frame says no cell", Error(Cp2k(false).Xyz));
        var cells = new Cp2kCells(new StringReader(Cp2k(false).Cells.Replace("\n 50 ", "\n 51 ", StringComparison.Ordinal)), "run.cell");
        Assert.Contains("step 50 has no cell in run.cell", Error(Cp2k(false).Xyz, new(Cells: cells)));
        Assert.Contains("run.cell:2: three numbers expected", Assert.Throws<InputException>(() => new Cp2kCells(new StringReader("# Ax [Angstrom]\n0 0.0 1 0 0 0 1\n"), "run.cell")).Message);
    }

    [Fact]
    public void A_bad_LAMMPS_dump_names_file_line_and_remedy()
    {
        var good = Lammps("x", false, true);
        Assert.Contains("say which with --types", Error(Lammps("x", false, false), Steps));
        Assert.Contains("type 3 has no element", Error(Lammps("x", false, false), new(TimestepFs: 1, Types: ["Li", "O"])));
        Assert.Contains("no column id", Error(good.Replace("ATOMS id", "ATOMS mol", StringComparison.Ordinal), Steps));
        Assert.Contains("no columns x y z", Error(good.Replace("x y z vx", "fx fy fz vx", StringComparison.Ordinal), Steps));
        Assert.Contains("--timestep-fs", Error(good));
        Assert.Contains("run:1: 5 atoms, but", Error(good + Lammps("x", false, true).Replace("ATOMS\n6", "ATOMS\n5", StringComparison.Ordinal).Replace("\n101 ", "\n#", StringComparison.Ordinal), Steps).Replace($"run:{15 * Frames + 1}:", "run:1:", StringComparison.Ordinal));
        var at = good.IndexOf("\n104 ", good.Length / 2, StringComparison.Ordinal);
        Assert.Contains("atom id 999 is new", Error(good[..at] + "\n999 " + good[(at + 5)..], Steps));
        Assert.Contains("atom id 105 comes twice", Error(good[..at] + "\n105 " + good[(at + 5)..], Steps));
        Assert.Contains("run:6: '?' is not a finite number", Error(Line(good, 6, "? 1 0"), Steps));
    }

    [Fact]
    public void Files_that_are_no_one_run_and_ions_that_are_not_there_are_refused()
    {
        InputException Two(string a, string b) => Assert.Throws<InputException>(() => PathReading.Read([() => Open(a, source: "a"), () => Open(b, source: "b")], new()));
        Assert.Contains("b: other atoms than a", Two(Extxyz(false, false), Extxyz(false, false).Replace("Cl 0.5", "Br 0.5", StringComparison.Ordinal)).Message);
        Assert.Contains("one of Li, O, Cl", Error(Extxyz(false, false), settings: new("Na")));
        Assert.Contains("no Li in it, so which ion is mobile?", Error(Extxyz(false, false).Replace("Li 0.5", "Na 0.5", StringComparison.Ordinal)));
        Assert.Contains("--drop-ps 5", Error(Extxyz(false, false), settings: new(DropPs: 5)));
    }
}
