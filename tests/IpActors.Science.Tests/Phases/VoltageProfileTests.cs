using IpActors.Science.Phases;

namespace IpActors.Science.Tests.Phases;

public class VoltageProfileTests
{
    static ImmutableArray<VoltageStep> Profile(string formula, double energyAboveHull = 0) =>
        VoltageProfile.Compute(MaterialsProject.Hull("LiS4"), Composition.Parse(formula), "Li", energyAboveHull);

    [Theory] // the paper's Fig. 6 cuts the third decimal off
    [InlineData("Li8Te2Br3I", 1.56)]
    [InlineData("Li8S2Cl3I", 2.34)]
    [InlineData("Li6O2ClBr", 2.79)]
    [InlineData("Li6SSeClI", 1.89)]
    [InlineData("Li12Se3TeBrI3", 1.56)]
    [InlineData("Li6OSeI2", 1.89)]
    public void Onsets_of_oxidation_are_those_of_Fig_6(string formula, double volts) =>
        Assert.Equal(volts, Math.Truncate(VoltageProfile.OxidationOnset(Profile(formula))!.Value * 100) / 100);

    [Fact]
    public void With_LiS4_the_onset_of_Li8S2Cl3I_would_be_lower() =>
        Assert.Equal(2.14, VoltageProfile.OxidationOnset(VoltageProfile.Compute(MaterialsProject.Hull(), Composition.Parse("Li8S2Cl3I")))!.Value, 0.01);

    [Fact]
    public void Steps_equal_the_element_profiles_of_pymatgen()
    {
        foreach (var p in RepositoryFile.Json("tests/compare/fixtures/phases_window.json").GetProperty("profiles").EnumerateArray())
        {
            var (steps, expected) = (Profile(p.GetProperty("formula").GetString()!), p.GetProperty("steps").EnumerateArray().ToArray());
            Assert.Equal(expected.Length, steps.Length);
            foreach (var (theirs, ours) in expected.Zip(steps))
            {
                Assert.Equal(theirs.GetProperty("voltage_V").GetDouble(), ours.Voltage, 1e-6);
                Assert.Equal(theirs.GetProperty("uptake_per_formula").GetDouble(), ours.UptakePerFormula, 1e-6);
            }
        }
    }

    [Fact]
    public void Products_hold_the_formula_and_the_uptake()
    {
        foreach (var formula in new[] { "Li8S2Cl3I", "FePO4", "Li3PS4" })
        {
            var own = Composition.Parse(formula);
            foreach (var step in Profile(formula))
            {
                var atoms = own.AtomsPerFormula + step.UptakePerFormula;
                Assert.Equal(1, step.Products.Sum(p => p.Fraction), 1e-12);
                foreach (var e in own.Elements.Add("Li").Distinct())
                    Assert.Equal(own.Amount(e) + (e == "Li" ? step.UptakePerFormula : 0), atoms * step.Products.Sum(p => p.Fraction * Composition.Parse(p.Label).Fraction(e)), 1e-9);
            }
        }
    }

    [Fact]
    public void Uptake_falls_with_voltage_and_the_reaction_energy_starts_at_minus_the_energy_above_the_hull()
    {
        var steps = Profile("Li8Te2Br3I", energyAboveHull: 0.079);
        for (var i = 1; i < steps.Length; i++) Assert.True(steps[i].UptakePerFormula < steps[i - 1].UptakePerFormula && steps[i].Voltage > steps[i - 1].Voltage);
        Assert.Equal(-0.079, steps[0].ReactionEnergyEvPerAtom, 1e-12);
        Assert.Equal(-0.079, steps[1].ReactionEnergyEvPerAtom, 1e-12); // the onset: products with the same lithium until there
        // per atom of formula the slope is the lithium given off: 4 of 14 atoms between the first and the second corner
        Assert.Equal(-0.079 - 4.0 / 14 * (steps[2].Voltage - steps[1].Voltage), steps[2].ReactionEnergyEvPerAtom, 1e-12);
    }

    [Fact]
    public void A_formula_under_the_hull_of_the_others_joins_them_and_is_stable_longer()
    {
        var (on, under) = (Profile("Li6OSeI2"), Profile("Li6OSeI2", energyAboveHull: -0.05));
        Assert.Contains(under, s => s.Products is [{ Label: "Li6OSeI2", Fraction: 1 }] && s.UptakePerFormula == 0);
        Assert.True(VoltageProfile.OxidationOnset(under) > VoltageProfile.OxidationOnset(on) + 0.05);
    }

    [Fact]
    public void Without_an_energy_of_the_open_element_the_missing_element_is_named() =>
        Assert.Contains("Li", Assert.Throws<InputException>(() => VoltageProfile.Compute(
            new PhaseHull([new HullEntry(Composition.Parse("LiCl"), -2, "LiCl")]), Composition.Parse("LiCl"))).Message);
}
