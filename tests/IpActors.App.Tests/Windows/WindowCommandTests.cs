using System.Text.Json;
using IpActors.App.Tests.Pareto;

namespace IpActors.App.Tests.Windows;

public class WindowCommandTests
{
    static readonly string[] Legacy = ["window", "--entries", AppProcess.Repository("data/mp_legacy_formation.csv"), "--exclude", "LiS4"];

    [Fact]
    public async Task Breakpoints_rise_with_the_documented_keys_and_the_onset_of_oxidation_of_Fig_6()
    {
        var result = await AppProcess.Run([.. Legacy, "--formula", "Li6OSeI2", "--open", "Li", "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(["breakpoints"], json.RootElement.EnumerateObject().Select(p => p.Name));
        var breakpoints = json.RootElement.GetProperty("breakpoints").EnumerateArray().ToArray();
        Assert.Equal(["voltage_V", "products", "uptake_per_formula"], breakpoints[0].EnumerateObject().Select(p => p.Name));
        var volts = breakpoints.Select(b => b.GetProperty("voltage_V").GetDouble()).ToArray();
        Assert.Equal(volts.Order(), volts);
        Assert.Equal(0, volts[0]);
        Assert.Equal(1.895, breakpoints.First(b => b.GetProperty("uptake_per_formula").GetDouble() < 0).GetProperty("voltage_V").GetDouble(), 1e-3);
    }

    [Fact]
    public async Task An_energy_above_the_hull_adds_the_energy_of_each_reaction()
    {
        var result = await AppProcess.Run([.. Legacy, "--formula", "Li6OSeI2", "--energy-above-hull", "0.059", "--json"]);
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(-0.059, json.RootElement.GetProperty("breakpoints")[0].GetProperty("reaction_energy_eV_per_atom").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task The_text_names_both_onsets() =>
        Assert.EndsWith("no reduction from 0 V up, oxidation from 2.799 V\n", (await AppProcess.Run([.. Legacy, "--formula", "Li6O2ClBr"])).Out);

    [Theory]
    [InlineData("Li3OXx", "Li", "unknown element 'Xx' at position 5")]
    [InlineData("Li2", "Li", "holds Li alone")]
    [InlineData("Li3OCl", "LiO", "one element is expected")]
    public async Task Bad_formulas_are_one_line_and_exit_code_2(string formula, string open, string expected)
    {
        var result = await AppProcess.Run([.. Legacy, "--formula", formula, "--open", open, "--json"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }
}
