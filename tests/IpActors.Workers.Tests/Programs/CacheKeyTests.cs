using IpActors.Domain.Works;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;
using IpActors.Workers.Tests.Cp2k;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Programs;

/// <summary>What the key of the result cache has: all that decides a result, and nothing that only decides how long it takes.</summary>
public sealed class CacheKeyTests : IDisposable
{
    readonly Scratch _data = new();
    public void Dispose() => _data.Dispose();

    static readonly string[] Parts = ["relax", "gap", "host", "vacancy.900K.s1.npt"];

    static PartRequest Request(string part, params (string, string)[] settings) => Cp2kFixtures.Request(
        part switch { "relax" => Properties.Relaxation, "gap" => Properties.BandGap, "host" => Properties.HydrationEnergy, _ => Properties.Conductivity }, part, Cp2kFixtures.Li3OCl(), Texts.Of(settings),
        ("fmax_eV_per_A", 0.01), ("max_steps", 60), ("temperature_K", 900), ("npt_ps", 1), ("nvt_ps", 1), ("timestep_fs", 1), ("minimum_edge_A", 7.5));

    string Cp2k(PartRequest r) => ResultCache.KeyOf("cp2k ", new Cp2kProgram(Cp2kFixtures.Data(_data.Path)).Prepare(r));
    static string Vasp(PartRequest r) => ResultCache.KeyOf("vasp ", VaspInputs.Of(r, new()));

    public static TheoryData<string> AllParts => [.. Parts];

    [Theory, MemberData(nameof(AllParts))]
    public void Walltime_and_cores_are_in_no_key(string part)
    {
        var usual = Request(part);
        foreach (var other in new[] { usual with { WalltimeSeconds = 3600 }, usual with { WalltimeSeconds = 7200, Cores = 16 } })
        {
            Assert.Equal(Cp2k(usual), Cp2k(other));
            Assert.Equal(Vasp(usual), Vasp(other));
        }
        // CP2K's input has it all the same, or CP2K would not stop in time.
        Assert.Contains("WALLTIME 3240", new Cp2kProgram(Cp2kFixtures.Data(_data.Path)).Prepare(usual with { WalltimeSeconds = 3600 }).Files[Cp2kTemplate.Input]);
    }

    public static TheoryData<string, string> NeutralTags => Pairs(IncarTags.Neutral.Select(t => ($"INCAR.{t}", t is "SYSTEM" ? "my run" : t[0] == 'L' ? ".FALSE." : "2")));
    public static TheoryData<string, string> NeutralPaths => Pairs(Cp2kSettings.Neutral.Where(p => !p.StartsWith("GLOBAL/PROJECT", StringComparison.Ordinal)).Select(p => ($"CP2K.{p}", p.Split('/')[^1] switch
    {
        "BLACS_GRID" => "ROW", "CALLGRAPH" => "NONE", "ELPA_KERNEL" => "AUTO", "FFTW_PLAN_TYPE" => "MEASURE", "IOLEVEL" or "PRINT_LEVEL" => "MEDIUM", "PREFERRED_DGEMM_LIBRARY" => "BLAS", "PREFERRED_DIAG_LIBRARY" => "SCALAPACK", "PREFERRED_FFT_LIBRARY" => "FFTW3",
        "ELPA_NEIGVEC_MIN" or "FFT_POOL_SCRATCH_LIMIT" or "TRACE_MAX" or "PARALLEL_GROUP_SIZE" => "4", "WALLTIME" or "WALLTI" or "CALLGRAPH_FILE_NAME" or "FFTW_WISDOM_FILE_NAME" or "TRACE_ROUTINES" => "100", _ => "TRUE",
    })));
    static TheoryData<string, string> Pairs(IEnumerable<(string, string)> pairs) { var data = new TheoryData<string, string>(); foreach (var (k, v) in pairs) data.Add(k, v); return data; }

    [Theory, MemberData(nameof(NeutralTags))]
    public void VASPs_layout_over_processes_is_in_no_key(string tag, string value)
    {
        Assert.Contains($"{tag["INCAR.".Length..]} = {value}", VaspInputs.Of(Request("relax", (tag, value)), new()).Files["INCAR"]);
        Assert.Equal(Vasp(Request("relax")), Vasp(Request("relax", (tag, value))));
    }

    [Theory, MemberData(nameof(NeutralPaths))]
    public void CP2Ks_layout_over_processes_is_in_no_key(string path, string value)
    {
        Assert.Contains($"{path.Split('/')[^1]} {value}", new Cp2kProgram(Cp2kFixtures.Data(_data.Path)).Prepare(Request("relax", (path, value))).Files[Cp2kTemplate.Input]);
        Assert.Equal(Cp2k(Request("relax")), Cp2k(Request("relax", (path, value))));
    }

    [Theory]
    [InlineData("INCAR.ENCUT", "521"), InlineData("INCAR.EDIFF", "1E-7"), InlineData("INCAR.NBANDS", "32"), InlineData("INCAR.LREAL", "Auto"), InlineData("INCAR.ISYM", "0"), InlineData("INCAR.ALGO", "All"), InlineData("KPOINTS.mesh", "3 3 3"), InlineData("POSCAR.strain", "1.01")]
    public void What_decides_a_result_of_VASP_is_in_its_key(string tag, string value) => Assert.NotEqual(Vasp(Request("relax")), Vasp(Request("relax", (tag, value))));

    [Theory]
    [InlineData("CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF", "501"), InlineData("CP2K.FORCE_EVAL/DFT/SCF/EPS_SCF", "1.0E-7"), InlineData("CP2K.GLOBAL/EXTENDED_FFT_LENGTHS", "TRUE"), InlineData("CP2K.GLOBAL/ALLTOALL_SGL", "TRUE"), InlineData("KPOINTS.mesh", "3 3 3"), InlineData("CP2K.GLOBAL/SEED", "9")]
    public void What_decides_a_result_of_CP2K_is_in_its_key(string path, string value) => Assert.NotEqual(Cp2k(Request("relax")), Cp2k(Request("relax", (path, value))));

    [Fact]
    public void Parts_structures_and_seeds_have_keys_of_their_own()
    {
        Assert.Equal(2 * Parts.Length, Parts.SelectMany(p => new[] { Cp2k(Request(p)), Vasp(Request(p)) }).Distinct().Count());
        Assert.NotEqual(Vasp(Request("relax")), Vasp(Request("relax") with { Start = Cp2kFixtures.Li3OCl(3.92) }));
        Assert.NotEqual(Cp2k(Request("vacancy.900K.s1.npt")), Cp2k(Request("vacancy.900K.s1.npt") with { Seed = 8 }));
    }
}
