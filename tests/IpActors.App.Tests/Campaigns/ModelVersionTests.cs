using IpActors.App.Campaigns;
using IpActors.App.Reports;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Phases;
using IpActors.Workers.Builtin;
using Material = IpActors.Science.Phases.Composition;

namespace IpActors.App.Tests.Campaigns;

public class ModelVersionTests
{
    static CampaignFile File(string relaxation, string gap = "", string references = "") => CampaignFile.Parse("c.yaml",
        $"name: versions\nobjectives: [{{property: band-gap, reference: 0}}]\n{references}calculators:\n  relaxation: {{with: builtin{relaxation}}}\n  band-gap: {{with: builtin{gap}}}\n");

    static IEnumerable<BuiltinModel> Models(CampaignFile file) => file.Settings.Calculators.SelectMany(c => c.Parts).Select(p => BuiltinModel.Of(p.Parameters)).Distinct();

    [Fact]
    public void A_file_that_names_no_version_means_the_first_and_plans_what_it_always_did()
    {
        Assert.Equal([BuiltinModel.V1], Models(File("")));
        Assert.All(File("").Settings.Calculators.SelectMany(c => c.Parts), p => Assert.DoesNotContain(BuiltinModel.Parameter, p.Parameters.Keys));
        Assert.Equal(File("").Settings.Calculators.AsEnumerable(), File(", model: v1").Settings.Calculators.AsEnumerable());
        Assert.DoesNotContain(File("").Values.Keys, k => k.EndsWith(".model", StringComparison.Ordinal));
    }

    [Fact]
    public void The_relaxations_version_is_that_of_every_property()
    {
        Assert.Equal([BuiltinModel.V2], Models(File(", model: v2")));
        Assert.Equal([BuiltinModel.V2], Models(File(", model: v2", ", model: v2")));
    }

    [Theory]
    [InlineData(", model: v2", ", model: v1", "c.yaml:5:36: calculators.band-gap.model: v1, but the relaxation has v2: a property is computed on the structures of its own model; write the same version in both, or in relaxation alone")]
    [InlineData("", ", model: v2", "c.yaml:5:36: calculators.band-gap.model: v2, but the relaxation has v1: a property is computed on the structures of its own model; write the same version in both, or in relaxation alone")]
    public void Two_versions_in_one_campaign_are_refused(string relaxation, string gap, string message) => Assert.Equal(message, Assert.Throws<InputException>(() => File(relaxation, gap)).Message);

    [Fact]
    public void An_unknown_version_is_refused()
    {
        Assert.Contains("calculators.relaxation.model", Assert.Throws<InputException>(() => File(", model: v9")).Message);
        Assert.Equal("unknown model 'v9'; the built-in models are v1, v2", Assert.Throws<InputException>(() => BuiltinModel.Called("v9")).Message);
    }

    [Fact]
    public void Energies_of_two_versions_make_no_hull()
    {
        HullEntry Entry(string formula, BuiltinModel model) => new(Material.Parse(formula), -5, formula, model.Name);
        Assert.Throws<InputException>(() => new PhaseHull([Entry("Li2O", BuiltinModel.V1), Entry("LiCl", BuiltinModel.V2)]));
        var hull = new PhaseHull([Entry("Li2O", BuiltinModel.V2), Entry("LiCl", BuiltinModel.V2)]);
        Assert.Throws<InputException>(() => hull.RequireScheme(BuiltinModel.V1.Name, "Li3OCl"));
    }

    [Fact]
    public void Imported_energies_of_another_version_are_refused()
    {
        var table = Path.GetTempFileName();
        System.IO.File.WriteAllText(table, $"formula,energy_eV_per_atom,scheme\nLi3OCl,-5,{BuiltinModel.V1.Name}\n");
        try
        {
            Assert.Single(File("", "", $"references: {{import: ['{table}']}}\n").Settings.References.Imported);
            Assert.Contains("has the scheme 'builtin v1', relaxations by builtin have 'builtin v2'", Assert.Throws<InputException>(() => File(", model: v2", "", $"references: {{import: ['{table}']}}\n")).Message);
        }
        finally { System.IO.File.Delete(table); }
    }

    [Fact]
    public void Each_version_tells_reports_about_itself()
    {
        Assert.Equal(BuiltinModel.V1.Disclaimer, AboutCalculators.Texts[AboutCalculators.NameOf(File("").Settings.PlanOf(Properties.BandGap)!)]);
        Assert.Equal(BuiltinModel.V2.Disclaimer, AboutCalculators.Texts[AboutCalculators.NameOf(File(", model: v2").Settings.PlanOf(Properties.BandGap)!)]);
    }
}
