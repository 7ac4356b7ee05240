using System.Text.Json;
using IpActors.App.Tests.Pareto;

namespace IpActors.App.Tests.Calculate;

public class CalculateCommandTests
{
    const string Li3OCl = "Li3OCl\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nLi O Cl\n3 1 1\nDirect\n0.5 0 0\n0 0.5 0\n0 0 0.5\n0 0 0\n0.5 0.5 0.5\n";

    static async Task<JsonElement> Calculate(params string[] options)
    {
        var result = await AppProcess.Run(["calculate", "-", "--with", "builtin", .. options, "--json"], Li3OCl);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Out).RootElement;
    }

    [Fact]
    public async Task An_energy_comes_with_forces_and_stress_and_equals_the_reference_of_model_v1()
    {
        var json = await Calculate("--property", "energy");
        Assert.Equal(["property", "energy_eV", "energy_eV_per_atom", "forces_eV_per_A", "stress_eV_per_A3", "model"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(-29.38170086056158, json.GetProperty("energy_eV").GetDouble(), 1e-8);
        Assert.Equal(5, json.GetProperty("forces_eV_per_A").GetArrayLength());
        Assert.Equal(0.019441882906689262, json.GetProperty("stress_eV_per_A3")[1][1].GetDouble(), 1e-9);
        Assert.Equal("builtin v1", json.GetProperty("model").GetString());
    }

    [Fact]
    public async Task A_relaxed_structure_is_stationary_and_its_poscar_can_be_given_back()
    {
        var json = await Calculate("--property", "relax");
        Assert.True(json.GetProperty("converged").GetBoolean());
        Assert.Equal("Pm-3m", json.GetProperty("space_group").GetString());
        Assert.Equal(5 * 11.243, json.GetProperty("volume_A3").GetDouble(), 0.1);
        var gap = await AppProcess.Run(["calculate", "-", "--property", "gap", "--json"], json.GetProperty("poscar").GetString());
        Assert.Equal(5.145, JsonDocument.Parse(gap.Out).RootElement.GetProperty("gap_eV").GetDouble(), 2e-3);
    }

    [Fact]
    public async Task A_hydration_energy_lists_its_placements()
    {
        var json = await Calculate("--property", "hydration", "--edge", "7", "--placements", "2");
        Assert.Equal(2, json.GetProperty("configurations").GetInt32());
        Assert.Equal(json.GetProperty("placements").EnumerateArray().Min(p => p.GetProperty("hydration_kJ_per_mol").GetDouble()), json.GetProperty("hydration_kJ_per_mol").GetDouble());
    }

    [Fact]
    public async Task The_text_says_that_it_is_a_model() => Assert.Contains("a model and not a first-principles calculation", (await AppProcess.Run(["calculate", "-", "--property", "gap"], Li3OCl)).Out);

    [Theory]
    [InlineData("Cl", "Xe", "energy", "no ion of Xe")]
    [InlineData("3 1 1", "3 1", "energy", "-:")]
    [InlineData("0.5 0.5 0.5", "0 0 0", "energy", "not finite")]
    public async Task Bad_structures_are_refused_in_one_line(string old, string replacement, string property, string expected)
    {
        var result = await AppProcess.Run(["calculate", "-", "--property", property], Li3OCl.Replace(old, replacement));
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }
}
