using IpActors.Science.Crystals;

namespace IpActors.Science.Tests.Crystals;

public class FormulaTests
{
    [Theory]
    [InlineData("Br2Cl2OS3Li12", "Li12OS3Cl2Br2")]
    [InlineData("Li16Se4Br2I6", "Li8Se2BrI3")]
    [InlineData("ClOLi3", "Li3OCl")]
    [InlineData("LiO4Cl", "LiClO4")]
    [InlineData("Li2(CO3)", "Li2CO3")]
    [InlineData("LiNi10/12Mn1/12Co1/12O2", "Li12MnCoNi10O24")]
    [InlineData("Li(Ni0.8[Mn0.5Co0.5]0.4)O2", "Li5MnCoNi4O10")]
    [InlineData("H2O", "H2O")]
    [InlineData("O2", "O")]
    public void Reduced_formulas_print_in_the_literatures_notation(string text, string expected) => Assert.Equal(expected, Formula.Parse(text).Reduced().ToString());

    [Theory]
    [InlineData("Li2O2", "Li2O2")]
    [InlineData("Li0.5CoO2", "Li0.5CoO2")]
    public void Formulas_keep_their_amounts_until_reduced(string text, string expected) => Assert.Equal(expected, Formula.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("li3ocl")]
    [InlineData("Li3OQq")]
    [InlineData("Li(O2")]
    [InlineData("LiO2)")]
    [InlineData("Li1/0O")]
    [InlineData("Li1.2.3O")]
    [InlineData("Li-1")]
    public void What_is_no_formula_is_refused_in_one_line(string text) => Assert.DoesNotContain('\n', Assert.Throws<InputException>(() => Formula.Parse(text)).Message);

    [Fact]
    public void Every_formula_of_Table_2_prints_as_it_is_printed_there()
    {
        string[] printed = ["Li8Te2Br3I", "Li8Se2BrI3", "Li8OSCl4", "Li7O2FBr2", "Li6SSeClI", "Li9O2SBr2I", "Li12OS3Cl2Br2", "Li12Se3TeBrI3", "Li12O3SeClBr3", "Li6OSeI2"];
        Assert.All(printed, f => Assert.Equal(f, Formula.Parse(f).Reduced().ToString()));
    }

    [Theory]
    [InlineData("Li3OCl", 0.566)] // Jalem et al. 2023, Eq. 24
    [InlineData("Li6OSCl2", 0.529)] // r_X = 1.62: (0.76 + 1.81) / (sqrt 2 (1.62 + 1.81)) = 0.5298
    public void The_tolerance_factor_follows_the_equation(string formula, double expected) => Assert.Equal(expected, ShannonRadii.ToleranceFactor(Formula.Parse(formula)), 0.001);
}
