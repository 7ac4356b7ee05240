using System.Diagnostics;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Tests.Cp2k;

public sealed class ProgramTests : IDisposable
{
    readonly Scratch _data = new(), _run = new();
    Cp2kProgram Program => new(Cp2kFixtures.Data(_data.Path));
    public void Dispose() { _data.Dispose(); _run.Dispose(); }

    static readonly PartRequest Relaxation = Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl());
    static readonly PartRequest Gap = Cp2kFixtures.Request(Properties.BandGap, "gap", Cp2kFixtures.Li3OCl(3.904));

    ProgramOutcome Read(PartRequest request, string fixture, ProgramExit? exit = null) => Program.Read(request, new(Cp2kFixtures.Folder(fixture)), exit ?? new(0, null));

    [Fact]
    public void A_relaxation_s_result_has_the_names_of_the_built_in_model()
    {
        var result = Assert.IsType<ProgramOutcome.Succeeded>(Read(Relaxation, "relaxed")).Result;
        Assert.Equal("cp2k", result.Calculator);
        Assert.Equal(-53.681826293614158 * Cp2kUnits.HartreeEv, result["energy_eV"], 1e-9);
        Assert.Equal(result["energy_eV"] / 5, result["energy_eV_per_atom"], 1e-12);
        Assert.Equal(58.3969513828 / 5, result["volume_A3_per_atom"], 1e-7);
        Assert.Equal(3, result["steps"]);
        Assert.Equal(0, result["max_force_eV_per_A"], 1e-6);
        Assert.InRange(result["pressure_GPa"], -0.0014, -0.0013);
        Assert.Equal("PBE GTH-PBE DZVP-MOLOPT-SR-GTH cutoff 300/40 k 40 per reciprocal atom", result.Texts["scheme"]);
        Assert.Equal(3.8796873172, result.Structure!.Cell.A.X, 1e-8);
        Assert.Equal(Relaxation.Start.Species, result.Structure.Species);
    }

    [Fact]
    public void A_gap_s_result_says_where_its_edges_lie()
    {
        var result = Assert.IsType<ProgramOutcome.Succeeded>(Read(Gap, "gap")).Result;
        Assert.Equal(4.68652879, result["gap_eV"], 1e-7);
        Assert.Equal(("0.5 0.5 0", "0 0 0"), (result.Texts["vbm_k"], result.Texts["cbm_k"]));
        Assert.Empty(result.Flags);
    }

    [Theory]
    [InlineData("not-converged", 0, null, "scf_unconverged_diag", FaultKind.Physics)]
    [InlineData("abort", 1, null, "abort", FaultKind.Physics)]
    [InlineData("gap", null, 9, "died", FaultKind.Infrastructure)]
    [InlineData("nothing", 143, null, "killed", FaultKind.Infrastructure)]
    public void A_run_that_failed_is_a_fault_of_its_kind_whatever_its_exit_code(string fixture, int? code, int? signal, string fault, FaultKind kind)
    {
        var failed = Assert.IsType<ProgramOutcome.Failed>(Read(Gap, fixture, new(code, signal)));
        Assert.Equal((fault, kind), (failed.Fault.Code, failed.Fault.Kind));
        Assert.DoesNotContain('\n', failed.Fault.Message);
    }

    [Fact]
    public void A_run_cut_in_the_middle_is_no_result()
    {
        var whole = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(Path.Combine(Cp2kFixtures.Folder("relaxed"), "cp2k.out.gz")), System.IO.Compression.CompressionMode.Decompress)).ReadToEnd();
        File.WriteAllText(_run["cp2k.out"], whole[..(whole.Length / 2)]);
        Assert.Equal("killed", Assert.IsType<ProgramOutcome.Failed>(Program.Read(Relaxation, new(_run.Path), new(null, 9))).Fault.Code);
        Assert.StartsWith("ionic step ", Program.Progress(Relaxation, new(_run.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_asked_to_stop_by_a_file()
    {
        Assert.True(Program.AskToStop(Gap, _run.Path));
        Assert.True(File.Exists(_run["P.EXIT"]));
        Assert.False(Program.AskToStop(Gap, _run["gone"]));
    }

    // ---- with CP2K itself ----

    static string? Cp2k => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "cp2k.psmp")).FirstOrDefault(File.Exists);

    int Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Cp2k!, arguments) { WorkingDirectory = _run.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => { if (e.Data?.Contains("SUCCESS", StringComparison.Ordinal) == true) _said = e.Data; };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }

    string _said = "";

    void Prepare(PartRequest request)
    {
        foreach (var (name, text) in new Cp2kProgram(new(Cp2kData.Debian)).Prepare(request).Files) File.WriteAllText(_run[name], text);
    }

    static void Need()
    {
        Skip.If(Cp2k is null, "cp2k.psmp is not installed (Debian: apt-get install cp2k)");
        Skip.IfNot(File.Exists(Path.Combine(Cp2kData.Debian, "BASIS_MOLOPT")), "cp2k-data is not installed");
    }

    [SkippableTheory]
    [InlineData(Properties.Relaxation, "relax")]
    [InlineData(Properties.BandGap, "gap")]
    [InlineData(Properties.HydrationEnergy, "host")]
    [InlineData(Properties.HydrationEnergy, "LiOH")]
    [InlineData(Properties.HydrationEnergy, "H2O")]
    [InlineData(Properties.HydrationEnergy, "cell-0")]
    [InlineData(Properties.Conductivity, "vacancy.900K.s1.npt")]
    [InlineData(Properties.Conductivity, "interstitial.900K.s1")]
    public void CP2K_itself_accepts_the_input_of_every_part(string property, string part)
    {
        Need();
        var request = Cp2kFixtures.Request(property, part, Cp2kFixtures.Li3OCl(), null, ("temperature_K", 900), ("npt_ps", 1), ("nvt_ps", 5), ("minimum_edge_A", 7.5), ("timestep_fs", 1), ("fmax_eV_per_A", 0.01), ("max_steps", 50));
        Prepare(request with { Prior = part == "cell-0" ? PartResult.Of("cp2k", [], Cp2kFixtures.Li3OCl()) : null, WalltimeSeconds = 3600 });
        Assert.Equal(0, Run("--check", "cp2k.inp"));
        Assert.Contains("SUCCESS", _said, StringComparison.Ordinal);
    }
}
