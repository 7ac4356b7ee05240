using System.Text.Json;

namespace IpActors.App.Tests.Pareto;

public class ParetoCommandTests
{
    static string Table2()
    {
        using var tables = JsonDocument.Parse(File.ReadAllText(AppProcess.Repository("data/paper_tables.json")));
        return "gap,hydration,conduction\n" + string.Join('\n', tables.RootElement.GetProperty("table2").EnumerateArray().Select(r =>
            $"{r.GetProperty("Eg_eV").GetDouble()},{r.GetProperty("Eh_kJ_per_mol").GetDouble() / 100},{10 * r.GetProperty("conductivity_400K_S_per_cm").GetDouble()}"));
    }

    [Fact]
    public async Task Hypervolume_answers_with_exactly_the_documented_keys()
    {
        var result = await AppProcess.Run(["pareto", "hypervolume", "--points", "-", "--ref", "0,-10,0", "--json"], Table2());
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(["hypervolume", "nondominated", "exclusive"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(293.6082303508, json.RootElement.GetProperty("hypervolume").GetDouble(), 1e-9);
        Assert.Equal(23, json.RootElement.GetProperty("nondominated").GetArrayLength());
        Assert.Equal(24, json.RootElement.GetProperty("exclusive").GetArrayLength());
    }

    [Fact]
    public async Task Improvement_takes_a_negative_reference_and_finds_columns_by_name()
    {
        var result = await AppProcess.Run(["pareto", "improvement", "--front", AppProcess.File("a,b\n1,1\n"), "--candidates", AppProcess.File("id,b,a\nx,1,3\ny,0,0\n"), "--ref", "-1,0", "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(["improvement", "hypervolume"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal([2, 0], json.RootElement.GetProperty("improvement").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(2, json.RootElement.GetProperty("hypervolume").GetDouble());
    }

    [Theory]
    [InlineData("a,b\n1,1\n", "0,0,0", "2 columns (a, b), but --ref has 3 numbers")]
    [InlineData("a,b\n1,NaN\n", "0,0", "'NaN' in column 'b' is not a finite number")]
    [InlineData("a,b\n1,1\n", "0,x", "'x' is not a finite number")]
    [InlineData("", "0,0", "empty")]
    public async Task Bad_points_are_one_line_and_exit_code_2(string points, string reference, string expected)
    {
        var result = await AppProcess.Run(["pareto", "hypervolume", "--points", "-", "--ref", reference, "--json"], points);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }

    [Fact]
    public async Task A_front_without_rows_leaves_the_whole_box_to_a_candidate()
    {
        var result = await AppProcess.Run(["pareto", "improvement", "--front", "-", "--candidates", AppProcess.File("a,b\n2,3\n"), "--ref", "0,0"], "a,b\n");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("row     0  6", result.Out);
    }
}
