using System.Diagnostics;
using System.Text.Json;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Transport;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Tests.Cp2k;

/// <summary>
/// CP2K itself on the parts of hydration and conductivity: cells of some atoms, coarse grids, a few steps. The numbers mean nothing; that every part runs, is read, and is what the next one starts from, is what they show.
/// </summary>
[Trait("Program", "cp2k")]
public sealed class RealRunTests : IDisposable
{
    readonly Scratch _runs = new();
    readonly Cp2kProgram _program = new(new(Cp2kData.Debian));
    public void Dispose() => _runs.Dispose();

    static ImmutableSortedDictionary<string, string> Grid(string cutoff, string relative, string scf, string precision) => Texts.Of(
        ("CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF", cutoff), ("CP2K.FORCE_EVAL/DFT/MGRID/REL_CUTOFF", relative), ("CP2K.FORCE_EVAL/DFT/SCF/EPS_SCF", scf), ("CP2K.FORCE_EVAL/DFT/QS/EPS_DEFAULT", precision));

    static readonly ImmutableSortedDictionary<string, string> Moving = Grid("200", "40", "1E-4", "1E-8").Add("CP2K.MOTION/PRINT/CELL/EACH/MD", "1");

    /// <summary>The first step is good enough.</summary>
    static readonly ImmutableSortedDictionary<string, string> Relaxed = Grid("100", "30", "1E-3", "1E-8").Add("KPOINTS.mesh", "1 1 1").SetItems(new[] { "CELL_OPT", "GEO_OPT" }.SelectMany(o => new (string Name, string Value)[] { ("MAX_FORCE", "1"), ("RMS_FORCE", "1"), ("MAX_DR", "5"), ("RMS_DR", "5") }
        .Select(k => KeyValuePair.Create($"CP2K.MOTION/{o}/{k.Name}", k.Value))).Append(KeyValuePair.Create("CP2K.MOTION/CELL_OPT/PRESSURE_TOLERANCE", "1E7")));

    static PartRequest Request(string property, string part, ImmutableSortedDictionary<string, string> settings) => Cp2kFixtures.Request(property, part, Cp2kFixtures.Li3OCl(4.05), settings,
        ("minimum_edge_A", 4), ("temperature_K", 900), ("seed", 1), ("npt_ps", 0.003), ("nvt_ps", 0.006), ("timestep_fs", 1), ("configuration", 0));

    PartResult Result(PartRequest request)
    {
        var folder = Directory.CreateDirectory(_runs[request.Part]).FullName;
        var inputs = _program.Prepare(request);
        foreach (var (name, text) in inputs.Files) File.WriteAllText(Path.Combine(folder, name), text);
        var start = new ProcessStartInfo("cp2k.psmp", inputs.Arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var outcome = _program.Read(request, new(folder), new(process.ExitCode, null));
        return outcome is ProgramOutcome.Succeeded { Result: var result } ? result : throw new InvalidOperationException($"{request.Part}: {((ProgramOutcome.Failed)outcome).Fault}");
    }

    static void Need(bool isLong)
    {
        Skip.If(isLong && Environment.GetEnvironmentVariable("IPACTORS_LONG") != "1", "./test --long runs it");
        Skip.IfNot((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "cp2k.psmp"))), "cp2k.psmp is not installed (Debian, Ubuntu: apt-get install cp2k)");
        Skip.IfNot(File.Exists(Path.Combine(Cp2kData.Debian, "BASIS_MOLOPT")), "cp2k-data is not installed (Debian, Ubuntu: apt-get install cp2k-data)");
    }

    static int Count(Structure s, string element) => s.Species.Count(e => e == element);

    /// <summary>A minute of one core.</summary>
    [SkippableFact]
    public void A_charged_vacancy_runs_at_constant_pressure_and_from_there_at_constant_volume()
    {
        Need(isLong: true);
        var npt = Result(Request(Properties.Conductivity, "vacancy.900K.s1.npt", Moving));
        Assert.Contains("CHARGE -1", File.ReadAllText(Path.Combine(_runs["vacancy.900K.s1.npt"], Cp2kTemplate.Input)));
        Assert.Equal((2, 1, 1, 3.0), (Count(npt.Structure!, "Li"), Count(npt.Structure!, "O"), Count(npt.Structure!, "Cl"), npt["steps"]));
        Assert.InRange(npt["mean_temperature_K"], 600, 1100);
        Assert.InRange(npt["volume_A3"], 60, 75); // of 66.4
        Assert.Equal(1.0 / 3, npt["defects_per_Li"], 1e-12);

        var nvt = Result(Request(Properties.Conductivity, "vacancy.900K.s1", Moving.SetItem("CP2K.MOTION/PRINT/TRAJECTORY/EACH/MD", "1")) with { Prior = npt });
        var part = JsonSerializer.Deserialize<ConductivityPart>(nvt.Texts[BuiltinParts.Record], BuiltinParts.Json)!;
        Assert.Equal((LithiumDefect.Vacancy, 900.0, 4, 2), (part.Key.Mechanism, part.Key.TemperatureK, part.Atoms, part.LithiumIons));
        Assert.Equal(npt["volume_A3"], part.VolumeA3, 1e-6);
        Assert.Equal(0.006, part.RunPs, 1e-6);
        Assert.Equal(npt.Texts["scheme"], nvt.Texts["scheme"]);
    }

    /// <summary>5 s of one core.</summary>
    [SkippableFact]
    public void A_molecule_of_water_has_the_energy_of_its_electrons()
    {
        Need(isLong: false);
        var water = Result(Request(Properties.HydrationEnergy, DftHydration.Water, Relaxed));
        Assert.InRange(water["energy_eV"] / Cp2kUnits.HartreeEv, -17.5, -16.7); // PBE with these pseudopotentials: -17.2; the grid is coarse
        Assert.Equal(3, water.Structure!.Count);
    }

    /// <summary>A minute of one core.</summary>
    [SkippableFact]
    public void Host_placement_hydroxide_and_water_make_a_hydration_energy()
    {
        Need(isLong: true);
        PartRequest Part(string name) => Request(Properties.HydrationEnergy, name, Relaxed);
        var host = Result(Part(DftHydration.Host));
        Assert.Equal(5, host.Structure!.Count);
        var cell = Result(Part("cell-0") with { Prior = host });
        Assert.Equal((2, 1, 1, 1), (Count(cell.Structure!, "Li"), Count(cell.Structure!, "H"), Count(cell.Structure!, "O"), Count(cell.Structure!, "Cl")));
        Assert.Equal(0, cell["index"]);
        var hydroxide = Result(Part(DftHydration.Hydroxide));
        Assert.Equal(Count(hydroxide.Structure!, "Li"), hydroxide["formula_units"]);
        var water = Result(Part(DftHydration.Water));
        var h = DftHydration.Of(host["energy_eV"], [cell], hydroxide, water);
        Assert.InRange(h.LeastKJPerMol, -1500, 1500);
        Assert.Single(new[] { host, cell, hydroxide, water }.Select(p => p.Texts["scheme"].Split(" k ")[0]).Distinct());
    }
}
