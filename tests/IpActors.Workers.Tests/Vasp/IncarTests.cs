using IpActors.Science;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Vasp;

public class IncarTests
{
    /// <summary>Composed for this test in VASP's format, with the oddities its manual names.</summary>
    const string Odd = "general settings of the run\n  encut = 520 ; Prec=Accurate  ! both on a line\n\n# ISMEAR = 1\nSYSTEM = Li3OCl, a = 3.9 Ang # title\r\nISMEAR=0;SIGMA= 5.0D-2\nMAGMOM = 3*0.6 \\\n  5.0 2 * 0.1\nLWAVE = F\nLCHARG = .true.\nENCUT = 300\nLREAL = Auto\nWANNIER90_WIN = \"\nnum_wann = 3 # kept\nend\"\nKERNEL { HFSCREEN = 0.2\nAEXX=0.3 }\nNGX\t=\t12\n";

    [Fact]
    public void Tags_are_read_as_VASP_reads_them()
    {
        var incar = Incar.Read(Odd);
        Assert.Equal("520", incar["ENCUT"]); // of two the first counts
        Assert.Equal("Accurate", incar["prec"]);
        Assert.Equal("Li3OCl, a = 3.9 Ang", incar["SYSTEM"]);
        Assert.Equal(0, incar.Integer("ISMEAR"));
        Assert.Equal(0.05, incar.Number("SIGMA"));
        Assert.Equal([0.6, 0.6, 0.6, 5, 0.1, 0.1], incar.Numbers("MAGMOM")!.Value.ToArray());
        Assert.False(incar.Flag("LWAVE"));
        Assert.True(incar.Flag("LCHARG"));
        Assert.Null(incar.Number("LREAL"));
        Assert.Equal("\nnum_wann = 3 # kept\nend", incar["WANNIER90_WIN"]);
        Assert.Equal(0.2, incar.Number("KERNEL/HFSCREEN"));
        Assert.Equal(0.3, incar.Number("KERNEL/AEXX"));
        Assert.Equal(12, incar.Integer("NGX"));
        Assert.Equal(13, incar.Tags.Count);
        Assert.Equal(520, Incar.Read("ENCUT = 520 eV").Number("ENCUT"));
    }

    [Fact]
    public void What_is_written_reads_back_and_writes_again_to_the_same_bytes()
    {
        var incar = Incar.Read(Odd.Replace("KERNEL { HFSCREEN = 0.2\nAEXX=0.3 }\n", "", StringComparison.Ordinal));
        var text = incar.Write();
        Assert.Equal(incar, Incar.Read(text));
        Assert.Equal(text, Incar.Read(text).Write());
        Assert.StartsWith("SYSTEM = Li3OCl, a = 3.9 Ang\nENCUT = 520\nISMEAR = 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_value_takes_a_tag_out() => Assert.Null(Incar.Read("ENCUT = 520").With(("encut", ""))["ENCUT"]);

    [Theory]
    [InlineData("A = 1\nSYSTEM = \"never closed\n", "INCAR:2")]
    [InlineData("A = 1\n}\n", "INCAR:2")]
    [InlineData("= 3\n", "INCAR:1")]
    public void What_cannot_be_read_is_an_error_with_its_line(string text, string where) => Assert.Contains(where, Assert.Throws<InputException>(() => Incar.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Runs_of_equal_numbers_are_written_short() => Assert.Equal("3*0.6 5 2*0", IncarValue.Text([0.6, 0.6, 0.6, 5, 0, 0]));

    [Theory]
    [InlineData("ENCUTT", "520", "nearest is ENCUT")]
    [InlineData("ENCUT", "high", "not a number")]
    [InlineData("ENCUT", "520 3", "not a number")]
    [InlineData("NELM", "3.5", "not an integer")]
    [InlineData("LWAVE", "maybe", ".TRUE. or .FALSE.")]
    [InlineData("ALGO", "Quick", "one of Normal")]
    [InlineData("LREAL", "perhaps", "Auto")]
    [InlineData("MAGMOM", "Fe:x", "Fe:5")]
    public void Overrides_of_unknown_tags_or_wrong_values_are_refused(string tag, string value, string says) =>
        Assert.Contains(says, Assert.Throws<InputException>(() => VaspOverrides.Check([new($"INCAR.{tag}", value)])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("KPOINT.mesh", "4 4 4", "KPOINTS.mesh")]
    [InlineData("KPOINTS.mesh", "4 4", "three divisions")]
    [InlineData("KPOINTS.centre", "here", "gamma")]
    [InlineData("POSCAR.axes", "a a b", "order of a b c")]
    [InlineData("POSCAR.strain", "-1", "factor")]
    [InlineData("resume", "some", "none, structure, all")]
    [InlineData("INCAR.KSPACING", "0.2", "KPOINTS.mesh")]
    [InlineData("INCAR.encut", "500", "upper case")]
    public void Settings_that_are_none_are_refused(string key, string value, string says) =>
        Assert.Contains(says, Assert.Throws<InputException>(() => VaspOverrides.Check([new(key, value)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_that_are_some_are_taken() => VaspOverrides.Check(
    [
        new("INCAR.ENCUT", "600"), new("INCAR.MAGMOM", "Fe:5 O:0.6"), new("INCAR.LREAL", "Auto"), new("INCAR.ISPIN", ""), new("INCAR.ALGO", "all"), new("KPOINTS.mesh", "4 4 2"), new("KPOINTS.centre", "gamma"),
        new("POSCAR.axes", "a c b"), new("POSCAR.strain", "1.2"), new("resume", "all"), new("resume.drop", "CHGCAR WAVECAR"),
    ]);
}
