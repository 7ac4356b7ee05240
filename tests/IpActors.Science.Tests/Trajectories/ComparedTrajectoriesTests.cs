using System.IO.Compression;
using System.Text.Json;
using IpActors.Science.Trajectories;
using IpActors.Science.Transport;

namespace IpActors.Science.Tests.Trajectories;

/// <summary>Files that LAMMPS, CP2K, ASE and pymatgen wrote, against what ASE, pymatgen and MDAnalysis make of them: tests/compare/transport_trajectories.py.</summary>
public class ComparedTrajectoriesTests
{
    static readonly string Folder = Path.Combine(Root(), "tests", "compare", "fixtures", "transport");
    static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "expected.json"))).RootElement;

    static string Root()
    {
        var d = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(d.FullName, "IpActors.sln"))) d = d.Parent ?? throw new DirectoryNotFoundException("IpActors.sln is in no folder above the tests");
        return d.FullName;
    }

    static string Text(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name));
        using var text = new StreamReader(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        return text.ReadToEnd();
    }

    static TransportPaths Read(string name, PathSettings settings)
    {
        var hints = new TrajectoryHints(Types: ["Ar", "Ne"], TimestepFs: 2, Cells: name.StartsWith("argon", StringComparison.Ordinal) ? new Cp2kCells(new StringReader(Text("argon-1.cell")), "argon-1.cell") : null);
        return PathReading.Read([() => TrajectoryTexts.Open(Text(name), hints, name)], settings);
    }

    public static TheoryData<int> Files => [.. Enumerable.Range(0, Expected.GetProperty("files").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Files))]
    public void Msd_of_ions_and_charge_is_what_other_programs_find(int index)
    {
        var e = Expected.GetProperty("files")[index];
        var name = e.GetProperty("file").GetString()!;
        var p = Read(name, new(e.GetProperty("species").GetString(), FrameFs: name.Contains("XDATCAR", StringComparison.Ordinal) ? 50 : null));
        Assert.Equal((e.GetProperty("frames").GetInt32(), e.GetProperty("ions").GetInt32()), (p.FramesRead, p.Ions.Atoms));
        Assert.Equal(e.GetProperty("volume_A3").GetDouble(), p.MeanVolumeA3, 6);
        var rows = e.GetProperty("msd_A2").EnumerateArray().ToArray();
        int[] lags = [.. rows.Select(r => r.GetProperty("lag").GetInt32())];
        var (msd, charge) = (MeanSquaredDisplacement.Tensors(p.Ions, lags), MeanSquaredDisplacement.Tensors(p.Charge!, lags));
        for (var i = 0; i < lags.Length; i++)
        {
            var t = msd[i].TensorA2;
            void Same(string key, double value) => Assert.InRange(value / rows[i].GetProperty(key).GetDouble(), 1 - 2e-6, 1 + 2e-6);
            Same("x", t.A.X); Same("y", t.B.Y); Same("z", t.C.Z);
            Same("charge", charge[i].TotalA2);
            // Single precision inside.
            Assert.InRange(msd[i].TotalA2 / e.GetProperty("mdanalysis_msd_A2")[i].GetDouble(), 1 - 1e-4, 1 + 1e-4);
        }
    }

    [Theory]
    [InlineData("unwrapped.dump")]
    [InlineData("folded.dump")]
    [InlineData("scaled.dump")]
    public void Msd_from_the_first_frame_is_that_of_LAMMPS_compute_msd(string name)
    {
        var p = Read(name, new("Ne", Drift: DriftReference.Cell));
        var k = 0;
        foreach (var row in Expected.GetProperty("lammps_compute_msd_A2").EnumerateArray())
        {
            k++;
            double[] sum = new double[3];
            for (var a = 0; a < p.Ions.Atoms; a++)
            {
                var d = p.Ions.At(k, a) - p.Ions.At(0, a);
                for (var i = 0; i < 3; i++) sum[i] += d[i] * d[i] / p.Ions.Atoms;
            }
            for (var i = 0; i < 3; i++) Assert.InRange(sum[i] / row[i].GetDouble(), 1 - 1e-6, 1 + 1e-6);
        }
        Assert.Equal(20, k);
    }

    [Fact]
    public void D_agrees_with_ASE_within_the_error()
    {
        var p = Read("walk.XDATCAR.gz", new(FrameFs: 50));
        var e = DiffusionFit.Estimate(p.Ions, DiffusionSpace.Bulk, new(HopLengthA: 2.5));
        var ase = Expected.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("file").GetString() == "walk.XDATCAR.gz").GetProperty("ase_D_cm2_per_s").GetDouble();
        // ASE fits one origin and gives no error of use: within two of ours (which are for all origins).
        Assert.True(Math.Abs(e.D!.Value - ase) < 2 * Math.Sqrt(2) * e.StandardError, $"{e.D} +- {e.StandardError}, ASE {ase}");
    }
}
