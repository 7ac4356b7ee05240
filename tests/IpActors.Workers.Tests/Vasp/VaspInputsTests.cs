using System.Security.Cryptography;
using System.Text;
using System.IO.Compression;
using IpActors.Domain.Works;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;
using IpActors.Workers.Vasp;
using static IpActors.Workers.Tests.Vasp.Composed;

namespace IpActors.Workers.Tests.Vasp;

public class VaspInputsTests
{
    static PartRequest Relaxation(params (string Key, string Value)[] settings) => Request(Properties.Relaxation, "relax", Li3OCl, ("fmax_eV_per_A", 0.01), ("max_steps", 200)) with { Settings = Texts.Of(settings) };
    static PartRequest Dynamics(string part, params (string Key, string Value)[] settings) =>
        Request(Properties.Conductivity, part, Li3OCl, ("temperature_K", 900), ("npt_ps", 1), ("nvt_ps", 2), ("timestep_fs", 1), ("minimum_edge_A", 7.5)) with { Settings = Texts.Of(settings) };
    static Incar IncarOf(ProgramInputs i) => Incar.Read(i.Files["INCAR"]);
    static Structure StructureOf(ProgramInputs i) => Poscar.Read(i.Files["POSCAR"]);

    [Fact]
    public void A_relaxation_has_the_papers_settings()
    {
        var inputs = VaspInputs.Of(Relaxation(), new());
        var incar = IncarOf(inputs);
        foreach (var (tag, value) in new[] { ("IBRION", 2.0), ("ISIF", 3), ("ENCUT", 520), ("ISPIN", 2), ("EDIFFG", -0.01), ("NSW", 200), ("EDIFF", 5e-6) }) Assert.Equal(value, incar.Number(tag));
        Assert.Equal("PE", incar["GGA"]);
        Assert.Equal([0.6, 0.6, 0.6, 0.6, 0.6], incar.Numbers("MAGMOM")!.Value.ToArray());
        Assert.Equal(new Kpoints.Mesh("automatic mesh", KpointsCentre.Monkhorst, 6, 6, 6), Kpoints.Read(inputs.Files["KPOINTS"]));
        Assert.Equal(Li3OCl, StructureOf(inputs));
        Assert.Equal(("520", "monkhorst", "6 6 6", "structure"), (inputs.Effective["INCAR.ENCUT"], inputs.Effective["KPOINTS.centre"], inputs.Effective["KPOINTS.mesh"], inputs.Effective["resume"]));
        Assert.True(inputs.Cacheable);
        Assert.Equal(inputs.Files, VaspInputs.Of(Relaxation(), new()).Files);
    }

    [Fact]
    public void Overrides_win_an_empty_one_takes_out_and_values_per_element_become_lists()
    {
        var inputs = VaspInputs.Of(Relaxation(("INCAR.ENCUT", "600"), ("INCAR.LASPH", ""), ("INCAR.MAGMOM", "O:2 Cl:-1"), ("INCAR.LDAUU", "O:3"), ("KPOINTS.mesh", "3 4 5"), ("KPOINTS.centre", "gamma")), new());
        var incar = IncarOf(inputs);
        Assert.Equal(600, incar.Number("ENCUT"));
        Assert.Null(incar["LASPH"]);
        Assert.Equal("3*0.6 2 -1", incar["MAGMOM"]);
        Assert.Equal("0 3 0", incar["LDAUU"]);
        Assert.Equal(new Kpoints.Mesh("mesh as asked", KpointsCentre.Gamma, 3, 4, 5), Kpoints.Read(inputs.Files["KPOINTS"]));
        Assert.Null(IncarOf(VaspInputs.Of(Relaxation(("INCAR.ISPIN", "1")), new()))["MAGMOM"]);
    }

    [Fact]
    public void The_scheme_names_what_energies_depend_on_and_nothing_else()
    {
        string Of(params (string, string)[] settings) => VaspInputs.Scheme(Texts.Of(settings), new());
        Assert.Equal("VASP PBE, no POTCAR, Li Li_sv, ENCUT 520 eV", Of());
        Assert.Equal(Of(), Of(("INCAR.NCORE", "4"), ("INCAR.ALGO", "All"), ("INCAR.ISYM", "0")));
        Assert.Equal("VASP PS, no POTCAR, Li Li_sv, ENCUT 600 eV, LASPH .FALSE.", Of(("INCAR.ENCUT", "600"), ("INCAR.GGA", "PS"), ("INCAR.LASPH", ".FALSE.")));
    }

    [Fact]
    public void A_gap_is_static_on_a_list_with_the_zone_boundary()
    {
        var inputs = VaspInputs.Of(Request(Properties.BandGap, "gap", Li3OCl), new());
        Assert.Equal((-1, 0), (IncarOf(inputs).Integer("IBRION"), IncarOf(inputs).Integer("NSW")));
        var list = Assert.IsType<Kpoints.List>(Kpoints.Read(inputs.Files["KPOINTS"]));
        Assert.Equal((20, 216.0), (list.Points.Length, list.Points.Sum(p => p.Weight)));
        Assert.Equal(("gamma", "6 6 6"), (inputs.Effective["KPOINTS.centre"], inputs.Effective["KPOINTS.mesh"]));
    }

    [Fact]
    public void Atoms_are_grouped_and_a_left_handed_cell_is_turned()
    {
        var mixed = new Structure(Mat3.Diagonal(4, 4, -4), ["Li", "O", "Li"], [new(0.1, 0.2, 0.3), new(0.5, 0.5, 0.5), new(0.7, 0.1, 0.9)]);
        var s = StructureOf(VaspInputs.Of(Relaxation() with { Start = mixed }, new()));
        Assert.Equal(["Li", "Li", "O"], s.Species.ToArray());
        Assert.True(s.Cell.Determinant > 0);
        Assert.Equal(mixed.Cartesian(2), s.Cartesian(1));
    }

    [Fact]
    public void Corrections_exchange_axes_and_strain_the_cell()
    {
        var start = Li3OCl with { Cell = Mat3.Diagonal(3, 4, 5) };
        var s = StructureOf(VaspInputs.Of(Relaxation(("POSCAR.axes", "a c b"), ("POSCAR.strain", "1.2")) with { Start = start }, new()));
        Assert.Equal(4.8, s.Cell.C.Length, 12);
        Assert.Equal(1.2 * 1.2 * 1.2 * 60, s.VolumeA3, 9);
        Assert.Equal(new Vec3(0.5, 0, 0.5), s.Fractional[0]);
    }

    [Fact]
    public void Hydration_has_a_host_cells_and_references()
    {
        PartRequest Of(string part, params (string, double)[] more) => Request(Properties.HydrationEnergy, part, Li3OCl, [("minimum_edge_A", 7.5), .. more]);
        var host = StructureOf(VaspInputs.Of(Of("host"), new()));
        Assert.Equal(40, host.Count);
        var cell = VaspInputs.Of(Of("cell-3", ("configuration", 3)) with { Prior = PartResult.Of("vasp", [], host) }, new());
        var s = StructureOf(cell);
        Assert.Equal([("Li", 23), ("H", 1), ("O", 8), ("Cl", 8)], s.Composition().OrderBy(c => Array.IndexOf(["Li", "H", "O", "Cl"], c.Element)));
        Assert.Equal(cell.Files, VaspInputs.Of(Of("cell-3", ("configuration", 3)) with { Prior = PartResult.Of("vasp", [], host) }, new()).Files);
        Assert.NotEqual(cell.Files["POSCAR"], VaspInputs.Of(Of("cell-4", ("configuration", 4)) with { Prior = PartResult.Of("vasp", [], host) }, new()).Files["POSCAR"]);
        Assert.Equal("no-host", Assert.Throws<PartFaultException>(() => VaspInputs.Of(Of("cell-3"), new())).Fault.Code);
        Assert.Equal([("Li", 2), ("O", 2), ("H", 2)], StructureOf(VaspInputs.Of(Of("LiOH"), new())).Composition());
        var water = VaspInputs.Of(Of("H2O"), new());
        Assert.Equal((1, 2), (Assert.IsType<Kpoints.Mesh>(Kpoints.Read(water.Files["KPOINTS"])).Count, IncarOf(water).Integer("ISIF")));
    }

    [Fact]
    public void Defect_cells_are_charged_by_their_number_of_electrons()
    {
        using var scratch = new Scratch();
        VaspSettings site = new(Library(scratch.Path, Usual));
        // Li24 O8 Cl8: 24 x 3 + 8 x 6 + 8 x 7 = 176 electrons; without one Li+ 174, with one more 178.
        var vacancy = VaspInputs.Of(Dynamics("vacancy.900K.s1.npt"), site);
        Assert.Equal((39, 174.0), (StructureOf(vacancy).Count, IncarOf(vacancy).Number("NELECT")));
        var interstitial = VaspInputs.Of(Dynamics("interstitial.900K.s1.npt"), site);
        Assert.Equal((41, 178.0), (StructureOf(interstitial).Count, IncarOf(interstitial).Number("NELECT")));
        Assert.Null(IncarOf(VaspInputs.Of(Dynamics("vacancy.900K.s1.npt"), new()))["NELECT"]);
    }

    [Fact]
    public void Dynamics_runs_Langevin_at_constant_pressure_then_Nose_and_Hoover()
    {
        var npt = IncarOf(VaspInputs.Of(Dynamics("vacancy.900K.s1.npt"), new()));
        foreach (var (tag, value) in new[] { ("IBRION", 0.0), ("MDALGO", 3), ("ISIF", 3), ("NSW", 1000), ("POTIM", 1), ("TEBEG", 900), ("LANGEVIN_GAMMA_L", 10) }) Assert.Equal(value, npt.Number(tag));
        Assert.Equal(3, npt.Numbers("LANGEVIN_GAMMA")!.Value.Length);
        var equilibrated = PartResult.Of("vasp", [], StructureOf(VaspInputs.Of(Dynamics("vacancy.900K.s1.npt"), new())));
        var nvt = VaspInputs.Of(Dynamics("vacancy.900K.s1") with { Prior = equilibrated }, new());
        foreach (var (tag, value) in new[] { ("MDALGO", 2.0), ("ISIF", 2), ("NSW", 2000), ("SMASS", 0) }) Assert.Equal(value, IncarOf(nvt).Number(tag));
        Assert.Equal(equilibrated.Structure, StructureOf(nvt));
        Assert.NotNull(IncarOf(nvt)["RANDOM_SEED"]);
        Assert.NotEqual(IncarOf(nvt)["RANDOM_SEED"], IncarOf(VaspInputs.Of(Dynamics("vacancy.900K.s1") with { Prior = equilibrated, Seed = 12 }, new()))["RANDOM_SEED"]);
        Assert.Equal("no-equilibration", Assert.Throws<PartFaultException>(() => VaspInputs.Of(Dynamics("vacancy.900K.s1"), new())).Fault.Code);
    }

    [Fact]
    public void POTCARs_are_found_in_every_layout_in_the_order_of_POSCAR_and_only_their_facts_are_kept()
    {
        using var scratch = new Scratch();
        var text = Potcar("Li_sv", "Li", 3);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(text)));
        void Gz(string path) { using var z = new GZipStream(File.Create(path), CompressionLevel.Fastest); z.Write(Encoding.Latin1.GetBytes(text)); }
        var folders = Library(scratch.Sub("folders/potpaw_PBE.54"), Usual);
        var packed = Library(scratch.Sub("packed"), Usual[1..3]);
        Directory.CreateDirectory(Path.Combine(packed, "Li_sv"));
        Gz(Path.Combine(packed, "Li_sv", "POTCAR.gz"));
        var flat = scratch.Sub("flat");
        foreach (var (name, element, valence, _) in Usual[1..3]) File.WriteAllText(Path.Combine(flat, $"POTCAR.{name}"), Potcar(name, element, valence));
        Gz(Path.Combine(flat, "POTCAR.Li_sv.gz"));
        foreach (var library in (string[])[folders, Path.GetDirectoryName(folders)!, packed, flat])
        {
            var inputs = VaspInputs.Of(Relaxation(), new(library));
            var copy = Assert.Single(inputs.Copies);
            Assert.Equal(("POTCAR", 3), (copy.Target, copy.Sources.Length));
            Assert.Contains("Li_sv", copy.Sources[0], StringComparison.Ordinal);
            Assert.Equal(("PAW_PBE Li_sv composed", digest), (inputs.Facts["POTCAR.Li.title"], inputs.Facts["POTCAR.Li.sha256"]));
            Assert.DoesNotContain(inputs.Files.Values, f => f.Contains("PSCTR", StringComparison.Ordinal));
        }
        Assert.Equal("VASP PBE, potpaw_PBE.54, Li Li_sv, ENCUT 520 eV", VaspInputs.Scheme(Texts.None, new(folders)));
    }

    [Fact]
    public void A_library_that_does_not_fit_is_refused_with_the_remedy()
    {
        using var scratch = new Scratch();
        string Says(string library, params (string, string)[] names) => Assert.Throws<InputException>(() => VaspInputs.Of(Relaxation(), new(library) { Potcars = Texts.Of(names) })).Message;
        Assert.Contains("no such folder", Says(Path.Combine(scratch.Path, "none")), StringComparison.Ordinal);
        Assert.Contains("no POTCAR 'Cl'", Says(Library(scratch.Sub("few"), Usual[..2])), StringComparison.Ordinal);
        Assert.Contains("is of Na, not of Li", Says(Library(scratch.Sub("wrong"), [("Li_sv", "Na", 1, "PE"), .. Usual[1..]])), StringComparison.Ordinal);
        Assert.Contains("LEXCH = CA", Says(Library(scratch.Sub("lda"), [("Li_sv", "Li", 3, "CA"), .. Usual[1..]])), StringComparison.Ordinal);
        var two = scratch.Sub("two");
        Library(Path.Combine(two, "potpaw_PBE.52"), Usual);
        Library(Path.Combine(two, "potpaw_PBE.54"), Usual);
        Assert.Contains("several sets", Says(two), StringComparison.Ordinal);
        Assert.Contains("no POTCAR 'Li_GW'", Says(Library(scratch.Sub("named"), Usual), ("Li", "Li_GW")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_attempt_goes_on_from_the_newest_whole_structure()
    {
        using var scratch = new Scratch();
        var (first, second, third) = (scratch.Sub("1"), scratch.Sub("2"), scratch.Sub("3"));
        var moved = Li3OCl with { Cell = Mat3.Diagonal(3.95, 3.95, 3.95) };
        File.WriteAllText(Path.Combine(first, "CONTCAR"), Poscar.Write(Li3OCl with { Cell = Mat3.Diagonal(3.92, 3.92, 3.92) }));
        File.WriteAllText(Path.Combine(second, "CONTCAR"), Poscar.Write(moved));
        File.WriteAllText(Path.Combine(third, "CONTCAR"), Poscar.Write(moved)[..60]); // cut off
        File.WriteAllText(Path.Combine(second, "WAVECAR"), "w");
        File.WriteAllText(Path.Combine(third, "CHGCAR"), "c");
        var request = Relaxation() with { Earlier = [first, second, third] };
        var inputs = VaspInputs.Of(request, new());
        Assert.Equal(moved, StructureOf(inputs));
        Assert.Empty(inputs.Copies);
        Assert.False(inputs.Cacheable);
        Assert.Equal(Li3OCl, StructureOf(VaspInputs.Of(request with { Settings = Texts.Of(("resume", "none")) }, new())));
        var all = VaspInputs.Of(request with { Settings = Texts.Of(("resume", "all")) }, new());
        Assert.Equal([("WAVECAR", Path.Combine(second, "WAVECAR")), ("CHGCAR", Path.Combine(third, "CHGCAR"))], all.Copies.Select(c => (c.Target, c.Sources[0])));
        var charge = VaspInputs.Of(request with { Settings = Texts.Of(("resume", "all"), ("resume.drop", "WAVECAR")) }, new());
        Assert.Equal("CHGCAR", Assert.Single(charge.Copies).Target);
        Assert.Equal(1, IncarOf(charge).Integer("ICHARG"));
    }

    [Fact]
    public void A_strained_start_is_strained_once()
    {
        using var scratch = new Scratch();
        var (plain, strained) = (scratch.Sub("1"), scratch.Sub("2"));
        (string, string)[] strain = [("POSCAR.strain", "1.1")];
        var start = VaspInputs.Of(Relaxation(strain), new());
        Assert.Equal(4.29, StructureOf(start).Cell.A.X, 9);
        File.WriteAllText(Path.Combine(plain, "CONTCAR"), Poscar.Write(Li3OCl));
        Assert.Equal(4.29, StructureOf(VaspInputs.Of(Relaxation(strain) with { Earlier = [plain] }, new())).Cell.A.X, 9);
        File.WriteAllText(Path.Combine(strained, "CONTCAR"), start.Files["POSCAR"]);
        Assert.Equal(4.29, StructureOf(VaspInputs.Of(Relaxation(strain) with { Earlier = [plain, strained] }, new())).Cell.A.X, 9);
    }
}
