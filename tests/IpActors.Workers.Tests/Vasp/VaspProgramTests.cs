using System.Text;
using System.Text.Json;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;
using static IpActors.Workers.Tests.Vasp.Composed;

namespace IpActors.Workers.Tests.Vasp;

public class VaspProgramTests
{
    static readonly VaspProgram Program = new(new());
    static readonly ProgramExit Good = new(0, null);
    static readonly Step[] Three = [new(-20.5, -20.6, 12, new(0.3, 0.4, 0)), new(-20.7, -20.8, 8, new(0.03, 0.04, 0)), new(-20.75, -20.85, 5, new(0.003, 0.004, 0))];
    static readonly (string, string)[] Parameters = [("NELM", "100"), ("NSW", "50"), ("IBRION", "2"), ("EDIFFG", "-0.01")];
    static readonly PartRequest Relax = Request(Properties.Relaxation, "relax", Li3OCl, ("fmax_eV_per_A", 0.01), ("max_steps", 50));

    static RunFolder Folder(string path, Func<int, bool>? reached = null, bool ionic = true, bool end = true, int nsw = 50)
    {
        File.WriteAllText(Path.Combine(path, "vasprun.xml"), VasprunText(Li3OCl, Three, [1], Parameters));
        File.WriteAllText(Path.Combine(path, "OUTCAR"), OutcarText(Li3OCl, Three, nsw, reached ?? (_ => true), ionic, end));
        File.WriteAllText(Path.Combine(path, "OSZICAR"), OszicarText(Three));
        File.WriteAllText(Path.Combine(path, "CONTCAR"), Poscar.Write(Li3OCl));
        return new(path);
    }

    static PartResult Result(ProgramOutcome outcome) => Assert.IsType<ProgramOutcome.Succeeded>(outcome).Result;
    static Fault FaultOf(ProgramOutcome outcome) => Assert.IsType<ProgramOutcome.Failed>(outcome).Fault;

    [Fact]
    public void A_relaxation_that_converged_is_a_result_under_the_usual_names()
    {
        using var scratch = new Scratch();
        var r = Result(Program.Read(Relax, Folder(scratch.Path), Good));
        Assert.Equal((-20.75, -4.15, 3.0), (r["energy_eV"], r["energy_eV_per_atom"], r["steps"]));
        Assert.Equal(3.9 * 3.9 * 3.9 / 5, r["volume_A3_per_atom"], 9);
        Assert.Equal(0.005, r["max_force_eV_per_A"], 9);
        Assert.Equal(0.2, r["pressure_GPa"], 9);
        Assert.Equal(3 / 1602.1766208, r["max_stress_eV_per_A3"], 9);
        Assert.Equal(Li3OCl, r.Structure);
        Assert.Equal("VASP PBE, no POTCAR, Li Li_sv, ENCUT 520 eV", r.Texts["scheme"]);
    }

    [Fact]
    public void What_did_not_end_or_converge_is_a_fault_of_its_kind()
    {
        using var scratch = new Scratch();
        Fault Of(RunFolder folder, ProgramExit? exit = null) => FaultOf(Program.Read(Relax, folder, exit ?? Good));
        Assert.Equal(("killed", FaultKind.Infrastructure), (Of(Folder(scratch.Path, end: false), new(null, 9)).Code, Of(Folder(scratch.Path, end: false)).Kind));
        Assert.Equal(("electronic-not-converged", FaultKind.Physics), (Of(Folder(scratch.Path, i => i < 2)).Code, Of(Folder(scratch.Path, i => i < 2)).Kind));
        Assert.Equal("ALGO", Assert.IsType<ProgramOutcome.Failed>(Program.Read(Relax, Folder(scratch.Path, i => i < 2), Good)).Correction!.After.Keys.Single()["INCAR.".Length..]);
        File.WriteAllText(Path.Combine(scratch.Path, "vasprun.xml"), VasprunText(Li3OCl, Three, [1], [("NELM", "100"), ("NSW", "3"), ("IBRION", "2")]));
        File.WriteAllText(Path.Combine(scratch.Path, "OUTCAR"), OutcarText(Li3OCl, Three, 3, _ => true, false));
        Assert.Equal(("ionic-not-converged", FaultKind.Physics), (Of(new(scratch.Path)).Code, Of(new(scratch.Path)).Kind));
        var soft = Folder(scratch.Path, ionic: false);
        File.AppendAllText(Path.Combine(scratch.Path, "OUTCAR"), " soft stop encountered!  aborting job ...\n");
        Assert.Equal("stopped", Of(soft, new(0, null, "the engine shuts down")).Code);
    }

    [Fact]
    public void Known_faults_are_found_while_it_runs_and_at_the_end_with_the_correction_by_how_often_they_were_met()
    {
        using var scratch = new Scratch();
        Assert.Null(Program.Watch(Relax, Folder(scratch.Path, end: false), 10));
        File.WriteAllText(Path.Combine(scratch.Path, "vasp.out"), "ZBRENT: fatal error in bracketing\n");
        var failed = Assert.IsType<WatchVerdict.Fail>(Program.Watch(Relax, new(scratch.Path), 10)).Failure;
        Assert.Equal(("zbrent", FaultKind.Physics), (failed.Fault.Code, failed.Fault.Kind));
        Assert.Contains("INCAR.EDIFF", failed.Correction!.After.Keys);
        var second = Assert.IsType<ProgramOutcome.Failed>(Program.Read(Relax with { Met = Relax.Met.Add("zbrent", 1) }, new(scratch.Path), new(1, null)));
        Assert.Equal("1", second.Correction!.After["INCAR.IBRION"]);
    }

    [Fact]
    public void A_gap_comes_from_the_eigenvalues()
    {
        using var scratch = new Scratch();
        (double, double)[][][] levels = [[[(-3.0, 1.0), (2.0, 0.0)], [(0.5, 1.0), (4.5, 0.0)]]];
        File.WriteAllText(Path.Combine(scratch.Path, "vasprun.xml"), VasprunText(Li3OCl, [new(-20, -20, 9, Levels: levels)], [1, 1], [("NELM", "100"), ("NSW", "0"), ("IBRION", "-1")], 1));
        File.WriteAllText(Path.Combine(scratch.Path, "OUTCAR"), OutcarText(Li3OCl, [new(-20, -20, 9)], 0, _ => true, false));
        File.WriteAllText(Path.Combine(scratch.Path, "OSZICAR"), OszicarText([new(-20, -20, 9)]));
        File.WriteAllText(Path.Combine(scratch.Path, "CONTCAR"), Poscar.Write(Li3OCl));
        var r = Result(Program.Read(Request(Properties.BandGap, "gap", Li3OCl), new(scratch.Path), Good));
        Assert.Equal((1.5, 0.5, 2.0), (r["gap_eV"], r["vbm_eV"], r["cbm_eV"]));
        Assert.Equal("indirect", Assert.Single(r.Flags));
    }

    [Fact]
    public void A_run_is_asked_to_stop_by_STOPCAR_and_not_waited_for_twice()
    {
        using var scratch = new Scratch();
        Folder(scratch.Path, end: false);
        string Asked(PartRequest r) { Assert.True(Program.AskToStop(r, scratch.Path)); return File.ReadAllText(Path.Combine(scratch.Path, "STOPCAR")); }
        Assert.Equal("LSTOP = .TRUE.\n", Asked(Relax));
        Assert.Equal("LABORT = .TRUE.\n", Asked(Relax));
        File.Delete(Path.Combine(scratch.Path, "STOPCAR"));
        Assert.Equal("LABORT = .TRUE.\n", Asked(Request(Properties.BandGap, "gap", Li3OCl)));
        File.Delete(Path.Combine(scratch.Path, "STOPCAR"));
        var outcar = Path.Combine(scratch.Path, "OUTCAR");
        File.WriteAllText(outcar, File.ReadAllText(outcar).Replace("real time   13.25", "real time 5000.00", StringComparison.Ordinal));
        Assert.Equal("LABORT = .TRUE.\n", Asked(Relax));
    }

    [Fact]
    public void Progress_is_the_last_step_and_the_one_under_way()
    {
        using var scratch = new Scratch();
        Assert.Null(Program.Progress(Relax, new(scratch.Path)));
        File.WriteAllText(Path.Combine(scratch.Path, "OSZICAR"), OszicarText(Three) + "DAV:   1    -0.204E+02   -0.5E-01   -0.2E+00   200   0.3E+00\n");
        Assert.Equal("ionic step 3, -20.750 eV, then electronic step 1, change -5.0e-02 eV", Program.Progress(Relax, new(scratch.Path)));
        File.WriteAllText(Path.Combine(scratch.Path, "OSZICAR"), OszicarText(Three[..1], 912));
        Assert.Equal("ionic step 1, -20.500 eV, 912 K", Program.Progress(Relax, new(scratch.Path)));
    }

    // ---- molecular dynamics ----

    const double StepFs = 2;
    const int Steps = 2000;

    static PartRequest Dynamics(string part = "vacancy.1000K.s1") =>
        Request(Properties.Conductivity, part, Li3OCl, ("temperature_K", 1000), ("npt_ps", part.EndsWith("npt", StringComparison.Ordinal) ? Steps * StepFs / 1000 : 0), ("nvt_ps", Steps * StepFs / 1000), ("timestep_fs", StepFs), ("minimum_edge_A", 7.5));

    /// <summary>Vibration about the sites and now and then a jump of one Li along an axis: no physics, but paths whose D can be told from the files in one piece.</summary>
    static List<double[]> Walk(Structure s)
    {
        var random = new SeededRandom(3);
        var (site, frames) = (s.Fractional.ToArray(), new List<double[]>());
        var lithium = Enumerable.Range(0, s.Count).Where(i => s.Species[i] == "Li").ToArray();
        for (var f = 0; f < Steps; f++)
        {
            if (random.NextInt(12) == 0)
            {
                var i = lithium[random.NextInt(lithium.Length)];
                var d = new double[3];
                d[random.NextInt(3)] = random.NextInt(2) == 0 ? 0.25 : -0.25;
                site[i] += new Vec3(d[0], d[1], d[2]);
            }
            frames.Add([.. site.SelectMany(r => { var w = (r + 0.004 * new Vec3(random.NextGaussian(), random.NextGaussian(), random.NextGaussian())).Wrapped(); return new[] { w.X, w.Y, w.Z }; }).Select(v => Math.Round(v, 8))]);
        }
        return frames;
    }

    static void Write(string folder, Structure s, IReadOnlyList<double[]> frames, string poscar, string contcar, Func<int, Mat3>? cell = null, double potim = StepFs)
    {
        File.WriteAllText(Path.Combine(folder, "INCAR"), F($"POTIM = {potim}\nNBLOCK = 1\n"));
        var x = new StringBuilder();
        for (var f = 0; f < frames.Count; f++)
        {
            if (f == 0 || cell is not null)
            {
                var h = cell?.Invoke(f) ?? s.Cell;
                x.Append("composed\n1\n");
                foreach (var v in (Vec3[])[h.A, h.B, h.C]) x.Append(F($" {v.X:F6} {v.Y:F6} {v.Z:F6}\n"));
                x.AppendJoin(' ', s.Composition().Select(c => c.Element)).Append('\n').AppendJoin(' ', s.Composition().Select(c => c.Count)).Append('\n');
            }
            x.Append(F($"Direct configuration={f + 1,6}\n"));
            for (var i = 0; i < s.Count; i++) x.Append(F($"  {frames[f][3 * i]:F8} {frames[f][3 * i + 1]:F8} {frames[f][3 * i + 2]:F8}\n"));
        }
        File.WriteAllText(Path.Combine(folder, "XDATCAR"), x.ToString());
        File.WriteAllText(Path.Combine(folder, "POSCAR"), poscar);
        File.WriteAllText(Path.Combine(folder, "CONTCAR"), contcar);
        Step[] one = [new(-150, -150, 6)];
        File.WriteAllText(Path.Combine(folder, "OUTCAR"), OutcarText(s, one, Steps, _ => true, false));
        File.WriteAllText(Path.Combine(folder, "OSZICAR"), OszicarText(one, 990));
    }

    /// <summary>A CONTCAR as dynamics leaves it: positions, a blank line, velocities.</summary>
    static string Contcar(Structure s, double[] f) =>
        Poscar.Write(s with { Fractional = [.. Enumerable.Range(0, s.Count).Select(i => new Vec3(f[3 * i], f[3 * i + 1], f[3 * i + 2]))] }) + "\n" + string.Concat(Enumerable.Repeat("  0.1E-03 -0.2E-03  0.3E-03\n", s.Count));

    [Fact]
    public void A_run_in_two_attempts_says_what_it_says_in_one_and_counts_its_steps()
    {
        using var scratch = new Scratch();
        var request = Dynamics();
        var inputs = VaspInputs.Of(request, new());
        var s = Poscar.Read(inputs.Files["POSCAR"]);
        var frames = Walk(s);
        var (whole, first, other, second) = (scratch.Sub("whole"), scratch.Sub("1"), scratch.Sub("2"), scratch.Sub("3"));
        Write(whole, s, frames, inputs.Files["POSCAR"], "gone");
        var expected = Result(Program.Read(request, new(whole), Good));

        // Killed after CONTCAR of step 700 and the frame of it: that frame comes again in the attempt that goes on.
        var contcar = Contcar(s, frames[699]);
        Write(first, s, frames[..700], inputs.Files["POSCAR"], contcar);
        Write(other, s, frames[..5], inputs.Files["POSCAR"], "cut off"); // an attempt that came to nothing
        var next = request with { Earlier = [first, other] };
        var resumed = VaspInputs.Of(next, new());
        Assert.Equal(contcar, resumed.Files["POSCAR"]); // velocities and all
        Assert.Equal(Steps - 700, Incar.Read(resumed.Files["INCAR"]).Integer("NSW"));
        Write(second, s, frames[699..], resumed.Files["POSCAR"], "gone");
        var joined = Result(Program.Read(next, new(second), Good));
        var (a, b) = (Part(expected), Part(joined));
        Assert.Equal(a.RunPs, b.RunPs);
        Assert.Equal(a.MsdA2.ToArray(), b.MsdA2.ToArray());
        Assert.Equal(a.Diffusion, b.Diffusion);
        Assert.Equal(a.CountedHops, b.CountedHops);
        Assert.True(a.Diffusion.D > 0 && a.CountedHops > 20);
        Assert.Equal((990.0, 39.0, 1.0 / 24), (joined["mean_temperature_K"], joined["atoms"], joined["defects_per_Li"]));
        Assert.Equal(LithiumDefect.Vacancy, b.Key.Mechanism);

        // Where the time step was another one, its frames belong to no common run: all steps are made anew.
        Write(first, s, frames[..700], inputs.Files["POSCAR"], contcar, potim: 1);
        Assert.Equal(Steps, Incar.Read(VaspInputs.Of(next, new()).Files["INCAR"]).Integer("NSW"));
        Assert.Equal("not-finished", FaultOf(Program.Read(next, new(second), Good)).Code);

        // Half of it is not enough.
        Assert.Equal("not-finished", FaultOf(Program.Read(request, new(first), Good)).Code);
    }

    static ConductivityPart Part(PartResult r) => JsonSerializer.Deserialize<ConductivityPart>(r.Texts[BuiltinParts.Record], BuiltinParts.Json)!;

    [Fact]
    public void Constant_pressure_gives_the_mean_cell_of_its_second_half_with_the_last_positions()
    {
        using var scratch = new Scratch();
        var request = Dynamics("vacancy.1000K.s1.npt");
        var inputs = VaspInputs.Of(request, new());
        var s = Poscar.Read(inputs.Files["POSCAR"]);
        var frames = Walk(s);
        // The cell is 1 % larger in the second half, by 0.5 % more or less in turn.
        Write(scratch.Path, s, frames, inputs.Files["POSCAR"], "gone", f => (f < Steps / 2 ? 1 : f % 2 == 0 ? 1.015 : 1.005) * s.Cell);
        var r = Result(Program.Read(request, new(scratch.Path), Good));
        Assert.Equal(1.01 * s.Cell.A.Length, r.Structure!.Cell.A.Length, 5);
        Assert.Equal(frames[^1][4], r.Structure.Fractional[1].Y);
        Assert.Equal((990.0, (double)Steps), (r["mean_temperature_K"], r["frames"]));
    }
}
