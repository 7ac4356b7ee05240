using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.Vasp;

public class KpointsTests
{
    public static TheoryData<string> Forms =>
    [
        "Gamma mesh\n0\nGamma\n4 4 2\n0.5 0 0\n", "Monkhorst\n0\nMonkhorst-Pack\n3 3 3\n0 0 0\n", "by length\n0\nAuto\n40.5\n", "list\n2\nReciprocal\n0 0 0 1\n0.5 0.25 0 6 ! X\n",
        "lines\n20\nLine-mode\nReciprocal\n0 0 0 ! Gamma\n0.5 0 0 ! X\n\n0.5 0 0\n0.5 0.5 0 ! M\n", "vectors\n0\nCartesian\n0.25 0 0\n0 0.25 0\n0 0 0.25\n0.5 0.5 0.5\n",
    ];

    [Theory, MemberData(nameof(Forms))]
    public void Every_form_is_written_as_it_was_read(string text)
    {
        var k = Kpoints.Read(text);
        Assert.Equal(text, k.Write());
        Assert.Equal(k, Kpoints.Read(k.Write()));
    }

    [Fact]
    public void Remarks_case_and_missing_shifts_do_not_matter()
    {
        var mesh = Assert.IsType<Kpoints.Mesh>(Kpoints.Read("a mesh\r\n 0 ! automatic\r\nmonkhorst\r\n 4\t4 4 # divisions\r\n"));
        Assert.Equal((KpointsCentre.Monkhorst, 4, 4, 4, Vec3.Zero), (mesh.Centre, mesh.N1, mesh.N2, mesh.N3, mesh.Shift));
        var list = Assert.IsType<Kpoints.List>(Kpoints.Read("with tetrahedra\n2\nrec\n0 0 0 1\n0.5 0.5 0.5 1\nTetrahedra\n1 0.1\n1 1 1 2 2\n"));
        Assert.Equal(2, list.Points.Length);
    }

    [Theory]
    [InlineData("only a comment\n", "KPOINTS:2")]
    [InlineData("c\nx\nGamma\n4 4 4\n", "KPOINTS:2")]
    [InlineData("c\n0\nGamma\n4 4\n", "KPOINTS:4")]
    [InlineData("c\n0\nGamma\n4 0 4\n", "KPOINTS:4")]
    [InlineData("c\n3\nReciprocal\n0 0 0 1\n", "KPOINTS:5")]
    [InlineData("c\n0\nQuadratic\n4 4 4\n", "KPOINTS:3")]
    public void What_cannot_be_read_is_an_error_with_its_line(string text, string where) => Assert.Contains(where, Assert.Throws<InputException>(() => Kpoints.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_cube_of_five_atoms_gets_six_divisions_each_and_a_huge_cell_one_point()
    {
        Assert.Equal(new(6, 6, 6), KpointMesh.Of(Mat3.Diagonal(3.9, 3.9, 3.9), 5));
        Assert.Equal(new(1, 1, 1), KpointMesh.Of(Mat3.Diagonal(30, 30, 30), 1000));
        Assert.Equal(new(1, 1, 2), KpointMesh.Of(Mat3.Diagonal(30, 30, 20), 999));
    }

    [Fact]
    public void Meshes_reach_the_density_are_the_coarsest_in_proportion_and_treat_equal_vectors_alike()
    {
        var random = new SeededRandom(7);
        for (var trial = 0; trial < 500; trial++)
        {
            double Edge() => 3 + 20 * random.NextDouble();
            var (a, atoms) = (Edge(), 1 + random.NextInt(200));
            var cell = new Mat3(new(a, 0, 0), new(0, a, 0), new(0.3, -0.2, Edge()));
            var (n1, n2, n3) = KpointMesh.Of(cell, atoms);
            Assert.True((double)n1 * n2 * n3 * atoms >= 1000);
            // No shorter length of the same rule does: just below it the mesh has a division less.
            var g = cell.Inverse.Transposed;
            double[] b = [g.A.Length, g.B.Length, g.C.Length], n = [n1, n2, n3];
            var length = Enumerable.Range(0, 3).Where(i => n[i] > 1).Select(i => (n[i] - 0.5) / b[i]).DefaultIfEmpty(0).Max();
            var coarser = b.Select(v => Math.Max(1, Math.Floor(length * (1 - 1e-5) * v + 0.5))).Aggregate(1.0, (p, v) => p * v);
            Assert.True(length == 0 || coarser * atoms < 1000);
            Assert.Equal(b[0] == b[1] ? n1 : n2, n2);
        }
    }

    static Structure Cubic(double a = 3.9) => new(Mat3.Diagonal(a, a, a), ["Li", "Li", "Li", "O", "Cl"], [new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5), new(0.5, 0.5, 0.5), Vec3.Zero]);
    static Structure Hexagonal(double sine = 1) => new(new(new(3, 0, 0), new(-1.5, sine * 1.5 * Math.Sqrt(3), 0), new(0, 0, 5)), ["Li", "O"], [Vec3.Zero, new(1.0 / 3, 2.0 / 3, 0.5)]);

    [Fact]
    public void Hexagonal_cells_take_Gamma_and_cubes_Monkhorst_and_Pack()
    {
        Assert.True(KpointMesh.IsHexagonal(Hexagonal().Cell));
        Assert.Equal(KpointsCentre.Gamma, KpointsOf.Mesh(Hexagonal()).Centre);
        Assert.Equal(KpointsCentre.Monkhorst, KpointsOf.Mesh(Cubic()).Centre);
        Assert.False(new KpointMesh(8, 8, 4).ShiftKeepsSymmetry(KpointMesh.Rotations(Hexagonal())));
        Assert.True(new KpointMesh(6, 6, 6).ShiftKeepsSymmetry(KpointMesh.Rotations(Cubic())));
    }

    [Fact]
    public void The_list_for_band_edges_holds_Gamma_X_M_R_and_the_weights_of_the_whole_mesh()
    {
        // 20 and 8 irreducible points: what VASP itself finds for simple cubic 6x6x6 and face-centred 4x4x4 on Gamma.
        var cubic = KpointsOf.BandEdges(Cubic().Cell, new(6, 6, 6), KpointMesh.Rotations(Cubic()));
        Assert.Equal(20, cubic.Points.Length);
        Assert.Equal(216, cubic.Points.Sum(p => p.Weight));
        foreach (var k in (Vec3[])[Vec3.Zero, new(0.5, 0, 0), new(0.5, 0.5, 0), new(0.5, 0.5, 0.5)]) Assert.Contains(cubic.Points, p => p.K == k && p.Weight > 0);
        var fcc = new Structure(new(new(0, 2.5, 2.5), new(2.5, 0, 2.5), new(2.5, 2.5, 0)), ["Li", "Cl"], [Vec3.Zero, new(0.5, 0.5, 0.5)]);
        Assert.Equal(8, KpointsOf.BandEdges(fcc.Cell, new(4, 4, 4), KpointMesh.Rotations(fcc)).Points.Length);
        Assert.Equal(112, KpointsOf.BandEdges(Cubic().Cell, new(6, 6, 6), []).Points.Length);
    }

    [Fact]
    public void Odd_meshes_get_the_zone_boundary_and_hexagonal_ones_K_and_H_at_weight_zero()
    {
        var odd = KpointsOf.BandEdges(Cubic().Cell, new(3, 3, 3), KpointMesh.Rotations(Cubic()));
        Assert.Equal(27, odd.Points.Sum(p => p.Weight));
        Assert.Contains(odd.Points, p => p.K == new Vec3(0.5, 0.5, 0.5) && p.Weight == 0);
        var hexagonal = KpointsOf.BandEdges(Hexagonal().Cell, new(4, 4, 2), KpointMesh.Rotations(Hexagonal()));
        Assert.Contains(hexagonal.Points, p => p.K == new Vec3(1.0 / 3, 1.0 / 3, 0) && p.Weight == 0);
        // K is equally far from the three zone centres around it.
        var g = Hexagonal().Cell.Inverse.Transposed;
        double Far(double x, double y) => (new Vec3(1.0 / 3 - x, 1.0 / 3 - y, 0) * g).Length;
        Assert.Equal(Far(0, 0), Far(1, 0), 12);
        Assert.Equal(Far(0, 0), Far(0, 1), 12);
    }
}
