using System.Globalization;
using System.IO.Compression;
using IpActors.Workers.Cp2k;

namespace IpActors.Workers.Tests.Cp2k;

public class OutputTests
{
    static string Whole(string fixture)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Cp2kFixtures.Folder(fixture), "cp2k.out.gz")), CompressionMode.Decompress));
        return text.ReadToEnd();
    }

    [Fact]
    public void An_optimisation_is_read_as_CP2K_s_own_files_have_it()
    {
        var steps = new List<Cp2kStep>();
        var o = Cp2kOutputReader.ReadFolder(Cp2kFixtures.Folder("relaxed"), onStep: steps.Add)!;
        Assert.True(o.Succeeded);
        Assert.Equal(("CP2K version 2023.1", "CELL_OPT", 5, 5, 3, 5, 0), (o.Version, o.RunType, o.Atoms, o.Energies, o.Steps, o.ScfRuns, o.ScfNotConverged));
        // P-pos-1.xyz has the energies of the steps and the one at the minimum: "i = 1, E = -53.68...".
        var own = File.ReadLines(Path.Combine(Cp2kFixtures.Folder("relaxed"), "P-pos-1.xyz")).Where(l => l.Contains("E =", StringComparison.Ordinal)).Select(l => double.Parse(l.Split('=')[^1], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(4, own.Length);
        for (var i = 0; i < 4; i++) Assert.Equal(own[i], steps[i + 1].EnergyEv!.Value / Cp2kUnits.HartreeEv, 1e-9);
        Assert.All(steps, s => Assert.Equal((13, true), (s.ScfCycles, s.ScfConverged)));
        // "Internal Pressure [bar]" of the steps is the trace of the tensor that is printed in GPa.
        Assert.Equal(-1.17383301533, steps[0].PressureGPa!.Value, 1e-9);
        Assert.Equal(-13.9935144610e-4, o.LastForces!.PressureGPa!.Value, 1e-8);
        Assert.Equal(o.LastPressureGPa!.Value, o.LastForces.PressureGPa.Value, 1e-8);
        Assert.Equal(5, o.LastForces.ForcesEvPerA.Length);
        Assert.Null(steps[4].PressureGPa);
    }

    [Fact]
    public void The_last_structure_is_that_of_the_trajectory_and_the_cell_file()
    {
        var s = Cp2kStructures.LastOf(Cp2kFixtures.Folder("relaxed"))!;
        Assert.Equal("O Li Li Li Cl", string.Join(' ', s.Species));
        Assert.Equal(3.8796873172, s.Cell.A.X, 1e-9);
        Assert.Equal(1.9398436586, s.Cartesian(1).X, 1e-9);
        Assert.Equal(0, s.Cartesian(1).Z, 1e-9);
    }

    [Fact]
    public void Wherever_an_output_is_cut_its_finished_steps_are_kept()
    {
        var whole = Whole("relaxed");
        var all = new List<Cp2kStep>();
        Cp2kOutputReader.Read(new StringReader(whole), all.Add);
        var most = 0;
        for (var length = 0; length < whole.Length; length += 997)
        {
            var some = new List<Cp2kStep>();
            var o = Cp2kOutputReader.Read(new StringReader(whole[..length]), some.Add);
            Assert.False(o.Succeeded);
            Assert.True(some.Count >= most);
            most = some.Count;
            // The last may have been cut in its numbers; those before are as they are in the whole.
            for (var i = 0; i < some.Count - 1; i++) Assert.Equal((all[i].EnergyEv, all[i].ScfCycles, all[i].PressureGPa), (some[i].EnergyEv, some[i].ScfCycles, some[i].PressureGPa));
        }
        Assert.Equal(5, most);
    }

    [Fact]
    public void A_packed_output_that_breaks_off_is_read_as_far_as_it_goes()
    {
        using var scratch = new Scratch();
        var bytes = File.ReadAllBytes(Path.Combine(Cp2kFixtures.Folder("relaxed"), "cp2k.out.gz"));
        File.WriteAllBytes(scratch["cp2k.out.gz"], bytes[..(bytes.Length / 2)]);
        var o = Cp2kOutputReader.ReadFolder(scratch.Path)!;
        Assert.InRange(o.Energies, 1, 5);
        Assert.False(o.Ended);
    }

    [Fact]
    public void An_SCF_that_does_not_converge_is_no_success_though_an_energy_is_printed()
    {
        var o = Cp2kOutputReader.ReadFolder(Cp2kFixtures.Folder("not-converged"))!;
        Assert.True(o.Ended);
        Assert.False(o.Succeeded);
        Assert.Equal((1, 1, 3), (o.ScfRuns, o.ScfNotConverged, o.Last!.ScfCycles));
        Assert.Equal(-1.069515179193436 * Cp2kUnits.HartreeEv, o.Last.EnergyEv!.Value, 1e-9);
        Assert.Equal(1, o.WarningCount);
        Assert.Contains(o.Warnings, w => w.Contains("SCF run NOT converged", StringComparison.Ordinal));
    }

    [Fact]
    public void The_words_of_the_abort_box_are_kept_without_its_drawing()
    {
        var o = Cp2kOutputReader.ReadFolder(Cp2kFixtures.Folder("abort"))!;
        Assert.Equal("The requested basis set <DZVP-MOLOPT-SR-GTH> for element <H> was not found in the basis set files <BASIS_MOLOPT> aobasis/basis_set_types.F:1509", o.Abort);
        Assert.False(o.Succeeded);
    }

    [Theory]
    [InlineData(" *** MAXIMUM NUMBER OF OPTIMIZATION STEPS REACHED ***", nameof(Cp2kOutput.OptimisationStepsExhausted))]
    [InlineData(" *** MD run terminated by external request: exit ***", nameof(Cp2kOutput.StoppedByRequest))]
    [InlineData(" *** exceeded requested execution time:      10.000", nameof(Cp2kOutput.WalltimeExceeded))]
    public void Ends_with_exit_code_0_that_are_no_success_are_seen(string line, string property)
    {
        var whole = Whole("gap");
        Assert.True(Cp2kOutputReader.Read(new StringReader(whole)).Succeeded);
        var o = Cp2kOutputReader.Read(new StringReader(whole.Replace("  **** **** ******  **  PROGRAM ENDED", line + "\n  **** **** ******  **  PROGRAM ENDED", StringComparison.Ordinal)));
        Assert.True((bool)typeof(Cp2kOutput).GetProperty(property)!.GetValue(o)!);
        Assert.True(o.Ended);
        Assert.False(o.Succeeded);
    }

    [Fact]
    public void The_gap_is_between_the_highest_filled_and_the_lowest_empty_level_over_all_points()
    {
        var gap = Cp2kBands.ReadFolder(Cp2kFixtures.Folder("gap"))!;
        Assert.Equal(1.83048510, gap.ValenceBandMaximumEv, 1e-9);
        Assert.Equal(6.51701389, gap.ConductionBandMinimumEv, 1e-9);
        Assert.Equal(4.68652879, gap.GapEv, 1e-8);
        Assert.Equal(new(0.5, 0.5, 0), gap.ValenceAt);
        Assert.Equal(default, gap.ConductionAt);
        Assert.Equal(4, gap.Points);
        Assert.Equal(6.81128805 - 1.83048510, gap.DirectGapEv, 1e-8);
    }

    [Fact]
    public void A_point_that_is_cut_short_does_not_count()
    {
        var whole = File.ReadAllText(Path.Combine(Cp2kFixtures.Folder("gap"), "bands.bs"));
        var cut = whole[..(whole.IndexOf("#  Point 3", StringComparison.Ordinal) + 400)];
        var gap = Cp2kBands.Read(new StringReader(cut), "cut")!;
        Assert.Equal(2, gap.Points);
        Assert.Equal(4.68652879, gap.GapEv, 1e-8);
    }

    [Fact]
    public void A_level_of_one_spin_is_filled_by_one_electron()
    {
        const string text = "# Set 1: 1 special points, 2 k-points, 2 bands\n#  Point 1      Spin 1:     0.0     0.0     0.0       1.0\n#   Band    Energy [eV]     Occupation\n   1   -1.0   1.0\n   2   3.0   0.0\n#  Point 1      Spin 2:     0.0     0.0     0.0       1.0\n#   Band    Energy [eV]     Occupation\n   1   -0.5   1.0\n   2   2.0   0.0\n";
        var gap = Cp2kBands.Read(new StringReader(text), "spins")!;
        Assert.Equal(2.5, gap.GapEv, 1e-12);
    }

    [Fact]
    public void Appended_energies_count_the_joint_step_once_and_the_newest_line_of_a_step()
    {
        const string line = "{0,10} {1} 0.001 {2} -10.0 -9.9 1.0\n";
        string L(int step, double t) => string.Format(CultureInfo.InvariantCulture, line, step, step * 1.0, t);
        // Died after step 4, went on from the restart file of step 2.
        var text = "#     Step Nr.          Time[fs]\n" + L(0, 300) + L(1, 301) + L(2, 302) + L(3, 303) + L(4, 304) + L(2, 302) + L(3, 313) + L(4, 314) + L(5, 315) + "        6 6.0 0.00";
        var steps = Cp2kEnergies.Read(new StringReader(text), "test");
        Assert.Equal([0, 1, 2, 3, 4, 5], steps.Select(s => s.Step));
        Assert.Equal([300, 301, 302, 313, 314, 315], steps.Select(s => s.TemperatureK));
    }
}
