using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using static IpActors.Science.Tests.Descriptors.DescriptorFixture;

namespace IpActors.Science.Tests.Descriptors;

public class VoronoiTests
{
    [Fact]
    public void Cells_agree_with_voropp()
    {
        var f = Document.GetProperty("voropp");
        var edges = f.Numbers("edges");
        Vec3[] positions = [.. f.Table("fractional").Select(Vector)];
        var cells = PeriodicVoronoi.Cells(new(Mat3.Diagonal(edges[0], edges[1], edges[2]), [.. positions.Select(_ => "Li")], [.. positions]));
        var expected = f.GetProperty("cells").EnumerateArray().ToArray();
        for (var i = 0; i < cells.Length; i++)
        {
            Assert.Equal(expected[i].GetProperty("volume").GetDouble(), cells[i].VolumeA3, 1e-4); // voro++ prints six digits
            Assert.Equal(expected[i].GetProperty("area").GetDouble(), cells[i].AreaA2, 1e-3);
            foreach (var (neighbour, area) in expected[i].GetProperty("area_by_neighbour").Deserialize<Dictionary<string, double>>()!)
                Assert.Equal(area, cells[i].Faces.Where(x => x.Neighbour == int.Parse(neighbour)).Sum(x => x.AreaA2), 1e-3);
        }
    }

    [Fact]
    public void Faces_of_triclinic_cells_agree_with_Qhull()
    {
        foreach (var s in Structures)
        {
            var cells = PeriodicVoronoi.Cells(s.Structure());
            foreach (var (expected, cell) in s.GetProperty("voronoi").EnumerateArray().Zip(cells))
            {
                Assert.Equal(expected.GetProperty("volume").GetDouble(), cell.VolumeA3, 1e-9);
                var faces = expected.Table("faces").OrderBy(x => x[1]).ToArray();
                var ours = cell.Faces.Where(x => x.AreaA2 > 1e-9).OrderBy(x => x.DistanceA).ToArray();
                Close([.. faces.Select(x => x[0])], [.. ours.Select(x => (double)x.Neighbour)], 0);
                Close([.. faces.Select(x => x[1])], [.. ours.Select(x => x.DistanceA)], 1e-9);
                Close([.. faces.Select(x => x[2])], [.. ours.Select(x => x.AreaA2)], 1e-8);
            }
        }
    }

    [Fact]
    public void Volumes_add_up_to_the_cell_and_faces_are_seen_alike_from_both_sides()
    {
        var random = new SeededRandom(9);
        double U() => random.NextDouble();
        for (var trial = 0; trial < 40; trial++)
        {
            var n = 1 + random.NextInt(20);
            var cell = new Mat3(new(2 + 4 * U(), U(), U()), new(2 * U(), 2 + 4 * U(), U()), new(2 * U(), 2 * U(), 2 + 9 * U()));
            var cells = PeriodicVoronoi.Cells(new(cell, [.. Enumerable.Repeat("Li", n)], [.. Enumerable.Range(0, n).Select(_ => new Vec3(U(), U(), U()))]));
            Assert.Equal(cell.Determinant, cells.Sum(c => c.VolumeA3), 1e-9 * cell.Determinant);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < i; j++)
                    Assert.Equal(cells[i].Faces.Where(f => f.Neighbour == j).Sum(f => f.AreaA2), cells[j].Faces.Where(f => f.Neighbour == i).Sum(f => f.AreaA2), 1e-9);
        }
    }

    [Theory]
    [InlineData("simple cubic", 6, 1.0)]
    [InlineData("body centred", 14, 0.5)]
    [InlineData("face centred", 12, 0.25)]
    public void Cubic_lattices_have_their_known_polyhedra(string lattice, int faces, double volume)
    {
        var cell = lattice switch
        {
            "simple cubic" => Mat3.Identity,
            "body centred" => new Mat3(new(-.5, .5, .5), new(.5, -.5, .5), new(.5, .5, -.5)),
            _ => new Mat3(new(0, .5, .5), new(.5, 0, .5), new(.5, .5, 0)),
        };
        var one = PeriodicVoronoi.Cells(new(cell, ["Li"], [new(0.1, 0.7, 0.3)]))[0];
        Assert.Equal(faces, one.Faces.Length);
        Assert.Equal(volume, one.VolumeA3, 1e-12);
        if (lattice == "body centred") // truncated octahedron: 6 squares of 1/8, 8 hexagons of 3 sqrt(3) / 16
        {
            Assert.Equal(6, one.Faces.Count(f => Math.Abs(f.AreaA2 - 0.125) < 1e-12));
            Assert.Equal(8, one.Faces.Count(f => Math.Abs(f.AreaA2 - 3 * Math.Sqrt(3) / 16) < 1e-12));
        }
    }

    [Fact]
    public void Ideal_perovskite_with_its_many_plane_vertices_closes()
    {
        var cells = PeriodicVoronoi.Cells(Perovskite(2, 1, 3));
        Assert.Equal(6 * Math.Pow(3.91, 3), cells.Sum(c => c.VolumeA3), 1e-9);
        Assert.Equal(Math.Pow(3.91, 3) * (1.0 / 8), cells[0].VolumeA3, 1e-9); // O: the cube of half the edge, between its six Li
    }

    [Fact]
    public void Atoms_at_one_place_are_refused() =>
        Assert.Contains("apart", Assert.Throws<InputException>(() => PeriodicVoronoi.Cells(new Structure(Mat3.Diagonal(4, 4, 4), ["Li", "O"], [Vec3.Zero, new(1, 0, 0)]))).Message);
}
