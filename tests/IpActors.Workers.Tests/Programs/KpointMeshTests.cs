using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;
using IpActors.Workers.Tests.Cp2k;

namespace IpActors.Workers.Tests.Programs;

public class KpointMeshTests
{
    static KpointMesh Of(Structure s, double density) => KpointMesh.Of(s.Cell, s.Count, density);
    static ImmutableArray<Vec3> Irreducible(KpointMesh mesh, Structure s) => [.. mesh.Irreducible(KpointMesh.Rotations(s)).Select(p => p.Point)];

    [Fact]
    public void The_density_counts_points_times_atoms()
    {
        Assert.Equal(new(2, 2, 2), Of(Cp2kFixtures.Li3OCl(), 40));
        Assert.Equal(new(3, 3, 3), Of(Cp2kFixtures.Li3OCl(), 41));
        Assert.Equal(new(6, 6, 6), Of(Cp2kFixtures.Li3OCl(), 1000));
        Assert.Equal(new(8, 8, 8), Of(Cp2kFixtures.LiCl(), 1000));
        Assert.Equal(new(1, 1, 1), Of(Cp2kFixtures.Li3OCl(), 5));
    }

    [Fact]
    public void Long_edges_get_fewer_points_and_equal_ones_the_same()
    {
        var s = new Structure(Mat3.Diagonal(4, 4, 13), ["Li"], [Vec3.Zero]);
        foreach (var density in new[] { 10.0, 50, 100, 500, 1000, 5000 })
        {
            var mesh = Of(s, density);
            Assert.True(mesh.Points >= density);
            Assert.Equal(mesh.A, mesh.B);
            Assert.True(mesh.C <= Math.Ceiling(mesh.A * 4 / 13.0));
        }
    }

    [Fact]
    public void A_little_strain_changes_no_mesh_of_a_cubic_crystal()
    {
        for (var a = 3.7; a < 4.3; a += 0.05) Assert.Equal(new(6, 6, 6), Of(Cp2kFixtures.Li3OCl(a), 1000));
    }

    // Numbers of irreducible points of Gamma-centred meshes of simple and face-centred cubic lattices, as every text on Brillouin zones has them.
    [Theory]
    [InlineData(true, 2, 4)]
    [InlineData(true, 4, 10)]
    [InlineData(true, 6, 20)]
    [InlineData(false, 2, 3)]
    [InlineData(false, 4, 8)]
    [InlineData(false, 8, 29)]
    public void Cubic_crystals_have_the_known_numbers_of_irreducible_points(bool simple, int n, int count)
    {
        var points = Irreducible(new(n, n, n), simple ? Cp2kFixtures.Li3OCl() : Cp2kFixtures.LiCl());
        Assert.Equal(count, points.Length);
        Assert.Equal(Vec3.Zero, points[0]);
    }

    [Fact]
    public void An_even_mesh_holds_the_points_where_the_gap_of_the_family_lies()
    {
        var points = Irreducible(new KpointMesh(3, 3, 3).Even, Cp2kFixtures.Li3OCl());
        Assert.Contains(points, p => p.LengthSquared == 0);
        Assert.Contains(points, p => p is { X: 0, Y: 0.5, Z: 0.5 } or { X: 0.5, Y: 0.5, Z: 0 } or { X: 0.5, Y: 0, Z: 0.5 });
    }
}
