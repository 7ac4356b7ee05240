using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using IpActors.App.Backtests;
using IpActors.App.Tests.Pareto;
using IpActors.Science;
using IpActors.Science.Numerics;

namespace IpActors.App.Tests.Backtests;

public class BacktestCommandTests
{
    /// <summary>Sixty points of two features; first objective x1, second the distance from a parabola, third a conductivity over decades.</summary>
    static string Pool(string idColumn = "id")
    {
        var random = SeededRandom.Stream(4, "pool");
        var rows = Enumerable.Range(0, 60).Select(i => (A: random.NextDouble(), B: random.NextDouble())).Select((x, i) => string.Create(CultureInfo.InvariantCulture, $"c{i:D2},{x.A:R},{x.B:R},{x.A:R},{1 - x.A * x.A - x.B:R},{Math.Exp(-10 * x.B):R}"));
        return $"{idColumn},x_a,x_b,gap,hydration,sigma\n{string.Join('\n', rows)}\n";
    }

    static readonly string[] Quick = ["--initial", "6", "--batch", "4", "--seeds", "3", "--evaluations", "18", "--starts", "1"];

    [Fact]
    public async Task Json_has_the_documented_keys_and_two_calls_give_the_same_bytes()
    {
        var page = Path.Combine(Path.GetDirectoryName(AppProcess.File(Pool()))!, "backtest.html");
        string[] arguments = ["backtest", "--pool", AppProcess.File(Pool()), "--rule", "uhvi,random", "--objectives", "gap,hydration:0.5,sigma:log10", .. Quick, "--json", "--out", page];
        var result = await AppProcess.Run(arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(result.Out, (await AppProcess.Run(arguments)).Out);
        using var json = JsonDocument.Parse(result.Out);
        var root = json.RootElement;
        Assert.Equal(["pool", "objectives", "initial", "batch", "beta", "starts", "mode", "slots", "select_after", "refit_every", "pending", "time_spread", "known", "seeds", "rules"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal((60, 2), (root.GetProperty("pool").GetProperty("compounds").GetInt32(), root.GetProperty("pool").GetProperty("features").GetInt32()));
        Assert.Equal(["uhvi", "random"], root.GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("rule").GetString()!));
        foreach (var rule in root.GetProperty("rules").EnumerateArray())
        {
            Assert.Equal([6, 10, 14, 18], rule.GetProperty("trace").EnumerateArray().Select(t => t.GetProperty("evaluations").GetInt32()));
            Assert.Equal([0.9, 0.95, 0.99], rule.GetProperty("evaluations_to_reach").EnumerateArray().Select(t => t.GetProperty("share").GetDouble()));
            Assert.All(rule.GetProperty("evaluations_to_reach").EnumerateArray(), t => Assert.Equal(3, t.GetProperty("by_seed").GetArrayLength()));
            var last = rule.GetProperty("trace").EnumerateArray().Last();
            Assert.InRange(last.GetProperty("share_mean").GetDouble(), last.GetProperty("share_lowest").GetDouble(), last.GetProperty("share_highest").GetDouble());
        }
        var html = File.ReadAllText(page);
        Assert.DoesNotContain("<script", html);
        var body = XDocument.Parse(html[html.IndexOf("<main>", StringComparison.Ordinal)..html.IndexOf("</body>", StringComparison.Ordinal)]);
        Assert.Equal(3, body.Descendants("svg").Count());
        Assert.Equal(4, body.Descendants("svg").First().Descendants("g").Where(g => g.Element("polyline") is not null).SelectMany(g => g.Elements("circle")).Count() / 2);
    }

    [Fact]
    public async Task Text_names_the_pool_the_protocol_and_a_line_for_each_rule()
    {
        var result = await AppProcess.Run(["backtest", "--pool", "-", "--rule", "greedy", "--features", "2", "--objectives", "gap,hydration", "--ref", "-1,-2", .. Quick], Pool("name"));
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("60 compounds of -, 2 features", result.Out);
        Assert.Contains("over (-1, -2)", result.Out);
        Assert.Contains("3 seeds; 6 initial evaluations", result.Out);
        Assert.Single(result.Out.Split('\n'), l => l.StartsWith("greedy ", StringComparison.Ordinal));
    }

    [Fact]
    public void Objectives_are_taken_into_the_maximise_frame()
    {
        var table = PoolTable.Read(AppProcess.File("id,x_1,e,s\na,0,3,0.01\nb,1,2,10\n"), null, null, "e:-2,s:log10", null);
        Assert.Equal([-6, -2], table.Pool.Values[0]);
        Assert.Equal([-4, 1], table.Pool.Values[1]);
        Assert.Equal([-6.2, -2.3], table.Pool.Reference.Select(r => Math.Round(r, 12)));
        Assert.Equal(1, table.Pool.Features.RowWidth);
        Assert.Equal([1, 1], PoolTable.Read(AppProcess.File("id,x_1,x_2,e\na,0,0,3\nb,1,1,2\n"), null, "1,1", null, null).Pool.Features.Widths.AsEnumerable());
    }

    [Theory]
    [InlineData("id,a,e\nx,1,2\ny,2,3\n", null, null, null, "no column begins with x_")]
    [InlineData("id,x_1,e\nx,1,2\n", null, null, null, "1 rows under the header")]
    [InlineData("id,x_1\nx,1\ny,2\n", null, null, null, "every column is the id or a feature")]
    [InlineData("id,x_1,e\nx,1,2\nx,2,3\n", null, null, null, "x is given twice")]
    [InlineData("id,x_1,e\nx,1,2\ny,,3\n", null, null, null, ":3: '' in column 'x_1' is not a finite number")]
    [InlineData("id,x_1,e\nx,1,-2\ny,2,3\n", null, null, "e:log10", ":2: -2 in column 'e' has no logarithm")]
    [InlineData("id,x_1,e\nx,1,2\ny,2,3\n", null, null, "f", "no column 'f'")]
    [InlineData("id,x_1,e\nx,1,2\ny,2,3\n", null, null, "e:cube", "'cube' is neither linear, log10 nor a scale")]
    [InlineData("id,x_1,e\nx,1,2\ny,2,3\n", null, null, "e,e:2", "e is there twice")]
    [InlineData("id,x_1,e\nx,1,2\ny,2,3\n", null, null, "x_1", "would be a feature and an objective")]
    [InlineData("id,x_1,e\nx,1,2\ny,2,3\n", 2, null, null, "leave at least one for an objective")]
    [InlineData("id,x_1,e\nx,1,2\ny,2,3\n", null, "2", null, "widths add up to 2, but there are 1 features")]
    public void A_pool_that_will_not_do_is_one_line(string csv, int? features, string? groups, string? objectives, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => PoolTable.Read(AppProcess.File(csv), features, groups, objectives, null)).Message);

    [Theory]
    [InlineData("uvhi", "unknown rule 'uvhi'; the nearest valid one is 'uhvi'")]
    [InlineData("uhvi,uhvi", "a rule is named twice")]
    [InlineData("uhvi --batch 0", "--batch: give a number from 1 to 1000000")]
    [InlineData("uhvi --ref 1,2", "--ref: 2 numbers for 3 objectives")]
    [InlineData("uhvi --ref 9,9,9", "no compound exceeds the reference point")]
    public async Task Bad_usage_is_one_line_and_exit_code_2(string rest, string expected)
    {
        var result = await AppProcess.Run(["backtest", "--pool", AppProcess.File(Pool()), "--rule", .. rest.Split(' ')]);
        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(expected, result.ErrorLine);
    }

    [Fact]
    public async Task Rolling_with_slots_is_told_with_its_time_and_what_is_imagined()
    {
        var result = await AppProcess.Run(["backtest", "--pool", AppProcess.File(Pool()), "--rule", "greedy,greedy-believer", "--objectives", "gap,hydration", "--known", "gap", "--mode", "rolling", "--slots", "4", "--refit-every", "6", "--time-spread", "0.5", .. Quick]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("4 evaluations at a time, their durations log-normal with a spread of 0.5; rolling, selected after 1, refitted every 6, those under evaluation imagined at their bounds; known: gap", result.Out);
        Assert.Contains("greedy-believer ", result.Out);
    }

    [Theory]
    [InlineData("--mode rollin", "--mode rollin: write synchronous or rolling")]
    [InlineData("--select-after 2", "have a meaning with --mode rolling alone")]
    [InlineData("--mode rolling --slots 3 --select-after 4", "more than the 3 slots")]
    [InlineData("--known gap,mass", "'mass' is no objective; they are gap, hydration, sigma")]
    [InlineData("--time-spread 9", "--time-spread 9: give a number from 0 to 5")]
    public async Task A_mode_that_cannot_be_is_one_line(string arguments, string words)
    {
        var result = await AppProcess.Run(["backtest", "--pool", AppProcess.File(Pool()), "--rule", "greedy", .. arguments.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Bounds_are_learnt_from_but_are_no_part_of_the_volume()
    {
        static string Csv(string last) => $"id,x_a,v,w,w_censored\na,0,1,1,0\nb,1,2,2,0\nc,2,9,9,{last}\n";
        async Task<double> Volume(string last) => JsonDocument.Parse((await AppProcess.Run(["backtest", "--pool", AppProcess.File(Csv(last)), "--rule", "random", "--ref", "0,0", "--initial", "2", "--json"])).Out).RootElement.GetProperty("pool").GetProperty("hypervolume").GetDouble();
        Assert.Equal((81, 4), (await Volume("0"), await Volume("1")));
        Assert.Contains("write 1 where the value is only a bound, else 0", (await AppProcess.Run(["backtest", "--pool", AppProcess.File(Csv("yes")), "--rule", "random"])).Error);
    }
}
