using IpActors.Science.Crystals;
using IpActors.Science.Descriptors;
using IpActors.Science.Numerics;
using static IpActors.Science.Tests.Descriptors.DescriptorFixture;

namespace IpActors.Science.Tests.Descriptors;

public class FeatureTests
{
    static readonly DescriptorSettings Settings = DescriptorSettings.InversePerovskites;

    static double[] All(Structure s) => [.. ElectronegativityHistogram.Describe(s), .. VoronoiFeatures.Describe(s, Settings), .. PartialRadialDistribution.Describe(s, Settings)];

    [Fact]
    public void All_three_groups_agree_with_numpy()
    {
        foreach (var f in Structures)
        {
            var s = f.Structure();
            Close(f.Numbers("EN"), ElectronegativityHistogram.Describe(s), 1e-12);
            Close(f.Numbers("VR"), VoronoiFeatures.Describe(s, Settings), 1e-8);
            Close(f.Numbers("PF"), PartialRadialDistribution.Describe(s, Settings), 1e-10);
        }
    }

    [Fact]
    public void Rows_have_one_length_for_the_family()
    {
        Assert.Equal(198, VoronoiFeatures.Length(Settings));
        foreach (var s in (Structure[])[Perovskite(1, 1, 1), Disordered(2, 2, 1, 4)])
            Assert.Equal((34, 198, 81 * 16), (ElectronegativityHistogram.Describe(s).Length, VoronoiFeatures.Describe(s, Settings).Length, PartialRadialDistribution.Describe(s, Settings).Length));
    }

    [Fact]
    public void A_supercell_is_described_as_its_cell()
    {
        var s = Disordered(2, 1, 1, 3);
        Close(All(s), All(Repeated(s, 1, 2, 2)), 1e-9);
        Close(All(Perovskite(1, 1, 1)), All(Perovskite(3, 1, 2)), 1e-9);
    }

    [Fact]
    public void Rotation_translation_order_and_choice_of_cell_change_nothing()
    {
        var s = Disordered(2, 2, 1, 8);
        var expected = All(s);
        var (c, d) = (Math.Cos(0.7), Math.Sin(0.7));
        var turn = new Mat3(new(c, d, 0), new(-d, c, 0), new(0, 0, 1)) * new Mat3(new(1, 0, 0), new(0, c, d), new(0, -d, c));
        Close(expected, All(s with { Cell = s.Cell * turn }), 1e-9);
        Close(expected, All(s with { Fractional = [.. s.Fractional.Select(f => f + new Vec3(0.31, -5.2, 0.77))] }), 1e-9);
        int[] order = [.. Enumerable.Range(0, s.Count)];
        new SeededRandom(1).Shuffle<int>(order);
        Close(expected, All(s with { Species = [.. order.Select(i => s.Species[i])], Fractional = [.. order.Select(i => s.Fractional[i])] }), 1e-9);
        var skewed = s with { Cell = new(s.Cell.A, s.Cell.B + 2 * s.Cell.A, s.Cell.C - s.Cell.B), Fractional = [.. s.Fractional.Select(f => new Vec3(f.X - 2 * (f.Y + f.Z), f.Y + f.Z, f.Z))] };
        Close([.. Enumerable.Range(0, s.Count).SelectMany(i => Components(Back(s.Cartesian(i), s.Cell)))], [.. Enumerable.Range(0, s.Count).SelectMany(i => Components(Back(skewed.Cartesian(i), s.Cell)))], 1e-9);
        Close(expected, All(skewed), 1e-9);
    }

    static Vec3 Back(Vec3 r, Mat3 cell) { var f = r * cell.Inverse; return new(Fold(f.X), Fold(f.Y), Fold(f.Z)); }
    static double Fold(double v) => Math.Sin(2 * Math.PI * v);
    static double[] Components(Vec3 v) => [v.X, v.Y, v.Z];

    [Fact]
    public void A_small_displacement_changes_the_row_a_little()
    {
        var s = Perovskite(2, 2, 2); // every Voronoi cell of the ideal structure is degenerate
        var moved = s with { Fractional = s.Fractional.SetItem(3, s.Fractional[3] + new Vec3(1e-7, -2e-7, 1e-7)) };
        Close(All(s), All(moved), 1e-4);
    }

    [Fact]
    public void Orderings_of_one_composition_differ_in_all_but_electronegativity()
    {
        var s = Perovskite(2, 2, 1);
        Structure With(int second) => s with { Species = [.. s.Species.Select((e, i) => i == 1 || i == second ? "Br" : e)] };
        var (a, b) = (With(6), With(16)); // Br beside Br, and across
        Assert.Equal(ElectronegativityHistogram.Describe(a), ElectronegativityHistogram.Describe(b));
        Assert.True(Distance(PartialRadialDistribution.Describe(a, Settings), PartialRadialDistribution.Describe(b, Settings)) > 1e-3);
        static double Distance(double[] x, double[] y) => Math.Sqrt(x.Zip(y, (p, q) => (p - q) * (p - q)).Sum());
    }

    [Fact]
    public void Radial_sum_over_a_crystal_counts_its_neighbours()
    {
        var settings = Settings with { CutoffA = 3, BinWidthA = 0.25 };
        var d = PartialRadialDistribution.Describe(Perovskite(1, 1, 1), settings);
        double Count(int a, int b) => Enumerable.Range(0, 12).Sum(k => d[(a * 9 + b) * 12 + k] * 4 * Math.PI * (Math.Pow((k + 1) * 0.25, 2) * 0.25 + Math.Pow(0.25, 3) / 12));
        Assert.Equal(6, Count(1, 0), 1e-10); // O has six Li at a/2
        Assert.Equal(2, Count(0, 1), 1e-10); // Li has two O
        Assert.Equal(4, Count(0, 6), 1e-10); // and four Cl at a/sqrt 2
        Assert.Equal(8, Count(0, 0), 1e-10); // and eight Li
    }

    [Fact]
    public void An_element_outside_the_list_is_refused_by_name()
    {
        var s = Perovskite(1, 1, 1);
        var e = Assert.Throws<InputException>(() => PoolDescription.Describe([s, s with { Species = s.Species.SetItem(0, "P") }], Settings, 1));
        Assert.StartsWith("structure 2 of 2: P is not among", e.Message);
    }
}
