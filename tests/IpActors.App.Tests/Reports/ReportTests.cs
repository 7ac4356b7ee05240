using System.Xml.Linq;
using IpActors.App.Reports;
using IpActors.App.Reports.Svg;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;

namespace IpActors.App.Tests.Reports;

public class ReportTests
{
    static readonly SampleCampaign Sample = new();
    static readonly Dictionary<string, string> About = new() { ["builtin"] = "A model & not DFT." };
    static readonly string Page = HtmlReport.Build(Sample.View, About);

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
        Assert.Equal(1 + 3 + 3 + 1, plots.Count); // hypervolume, bests, pairs, stability
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
        var page = HtmlReport.Build(view, new Dictionary<string, string>());
        Assert.Contains("Missing: no compound has every objective yet.", page);
        Assert.Contains("Missing: no batch has been selected yet.", page);
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
}
