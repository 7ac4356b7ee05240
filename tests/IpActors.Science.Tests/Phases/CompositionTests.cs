using IpActors.Science.Phases;

namespace IpActors.Science.Tests.Phases;

public class CompositionTests
{
    [Theory]
    [InlineData("Li3OCl", "Cl1Li3O1", 5)]
    [InlineData("Li3OCl0.5Br0.5", "Br1Cl1Li6O2", 5)]
    [InlineData("Li6O2ClBr", "Br1Cl1Li6O2", 10)]
    [InlineData("(Li3O)2[ClBr]", "Br1Cl1Li6O2", 10)]
    [InlineData("LiNi10/12Mn1/12Co1/12O2", "Co1Li12Mn1Ni10O24", 4)]
    [InlineData("Ca{Al(OH)4}2 Li0.1", "Al20Ca10H80Li1O80", 19.1)]
    [InlineData("CoCOC", "C2Co1O1", 4)]
    public void Formulas_are_read_exactly(string formula, string reduced, double atoms)
    {
        var c = Composition.Parse(formula);
        Assert.Equal(reduced, c.Reduced);
        Assert.Equal(atoms, c.AtomsPerFormula, 1e-12);
        Assert.Equal(1, c.Fractions.Sum(), 1e-15);
        Assert.Equal(formula, c.Formula);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("Li3Xx", "unknown element 'Xx' at position 4")]
    [InlineData("li3", "unexpected 'l' at position 1")]
    [InlineData("Li(OCl", "'(' at position 3 is never closed")]
    [InlineData("Li)2", "unexpected ')' at position 3")]
    [InlineData("Li(OH]2", "unexpected ']' at position 6")]
    [InlineData("Li0O", "position 3 that is not above 0")]
    [InlineData("Li1/0O", "divides by 0 at position 5")]
    [InlineData("Li1.2.3", "unexpected '.' at position 6")]
    [InlineData("Li()", "empty group")]
    [InlineData("Li3OCl-", "unexpected '-' at position 7")]
    [InlineData("Li9999999999999", "no readable number at position 3")]
    public void A_formula_that_cannot_be_read_is_named_with_the_position(string formula, string expected)
    {
        var e = Assert.Throws<InputException>(() => Composition.Parse(formula));
        Assert.Contains(expected, e.Message);
        Assert.Contains($"'{formula}'", e.Message);
    }
}
