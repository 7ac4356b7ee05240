using IpActors.Workers.Vasp;
using static IpActors.Workers.Tests.Vasp.Composed;

namespace IpActors.Workers.Tests.Vasp;

public class VaspOutputsTests
{
    static readonly Step[] Three = [new(-20.5, -20.6, 12, new(0.3, 0.4, 0)), new(-20.7, -20.8, 8, new(0.03, 0.04, 0)), new(-20.75, -20.85, 5, new(0.003, 0.004, 0))];
    static readonly (string, string)[] Parameters = [("NELM", "100"), ("NSW", "50"), ("IBRION", "2"), ("EDIFFG", "-0.01000000")];

    [Fact]
    public void A_whole_file_tells_steps_energies_forces_and_stress()
    {
        var v = Vasprun.Read(Packed(VasprunText(Li3OCl, Three, [1, 3], Parameters)));
        Assert.True(v.Complete);
        Assert.Null(v.Damage);
        Assert.Equal("5.4.4.composed", v.Version);
        Assert.Equal([-20.5, -20.7, -20.75], v.Steps.Select(s => s.EnergyEv));
        Assert.Equal([12, 8, 5], v.Steps.Select(s => s.ElectronicSteps));
        Assert.Equal(0.5, v.Steps[0].MaxForceEvPerA, 12);
        Assert.Equal(-20.85, v.Steps[^1].FreeEnergyEv);
        Assert.Equal(0.005, v.ForcesEvPerA[0].Length, 12);
        Assert.Equal((3.0, 0.1), (v.StressKilobar!.Value[0, 0], v.StressKilobar.Value[0, 1]));
        Assert.Equal(Li3OCl, v.Last);
        Assert.Equal([1.0, 3.0], v.Weights);
        Assert.Equal(-0.01, v.Parameter("EDIFFG"));
        Assert.Equal(["PAW_PBE Li_sv composed"], v.Titles);
    }

    [Fact]
    public void E0_is_found_where_versions_name_it_differently() =>
        Assert.Equal([-20.5, -20.7, -20.75], Vasprun.Read(Stream(VasprunText(Li3OCl, Three, [1], Parameters, old: false))).Steps.Select(s => s.EnergyEv));

    [Fact]
    public void A_file_cut_off_anywhere_keeps_its_finished_steps()
    {
        var text = VasprunText(Li3OCl, Three, [1], Parameters);
        int[] ends = [.. Enumerable.Range(0, 3).Select(i => Nth(text, "</calculation>", i) + "</calculation>".Length)];
        for (var cut = 0; cut < text.Length - 20; cut += 97)
        {
            var v = Vasprun.Read(Stream(text[..cut]));
            Assert.Equal(ends.Count(e => e <= cut), v.Steps.Count);
            Assert.False(v.Complete);
            Assert.NotNull(v.Damage);
        }
    }

    static int Nth(string text, string what, int n)
    {
        var at = -1;
        for (var i = 0; i <= n; i++) at = text.IndexOf(what, at + 1, StringComparison.Ordinal);
        return at;
    }

    [Fact]
    public void Stars_are_no_numbers_and_no_end()
    {
        var v = Vasprun.Read(Stream(VasprunText(Li3OCl, Three, [1], Parameters).Replace("0.00300000 0.00400000", "************** 0.00400000", StringComparison.Ordinal)));
        Assert.Equal(3, v.Steps.Count);
        Assert.True(double.IsNaN(v.ForcesEvPerA[0].X));
        Assert.Equal(0.004, v.ForcesEvPerA[0].Y);
    }

    static BandEdges Bands(double[] weights, double fermi, params (double E, double Occupancy)[][][] spins) =>
        Vasprun.Read(Stream(VasprunText(Li3OCl, [new(-1, -1, 3, Levels: spins)], weights, Parameters, fermi))).Bands!;

    [Fact]
    public void Band_edges_are_the_highest_full_and_the_lowest_empty_level_over_spins_and_k_points()
    {
        var b = Bands([1, 1], 0.5, [[(-3, 1), (0.0, 1), (2.0, 0)], [(-3, 1), (-0.2, 1), (1.5, 0)]], [[(-3, 1), (-0.1, 1), (1.8, 0)], [(-3, 1), (0.1, 1), (1.9, 0)]]);
        Assert.Equal((1.4, 0.1, 1.5, true, false), (Math.Round(b.GapEv, 9), b.VbmEv, b.CbmEv, b.Direct, b.Metal));
        Assert.Equal((1, 0), (b.VbmSpin, b.CbmSpin));
        Assert.False(b.PartialOccupancies);
        Assert.Equal((2, 3, 2), (b.Spins, b.Bands, b.Kpoints)); // what is projected does not count
        Assert.False(Bands([1, 1], 0.5, [[(0.0, 1), (2.0, 0)], [(-0.2, 1), (1.5, 0)]]).Direct);
    }

    [Fact]
    public void A_band_that_is_full_here_and_empty_there_is_a_metal()
    {
        var b = Bands([1, 1], 0.3, [[(-3, 1), (0.0, 1)], [(-3, 1), (0.6, 0)]]);
        Assert.True(b.Metal);
        Assert.Equal(0, b.GapEv);
        Assert.True(b.FermiInsideBand);
        Assert.True(Bands([1, 1], 0.3, [[(-3, 1), (0.29, 0.55)], [(-3, 1), (0.31, 0.45)]]).PartialOccupancies);
    }

    [Fact]
    public void Points_of_weight_zero_count_by_the_number_of_filled_bands_not_by_their_occupancy()
    {
        // The valence band peaks at the extra point, above a Fermi level set by the others: its occupancy there is 0.
        var b = Bands([1, 1, 0], 0.1, [[(-0.3, 1), (2.0, 0)], [(0.0, 1), (1.9, 0)], [(0.4, 0), (1.2, 0)]]);
        Assert.False(b.Metal);
        Assert.Equal(0.8, b.GapEv, 9);
        Assert.Equal((2, 2, true), (b.VbmKpoint, b.CbmKpoint, b.Direct));
    }

    [Fact]
    public void An_OUTCAR_tells_steps_convergence_drift_and_its_end()
    {
        var o = Outcar.Read(Stream(OutcarText(Li3OCl, Three, 50, i => i > 0, true)));
        Assert.Equal("5.4.4.composed", o.Version);
        Assert.Equal([-20.5, -20.7, -20.75], o.Steps.Select(s => s.EnergyEv));
        Assert.Equal([-20.6, -20.8, -20.85], o.Steps.Select(s => s.FreeEnergyEv));
        Assert.Equal([12, 8, 5], o.Steps.Select(s => s.ElectronicSteps));
        Assert.Equal([false, true, true], o.Steps.Select(s => s.Converged));
        Assert.Equal(0.0005, o.Steps[^1].DriftEvPerA, 12);
        Assert.Equal((2.0, 13.25), (o.Steps[^1].PressureKilobar, o.Steps[^1].LoopSeconds));
        Assert.Equal(0.005, o.ForcesEvPerA[0].Length, 12);
        Assert.Equal((22.0, 14.0, 5.0, 50.0, 5e-6, -0.01, 520.0), (o.Head["NELECT"], o.Head["NBANDS"], o.Head["NIONS"], o.Head["NSW"], o.Head["EDIFF"], o.Head["EDIFFG"], o.Head["ENCUT"]));
        Assert.True(o.IonicReached && o.Ended);
        Assert.Equal((123456.0, 53.0, 2.5), (o.MemoryKilobytes, o.ElapsedSeconds, o.FermiEv));
    }

    [Fact]
    public void An_OUTCAR_cut_off_within_a_step_keeps_those_before()
    {
        var text = OutcarText(Li3OCl, Three, 50, _ => true, true);
        var o = Outcar.Read(Stream(text[..text.IndexOf("Iteration      3(   3)", StringComparison.Ordinal)]));
        Assert.Equal(2, o.Steps.Count);
        Assert.False(o.Ended);
        Assert.Equal(0.05, o.ForcesEvPerA[0].Length, 12);
    }

    [Fact]
    public void An_OSZICAR_tells_steps_temperatures_and_the_step_under_way()
    {
        var z = Oszicar.Read(Stream(OszicarText(Three, 812) + "DAV:   1    -0.204E+02   -0.5E-01   -0.2E+00   200   0.3E+00\nDAV:   2    -0.205E+02   -0.3E-02\n"));
        Assert.Equal([-20.5, -20.7, -20.75], z.Steps.Select(s => s.EnergyEv));
        Assert.Equal(812, z.Steps[1].TemperatureK);
        Assert.Equal([12, 8, 5], z.Steps.Select(s => s.ElectronicSteps));
        Assert.Equal((2, -0.003), (z.Iterations, z.LastChangeEv));
        Assert.Equal(0.0012, Oszicar.Read(Stream(OszicarText(Three))).Steps[0].Moment);
        Assert.True(double.IsNaN(Oszicar.Read(Stream("   1 F= ************** E0= ************** d E =0.0\n")).Steps[0].EnergyEv));
    }
}
