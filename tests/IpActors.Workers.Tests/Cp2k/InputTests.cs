using IpActors.Science;
using IpActors.Workers.Cp2k;

namespace IpActors.Workers.Tests.Cp2k;

public class InputTests
{
    const string Text = "! made by hand\n&global\n  PROJECT P # the name\n&END GLOBAL\n&FORCE_EVAL\n  &DFT\n    &SCF\n      EPS_SCF 1.0E-6\n      &OT ON\n        MINIMIZER \\\n DIIS\n      &END\n    &END SCF\n  &END DFT\n  &SUBSYS\n    &KIND Li\n      BASIS_SET A\n    &END KIND\n    &KIND O\n      BASIS_SET B\n    &END KIND\n  &END SUBSYS\n&END FORCE_EVAL\n";

    [Fact]
    public void Sections_keywords_and_parameters_are_found_by_path_whatever_their_case()
    {
        var root = Cp2kInputReader.Read(Text, "test");
        Assert.Equal("P", root["GLOBAL/PROJECT"]);
        Assert.Equal("1.0E-6", root["force_eval/dft/scf/eps_scf"]);
        Assert.Equal("ON", root["FORCE_EVAL/DFT/SCF/OT"]);
        Assert.Equal("DIIS", root["FORCE_EVAL/DFT/SCF/OT/MINIMIZER"]);
        Assert.Equal("B", root["FORCE_EVAL/SUBSYS/KIND[O]/BASIS_SET"]);
        Assert.Null(root["FORCE_EVAL/DFT/SCF/MAX_SCF"]);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var root = Cp2kInputReader.Read(Text, "test");
        Assert.Equal(root.Flatten(), Cp2kInputReader.Read(root.Write(), "again").Flatten());
        Assert.Equal(root.Write(), Cp2kInputReader.Read(root.Write(), "again").Write());
    }

    [Fact]
    public void An_empty_value_takes_out_a_keyword_and_a_section()
    {
        var root = Cp2kInputReader.Read(Text, "test");
        root.Set("FORCE_EVAL/DFT/SCF/EPS_SCF", "").SetSection("FORCE_EVAL/DFT/SCF/OT", "");
        Assert.Null(root["FORCE_EVAL/DFT/SCF/EPS_SCF"]);
        Assert.Null(root.Find("FORCE_EVAL/DFT/SCF/OT"));
        root.Set("FORCE_EVAL/DFT/MGRID/CUTOFF", "");
        Assert.Null(root.Find("FORCE_EVAL/DFT/MGRID"));
    }

    [Theory]
    [InlineData("&GLOBAL\n  PROJECT P\n", "ends inside &GLOBAL")]
    [InlineData("&GLOBAL\n&END MOTION\n", "test:2")]
    [InlineData("&END GLOBAL\n", "test:1")]
    [InlineData("@SET A 1\n", "preprocessor")]
    public void A_damaged_input_is_refused_with_its_place(string text, string says) =>
        Assert.Contains(says, Assert.Throws<InputException>(() => Cp2kInputReader.Read(text, "test")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("FORCE_EVAL/DFT/SCF/EPS_SFC", "1E-6", "EPS_SCF")]
    [InlineData("FORCE_EVAL/DTF/SCF/EPS_SCF", "1E-6", "FORCE_EVAL/DFT/SCF")]
    [InlineData("FORCE_EVAL/DFT/SCF/EPS_SCF", "small", "a number is expected")]
    [InlineData("FORCE_EVAL/DFT/SCF/MAX_SCF", "1.5", "an integer is expected")]
    [InlineData("MOTION/CELL_OPT/OPTIMIZER", "NEWTON", "one of BFGS, LBFGS, CG")]
    [InlineData("MOTION/CELL_OPT/KEEP_SYMMETRY", "perhaps", "TRUE or FALSE")]
    [InlineData("FORCE_EVAL/DFT/SCF/EPS_SCF", "1E-6\n&END", "one line")]
    public void A_setting_that_CP2K_would_not_take_is_refused_with_the_remedy(string path, string value, string says) =>
        Assert.Contains(says, Assert.Throws<InputException>(() => Cp2kKeywords.Check(path, value)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("FORCE_EVAL/DFT/SCF/EPS_SCF", "1.0E-7")]
    [InlineData("force_eval/dft/scf/mixing/method", "pulay_mixing")]
    [InlineData("FORCE_EVAL/DFT/SCF/OT", "ON")]
    [InlineData("FORCE_EVAL/DFT/SCF/SMEAR/ELECTRONIC_TEMPERATURE", "[K] 300")]
    [InlineData("FORCE_EVAL/DFT/SCF/MAX_SCF", "")]
    [InlineData("FORCE_EVAL/SUBSYS/KIND[Li]/BASIS_SET", "TZVP-MOLOPT-GTH")]
    [InlineData("MOTION/PRINT/TRAJECTORY/EACH/MD", "10")]
    public void A_setting_of_CP2K_passes(string path, string value) => Cp2kKeywords.Check(path, value);

    [Fact]
    public void Settings_of_the_part_itself_cannot_be_overridden()
    {
        foreach (var key in new[] { "CP2K.GLOBAL/PROJECT", "CP2K.FORCE_EVAL/SUBSYS/COORD/SCALED", "CP2K.EXT_RESTART/RESTART_FILE_NAME", "CP2K.force_eval/subsys/cell/a" })
            Assert.Contains("remove it", Assert.Throws<InputException>(() => Cp2kSettings.Check([new(key, "x")])).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Cp2kSettings.Check([new("INCAR.ENCUT", "520")]));
        Assert.Throws<InputException>(() => Cp2kSettings.Check([new("KPOINTS.mesh", "4 4")]));
    }
}
