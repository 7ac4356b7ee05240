using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;
using IpActors.Science.Transport;
using static IpActors.Science.Tests.Trajectories.TrajectoryTexts;

namespace IpActors.Science.Tests.Trajectories;

public class TrajectoryReadersTests
{
    static readonly PathSettings Cellwise = new(Drift: DriftReference.Cell);

    static TransportPaths Read(string text, TrajectoryHints? hints = null, PathSettings? settings = null) => PathReading.Read([() => Open(text, hints)], settings ?? Cellwise);

    /// <summary>Paths of Li against the mass centre of all atoms, as the definition says, in the cell of each step.</summary>
    static Vec3 Expected(int k, int ion, bool variable)
    {
        double[] mass = [.. Species.Select(s => Science.Crystals.Elements.Get(s).MassU)];
        var sum = Vec3.Zero;
        Vec3 Moved(int i)
        {
            var u = Walk[0][i] * (variable ? Breathing(0) : Cell);
            for (var n = 1; n <= k; n++) u += (Walk[n][i] - Walk[n - 1][i]) * (variable ? Breathing(n) : Cell);
            return u - Walk[0][i] * (variable ? Breathing(0) : Cell);
        }
        for (var i = 0; i < Atoms; i++) sum += mass[i] / mass.Sum() * Moved(i);
        return Moved(ion) - sum;
    }

    static void IsThePath(TransportPaths p, bool variable, string format)
    {
        Assert.Equal((format, Frames, 3, 3, "Li"), (p.Format, p.FramesRead, p.Ions.Atoms, p.FrameworkAtoms, p.Species));
        Assert.Equal(FrameFs, p.FrameStepFs, 9);
        Assert.Empty(p.Notes);
        for (var k = 0; k < Frames; k++)
            for (var i = 0; i < 3; i++) Assert.Equal(0, (p.Ions.At(k, i) - p.Ions.At(0, i) - Expected(k, i, variable)).Length, 9);
        Assert.Equal(Enumerable.Range(0, Frames).Average(k => (variable ? Breathing(k) : Cell).Determinant), p.MeanVolumeA3, 6);
        // The path crosses the cell's faces, else this would show nothing.
        Assert.Contains(Enumerable.Range(0, 3), i => Math.Abs(TrajectoryTexts.Walk[^1][i].X - TrajectoryTexts.Walk[0][i].Wrapped().X) > 0.5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_path_comes_out_of_every_format(bool variable)
    {
        var (xyz, cells) = Cp2k(variable);
        IsThePath(Read(Xdatcar(variable), settings: Cellwise with { FrameFs = FrameFs }), variable, "VASP XDATCAR");
        IsThePath(Read(Vasprun(variable)), variable, "VASP vasprun.xml");
        IsThePath(Read(Vasprun(variable, learned: true)), variable, "VASP vasprun.xml");
        IsThePath(Read(Extxyz(variable, unwrapped: false)), variable, "extxyz");
        IsThePath(Read(Extxyz(variable, unwrapped: true)), variable, "extxyz");
        IsThePath(Read(xyz, new(Cells: new Cp2kCells(new StringReader(cells), "run.cell"))), variable, "CP2K xyz");
        foreach (var columns in (string[])["x", "xs", "xu", "xsu", "xs+i"])
        {
            IsThePath(Read(Lammps(columns, variable, element: true), new(TimestepFs: 2)), variable, "LAMMPS dump");
            IsThePath(Read(Lammps(columns, variable, element: false), new(TimestepFs: 2, Types: ["Li", "Cl", "O"])), variable, "LAMMPS dump");
        }
    }

    [Fact]
    public void Old_separators_windows_line_ends_and_a_constant_cell_by_hand_are_read()
    {
        IsThePath(Read(Xdatcar(false, blank: true) + "\n\n", settings: Cellwise with { FrameFs = FrameFs }), false, "VASP XDATCAR");
        IsThePath(Read(Xdatcar(false).Replace("\n", "\r\n", StringComparison.Ordinal), settings: Cellwise with { FrameFs = FrameFs }), false, "VASP XDATCAR");
        IsThePath(Read(Xdatcar(true).Replace("some title", "", StringComparison.Ordinal), settings: Cellwise with { FrameFs = FrameFs }), true, "VASP XDATCAR");
        IsThePath(Read(Cp2k(false).Xyz, new(Cell: Cell)), false, "CP2K xyz");
    }

    [Fact]
    public void Unwrapped_columns_need_no_minimum_image_even_where_atoms_leap()
    {
        var frames = string.Concat(Enumerable.Range(0, 3).Select(k => $"2\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:upos:R:3 Time={k}\nLi 0 0 0 {3 * k} 0 0\nO 0 0 0 0 0 0\n"));
        var p = Read(frames, settings: new());
        Assert.True(p.Unwrapped);
        Assert.Equal(6, (p.Ions.At(2, 0) - p.Ions.At(0, 0)).X, 12);
        Assert.False(p.IsAmbiguous);
    }

    [Fact]
    public void A_move_of_nearly_half_a_cell_is_called_ambiguous()
    {
        var frames = string.Concat(Enumerable.Range(0, 3).Select(k => $"2\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 Time={k}\nLi {1.8 * (k % 2)} 0 0\nO 0 0 0\n"));
        Assert.True(Read(frames, settings: new()).IsAmbiguous);
    }

    [Fact]
    public void Vasprun_takes_POTIM_and_where_steps_were_thinned_the_block_that_the_number_of_frames_shows()
    {
        static string Blocks(int n, int nsw) => $"<i type=\"int\" name=\"NBLOCK\">{n}</i><i type=\"int\" name=\"NSW\">{nsw}</i>\n";
        Assert.Equal(20, Read(Vasprun(false, incar: Blocks(10, 12))).FrameStepFs);
        var thinned = Read(Vasprun(false, incar: Blocks(10, 120)));
        Assert.Equal(200, thinned.FrameStepFs);
        Assert.Contains("every 10th", Assert.Single(thinned.Notes));
        Assert.Contains("--frame-fs", Assert.Throws<InputException>(() => Read(Vasprun(false, incar: Blocks(10, 5000)))).Message);
        Assert.Equal(900, thinned.TemperatureK);
    }

    [Fact]
    public void A_run_cut_off_keeps_its_finished_frames_and_says_so()
    {
        var withStep = Cellwise with { FrameFs = FrameFs };
        foreach (var (text, hints) in new[] { (Xdatcar(false), (TrajectoryHints?)null), (Xdatcar(true), null), (Vasprun(false), null), (Extxyz(false, false), null), (Lammps("x", false, true), new(TimestepFs: 2)) })
        {
            // Inside the last frame's numbers, and just before its last line break.
            foreach (var cut in (int[])[text.LastIndexOf('.') - 30, text.TrimEnd().Length])
            {
                var part = text[..cut];
                if (part.EndsWith("</modeling>", StringComparison.Ordinal)) continue;
                var p = Read(part, hints, withStep);
                Assert.Equal(Frames - 1, p.FramesRead);
                Assert.Contains("run:", Assert.Single(p.Notes).Replace("run: ends", "run:", StringComparison.Ordinal));
                Assert.Contains("11 finished", p.Notes[0]);
            }
        }
    }

    [Fact]
    public void Parts_of_a_resumed_run_join_and_what_they_share_counts_once()
    {
        void Joined(TransportPaths p)
        {
            Assert.Equal(Frames, p.FramesRead);
            for (var i = 0; i < 3; i++) Assert.Equal(0, (p.Ions.At(Frames - 1, i) - p.Ions.At(0, i) - Expected(Frames - 1, i, false)).Length, 9);
        }
        TransportPaths Two(string a, string b, TrajectoryHints? hints = null, double? fs = null) => PathReading.Read([() => Open(a, hints, "a"), () => Open(b, hints, "b")], Cellwise with { FrameFs = fs });
        Joined(Two(Xdatcar(false, 0, 7), Xdatcar(false, 7), fs: FrameFs));
        Joined(Two(Xdatcar(false, 0, 7), Xdatcar(false, 6), fs: FrameFs));
        Joined(Two(Vasprun(false, 0, 7), Vasprun(false, 6)));
        Joined(Two(Extxyz(false, false, 0, 7), Extxyz(false, false, 6)));
        var hints = new TrajectoryHints(TimestepFs: 2);
        Joined(Two(Lammps("xu", false, true, 0, 7), Lammps("xs", false, true, 6), hints));
        // The second goes back to the last restart; the tail of the first was computed again.
        var back = Two(Lammps("x", false, true, 0, 9), Lammps("x", false, true, 6), hints);
        Joined(back);
        Assert.Contains("its last 3 frames are in the next file too", Assert.Single(back.Notes));
        // Joined by the user into one file.
        Joined(Read(Xdatcar(false, 0, 7) + Xdatcar(false, 6), settings: Cellwise with { FrameFs = FrameFs }));
        Joined(Read(Lammps("xu", false, true, 0, 7) + Lammps("xu", false, true, 6), hints));
    }

    [Fact]
    public void What_is_dropped_and_thinned_is_still_unwrapped()
    {
        var p = Read(Extxyz(false, false), settings: Cellwise with { DropPs = 0.04, Every = 2 });
        Assert.Equal((5, 0.04), (p.Ions.Frames, p.Ions.FrameStepPs));
        Assert.Equal(0.04, p.DroppedPs, 12);
        Assert.Equal(0, (p.Ions.At(4, 0) - p.Ions.At(0, 0) - (Expected(10, 0, false) - Expected(2, 0, false))).Length, 9);
    }

    [Fact]
    public void Ions_move_against_the_framework_and_the_charge_always_does()
    {
        var text = Extxyz(false, true);
        var (framework, cell) = (Read(text, settings: new()), Read(text));
        double[] mass = [.. Species.Select(s => Science.Crystals.Elements.Get(s).MassU)];
        Vec3 Moved(int i) => (TrajectoryTexts.Walk[^1][i] - TrajectoryTexts.Walk[0][i]) * Cell;
        var centre = (1 / (mass[3] + mass[4] + mass[5])) * (mass[3] * Moved(3) + mass[4] * Moved(4) + mass[5] * Moved(5));
        Assert.Equal(0, (framework.Ions.At(Frames - 1, 1) - framework.Ions.At(0, 1) - (Moved(1) - centre)).Length, 9);
        var charge = (1 / Math.Sqrt(3)) * (Moved(0) + Moved(1) + Moved(2) - 3 * centre);
        foreach (var p in new[] { framework, cell }) Assert.Equal(0, (p.Charge!.At(Frames - 1, 0) - p.Charge.At(0, 0) - charge).Length, 9);
    }
}
