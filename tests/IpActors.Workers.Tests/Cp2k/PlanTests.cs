using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Tests.Cp2k;

public sealed class PlanTests : IDisposable
{
    readonly Scratch _data = new();
    Cp2kProgram Program => new(Cp2kFixtures.Data(_data.Path));
    public void Dispose() => _data.Dispose();

    Cp2kSection Input(PartRequest request) => Cp2kInputReader.Read(Program.Prepare(request).Files["cp2k.inp"], "cp2k.inp");

    [Fact]
    public void A_relaxation_has_the_campaign_s_settings_and_the_rest_of_the_template()
    {
        var root = Input(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl(), Cp2kFixtures.Short.SetItem("CP2K.FORCE_EVAL/DFT/SCF/MIXING/ALPHA", "0.2").SetItem("CP2K.FORCE_EVAL/DFT/QS/EXTRAPOLATION", "")));
        Assert.Equal("CELL_OPT", root["GLOBAL/RUN_TYPE"]);
        Assert.Equal("300", root["FORCE_EVAL/DFT/MGRID/CUTOFF"]);
        Assert.Equal("MONKHORST-PACK 2 2 2", root["FORCE_EVAL/DFT/KPOINTS/SCHEME"]);
        Assert.Equal("0.2", root["FORCE_EVAL/DFT/SCF/MIXING/ALPHA"]);
        Assert.Null(root["FORCE_EVAL/DFT/QS/EXTRAPOLATION"]);
        Assert.Equal("60", root["MOTION/CELL_OPT/MAX_ITER"]);
        // 0.01 eV/A in hartree/bohr
        Assert.Equal(1.94469e-4, double.Parse(root["MOTION/CELL_OPT/MAX_FORCE"]!, System.Globalization.CultureInfo.InvariantCulture), 1e-9);
        Assert.Equal("GTH-PBE-q3", root["FORCE_EVAL/SUBSYS/KIND[Li]/POTENTIAL"]);
        Assert.Null(root["FORCE_EVAL/DFT/LSD"]);
        var read = Cp2kStructures.Of(root, "cp2k.inp");
        Assert.Equal(Cp2kFixtures.Li3OCl(), read);
    }

    [Fact]
    public void Without_settings_the_cutoffs_and_the_mesh_are_converged_ones()
    {
        var root = Input(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl(), Texts.None));
        Assert.Equal(("500", "60", "MONKHORST-PACK 6 6 6"), (root["FORCE_EVAL/DFT/MGRID/CUTOFF"], root["FORCE_EVAL/DFT/MGRID/REL_CUTOFF"], root["FORCE_EVAL/DFT/KPOINTS/SCHEME"]));
    }

    [Fact]
    public void The_folder_gets_the_entries_in_use_and_their_digests_are_facts()
    {
        var inputs = Program.Prepare(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl()));
        Assert.Equal(["BASIS_MOLOPT", "GTH_POTENTIALS", "cp2k.inp"], inputs.Files.Keys);
        Assert.Equal("Cl GTH-PBE-q7 GTH-PBE\n1\n0.4 1 -1.5\n0\n#\nLi GTH-PBE-q3 GTH-PBE\n1\n0.4 1 -1.5\n0\n#\nO GTH-PBE-q6 GTH-PBE\n1\n0.4 1 -1.5\n0\n#\n", inputs.Files["GTH_POTENTIALS"]);
        Assert.DoesNotContain("SZV", inputs.Files["BASIS_MOLOPT"], StringComparison.Ordinal);
        Assert.StartsWith("GTH_POTENTIALS GTH-PBE-q3 ", inputs.Facts["potential.Li"], StringComparison.Ordinal);
        Assert.NotEqual(inputs.Facts["basis.Li"], inputs.Facts["basis.O"]);
        Assert.True(inputs.Cacheable);
        Assert.Equal("-i cp2k.inp -o cp2k.out", string.Join(' ', inputs.Arguments));
        Assert.Equal("300", inputs.Effective["CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF"]);
        Assert.Equal("2 2 2", inputs.Effective["KPOINTS.mesh"]);
        Assert.DoesNotContain(inputs.Effective.Keys, k => k.Contains("COORD", StringComparison.Ordinal));
    }

    [Fact]
    public void One_scheme_covers_every_cell_of_a_density_and_no_other_cutoff_or_functional()
    {
        string Scheme(Structure s, string? key = null, string? value = null) => Program.Prepare(Cp2kFixtures.Relaxation(s, key is null ? Cp2kFixtures.Short : Cp2kFixtures.Short.SetItem(key, value!))).Facts["scheme"];
        Assert.Equal("PBE GTH-PBE DZVP-MOLOPT-SR-GTH cutoff 300/40 k 40 per reciprocal atom", Scheme(Cp2kFixtures.Li3OCl()));
        Assert.Equal(Scheme(Cp2kFixtures.Li3OCl()), Scheme(Cp2kFixtures.LiCl()));
        Assert.Equal(Scheme(Cp2kFixtures.Li3OCl()), Scheme(Cp2kFixtures.Li3OCl(), "CP2K.FORCE_EVAL/DFT/SCF/MAX_SCF", "20"));
        var others = new[] { ("CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF", "400"), ("CP2K.FORCE_EVAL/DFT/XC/XC_FUNCTIONAL/PBE/PARAMETRIZATION", "PBESOL"), ("KPOINTS.density", "100"), ("CP2K.FORCE_EVAL/SUBSYS/KIND[Li]/BASIS_SET", "SZV-MOLOPT-SR-GTH"),
            ("CP2K.FORCE_EVAL/DFT/SCF/SMEAR/ELECTRONIC_TEMPERATURE", "300") }.Select(o => Scheme(Cp2kFixtures.Li3OCl(), o.Item1, o.Item2)).ToArray();
        Assert.Equal(6, others.Append(Scheme(Cp2kFixtures.Li3OCl())).Distinct().Count());
    }

    [Fact]
    public void The_gap_is_asked_at_the_zone_boundary_points_of_the_even_mesh()
    {
        var root = Input(Cp2kFixtures.Request(Properties.BandGap, "gap", Cp2kFixtures.Li3OCl(3.904)));
        Assert.Equal("ENERGY", root["GLOBAL/RUN_TYPE"]);
        var set = root.Find("FORCE_EVAL/DFT/PRINT/BAND_STRUCTURE/KPOINT_SET")!;
        Assert.Equal(["GAMMA 0 0 0", "K1 0.5 0 0", "K2 0.5 0.5 0", "K3 0.5 0.5 0.5"], set.Lines.Where(l => l.Keyword == "SPECIAL_POINT").Select(l => l.Value));
    }

    [Fact]
    public void Hexagonal_cells_get_a_mesh_on_Gamma()
    {
        var s = new Structure(new(new(3, 0, 0), new(-1.5, 1.5 * Math.Sqrt(3), 0), new(0, 0, 5)), ["Li", "Cl"], [Vec3.Zero, new(0.333333, 0.666667, 0.5)]);
        Assert.StartsWith("MACDONALD", Input(Cp2kFixtures.Relaxation(s))["FORCE_EVAL/DFT/KPOINTS/SCHEME"], StringComparison.Ordinal);
        Assert.Equal("MACDONALD 4 4 2 0.125 0.125 0.25", Input(Cp2kFixtures.Relaxation(s, Cp2kFixtures.Short.SetItem("KPOINTS.mesh", "4 4 2")))["FORCE_EVAL/DFT/KPOINTS/SCHEME"]);
    }

    [Fact]
    public void Cells_are_turned_into_the_setting_that_CP2K_optimises_without_changing_the_crystal()
    {
        var s = Cp2kFixtures.LiCl();
        var mirrored = new Structure(new(s.Cell.B, s.Cell.A, s.Cell.C), s.Species, s.Fractional);
        foreach (var crystal in new[] { s, mirrored })
        {
            var o = Cp2kStart.Oriented(crystal);
            Assert.Equal((0.0, 0.0, 0.0), (o.Cell.A.Y, o.Cell.A.Z, o.Cell.B.Z));
            Assert.True(o.Cell.Determinant > 0);
            Assert.Equal(s.VolumeA3, o.VolumeA3, 1e-9);
            Assert.Equal(225, Spglib.SpaceGroup(o).Number);
            Assert.Equal(s.Cell.A.Length, o.Cell.B.Length, 1e-12);
        }
    }

    [Fact]
    public void A_sheared_result_gets_its_symmetry_back_and_keeps_its_volume_nearly()
    {
        var start = Cp2kStart.Oriented(Cp2kFixtures.LiCl());
        // As CP2K leaves rock salt after two steps: all edges 3.6614, angles of 60.3 degrees.
        var sheared = start with { Cell = new(new(3.6614291387, 0, 0), new(1.8137254100, 3.1806973326, 0), new(1.8137254100, 1.0471528424, 3.0034131191)) };
        Assert.NotEqual(225, Spglib.SpaceGroup(sheared).Number);
        var restored = Cp2kSymmetry.Restore(start, sheared);
        Assert.Equal(225, Spglib.SpaceGroup(restored, 1e-6).Number);
        Assert.Equal(sheared.VolumeA3, restored.VolumeA3, 1e-3 * sheared.VolumeA3);
        Assert.Equal(start.Cell.A.X, Cp2kSymmetry.Restore(start, start).Cell.A.X, 1e-12);
    }

    [Fact]
    public void Hydration_places_the_proton_of_the_part_s_own_seed_in_the_relaxed_host()
    {
        var host = Supercell.Make(Cp2kFixtures.Li3OCl(), IntMat3.Diagonal(2, 2, 2));
        PartRequest Cell(int k, long seed) => Cp2kFixtures.Request(Properties.HydrationEnergy, $"cell-{k}", Cp2kFixtures.Li3OCl(), null, ("configuration", k)) with { Prior = PartResult.Of("cp2k", [], host), Seed = seed };
        var first = Cp2kStart.Of(Cell(0, 3));
        Assert.Equal(1, first.Structure.Species.Count(e => e == "H"));
        Assert.Equal(23, first.Structure.Species.Count(e => e == "Li"));
        Assert.Equal("H", first.Structure.Species[first.Site!.Lithium]);
        Assert.Equal("O", first.Structure.Species[first.Site.Anion]);
        Assert.Equal(first.Structure, Cp2kStart.Of(Cell(0, 3)).Structure);
        Assert.NotEqual(first.Structure, Cp2kStart.Of(Cell(0, 4)).Structure);
        var root = Input(Cell(0, 3));
        Assert.Equal("ON", root["FORCE_EVAL/DFT/SCF/OT"]);
        Assert.Null(root.Find("FORCE_EVAL/DFT/KPOINTS"));
        Assert.Null(root["MOTION/CELL_OPT/KEEP_SPACE_GROUP"]);
        Assert.Equal("no-host", Assert.Throws<PartFaultException>(() => Program.Prepare(Cell(0, 3) with { Prior = null })).Fault.Code);
    }

    [Fact]
    public void Every_cell_of_the_hydration_has_edges_of_ten_angstrom_and_the_references_are_what_they_are_called()
    {
        var host = Cp2kStart.Of(Cp2kFixtures.Request(Properties.HydrationEnergy, "host", Cp2kFixtures.Li3OCl())).Structure;
        Assert.Equal(135, host.Count);
        Assert.Equal(11.73, host.Cell.A.Length, 1e-9);
        var water = Cp2kStart.Of(Cp2kFixtures.Request(Properties.HydrationEnergy, "H2O", Cp2kFixtures.Li3OCl())).Structure;
        Assert.Equal("O H H", string.Join(' ', water.Species));
        Assert.Equal(0.957, (water.Cartesian(1) - water.Cartesian(0)).Length, 1e-9);
        Assert.Equal(1.5134, (water.Cartesian(1) - water.Cartesian(2)).Length, 1e-3);
        Assert.Equal(129, Spglib.SpaceGroup(Cp2kStart.Of(Cp2kFixtures.Request(Properties.HydrationEnergy, "LiOH", Cp2kFixtures.Li3OCl())).Structure).Number);
    }

    [Fact]
    public void Defect_cells_carry_their_charge_and_are_the_same_for_both_runs_of_a_seed()
    {
        PartRequest Md(string part) => Cp2kFixtures.Request(Properties.Conductivity, part, Cp2kFixtures.Li3OCl(), null, ("temperature_K", 900), ("seed", 1), ("npt_ps", 1), ("nvt_ps", 5), ("minimum_edge_A", 7.5), ("timestep_fs", 2));
        var npt = Input(Md("vacancy.900K.s1.npt"));
        Assert.Equal(("MD", "NPT_F", "-1", "500", "2", "900"), (npt["GLOBAL/RUN_TYPE"], npt["MOTION/MD/ENSEMBLE"], npt["FORCE_EVAL/DFT/CHARGE"], npt["MOTION/MD/STEPS"], npt["MOTION/MD/TIMESTEP"], npt["MOTION/MD/TEMPERATURE"]));
        Assert.NotNull(npt.Find("FORCE_EVAL/SUBSYS/CELL/CELL_REF"));
        Assert.Null(npt["FORCE_EVAL/DFT/LSD"]); // Li+ takes its electron along: closed shells
        var nvt = Input(Md("vacancy.900K.s1"));
        Assert.Equal(("NVT", "NOSE", "2500", "12"), (nvt["MOTION/MD/ENSEMBLE"], nvt["MOTION/MD/THERMOSTAT/TYPE"], nvt["MOTION/MD/STEPS"], nvt["MOTION/PRINT/TRAJECTORY/EACH/MD"]));
        Assert.Equal(Cp2kStructures.Of(npt, "npt"), Cp2kStructures.Of(nvt, "nvt"));
        Assert.Equal("1E-5", Input(Md("vacancy.900K.s1") with { Settings = Texts.Of(("CP2K.FORCE_EVAL/DFT/SCF/EPS_SCF", "1E-5")) })["FORCE_EVAL/DFT/SCF/OUTER_SCF/EPS_SCF"]);
        Assert.Equal("1", Input(Md("interstitial.900K.s1.npt"))["FORCE_EVAL/DFT/CHARGE"]);
    }

    [Fact]
    public void The_walltime_leaves_CP2K_time_to_end_by_itself()
    {
        Assert.Equal("3240", Input(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl()) with { WalltimeSeconds = 3600 })["GLOBAL/WALLTIME"]);
        Assert.Null(Input(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl()))["GLOBAL/WALLTIME"]);
        Assert.Equal(30, Cp2kTemplate.Walltime(60));
        Assert.Equal(85800, Cp2kTemplate.Walltime(86400));
    }

    [Fact]
    public void What_cannot_be_had_is_a_fatal_fault_that_says_why()
    {
        var iron = Cp2kFixtures.Li3OCl() with { Species = ["O", "Li", "Li", "Li", "Fe"] };
        Assert.Contains("Fe", Assert.Throws<PartFaultException>(() => Program.Prepare(Cp2kFixtures.Relaxation(iron))).Message, StringComparison.Ordinal);
        var tellurium = Cp2kFixtures.Li3OCl() with { Species = ["Te", "Li", "Li", "Li", "Cl"] };
        Assert.Contains("has no DZVP-MOLOPT-SR-GTH for Te", Assert.Throws<PartFaultException>(() => Program.Prepare(Cp2kFixtures.Relaxation(tellurium))).Message, StringComparison.Ordinal);
        Assert.Equal("bad-input", Assert.Throws<PartFaultException>(() => Program.Prepare(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl(), Texts.Of(("CP2K.FORCE_EVAL/DFT/SCF/EPS_SFC", "1"))))).Fault.Code);
        Assert.Contains("cp2k-data", Assert.Throws<PartFaultException>(() => new Cp2kProgram(new("/nowhere")).Prepare(Cp2kFixtures.Relaxation(Cp2kFixtures.Li3OCl()))).Message, StringComparison.Ordinal);
    }
}
