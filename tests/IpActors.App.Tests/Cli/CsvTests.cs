using IpActors.App.Cli;
using IpActors.Science;

namespace IpActors.App.Tests.Cli;

public class CsvTests
{
    /// <summary>A scheme of VASP has commas.</summary>
    [Fact]
    public void A_comma_between_quotes_belongs_to_its_cell()
    {
        var csv = new Csv("mine.csv", "formula, energy_eV_per_atom ,scheme\nLi3OCl,-4.1,\"VASP PBE, potpaw_PBE.54, Li Li_sv, ENCUT 520 eV\"\n\"Li2O\", -4.7 ,a \"\"b\nLiCl,-3.5,\"says \"\"so\"\"\"\n");
        Assert.Equal(["formula", "energy_eV_per_atom", "scheme"], csv.Header);
        Assert.Equal(["Li3OCl", "-4.1", "VASP PBE, potpaw_PBE.54, Li Li_sv, ENCUT 520 eV"], csv.Rows[0]);
        Assert.Equal(["Li2O", "-4.7", "a b"], csv.Rows[1]);
        Assert.Equal("says \"so\"", csv.Rows[2][2]);
    }

    [Fact]
    public void Cells_too_many_are_told_with_their_line()
    {
        var e = Assert.Throws<InputException>(() => new Csv("mine.csv", "a,b\n1,2\n1,2,3\n"));
        Assert.StartsWith("mine.csv:3: 3 cells, but the header has 2", e.Message);
    }
}
