using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;
using Lattice = IpActors.Science.Crystals.LatticeReduction;

namespace IpActors.Workers.Tests.Builtin.Dynamics;

public class DefectsTests
{
    static Structure Host => Perovskites.Li3OCl(2);

    [Theory]
    [InlineData(3.91, 10, 16)] // face-centred, √8 a = 11.06 Å; the diagonal one takes 27
    [InlineData(4.70, 10, 10)]
    [InlineData(3.91, 7.5, 8)]
    public void The_smallest_supercell_keeps_images_apart_with_few_cells(double a, double edge, int atMost)
    {
        var m = DefectsSupercell.Smallest(Mat3.Diagonal(a, a, a), edge);
        Assert.InRange(Math.Abs(m.Determinant), 1, atMost);
        var cell = m.ToMat3() * Mat3.Diagonal(a, a, a);
        Assert.True(Lattice.Minkowski(cell).Cell.A.Length >= edge * (1 - 1e-9));
        Assert.True(Lattice.IsReduced(cell));
    }

    [Fact]
    public void No_smaller_supercell_would_do()
    {
        // Every sublattice of smaller index has a vector under the edge: seen by brute force over short vectors of all Hermite forms.
        var cell = new Mat3(new(4.1, 0.2, 0), new(-0.3, 4.6, 0.4), new(1.9, 2.2, 6.0));
        var found = Math.Abs(DefectsSupercell.Smallest(cell, 10).Determinant);
        for (var index = 1; index < found; index++)
            for (var a = 1; a <= index; a++)
                for (var b = 1; a * b <= index; b++)
                {
                    if (index % (a * b) != 0) continue;
                    var c = index / (a * b);
                    for (var p = 0; p < b * c * c; p++)
                    {
                        var h = new IntMat3(a, p % b, p / b % c, 0, b, p / b / c, 0, 0, c).ToMat3() * cell;
                        Assert.True(Shortest(h) < 10);
                    }
                }

        static double Shortest(Mat3 h)
        {
            var best = double.PositiveInfinity;
            for (var i = -6; i <= 6; i++) for (var j = -6; j <= 6; j++) for (var k = -6; k <= 6; k++)
                if (i != 0 || j != 0 || k != 0) best = Math.Min(best, (new Vec3(i, j, k) * h).Length);
            return best;
        }
    }

    [Fact]
    public void The_diagonal_supercell_repeats_each_vector_until_it_is_long_enough() =>
        Assert.Equal(IntMat3.Diagonal(3, 3, 1), DefectsSupercell.Smallest(Mat3.Diagonal(3.95, 3.95, 12.9), 10, diagonal: true));

    [Fact]
    public void A_vacancy_lacks_one_lithium_and_one_charge()
    {
        var d = Defects.Make(Host, LithiumDefect.Vacancy, new SeededRandom(1));
        Assert.Equal(39, d.Structure.Count);
        Assert.Equal(23, d.Structure.Species.Count(s => s == "Li"));
        Assert.Equal(-1, d.FormalCharge);
        Assert.Equal(-0.85, d.Structure.Species.Sum(ForceFieldParameters.V1.Charge), 12);
        Assert.Equal(1 / 24.0, d.DefectsPerLithium, 12);
    }

    [Fact]
    public void The_dumbbell_of_an_interstitial_points_into_free_space()
    {
        var d = Defects.Make(Host, LithiumDefect.Interstitial, new SeededRandom(1));
        Assert.Equal(25, d.Structure.Species.Count(s => s == "Li"));
        Assert.Equal(0.85, d.Structure.Species.Sum(ForceFieldParameters.V1.Charge), 12);
        var (i, j) = (d.Site, 40);
        Assert.Equal(2.1, Distance(d.Structure, i, j), 9);
        // Midpoint on the site; the oxygens lie 1.95 Å from it along one axis, so a dumbbell that points at them would be 0.9 Å from one.
        foreach (var k in Enumerable.Range(0, 41).Where(k => k != i && k != j))
            Assert.True(Math.Min(Distance(d.Structure, i, k), Distance(d.Structure, j, k)) > 1.8);
    }

    [Fact]
    public void A_swap_makes_the_cell_neutral_far_from_the_defect()
    {
        foreach (var kind in Enum.GetValues<LithiumDefect>())
        {
            var d = Defects.Make(Host, kind, new SeededRandom(1), DefectCompensation.AliovalentSwap);
            Assert.Equal(0, d.Structure.Species.Sum(ForceFieldParameters.V1.Charge), 12);
            Assert.Equal(0, d.FormalCharge);
            Assert.Equal(1, Enumerable.Range(0, 39).Count(i => d.Structure.Species[i] != "Li" && d.Structure.Species[i] != Host.Species[kind == LithiumDefect.Vacancy && i >= d.Site ? i + 1 : i]));
        }
    }

    [Fact]
    public void The_site_follows_the_seed()
    {
        Assert.Equal(Defects.Make(Host, LithiumDefect.Vacancy, new SeededRandom(5)), Defects.Make(Host, LithiumDefect.Vacancy, new SeededRandom(5)));
        Assert.True(Enumerable.Range(0, 20).Select(s => Defects.Make(Host, LithiumDefect.Vacancy, new SeededRandom((ulong)s)).Site).Distinct().Count() > 5);
    }

    [Fact]
    public void A_cell_without_lithium_is_refused_in_one_line()
    {
        var salt = new Structure(Mat3.Diagonal(5, 5, 5), ["O", "Cl"], [Vec3.Zero, new(0.5, 0.5, 0.5)]);
        Assert.Contains("lithium", Assert.Throws<InputException>(() => Defects.Make(salt, LithiumDefect.Vacancy, new SeededRandom(1))).Message);
    }

    static double Distance(Structure s, int i, int j)
    {
        var d = s.Fractional[j] - s.Fractional[i];
        return ((d - new Vec3(Math.Round(d.X), Math.Round(d.Y), Math.Round(d.Z))) * s.Cell).Length;
    }
}
