using System.Text.Json;
using IpActors.App.Tests.Pareto;

namespace IpActors.App.Tests.Hulls;

public class HullCommandTests
{
    static readonly string Legacy = AppProcess.Repository("data/mp_legacy_formation.csv");

    static async Task<JsonElement> Json(string[] arguments, string? stdin = null)
    {
        var result = await AppProcess.Run(["hull", .. arguments, "--json"], stdin);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Out).RootElement;
    }

    [Fact]
    public async Task Targets_come_back_in_order_and_as_written_with_the_documented_keys()
    {
        var answer = await Json(["--entries", Legacy, "--targets", "-"], "formula,formation_energy_eV_per_atom\nLi3OCl0.5Br0.5,-1.9\nLi6O2ClBr,\nLi2O,-9\n");
        Assert.Equal(["Li3OCl0.5Br0.5", "Li6O2ClBr", "Li2O"], answer.EnumerateArray().Select(a => a.GetProperty("formula").GetString()));
        Assert.Equal(["formula", "e_d_eV_per_atom", "e_hull_eV_per_atom", "products"], answer[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(["formula", "fraction"], answer[0].GetProperty("products")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(-1.9 - answer[0].GetProperty("e_hull_eV_per_atom").GetDouble(), answer[0].GetProperty("e_d_eV_per_atom").GetDouble(), 1e-12);
        Assert.Equal(answer[0].GetProperty("e_hull_eV_per_atom").GetDouble(), answer[1].GetProperty("e_hull_eV_per_atom").GetDouble());
        Assert.Equal(JsonValueKind.Null, answer[1].GetProperty("e_d_eV_per_atom").ValueKind);
        Assert.Equal(0, answer[2].GetProperty("e_d_eV_per_atom").GetDouble()); // clipped
        Assert.Equal(-2.071515, answer[2].GetProperty("e_hull_eV_per_atom").GetDouble(), 1e-12);
        foreach (var a in answer.EnumerateArray()) Assert.Equal(1, a.GetProperty("products").EnumerateArray().Sum(p => p.GetProperty("fraction").GetDouble()), 1e-12);
    }

    [Fact]
    public async Task Exclude_self_gives_the_signed_distance()
    {
        var answer = await Json(["--entries", Legacy, "--targets", "-", "--exclude-self"], "formula,formation_energy_eV_per_atom\nLi2O,-2.071515\n");
        Assert.Equal(-0.971187, answer[0].GetProperty("e_d_eV_per_atom").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Exclude_leaves_entries_out()
    {
        var answer = await Json(["--entries", AppProcess.File("formula,energy_eV_per_atom\nLi2O,-2\nLi,0\nO2,0\n"), "--targets", "-", "--exclude", "Li2O"], "formula\nLi4O2\n");
        Assert.Equal(0, answer[0].GetProperty("e_hull_eV_per_atom").GetDouble(), 1e-15);
    }

    [Theory]
    [InlineData("formula,energy_eV_per_atom\nLi2O,-2\nLiCl,-2\n", "formula\nLi3OBr\n", "no entry holds Br")]
    [InlineData("formula,energy_eV_per_atom\nLi2O,-2\nLqCl,-2\n", "formula\nLi2O\n", ":3: formula 'LqCl' names an unknown element 'Lq' at position 1")]
    [InlineData("formula,energy\nLi2O,-2\n", "formula\nLi2O\n", "no column 'energy_eV_per_atom' or 'formation_energy_eV_per_atom'")]
    [InlineData("formula,energy_eV_per_atom\nLi2O,inf\n", "formula\nLi2O\n", "'inf' in column 'energy_eV_per_atom' is not a finite number")]
    [InlineData("formula,energy_eV_per_atom\nLi2O,-2\n", "name\nLi2O\n", "no column 'formula'")]
    [InlineData("formula,energy_eV_per_atom,scheme\nLi2O,-2,a\nLiCl,-2,b\n", "formula\nLi2O\n", "one scheme")]
    [InlineData("formula,energy_eV_per_atom\nLi2O,-2\n", "formula,energy_eV_per_atom\nLi2O,\nLi2O,oops\n", ":3: 'oops'")]
    public async Task Bad_input_is_one_line_with_its_place_and_exit_code_2(string entries, string targets, string expected)
    {
        var result = await AppProcess.Run(["hull", "--entries", AppProcess.File(entries, "entries.csv"), "--targets", AppProcess.File(targets, "targets.csv"), "--json"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }

    [Fact]
    public async Task Stdin_for_both_files_and_files_that_are_not_there_are_refused()
    {
        Assert.Contains("stdin", (await AppProcess.Run(["hull", "--entries", "-", "--targets", "-"], "")).ErrorLine);
        Assert.Contains("no-such.csv: no such file", (await AppProcess.Run(["hull", "--entries", "no-such.csv", "--targets", "-"], "")).ErrorLine);
    }

    [Fact]
    public async Task Help_shows_an_example() => Assert.Contains("Example: ipactors hull", (await AppProcess.Run(["hull", "--help"])).Out);

    /// <summary>Entries as the Materials Project's summary and thermo documents have them, in the fields that count (formation energies of data/mp_legacy_formation.csv, totals invented).</summary>
    const string Download = """
        {"data": [
          {"material_id": "mp-1", "formula_pretty": "Li2O", "composition": {"Li": 2.0, "O": 1.0}, "energy_per_atom": -5.0, "formation_energy_per_atom": -2.071515, "thermo_type": "GGA_GGA+U", "deprecated": false},
          {"material_id": "mp-2", "formula_pretty": "LiCl", "energy_per_atom": -3.8, "formation_energy_per_atom": -2.0, "run_type": "GGA"},
          {"material_id": "mp-3", "formula_pretty": "LiCl", "energy_per_atom": -9, "formation_energy_per_atom": -9, "deprecated": true}
        ]}
        """;

    [Fact]
    public async Task A_download_is_read_and_its_formation_energies_go_with_those_of_the_targets()
    {
        var answer = await Json(["--entries", AppProcess.File(Download, "mp.json"), "--targets", "-"], "formula,formation_energy_eV_per_atom\nLi3OCl,-2\n");
        // 3/5 of the atoms in Li2O, 2/5 in LiCl.
        Assert.Equal(0.6 * -2.071515 + 0.4 * -2.0, answer[0].GetProperty("e_hull_eV_per_atom").GetDouble(), 1e-12);
        Assert.Equal(["Li2O", "LiCl"], answer[0].GetProperty("products").EnumerateArray().Select(p => p.GetProperty("formula").GetString()));
    }

    [Fact]
    public async Task Total_energies_of_a_download_go_with_those_of_the_targets()
    {
        var answer = await Json(["--entries", "-", "--targets", AppProcess.File("formula,energy_eV_per_atom\nLi3OCl,-4.5\n")], Download);
        Assert.Equal(0.6 * -5.0 + 0.4 * -3.8, answer[0].GetProperty("e_hull_eV_per_atom").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Computed_entries_have_the_energy_of_their_cell_and_its_correction()
    {
        const string entries = """[{"@class": "ComputedEntry", "energy": -20.0, "correction": -1.0, "composition": {"Li": 4.0, "O": 2.0}, "parameters": {"run_type": "GGA+U"}}, {"energy": -7.6, "energy_adjustments": [{"value": -0.1}], "composition": {"Li": 1, "Cl": 1}, "parameters": {"run_type": "GGA"}}]""";
        var answer = await Json(["--entries", AppProcess.File(entries, "mp.json"), "--targets", "-"], "formula\nLi2O\nLiCl\n");
        Assert.Equal(-21.0 / 6, answer[0].GetProperty("e_hull_eV_per_atom").GetDouble(), 1e-12);
        Assert.Equal(-7.7 / 2, answer[1].GetProperty("e_hull_eV_per_atom").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("[{\"formula_pretty\": \"Li2O\", \"energy_per_atom\": -5, \"thermo_type\": \"R2SCAN\"}, {\"formula_pretty\": \"LiCl\", \"energy_per_atom\": -3, \"run_type\": \"GGA\"}]", "LiCl has scheme 'Materials Project GGA_GGA+U', the hull 'Materials Project R2SCAN'; one hull holds energies of one scheme")]
    [InlineData("[{\"formula_pretty\": \"Li2O\"}]", "entry 1 (Li2O): no energy_per_atom and no formation_energy_per_atom")]
    [InlineData("[{\"energy_per_atom\": -1}]", "entry 1: no composition")]
    [InlineData("[{\"formula_pretty\": \"Lq\", \"energy_per_atom\": -1}]", "entry 1: formula 'Lq' names an unknown element")]
    [InlineData("[{\"formula_pretty\": \"Li\", \"energy_per_atom\": \"low\"}]", "entry 1: energy_per_atom is no finite number")]
    [InlineData("{\"x\": 1}", "no list of entries")]
    [InlineData("[1", "mp.json:1: not JSON")]
    public async Task A_download_that_will_not_do_is_one_line_with_its_place(string json, string expected)
    {
        var result = await AppProcess.Run(["hull", "--entries", AppProcess.File(json, "mp.json"), "--targets", AppProcess.File("formula\nLi3OCl\n", "targets.csv")]);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }
}
