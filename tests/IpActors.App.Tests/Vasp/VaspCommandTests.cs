using System.Text.Json;
using IpActors.App.Tests.Pareto;

namespace IpActors.App.Tests.Vasp;

public class VaspCommandTests
{
    const string Li3OCl = "Li3OCl\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nLi O Cl\n3 1 1\nDirect\n0.5 0.5 0\n0.5 0 0.5\n0 0.5 0.5\n0.5 0.5 0.5\n0 0 0\n";

    static string Scratch() => Directory.CreateTempSubdirectory("ipactors-vasp-").FullName;
    static string Poscar(string folder) { var path = Path.Combine(folder, "start"); File.WriteAllText(path, Li3OCl); return path; }

    [Fact]
    public async Task Inputs_are_written_without_a_library_and_say_so()
    {
        var folder = Scratch();
        var run = Path.Combine(folder, "run");
        var result = await AppProcess.Run(["vasp", "inputs", Poscar(folder), "--property", "relax", "--out", run, "--incar", "encut=600", "LASPH=", "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var answer = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal("POTCAR", answer.GetProperty("missing")[0].GetString());
        Assert.Equal("600", answer.GetProperty("settings").GetProperty("INCAR.ENCUT").GetString());
        Assert.Equal("VASP PBE, no POTCAR, Li Li_sv, ENCUT 600 eV", answer.GetProperty("scheme").GetString());
        Assert.Equal(["INCAR", "KPOINTS", "POSCAR"], Directory.GetFiles(run).Select(f => Path.GetFileName(f)).Order());
        Assert.DoesNotContain("LASPH", File.ReadAllText(Path.Combine(run, "INCAR")), StringComparison.Ordinal);
        var again = await AppProcess.Run(["vasp", "inputs", Poscar(folder), "--property", "relax", "--out", run]);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task Inputs_with_a_library_join_its_POTCARs_in_order()
    {
        var folder = Scratch();
        foreach (var (name, element) in new[] { ("Li_sv", "Li"), ("O", "O"), ("Cl", "Cl") })
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, "lib", name)).FullName;
            File.WriteAllText(Path.Combine(place, "POTCAR"), $" composed {name}\n VRHFIN ={element}: composed\n LEXCH = PE\n TITEL = PAW_PBE {name} composed\n POMASS = 1.0; ZVAL = 1.000 mass and valenz\n ENMAX = 400.0; ENMIN = 300.0 eV\n End of Dataset\n");
        }
        var result = await AppProcess.Run(["vasp", "inputs", Poscar(folder), "--property", "conductivity", "--edge", "7.5", "--out", Path.Combine(folder, "md"), "--potcar", Path.Combine(folder, "lib")]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Li: PAW_PBE Li_sv composed", result.Out, StringComparison.Ordinal);
        Assert.Equal([" composed Li_sv", " composed O", " composed Cl"], File.ReadLines(Path.Combine(folder, "md", "POTCAR")).Where(l => l.StartsWith(" composed", StringComparison.Ordinal)));
        Assert.Contains("NELECT = 40\n", File.ReadAllText(Path.Combine(folder, "md", "INCAR")), StringComparison.Ordinal); // 39 atoms of one electron, one more for the vacancy's charge
        Directory.Delete(folder, true);
    }

    [Theory]
    [InlineData("--incar", "ENCUTT=5", "nearest is ENCUT")]
    [InlineData("--incar", "ENCUT", "NAME=VALUE")]
    [InlineData("--kpoints", "4 4", "three divisions")]
    [InlineData("--part", "other", "one part relax")]
    [InlineData("--potcar", "/nowhere/at/all", "no such folder")]
    public async Task Wrong_options_are_one_line(string option, string value, string says)
    {
        var folder = Scratch();
        var result = await AppProcess.Run(["vasp", "inputs", Poscar(folder), "--property", "relax", "--out", Path.Combine(folder, "run"), option, value]);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "run")));
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task A_folder_is_read_from_whatever_is_in_it()
    {
        var folder = Scratch();
        File.WriteAllText(Path.Combine(folder, "OSZICAR"), "       N       E                     dE             d eps       ncg     rms          rms(c)\nDAV:   1    -0.204E+02   -0.204E+02   -0.2E+00   200   0.3E+00\n   1 F= -.20600000E+02 E0= -.20500000E+02  d E =-.206000E+02\n");
        var result = await AppProcess.Run(["vasp", "parse", folder, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var answer = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal((-20.5, 1, false), (answer.GetProperty("energy_eV").GetDouble(), answer.GetProperty("ionic_steps").GetInt32(), answer.GetProperty("ended").GetBoolean()));
        File.Delete(Path.Combine(folder, "OSZICAR"));
        Assert.Equal(2, (await AppProcess.Run(["vasp", "parse", folder])).ExitCode);
        File.WriteAllText(Path.Combine(folder, "OUTCAR.bz2"), "BZh");
        Assert.Contains("unpack", (await AppProcess.Run(["vasp", "parse", folder])).Error, StringComparison.Ordinal);
        Directory.Delete(folder, true);
    }
}
