using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using IpActors.App.Tests.Pareto;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.App.Tests.Transport;

public class TransportCommandTests
{
    static readonly string Fixtures = AppProcess.Repository("tests/compare/fixtures/transport");
    static string Fixture(string name) => Path.Combine(Fixtures, name);

    static async Task<JsonElement> Json(params string[] arguments)
    {
        var result = await AppProcess.Run(["transport", .. arguments, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Out).RootElement;
    }

    static string Beside(string name) => Path.Combine(Path.GetDirectoryName(AppProcess.File(name))!, name);

    /// <summary>Li that diffuses by small steps of known D (Å²/ps) in front of O that vibrates, in a box of 20 Å.</summary>
    static string Walk(double d, ulong seed, int frames = 300)
    {
        var (random, text) = (new SeededRandom(seed), new StringBuilder());
        var at = new Vec3[24];
        for (var i = 0; i < 24; i++) at[i] = new(10 * (i % 2), 10 * (i / 2 % 2), 20.0 / 6 * (i / 4));
        for (var k = 0; k < frames; k++)
        {
            text.Append("24\nLattice=\"20 0 0 0 20 0 0 0 20\" Properties=species:S:1:pos:R:3 time_ps=").Append((0.1 * k).ToString("F3", CultureInfo.InvariantCulture)).Append('\n');
            for (var i = 0; i < 24; i++)
            {
                Vec3 Kick(double s) => s * new Vec3(random.NextGaussian(), random.NextGaussian(), random.NextGaussian());
                if (i < 16) at[i] += Kick(Math.Sqrt(2 * d * 0.1));
                var r = i < 16 ? at[i] : at[i] + Kick(0.1);
                text.Append(CultureInfo.InvariantCulture, $"{(i < 16 ? "Li" : "O")} {r.X:F6} {r.Y:F6} {r.Z:F6}\n");
            }
        }
        return AppProcess.File(text.ToString(), "walk.extxyz");
    }

    [Fact]
    public async Task Diffusion_answers_with_the_documented_keys_and_the_D_that_was_put_in()
    {
        var plot = Beside("fit.svg");
        var answer = await Json("diffusion", Walk(0.3, 1), "--temperature-K", "900", "--continuous", "--plot", plot);
        Assert.Equal(["run", "dimensions", "normal", "tracer", "block_average", "directions", "hops_counted", "hop_length_A", "charge", "haven_ratio", "haven_error", "haven_at_least", "temperature_K", "ion_charge_e", "ions_mol_per_cm3",
            "nernst_einstein_S_per_cm", "nernst_einstein_error_S_per_cm", "nernst_einstein_upper_bound_95_S_per_cm", "charge_conductivity_S_per_cm", "charge_conductivity_error_S_per_cm", "charge_conductivity_upper_bound_95_S_per_cm",
            "lindemann", "melted", "flags"], answer.EnumerateObject().Select(p => p.Name));
        var (tracer, run) = (answer.GetProperty("tracer"), answer.GetProperty("run"));
        var (d, error) = (tracer.GetProperty("D_cm2_per_s").GetDouble(), tracer.GetProperty("error_cm2_per_s").GetDouble());
        Assert.InRange(d, 3e-5 - 3 * error, 3e-5 + 3 * error);
        Assert.InRange(error, 1e-6, 6e-6);
        Assert.Equal((16, 8, 300, "extxyz"), (run.GetProperty("ions").GetInt32(), run.GetProperty("framework_atoms").GetInt32(), run.GetProperty("frames_used").GetInt32(), run.GetProperty("format").GetString()));
        Assert.Equal(["x", "y", "z", "xy", "yz", "xz"], answer.GetProperty("directions").EnumerateArray().Select(a => a.GetProperty("direction").GetString()));
        // sigma = N e^2 D / (V k T), in SI by hand.
        Assert.Equal(16 / 8e-27 * Math.Pow(1.602176634e-19, 2) * d * 1e-4 / (1.380649e-23 * 900) / 100, answer.GetProperty("nernst_einstein_S_per_cm").GetDouble(), 1e-6);
        Assert.Equal(d / answer.GetProperty("charge").GetProperty("D_cm2_per_s").GetDouble(), answer.GetProperty("haven_ratio").GetDouble(), 1e-12);
        Assert.False(answer.GetProperty("melted").GetBoolean());
        var svg = XDocument.Parse(File.ReadAllText(plot)).Root!;
        Assert.Equal("{http://www.w3.org/2000/svg}svg", svg.Name.ToString());
        Assert.Single(svg.Descendants(), e => e.Name.LocalName == "polyline");
    }

    [Fact]
    public async Task A_plane_is_its_own_direction_and_text_says_what_was_found()
    {
        var result = await AppProcess.Run(["transport", "diffusion", Walk(0.3, 2), "--normal", "0,0,2", "--continuous", "--drop-ps", "5", "--temperature-K", "900"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("plane about (0, 0, 1)", result.Out);
        Assert.Contains("after 5 ps left out", result.Out);
        Assert.Contains("Haven ratio", result.Out);
        Assert.Contains("sigma(900 K), Nernst-Einstein", result.Out);
    }

    [Fact]
    public async Task What_the_run_does_not_resolve_is_a_bound_with_its_reason()
    {
        var answer = await Json("diffusion", Walk(1e-5, 3), "--temperature-K", "900", "--hop-A", "2.8");
        var tracer = answer.GetProperty("tracer");
        Assert.Equal(JsonValueKind.Null, tracer.GetProperty("D_cm2_per_s").ValueKind);
        Assert.Contains("squared hops of 2.80 A", tracer.GetProperty("refusal").GetString());
        Assert.True(tracer.GetProperty("upper_bound_95_cm2_per_s").GetDouble() > 1e-9);
        Assert.Contains("upper bound", answer.GetProperty("flags").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("nernst_einstein_S_per_cm").ValueKind);
    }

    [Fact]
    public async Task Msd_reads_gzip_and_CP2K_with_the_cell_that_lies_beside_it_and_its_tables_agree()
    {
        var json = await Json("msd", Fixture("walk.XDATCAR.gz"), "--frame-fs", "50", "--lags", "12");
        var result = await AppProcess.Run(["transport", "msd", Fixture("walk.XDATCAR.gz"), "--frame-fs", "50", "--lags", "12", "--csv"]);
        var lines = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("lag_ps,msd_A2,msd_x_A2,msd_y_A2,msd_z_A2,msd_xy_A2,msd_yz_A2,msd_xz_A2,msd_charge_A2,msd_framework_A2", lines[0]);
        Assert.Equal(json.GetProperty("msd").GetArrayLength(), lines.Length - 1);
        var row = lines[1].Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(row[1], json.GetProperty("msd")[0].GetProperty("msd_A2").GetDouble());
        Assert.Equal(row[1], row[2] + row[6], 1e-12);
        var cp2k = await Json("msd", Fixture("argon-pos-1.xyz"), "--species", "Ne");
        Assert.Equal("CP2K xyz", cp2k.GetProperty("run").GetProperty("format").GetString());
        Assert.Equal(100, cp2k.GetProperty("run").GetProperty("file_frame_step_fs").GetDouble(), 1e-9);
        var named = await Json("msd", Fixture("argon-pos-1.xyz"), Fixture("argon-1.cell"), "--species", "Ne");
        Assert.Equal(cp2k.GetProperty("msd").GetRawText(), named.GetProperty("msd").GetRawText());
    }

    [Fact]
    public async Task Stdin_and_two_files_of_one_run_give_what_one_file_gives()
    {
        var whole = Walk(0.3, 4, 120);
        var text = File.ReadAllText(whole);
        var lines = text.Split('\n');
        var (a, b) = (AppProcess.File(string.Join('\n', lines[..(26 * 70)]) + "\n", "a.extxyz"), AppProcess.File(string.Join('\n', lines[(26 * 69)..]), "b.extxyz"));
        var one = (await AppProcess.Run(["transport", "msd", whole, "--csv"])).Out;
        Assert.True(one.Length > 1000);
        Assert.Equal(one, (await AppProcess.Run(["transport", "msd", "-", "--csv"], text)).Out);
        Assert.Equal(one, (await AppProcess.Run(["transport", "msd", a, b, "--csv"])).Out);
    }

    [Fact]
    public async Task Arrhenius_of_a_table_gives_back_its_line_with_errors_by_weighted_least_squares()
    {
        double[] kelvin = [700, 800, 900, 1000, 1200];
        static double D(double t) => 1e-3 * Math.Exp(-0.35 / (Arrhenius.BoltzmannEvPerK * t));
        var csv = AppProcess.File("temperature_K,D_cm2_per_s,error\n" + string.Concat(kelvin.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t},{D(t):R},{0.2 * D(t):R}\n"))));
        var plot = Beside("arrhenius.svg");
        var answer = await Json("arrhenius", csv, "--ions", "3", "--volume-A3", "59.776", "--at", "400", "900", "--plot", plot);
        Assert.Equal(0.35, answer.GetProperty("activation_eV").GetDouble(), 1e-6);
        Assert.Equal(1e-3, answer.GetProperty("D0_cm2_per_s").GetDouble(), 1e-8);
        var b = kelvin.Select(t => 1 / (Arrhenius.BoltzmannEvPerK * t)).ToArray();
        var spread = b.Sum(v => Math.Pow(v - b.Average(), 2));
        Assert.Equal(0.2 / Math.Sqrt(spread), answer.GetProperty("activation_error_eV").GetDouble(), 1e-8);
        var cold = answer.GetProperty("at")[0];
        Assert.Equal(D(400), cold.GetProperty("D_cm2_per_s").GetDouble(), 1e-6 * D(400));
        Assert.Equal(0.2 * Math.Sqrt(0.2 + Math.Pow(1 / (Arrhenius.BoltzmannEvPerK * 400) - b.Average(), 2) / spread) / Math.Log(10), cold.GetProperty("error_decades").GetDouble(), 1e-8);
        Assert.Equal(3 / 59.776e-30 * Math.Pow(1.602176634e-19, 2) * D(400) * 1e-4 / (1.380649e-23 * 400) / 100, cold.GetProperty("conductivity_S_per_cm").GetDouble(), 1e-10);
        Assert.True(cold.GetProperty("extrapolated").GetBoolean());
        Assert.False(answer.GetProperty("at")[1].GetProperty("extrapolated").GetBoolean());
        Assert.Equal(["extrapolated"], answer.GetProperty("flags").EnumerateArray().Select(f => f.GetString()!));
        Assert.Equal(0, answer.GetProperty("curvature_sigmas").GetDouble(), 1e-6);
        Assert.Equal(2, XDocument.Parse(File.ReadAllText(plot)).Descendants().Count(e => e.Name.LocalName == "polyline"));
    }

    [Fact]
    public async Task Arrhenius_takes_trajectories_in_the_order_of_their_temperatures()
    {
        static double D(double t) => 40 * Math.Exp(-0.35 / (Arrhenius.BoltzmannEvPerK * t)); // Å²/ps
        var (cold, warm, hot) = (Walk(D(800), 5), Walk(D(1000), 6), Walk(D(1200), 7));
        var answer = await Json("arrhenius", hot, cold, warm, "--temperature-K", "1200", "800", "1000", "--continuous", "--at", "400");
        Assert.InRange(answer.GetProperty("activation_eV").GetDouble(), 0.35 - 3 * answer.GetProperty("activation_error_eV").GetDouble(), 0.35 + 3 * answer.GetProperty("activation_error_eV").GetDouble());
        Assert.Equal([1200, 800, 1000], answer.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("temperature_K").GetDouble()));
        Assert.Equal(JsonValueKind.Number, answer.GetProperty("at")[0].GetProperty("conductivity_S_per_cm").ValueKind);
        var few = await AppProcess.Run(["transport", "arrhenius", cold, "--temperature-K", "800", "--continuous"]);
        Assert.Equal(0, few.ExitCode);
        Assert.Contains("no line: 1 temperatures", few.Out);
    }

    [Theory]
    [InlineData("no such file; check the path", "msd", "nowhere.xyz")]
    [InlineData("does not say the time between its frames; give it with --frame-fs", "msd", "@walk.XDATCAR.gz")]
    [InlineData("say which with --types", "msd", "@unwrapped.dump", "--timestep-fs", "2")]
    [InlineData("--timestep-fs", "diffusion", "@folded.dump", "--species", "Ne")]
    [InlineData("which ion is mobile? Name it with --species, one of", "diffusion", "@folded.dump", "--timestep-fs", "2")]
    [InlineData("--species Xx: unknown element", "diffusion", "@walk.XDATCAR.gz", "--species", "Xx")]
    [InlineData("which plane? Give its normal", "diffusion", "@walk.XDATCAR.gz", "--frame-fs", "50", "--dimensions", "2")]
    [InlineData("--normal auto: the first frame shows no slabs", "diffusion", "@folded.dump", "--species", "Ne", "--timestep-fs", "2", "--normal", "auto")]
    [InlineData("--frame-fs: give a positive number of fs", "diffusion", "@walk.XDATCAR.gz", "--frame-fs", "-1")]
    [InlineData("a CP2K cell file before any trajectory", "msd", "@argon-1.cell", "@argon-pos-1.xyz")]
    [InlineData("which no trajectory does", "msd", "@argon-1.cell")]
    [InlineData("2 trajectories and 1 temperatures", "arrhenius", "@walk.XDATCAR.gz", "@walk.XDATCAR.gz", "--temperature-K", "900")]
    [InlineData("does not say its temperature", "arrhenius", "@walk.XDATCAR.gz", "--frame-fs", "50")]
    [InlineData("--fit-to-ps 900: the run has 11.95 ps", "diffusion", "@walk.XDATCAR.gz", "--frame-fs", "50", "--fit-to-ps", "900")]
    public async Task Bad_input_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        var result = await AppProcess.Run(["transport", .. arguments.Select(a => a.StartsWith('@') ? Fixture(a[1..]) : a)]);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }

    [Fact]
    public async Task Other_packing_is_named_with_its_remedy_and_a_gzip_cut_off_keeps_its_frames()
    {
        string Bytes(string name, byte[] bytes)
        {
            var path = Beside(name);
            File.WriteAllBytes(path, bytes);
            return path;
        }
        Assert.Contains("packed by bzip2; unpack it first (bunzip2", (await AppProcess.Run(["transport", "msd", Bytes("x.bz2", [.. "BZh91AY"u8])])).ErrorLine);
        Assert.Contains("packed by xz; unpack it first (unxz", (await AppProcess.Run(["transport", "msd", Bytes("x.xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4])])).ErrorLine);
        Assert.Contains("packed by zstd", (await AppProcess.Run(["transport", "msd", Bytes("x.zst", [0x28, 0xb5, 0x2f, 0xfd, 0, 0])])).ErrorLine);
        var whole = File.ReadAllBytes(Fixture("walk.XDATCAR.gz"));
        var cut = await Json("msd", Bytes("cut.gz", whole[..(whole.Length / 2)]), "--frame-fs", "50");
        Assert.InRange(cut.GetProperty("run").GetProperty("frames_read").GetInt32(), 60, 200);
        Assert.Contains("finished frames are used", cut.GetProperty("run").GetProperty("notes")[0].GetString());
    }

    [Fact]
    public async Task An_empty_table_and_one_without_errors_are_refused()
    {
        Assert.Contains("no column 'error'", (await AppProcess.Run(["transport", "arrhenius", AppProcess.File("temperature_K,D_cm2_per_s\n900,1e-6\n")])).ErrorLine);
        Assert.Contains("no D and no upper bound", (await AppProcess.Run(["transport", "arrhenius", AppProcess.File("temperature_K,D_cm2_per_s,error\n900,,\n")])).ErrorLine);
        Assert.Contains("no rows", (await AppProcess.Run(["transport", "arrhenius", AppProcess.File("temperature_K,D_cm2_per_s,error\n")])).ErrorLine);
        Assert.Contains("give both, or neither", (await AppProcess.Run(["transport", "arrhenius", AppProcess.File("temperature_K,D_cm2_per_s,error\n900,1e-6,1e-7\n"), "--ions", "3"])).ErrorLine);
    }
}
