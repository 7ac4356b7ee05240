using System.Globalization;
using System.Text;
using System.Text.Json;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Tests.Cp2k;

public sealed class ResumeTests : IDisposable
{
    readonly Scratch _data = new(), _first = new(), _second = new(), _third = new();
    Cp2kProgram Program => new(Cp2kFixtures.Data(_data.Path));
    public void Dispose() { foreach (var s in new[] { _data, _first, _second, _third }) s.Dispose(); }

    static PartRequest Md(string part = "vacancy.1000K.s1") => Cp2kFixtures.Request(Properties.Conductivity, part, Cp2kFixtures.Li3OCl(), null, ("temperature_K", 1000), ("seed", 1), ("npt_ps", 1), ("nvt_ps", 2), ("minimum_edge_A", 7.5), ("timestep_fs", 1));

    [Fact]
    public void A_relaxation_goes_on_from_the_newest_attempt_that_left_something()
    {
        File.WriteAllText(_first["P-1.restart"], "&GLOBAL\n&END\n");
        File.WriteAllText(_first["P-RESTART.kp"], "old");
        File.WriteAllText(_second["P-RESTART.kp"], "newer");
        File.WriteAllText(_second["P-1.restart"], ""); // died while writing it
        var request = Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl()) with { Earlier = [_first.Path, _second.Path] };
        var inputs = Program.Prepare(request);
        Assert.Equal(_first["P-1.restart"], inputs.Copies.Single(c => c.Target == "previous.restart").Sources.Single());
        Assert.Equal(_second["P-RESTART.kp"], inputs.Copies.Single(c => c.Target == "P-RESTART.kp").Sources.Single());
        Assert.False(inputs.Cacheable);
        var root = Cp2kInputReader.Read(inputs.Files["cp2k.inp"], "cp2k.inp");
        Assert.Equal(("previous.restart", "F", "RESTART"), (root["EXT_RESTART/RESTART_FILE_NAME"], root["EXT_RESTART/RESTART_COUNTERS"], root["FORCE_EVAL/DFT/SCF/SCF_GUESS"]));
    }

    [Theory]
    [InlineData("none", "", "")]
    [InlineData("structure", "", "previous.restart")]
    [InlineData("all", "P-RESTART.kp", "previous.restart")]
    [InlineData("all", "P-1.restart", "P-RESTART.kp")]
    public void Settings_say_what_is_taken_over(string resume, string drop, string copied)
    {
        File.WriteAllText(_first["P-1.restart"], "&GLOBAL\n&END\n");
        File.WriteAllText(_first["P-RESTART.kp"], "waves");
        var inputs = Program.Prepare(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl(), Cp2kFixtures.Short.SetItem("resume", resume).SetItem("resume.drop", drop)) with { Earlier = [_first.Path] });
        Assert.Equal(copied, string.Join(' ', inputs.Copies.Select(c => c.Target)));
        Assert.Equal(copied.Length == 0, inputs.Cacheable);
    }

    [Fact]
    public void Dynamics_runs_the_steps_that_are_left()
    {
        File.WriteAllText(_first["P-1.restart"], "&MOTION\n  &MD\n    STEPS 2000\n    STEP_START_VAL 1250\n  &END MD\n&END MOTION\n");
        var inputs = Program.Prepare(Md() with { Earlier = [_first.Path] });
        var root = Cp2kInputReader.Read(inputs.Files["cp2k.inp"], "cp2k.inp");
        Assert.Equal(("750", "T"), (root["MOTION/MD/STEPS"], root["EXT_RESTART/RESTART_COUNTERS"]));
        Assert.Equal(_first.Path, inputs.Files["resumed-from.txt"].Trim());
    }

    /// <summary>Lithium walks at random on top of a framework that vibrates; written as CP2K does, in three folders, of which two died some steps after their last restart file.</summary>
    double Walk(PartRequest request)
    {
        const int frames = 400;
        var start = Cp2kStart.Of(request).Structure;
        var random = new SeededRandom(5);
        var r = Enumerable.Range(0, start.Count).Select(start.Cartesian).ToArray();
        var sum = 0.0;
        string Frame(int f) => $"{start.Count}\n i = {f * 25,8}, time = {(f * 25.0).ToString("F3", CultureInfo.InvariantCulture),12}, E = -100.0\n"
            + string.Concat(r.Select((p, i) => FormattableString.Invariant($"{start.Species[i],3} {p.X,19:F10} {p.Y,19:F10} {p.Z,19:F10}\n")));
        var all = new List<string> { Frame(0) };
        var ions = Enumerable.Range(0, start.Count).Where(i => start.Species[i] == "Li").ToArray();
        for (var f = 1; f < frames; f++)
        {
            foreach (var i in ions)
            {
                var step = 0.35 * new Vec3(random.NextGaussian(), random.NextGaussian(), random.NextGaussian());
                sum += step.LengthSquared;
                r[i] += step;
            }
            all.Add(Frame(f));
        }
        void Write(Scratch folder, int from, int to, bool half)
        {
            var text = new StringBuilder();
            for (var f = from; f < to; f++) text.Append(all[f]);
            if (half) text.Append(all[to][..200]);
            File.WriteAllText(folder["P-pos-1.xyz"], text.ToString());
            File.WriteAllText(folder["P-1.ener"], string.Concat(Enumerable.Range(from * 25, (to - from) * 25).Select(s => FormattableString.Invariant($"{s} {s}.0 0.1 {1000 + s % 2} -10.0 -9.9 1.0\n"))));
        }
        Write(_first, 0, 150, half: true);
        Write(_second, 140, 260, half: true);
        Write(_third, 250, frames, half: false);
        File.WriteAllText(_second["resumed-from.txt"], _first.Path + "\n");
        File.WriteAllText(_third["resumed-from.txt"], _second.Path + "\n");
        return sum / (6 * ions.Length * (frames - 1) * 0.025) * 1e-4; // Å2/ps in cm2/s
    }

    [Fact]
    public void A_walk_that_was_broken_off_twice_gives_its_diffusion_coefficient_and_the_built_in_model_s_record()
    {
        var request = Md();
        var truth = Walk(request);
        var result = Cp2kDynamics.Conductivity(request, Cp2kStart.Of(request), _third.Path, "scheme");
        Assert.Equal(truth, result["D_cm2_per_s"], 0.15 * truth);
        Assert.Equal(1000.5, result["mean_temperature_K"], 0.01);
        Assert.Equal(1.0 / 24, result["defects_per_Li"], 1e-12);
        Assert.Equal(39, result["atoms"]);
        var part = JsonSerializer.Deserialize<ConductivityPart>(result.Texts[BuiltinParts.Record], BuiltinParts.Json)!;
        Assert.Equal(399 * 0.025, part.RunPs, 1e-9);
        Assert.Equal(new(LithiumDefect.Vacancy, 1000, 1), part.Key);
        Assert.Equal(23, part.LithiumIons);
        Assert.False(part.Melted);
        Assert.Equal("scheme", result.Texts["scheme"]);
    }
}
