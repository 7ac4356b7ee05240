using System.Text.Json;

namespace IpActors.App.Tests.EndToEnd;

/// <summary><c>calculate</c> by programs: the same supervision as in a campaign, the answer on stdout alone.</summary>
public sealed class CalculateProgramsTests : IDisposable
{
    readonly CampaignProcess _process = new();
    static readonly string[] Vasp = ["--with", "vasp", "--command", "dotnet", "--command", FakeVaspProgram.Dll, "--library", FakeVaspProgram.Potcars];

    public CalculateProgramsTests() => File.WriteAllText(Path.Combine(_process.Folder, "POSCAR"), "Li3OCl\n3.9\n1 0 0\n0 1 0\n0 0 1\nLi O Cl\n3 1 1\nDirect\n0.5 0.5 0\n0.5 0 0.5\n0 0.5 0.5\n0.5 0.5 0.5\n0 0 0\n");
    public void Dispose() => _process.Dispose();

    CampaignProcess.Answer Calculate(string property, params string[] options) => _process.Run(["calculate", "POSCAR", "--property", property, .. options]);

    JsonElement Json(string property, params string[] options)
    {
        var answer = Calculate(property, [.. options, "--json"]);
        Assert.True(answer.ExitCode == 0, answer.Err);
        return JsonDocument.Parse(answer.Out).RootElement;
    }

    int Runs => Directory.Exists(Path.Combine(_process.Folder, "calculations")) ? Directory.GetFiles(Path.Combine(_process.Folder, "calculations"), "run.json", SearchOption.AllDirectories).Length : 0;

    /// <summary>The stand-in computes with the second version of the built-in model.</summary>
    [Fact]
    public void The_stand_in_relaxes_to_the_energy_and_volume_of_the_model_that_it_computes_with()
    {
        var vasp = Json("relax", Vasp);
        var builtin = Json("relax", "--with", "builtin", "--model", "v2");
        Assert.Equal(builtin.GetProperty("energy_eV_per_atom").GetDouble(), vasp.GetProperty("energy_eV_per_atom").GetDouble(), 1e-3);
        Assert.Equal(builtin.GetProperty("volume_A3").GetDouble() / 5, vasp.GetProperty("parts").GetProperty("relax").GetProperty("volume_A3_per_atom").GetDouble(), 0.02);
        Assert.StartsWith("Li3OCl\n", vasp.GetProperty("poscar").GetString());
        Assert.StartsWith("VASP PBE", vasp.GetProperty("scheme").GetString());
    }

    [Fact]
    public void Gap_and_energy_of_one_static_run_are_the_model_s_and_it_is_done_once()
    {
        var gap = Json("gap", Vasp);
        Assert.Equal(Json("gap", "--with", "builtin", "--model", "v2").GetProperty("gap_eV").GetDouble(), gap.GetProperty("gap_eV").GetDouble(), 1e-3);
        Assert.Equal(gap.GetProperty("gap_eV").GetDouble(), gap.GetProperty("value").GetDouble());
        var energy = Json("energy", Vasp).GetProperty("energy_eV_per_atom").GetDouble();
        Assert.Equal(Json("energy", "--with", "builtin", "--model", "v2").GetProperty("energy_eV_per_atom").GetDouble(), energy, 1e-3);
        Assert.Equal(1, Runs);
    }

    [Fact]
    public void A_fault_is_told_and_corrected_and_the_value_is_the_same()
    {
        var script = Path.Combine(_process.Folder, "misdeeds.json");
        File.WriteAllText(script, """{ "rules": [ { "do": "fault", "code": "brmix", "unless": ["IMIX=1"] } ] }""");
        File.WriteAllText(Path.Combine(_process.Folder, "vasp.sh"), $"FAKEVASP_SCRIPT='{script}' exec dotnet '{FakeVaspProgram.Dll}'\n");
        var answer = Calculate("gap", "--with", "vasp", "--command", "/bin/sh", "--command", Path.Combine(_process.Folder, "vasp.sh"), "--library", FakeVaspProgram.Potcars, "--json");
        Assert.True(answer.ExitCode == 0, answer.Err);
        Assert.Equal(Json("gap", "--with", "builtin", "--model", "v2").GetProperty("gap_eV").GetDouble(), JsonDocument.Parse(answer.Out).RootElement.GetProperty("gap_eV").GetDouble(), 1e-3);
        Assert.Contains("gap: brmix: the charge mixer found very serious problems; next: IMIX = 1\n", answer.Err);
        Assert.Equal(2, Runs);
    }

    string Script(string body)
    {
        File.WriteAllText(Path.Combine(_process.Folder, "mine.py"), "import json\nrequest = json.load(open('request.json'))\nprint('not for stdout')\n" + body + "\n");
        return "mine.py";
    }

    [Fact]
    public void A_command_of_one_s_own_answers_and_what_it_prints_stays_in_its_folder()
    {
        var script = Script("json.dump({'value': 1.25 if request['property'] == 'band-gap' and request['formula'] == 'Li3OCl' else 0, 'unit': request['unit']}, open('result.json', 'w'))");
        var json = Json("gap", "--with", "command", "--command", "python3", "--command", script);
        Assert.Equal((1.25, "eV", "command"), (json.GetProperty("value").GetDouble(), json.GetProperty("unit").GetString(), json.GetProperty("scheme").GetString()));
        Assert.Equal("not for stdout\n", File.ReadAllText(Directory.GetFiles(_process.Folder, "stdout.txt", SearchOption.AllDirectories).Single()));
        Assert.Contains("band-gap 1.25 eV", Calculate("gap", "--with", "command", "--command", "python3", "--command", script).Out);
    }

    [Fact]
    public void A_command_that_fails_for_good_is_a_fault_with_its_words_and_exit_code_1()
    {
        var script = Script("json.dump({'fault': 'out-of-ideas', 'message': 'it oscillates'}, open('result.json', 'w'))");
        var answer = Calculate("gap", "--with", "command", "--command", "python3", "--command", script, "--json");
        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith("out-of-ideas: it oscillates", JsonDocument.Parse(answer.Out).RootElement.GetProperty("fault").GetString());
        Assert.Equal(3, Runs);
    }

    public static TheoryData<string[], string> Slips => new()
    {
        { ["--with", "command"], "--with command: say how it is started" },
        { ["--with", "command", "--command", "no-such-program"], "'no-such-program' is not on the PATH" },
        { ["--with", "vasp", "--command", "dotnet"], "programs.vasp.potcar: no folder is given; name the folder of your own POTCARs there, or in VASP_PSP_DIR" },
        { ["--with", "vasp", "--command", "dotnet", "--library", "/no/such/folder"], "there is no folder /no/such/folder" },
        { [.. Vasp, "--set", "INCAR.ENCUTT=600"], "--set INCAR.ENCUTT: no such tag; the nearest is ENCUT" },
        { [.. Vasp, "--set", "INCAR.ENCUT=much"], "--set INCAR.ENCUT: 'much' is not a number" },
        { ["--with", "cp2k", "--campaign", Repository.PathOf("config/cp2k.yaml"), "--set", "CP2K.FORCE_EVAL/DFT/MGRID/CUTOF=300"], "CUTOFF" },
        { ["--with", "vasp", "--campaign", Repository.PathOf("config/cp2k.yaml")], "no calculator of band-gap is vasp" },
        { [.. Vasp, "--campaign", Repository.PathOf("config/cp2k.yaml")], "leave --command and --library out, or --campaign" },
        { ["--with", "vasp", "--set", "ENCUT"], "write KEY=VALUE" },
    };

    [Theory, MemberData(nameof(Slips))]
    public void A_slip_is_one_line_before_anything_starts(string[] options, string expected)
    {
        var answer = Calculate("gap", options);
        Assert.Equal((2, ""), (answer.ExitCode, answer.Out));
        Assert.Contains(expected, Assert.Single(answer.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(0, Runs);
    }
}
