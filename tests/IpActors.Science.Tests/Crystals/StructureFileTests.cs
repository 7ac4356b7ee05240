using System.Runtime.CompilerServices;
using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Crystals;

/// <summary>Structure files, cells and space groups against pymatgen and spglib (Fixtures/pymatgen.json, written by tests/compare/crystals_pymatgen.py) and by reading back what was written.</summary>
public class StructureFileTests
{
    static readonly JsonElement Fixture = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), "Fixtures", "pymatgen.json"))).RootElement;
    static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
    static double[] Numbers(JsonElement e) => [.. e.EnumerateArray().Select(v => v.GetDouble())];

    static Structure Random(SeededRandom r, int atoms)
    {
        Vec3 V(double s) => new(s * r.NextGaussian(), s * r.NextGaussian(), s * r.NextGaussian());
        string[] elements = ["Li", "O", "Cl", "Br"];
        return new(new(V(5), V(5), V(5)), [.. Enumerable.Range(0, atoms).Select(_ => elements[r.NextInt(4)])], [.. Enumerable.Range(0, atoms).Select(_ => V(1))]);
    }

    [Fact]
    public void A_POSCAR_reads_back_bit_for_bit()
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 50; i++) { var s = Random(random, 1 + i); Assert.Equal(s, Poscar.Read(Poscar.Write(s))); }
    }

    [Fact]
    public void Cartesian_positions_scales_and_selective_dynamics_are_read()
    {
        const string direct = "c\n1.0\n4 0 0\n0 4 0\n0 0 8\nLi_sv Cl\n1 1\nDirect\n0 0 0\n.5 .5 .25\n";
        var expected = Poscar.Read(direct);
        Assert.Equal("Li Cl", string.Join(' ', expected.Species));
        Assert.Equal(expected, Poscar.Read("c\r\n2.0\r\n2 0 0\r\n0 2 0\r\n0 0 4\r\nLi Cl\r\n1 1\r\nSelective dynamics\r\nCartesian\r\n0 0 0 T T F\r\n1 1 1 F F F\r\n\r\n 0.1 0.2 0.3\r\n"));
        Assert.Equal(128, Poscar.Read(direct.Replace("\n1.0\n", "\n-128\n")).VolumeA3, 1e-10);
    }

    [Theory]
    [InlineData("", ":1:")]
    [InlineData("c\n1.0\n1 0 0\n0 1 0\n0 0 1\n1 1\nDirect\n0 0 0\n", ":6:")]
    [InlineData("c\n1.0\n1 0 0\n0 1 0\n1 1 0\nLi\n1\nDirect\n0 0 0\n", ":5:")]
    [InlineData("c\n1.0\n1 0 0\n0 1 0\n0 0 1\nQq\n1\nDirect\n0 0 0\n", ":6:")]
    [InlineData("c\n1.0\n1 0 0\n0 1 0\n0 0 1\nLi\n1\nDirect\n0 nan 0\n", ":9:")]
    [InlineData("c\n1.0\n1 0 0\n0 1 0\n0 0 1\nLi\n2\nDirect\n0 0 0\n", ":10:")]
    [InlineData("c\n1.0\n1 0 0\n0 1 0\n0 0 1\nLi\n99999999999\nDirect\n0 0 0\n", ":7:")]
    public void A_broken_POSCAR_is_refused_with_its_line(string text, string place) => Assert.Contains("P" + place, Assert.Throws<InputException>(() => Poscar.Read(text, "P")).Message);

    [Fact]
    public void A_CIF_reads_back_to_the_same_crystal()
    {
        foreach (var c in Space.Enumerate(new() { MaxIndex = 2, X = ["O", "Te"], Z = ["F", "I"] }).Where((_, i) => i % 7 == 0))
        {
            var s = c.ToStructure();
            var read = Cif.Read(Cif.Write(s, c.Id));
            Assert.Equal(s.Count, read.Count);
            Assert.Equal(s.VolumeA3, read.VolumeA3, 1e-8);
            Assert.Equal(c.SpaceGroup, Spglib.SpaceGroup(read));
            for (var i = 0; i < s.Count; i++) Assert.Equal(s.Fractional[i], read.Fractional[i]);
        }
    }

    [Fact]
    public void CIFs_of_pymatgen_with_symmetry_operations_give_all_their_atoms()
    {
        foreach (var c in Fixture.GetProperty("cifs").EnumerateArray())
        {
            var s = Cif.Read(c.GetProperty("cif").GetString()!);
            Assert.Equal(c.GetProperty("atoms").GetInt32(), s.Count);
            Assert.Equal(c.GetProperty("volume_A3").GetDouble(), s.VolumeA3, 1e-4);
            Assert.Equal(c.GetProperty("number").GetInt32(), Spglib.SpaceGroup(s, 0.01).Number);
            var distances = (from i in Enumerable.Range(0, s.Count) from j in Enumerable.Range(0, s.Count) where i != j select Nearest(s, i, j)).ToList();
            Assert.All(Numbers(c.GetProperty("distances_A")), d => Assert.Contains(distances, e => Math.Abs(d - e) < 1e-3));
        }
    }

    static double Nearest(Structure s, int i, int j) =>
        (from x in (int[])[-1, 0, 1] from y in (int[])[-1, 0, 1] from z in (int[])[-1, 0, 1] select ((s.Fractional[i] - s.Fractional[j] + new Vec3(x, y, z)) * s.Cell).Length).Min();

    [Theory]
    [InlineData("")]
    [InlineData("data_x\n_cell_length_a 3\n")]
    [InlineData("data_x\n_cell_length_a 3\n_cell_length_b 3\n_cell_length_c 3\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n_symmetry_space_group_name_H-M 'P m -3 m'\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi1 0 0 0\n")]
    [InlineData("data_x\n_cell_length_a 3\n_cell_length_b 3\n_cell_length_c 3\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_label\n_atom_site_occupancy\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\nLi1 0.5 0 0 0\n")]
    public void A_CIF_without_a_full_ordered_crystal_is_refused(string text) => Assert.Throws<InputException>(() => Cif.Read(text));

    [Fact]
    public void Extended_xyz_is_written_as_ASE_reads_it() => Assert.Equal(
        "2\nLattice=\"4.0 0 0 0 4 0 0 0 8\" Properties=species:S:1:pos:R:3 pbc=\"T T T\" id=\"a\"\nLi 0 0 0\nCl 2 2 2\n".Replace("4.0", "4"),
        Extxyz.Write(Poscar.Read("c\n1.0\n4 0 0\n0 4 0\n0 0 8\nLi Cl\n1 1\nDirect\n0 0 0\n.5 .5 .25\n"), ("id", "a")));

    [Fact]
    public void Reduced_cells_have_the_lengths_of_Niggli_cells()
    {
        foreach (var c in Fixture.GetProperty("cells").EnumerateArray())
        {
            var rows = c.GetProperty("cell").EnumerateArray().Select(r => { var n = Numbers(r); return new Vec3(n[0], n[1], n[2]); }).ToArray();
            var cell = new Mat3(rows[0], rows[1], rows[2]);
            var (reduced, u) = LatticeReduction.Minkowski(cell);
            Assert.Equal(1, Math.Abs(u.Determinant));
            Assert.True(LatticeReduction.IsReduced(reduced) && reduced.Determinant > 0);
            var back = u.ToMat3() * cell;
            foreach (var (i, length) in Numbers(c.GetProperty("niggli_abc_A")).Index())
            {
                Assert.Equal(length, reduced[i].Length, 1e-6);
                Assert.True((back[i] - reduced[i]).Length < 1e-9);
            }
        }
    }

    [Fact]
    public void Candidates_have_the_space_groups_and_cells_that_pymatgen_finds_in_their_POSCARs()
    {
        var candidates = Fixture.GetProperty("candidates").EnumerateArray().ToList();
        Assert.True(candidates.Count > 100);
        foreach (var expected in candidates)
        {
            var c = Candidate.Parse(expected.GetProperty("id").GetString()!);
            var s = c.ToStructure();
            Assert.Equal((expected.GetProperty("number").GetInt32(), expected.GetProperty("symbol").GetString()), (c.SpaceGroup.Number, c.SpaceGroup.Symbol));
            Assert.Equal((expected.GetProperty("atoms").GetInt32(), expected.GetProperty("primitive_atoms").GetInt32()), (s.Count, s.Count));
            Assert.All(expected.GetProperty("composition").EnumerateObject(), p => Assert.Equal(p.Value.GetInt32(), s.Species.Count(e => e == p.Name)));
            // The starting volume may be tuned; the shape may not change.
            var scale = Math.Cbrt(s.VolumeA3 / expected.GetProperty("volume_A3").GetDouble());
            foreach (var (i, length) in Numbers(expected.GetProperty("niggli_abc_A")).Index()) Assert.Equal(length * scale, s.Cell[i].Length, 1e-6);
        }
    }

    [Fact]
    public void Supercells_keep_density_and_space_group()
    {
        var parent = Poscar.Read("c\n1.0\n3.9 0 0\n0 3.9 0\n0 0 3.9\nLi O Cl\n3 1 1\nDirect\n.5 .5 0\n.5 0 .5\n0 .5 .5\n.5 .5 .5\n0 0 0\n");
        var super = Supercell.Make(parent, new(1, 2, 0, -1, 1, 1, 0, 0, 3));
        Assert.Equal(9 * 5, super.Count);
        Assert.Equal(9 * parent.VolumeA3, super.VolumeA3, 1e-9);
        Assert.Equal("Pm-3m", Spglib.SpaceGroup(super).Symbol);
        Assert.Equal("Pm-3m", Spglib.SpaceGroup(LatticeReduction.Reduce(super)).Symbol);
    }

    [Fact]
    public void Space_groups_may_be_asked_for_from_many_threads()
    {
        var structures = Space.Enumerate(new() { MaxIndex = 2, X = ["O", "S"], Z = ["Cl", "I"] }).Select(c => (c.SpaceGroup, Structure: c.ToStructure())).ToList();
        Parallel.ForEach(structures, p => Assert.Equal(p.SpaceGroup, Spglib.SpaceGroup(p.Structure)));
    }

    [Fact]
    public void Atoms_on_top_of_each_other_have_no_space_group() =>
        Assert.Contains("spglib", Assert.Throws<InputException>(() => Spglib.SpaceGroup(new(Mat3.Diagonal(4, 4, 4), ["Li", "Li"], [Vec3.Zero, new(1e-6, 0, 0)]))).Message);
}
