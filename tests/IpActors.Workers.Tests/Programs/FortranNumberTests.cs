using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;
using IpActors.Workers.Tests.Cp2k;

namespace IpActors.Workers.Tests.Programs;

public class FortranNumberTests
{
    [Theory]
    [InlineData("1.5", 1.5), InlineData("-1.5D-3", -1.5e-3), InlineData("1.5d+3", 1.5e3), InlineData(".5E2", 50.0), InlineData("1.7144810869234122-100", 1.7144810869234122e-100), InlineData("-0.1+101", -0.1e101), InlineData("3", 3.0), InlineData("-7", -7.0)]
    public void A_number_is_read_as_Fortran_wrote_it(string text, double value) => Assert.Equal(value, FortranNumber.Parse(text));

    [Theory]
    [InlineData(""), InlineData("***"), InlineData("1-2-3"), InlineData("Infinity"), InlineData("NaN"), InlineData("4x"), InlineData("-"), InlineData("1E"), InlineData("1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1")]
    public void What_is_none_is_none(string text) => Assert.Null(FortranNumber.Parse(text));

    /// <summary>As CP2K 2023.1 wrote it at the end of a relaxation of LiOH.</summary>
    [Fact]
    public void A_coordinate_of_1E_minus_100_spoils_no_restart_file()
    {
        using var folder = new Scratch();
        File.WriteAllText(folder[Cp2kInputs.Restart], """
             &FORCE_EVAL
               &SUBSYS
                 &CELL
                   A     3.5390295524148696E+00    0.0000000000000000E+00    0.0000000000000000E+00
                   B     0.0000000000000000E+00    3.5390295524148696E+00    0.0000000000000000E+00
                   C     0.0000000000000000E+00    0.0000000000000000E+00    4.3368533305227315E+00
                 &END CELL
                 &COORD
            Li   -6.9388939039072276E-18   -1.8041124150158794E-16    2.7431697390774600E-99
            Li    4.9999999999999994E-01    4.9999999999999989E-01    1.7144810869234122-100
                   SCALED  T
                 &END COORD
               &END SUBSYS
             &END FORCE_EVAL
            """);
        var s = Cp2kStructures.LastOf(folder.Path)!;
        Assert.Equal(2, s.Count);
        Assert.Equal(1.7144810869234122e-100, s.Fractional[1].Z);
        Assert.Equal(4.3368533305227315, s.Cell.C.Z);
    }
}
