using IpActors.App.Campaigns;

namespace IpActors.App.Tests.Campaigns;

public class CalculatorPlansTests
{
    static readonly Domain.Campaigns.CampaignSettings Settings = CampaignFile.Parse("c.yaml", """
        name: plans
        calculators:
          conductivity: {with: builtin, temperatures_K: [1200, 800, 1000], seeds: 2, npt_ps: 0.5, nvt_ps: 3, timestep_fs: 2, minimum_edge_A: 7, tolerated_failures: 1}
          hydration-energy: {with: builtin, configurations: 2, minimum_edge_A: 8}
          relaxation: {with: builtin, fmax_eV_per_A: 0.02, max_steps: 50}
          band-gap: {with: builtin}
        """).Settings;

    [Fact]
    public void Properties_come_in_one_order_whatever_the_files() =>
        Assert.Equal(["relaxation", "band-gap", "hydration-energy", "conductivity"], Settings.Calculators.Select(c => c.Property));

    [Fact]
    public void Conductivity_is_mechanisms_by_temperatures_by_seeds()
    {
        var plan = Settings.PlanOf("conductivity")!;
        Assert.Equal(["vacancy.1200K.s1", "vacancy.1200K.s2", "vacancy.800K.s1", "vacancy.800K.s2", "vacancy.1000K.s1", "vacancy.1000K.s2",
            "interstitial.1200K.s1", "interstitial.1200K.s2", "interstitial.800K.s1", "interstitial.800K.s2", "interstitial.1000K.s1", "interstitial.1000K.s2"], plan.Parts.Select(p => p.Part));
        Assert.Equal(new Dictionary<string, double> { ["temperature_K"] = 800, ["seed"] = 2, ["npt_ps"] = 0.5, ["nvt_ps"] = 3, ["minimum_edge_A"] = 7, ["timestep_fs"] = 2 }.OrderBy(p => p.Key, StringComparer.Ordinal), plan.Parts[3].Parameters);
        Assert.Equal(("builtin", 1), (plan.Calculator, plan.ToleratedFailures));
    }

    [Fact]
    public void Hydration_is_the_host_and_each_placement()
    {
        var parts = Settings.PlanOf("hydration-energy")!.Parts;
        Assert.Equal(["host", "cell-0", "cell-1"], parts.Select(p => p.Part));
        Assert.Equal((8.0, 1.0, 2.0), (parts[2].Parameters["minimum_edge_A"], parts[2].Parameters["configuration"], parts[2].Parameters["configurations"]));
        Assert.Equal(["minimum_edge_A"], parts[0].Parameters.Keys);
    }

    [Fact]
    public void Relaxation_and_gap_are_one_part_each_and_are_what_screening_takes()
    {
        Assert.Equal(["relax", "gap"], Settings.ScreeningPlans.Select(p => Assert.Single(p.Parts).Part));
        Assert.Equal((0.02, 50.0), (Settings.ScreeningPlans[0].Parts[0].Parameters["fmax_eV_per_A"], Settings.ScreeningPlans[0].Parts[0].Parameters["max_steps"]));
        Assert.Equal(["hydration-energy", "conductivity"], Settings.SelectionPlans.Select(p => p.Property));
    }
}
