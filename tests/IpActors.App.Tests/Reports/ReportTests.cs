using System.Xml.Linq;
using IpActors.App.Reports;
using IpActors.App.Reports.Svg;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Views;
using IpActors.Science.Descriptors;

namespace IpActors.App.Tests.Reports;

public class ReportTests
{
    static readonly SampleCampaign Sample = new();
    static readonly Dictionary<string, string> About = new() { ["builtin"] = "A model & not DFT." };
    static readonly string Page = HtmlReport.Build(Sample.View, Sample, About);

    [Fact]
    public void The_report_is_the_committed_one() => Repository.Golden("tests/IpActors.App.Tests/golden/sample.html", Page);

    [Fact]
    public void The_report_needs_no_network_and_runs_no_script()
    {
        Assert.DoesNotContain("<script", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", Page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", Page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(&quot;a &amp; b&quot;)&lt;/script&gt;", Page);
    }

    [Fact]
    public void The_report_is_well_formed_and_every_plot_has_a_title()
    {
        var body = XDocument.Parse(Page[Page.IndexOf("<main>", StringComparison.Ordinal)..Page.IndexOf("</body>", StringComparison.Ordinal)]);
        var plots = body.Descendants("svg").ToList();
        Assert.Equal(1 + 3 + 3 + 1 + 1 + 3 + 1, plots.Count); // hypervolume, bests, pairs, space, stability, surrogates, last ranking
        Assert.All(plots, p => Assert.True(p.Element("title")!.Value.Length > 0 && p.Attribute("role")!.Value == "img" && p.Attribute("aria-label")!.Value.Length > 0));
        Assert.Equal(2, body.Descendants("table").First().Descendants("tr").Count() - 1); // A and B are on the front
    }

    [Fact]
    public void The_front_is_in_the_columns_of_table_2_with_errors_and_flags()
    {
        var table = ParetoTable.Of(Sample.View);
        Assert.Equal(["formula", "space group", "base", "E_d (eV/atom)", "E_g (eV)", "E_h (kJ/mol)", "σ(400 K) (S/cm)"], ParetoTable.Headings.ToArray());
        Assert.Equal([SampleCampaign.A, SampleCampaign.B], table.Rows.Select(r => r.Id));
        Assert.Equal(["Li3OCl", "Pm-3m", "Li3XZ", "0.000", "4.50", "-22.0", "1.0e-05 ± 2.0e-06"], ParetoTable.Cells(table.Rows[0]));
        Assert.Equal(["Li3SI", "Pm-3m", "Li3XZ", "0.050", "3.25", "12.5", "2.0e-02 ± 5.0e-03 (extrapolated)"], ParetoTable.Cells(table.Rows[1]));
        Assert.Equal(3, table.ToText().TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void A_censored_value_is_an_upper_bound_and_a_lacking_one_is_missing()
    {
        Assert.Equal("< 1.0e-09 (censored)", ParetoTable.Cell(Sample.View.Compounds[SampleCampaign.C].Values["conductivity"], "E1"));
        Assert.Equal("missing", ParetoTable.Cell(null, "F2"));
    }

    [Fact]
    public void A_campaign_that_has_only_begun_names_what_is_missing()
    {
        var view = new CampaignView("sample").Apply(EntityId.Coordinator("sample"), Sample.Events[0].Event);
        var page = HtmlReport.Build(view, Sample, new Dictionary<string, string>());
        Assert.Contains("Missing: no compound has a value of every objective yet.", page);
        Assert.Contains("Missing: no batch has been selected yet.", page);
        Assert.Contains("Missing: no surrogate has been fitted yet.", page);
        Assert.Contains("no data", page);
        Assert.Contains("builtin: no statement about its accuracy comes with it.", page);
    }

    [Theory]
    [InlineData(0.9, 1)] [InlineData(1, 1)] [InlineData(1.1, 2)] [InlineData(3, 5)] [InlineData(7, 10)] [InlineData(0.013, 0.02)] [InlineData(230, 500)]
    public void Ticks_are_one_two_or_five_times_a_power_of_ten(double raw, double step) => Assert.Equal(step, Axis.NiceStep(raw), 12);

    [Theory]
    [InlineData(new[] { 0.0, 1.0 })] [InlineData(new[] { -3.7, 12.2 })] [InlineData(new[] { 5.0 })] [InlineData(new[] { 0.0 })] [InlineData(new double[0])] [InlineData(new[] { double.NaN, 1e-9, 2e-9 })] [InlineData(new[] { 1e9, 1e9 + 1 })]
    public void An_axis_holds_its_data_between_its_first_and_last_tick(double[] data)
    {
        var axis = new Axis(data, 0, 100);
        Assert.True(axis.Ticks.Length is >= 2 and < 20, $"{axis.Ticks.Length} ticks");
        Assert.All(data.Where(double.IsFinite), v => Assert.InRange(axis.Pixel(v), -1e-6, 100 + 1e-6));
    }

    [Fact]
    public void Points_that_are_not_finite_are_left_out() =>
        Assert.Single(XDocument.Parse(Plot.Render("t", "x", "y", new PlotSeries("s", [new(1, 2, "a"), new(double.NaN, 1, "b"), new(1, double.PositiveInfinity, "c")]))).Descendants("circle"));

    static XElement Figure(string caption)
    {
        var body = XDocument.Parse(Page[Page.IndexOf("<main>", StringComparison.Ordinal)..Page.IndexOf("</body>", StringComparison.Ordinal)]);
        return body.Descendants("figure").Single(f => f.Element("figcaption")!.Value.StartsWith(caption, StringComparison.Ordinal));
    }

    [Fact]
    public void Leave_one_out_of_a_surrogate_is_that_of_the_model_built_again_and_a_bound_is_not_counted()
    {
        var s = Sample.View.Surrogates["conductivity"];
        var training = s.Training!;
        var model = SurrogateDecisions.Model(training, s.Fitted!.Hyperparameters, PoolBlobs.Ids(Sample.Get(training.PoolDigest)), LatentPool.FromBytes(Sample.Get(training.LatentDigest)));
        var texts = Figure("conductivity: predicted against result").Descendants("circle").Select(c => c.Element("title")?.Value ?? "").ToList();
        for (var i = 0; i < 2; i++)
            Assert.Contains($"{training.Compounds[i]}: predicted {Html.Number(model.Loo.Mu[i])} ± {Html.Number(model.Loo.Sigma[i], 3)}, result {Html.Number(training.Y[i])}", texts);
        Assert.Contains($"{SampleCampaign.C}: predicted -4.1 ± 0.5, bound -9", texts); // foreseen in iteration 1, censored
        Assert.Contains("<td>conductivity</td><td>before the evaluation</td><td>0</td><td>missing</td>", Page);
        // band-gap: mu 3.9 ± 0.5 foreseen, 4.0 came out, no error of its own: z² = 0.04, RMS error 0.1.
        Assert.Contains("<td>band-gap</td><td>before the evaluation</td><td>1</td><td>100 %</td><td>100 %</td><td>0.1</td><td>0.04</td>", Page);
    }

    [Fact]
    public void The_last_ranking_is_made_again_from_the_blobs()
    {
        var circles = Figure("uHVI of the pool").Descendants("circle").Where(c => c.Element("title") is not null).ToList();
        Assert.StartsWith($"rank 1: {SampleCampaign.C}, improvement ", Assert.Single(circles).Element("title")!.Value);
    }

    sealed class NoBlobs : Domain.Works.IBlobs
    {
        public string Put(ReadOnlySpan<byte> content) => throw new NotSupportedException();
        public byte[] Get(string digest) => throw new FileNotFoundException($"no blob {digest[..8]}");
    }

    [Fact]
    public void A_missing_blob_is_named_and_the_rest_of_the_report_is_there()
    {
        var page = HtmlReport.Build(Sample.View, new NoBlobs(), About);
        Assert.Contains("Missing: the models cannot be built again (no blob ", page);
        Assert.Contains("What the calculators can and cannot tell", page);
    }

    [Fact]
    public void The_projection_is_orthographic_and_its_axes_are_orthogonal_in_space()
    {
        // The three images of the unit vectors, with depth, form a scaled rotation: orthogonal and of equal length.
        var o = Plot3D.Project(0, 0, 0);
        double[] Axis((double U, double V, double Depth) p) => [p.U - o.U, -(p.V - o.V), 270 * (p.Depth - o.Depth)];
        double[][] axes = [Axis(Plot3D.Project(1, 0, 0)), Axis(Plot3D.Project(0, 1, 0)), Axis(Plot3D.Project(0, 0, 1))];
        for (var i = 0; i < 3; i++) for (var j = 0; j < 3; j++) Assert.Equal(i == j ? 270 * 270 : 0, axes[i].Zip(axes[j], (a, b) => a * b).Sum(), 1e-6);
        Assert.True(axes[2][0] == 0 && axes[2][1] > 0, "z points up");
    }

    [Fact]
    public void Points_in_space_are_inside_the_picture_nearest_last_with_bars_along_the_axes()
    {
        var svg = XDocument.Parse(Plot3D.Render("t", "x", "y", "z", new SpaceSeries("s", [new(1, 1, 0, "near"), new(0, 0, 1, "far", ZError: 0.5), new(0, double.NaN, 0, "left out")], Drops: true))).Root!.Element("svg")!;
        Assert.Equal(["far", "near"], svg.Descendants("circle").Select(c => c.Element("title")?.Value).OfType<string>());
        var bar = svg.Descendants("line").Single(l => l.Attribute("class")!.Value == "bar");
        Assert.Equal(bar.Attribute("x1")!.Value, bar.Attribute("x2")!.Value);
        foreach (var (name, most) in new[] { ("x1", 560.0), ("x2", 560), ("y1", 450), ("y2", 450) })
            Assert.All(svg.Descendants("line"), l => Assert.InRange(double.Parse(l.Attribute(name)!.Value), 0, most));
    }

    [Fact]
    public void A_rolling_campaign_is_told_selection_by_selection_with_what_each_knew()
    {
        var scores = new SynthesizabilityScores();
        Assert.True(scores.TryAdd("Li3OCl", 0.8));
        var digest = Sample.Put(scores.ToBytes());
        var view = Sample.Events.Aggregate(new CampaignView("sample"), (v, e) => v.Apply(e.Entity, e.Event switch
        {
            CampaignCreated c => c with
            {
                Settings = c.Settings with
                {
                    Acquisition = c.Settings.Acquisition with { Mode = AcquisitionSettings.Rolling, Constraints = [new("hydration-energy", -500, null, Constraint.Probable)] },
                    Screening = c.Settings.Screening with { Synthesizability = new(digest, 1, 0.5, true) },
                },
            },
            BatchSelected { Batch.Iteration: 1 } b => new BatchSelected(b.Batch with { Knew = 2, Predicted = [.. Sample.Settings.Objectives.Select(o => o.Property)] }),
            var other => other,
        }));
        var page = HtmlReport.Build(view, Sample, About);
        var body = XDocument.Parse(page[page.IndexOf("<main>", StringComparison.Ordinal)..page.IndexOf("</body>", StringComparison.Ordinal)]);
        var table = body.Descendants("table").Single(t => t.Element("caption")!.Value == "Selections");
        Assert.Equal(["1", "2", "0", "1", "Li4OBrI"], table.Descendants("tr").Last().Elements("td").Take(5).Select(td => td.Value));
        Assert.Contains("3 evaluated in 2 selections", page);
        Assert.Contains("an iteration is the initial set, then 1 evaluation each", page);
        Assert.Contains("1 take no part in the front", page);
        Assert.Contains("L_s of 1 of 4 compounds was imported", page);
        Assert.Contains("open compounds in selection 1", page);
        Assert.Contains(body.Descendants("svg"), svg => svg.Element("title")!.Value == "Decomposition energy against synthesizability");
    }
}
