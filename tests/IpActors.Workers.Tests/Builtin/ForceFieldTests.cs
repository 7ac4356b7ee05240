using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;
using static IpActors.Workers.Tests.Builtin.Cells;

namespace IpActors.Workers.Tests.Builtin;

public class ForceFieldTests
{
    public static TheoryData<string> CellNames => [.. All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(CellNames))]
    public void Energy_forces_and_stress_equal_the_reference(string name)
    {
        var expected = Named(name);
        var (energy, forces, stress) = Evaluate(expected.Structure);
        Assert.Equal(expected.Energy, energy, 1e-8);
        for (var i = 0; i < forces.Length; i++) Assert.Equal(expected.Forces[i], forces[i], 1e-7);
        Assert.True(Largest(stress - expected.Stress) < 1e-9, $"stress {stress} instead of {expected.Stress}");
    }

    [Fact]
    public void The_fixture_holds_fifteen_cells() => Assert.Equal(15, All.Length);

    [Fact]
    public void Single_pairs_equal_the_reference()
    {
        const double length = 40;
        foreach (var check in Document.GetProperty("pair_checks").EnumerateArray())
        {
            string a = check.GetProperty("pair")[0].GetString()!, b = check.GetProperty("pair")[1].GetString()!;
            var r = check.GetProperty("r_A").GetDouble();
            var uncharged = new ForceField(ForceFieldParameters.V1, [a, b], [0, 0], EwaldSettings.Converged, []);
            var forces = new double[6];
            var energy = uncharged.Evaluate(Mat3.Diagonal(length, length, length), [0, 0, 0, 0, 0, r], forces, out _);
            double C6(string i, string j) => ForceFieldParameters.V1.Pair(i, j).C6;
            var tail = -2 * Math.PI * Document.GetProperty("tail_integral_K").GetDouble() / (length * length * length) * (C6(a, a) + C6(b, b) + 2 * C6(a, b));
            Assert.Equal(check.GetProperty("short_range_eV").GetDouble(), energy - tail, 1e-12);
            Assert.Equal(check.GetProperty("minus_dUdr_eV_per_A").GetDouble(), forces[5], 1e-12);
        }
    }

    static readonly ForceFieldParameters Charges = new(1, new Dictionary<string, double> { ["+"] = 1, ["-"] = -1, ["="] = -2 }, []);
    static readonly Mat3 Fcc = new(new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0));

    /// <summary>-E d/k_e of a point-charge crystal with lattice constant a.</summary>
    static double Madelung(Mat3 unit, double a, double d, string[] species, params Vec3[] fractional) =>
        -Energy(new(a * unit, [.. species], [.. fractional]), parameters: Charges) * d / 14.399645;

    [Fact]
    public void Madelung_constants_equal_the_published_ones()
    {
        var quarter = new Vec3(0.25, 0.25, 0.25);
        var half = new Vec3(0.5, 0.5, 0.5);
        Assert.Equal(1.747564594633182, Madelung(Fcc, 5.6, 2.8, ["+", "-"], Vec3.Zero, half), 1e-10);
        Assert.Equal(1.762674773070988, Madelung(Mat3.Identity, 4.1, 4.1 * Math.Sqrt(0.75), ["+", "-"], Vec3.Zero, half), 1e-10);
        Assert.Equal(1.638055053388789, Madelung(Fcc, 5.4, 5.4 * Math.Sqrt(3) / 4, ["+", "-"], Vec3.Zero, quarter), 1e-10);
        // antifluorite is two zinc blende lattices that share their anions, and the cations see each other as in CsCl; published: 5.03878488
        var fluorite = 2 * 1.638055053388789 + 1.762674773070988;
        Assert.Equal(5.03878488, fluorite, 5e-9);
        Assert.Equal(fluorite, Madelung(Fcc, 4.6, 4.6 * Math.Sqrt(3) / 4, ["=", "+", "+"], Vec3.Zero, quarter, -quarter), 1e-10);
        Assert.Equal(12.377468028339687, Madelung(Mat3.Identity, 3.9, 3.9, ["+", "+", "+", "=", "-"], new(0.5, 0, 0), new(0, 0.5, 0), new(0, 0, 0.5), Vec3.Zero, half), 1e-9);
        Assert.Equal(2.83729747948062, 2 * Madelung(Mat3.Identity, 7, 7, ["+"], Vec3.Zero), 1e-10);
    }

    [Fact]
    public void A_charge_in_its_background_has_the_energy_and_pressure_of_the_reference()
    {
        var (energy, _, stress) = Evaluate(new(Mat3.Diagonal(10, 10, 10), ["+"], [new(0.3, 0.1, 0.9)]), new(0.53, 11, 6.5), Charges);
        var check = Document.GetProperty("background_check");
        Assert.Equal(check.GetProperty("energy_eV").GetDouble(), energy, 1e-11);
        Assert.Equal(check.GetProperty("expected_pressure").GetDouble(), -stress.Trace / 3, 1e-13);
    }

    [Theory]
    [InlineData("all nine species, triclinic, displaced, 40 atoms")]
    [InlineData("Li6SSeClI triclinic, S-Se contact of about 1.77 A, 10 atoms")]
    [InlineData("Li3OCl 2x2x2, displaced, Li vacancy, 39 atoms")]
    public void Forces_and_stress_equal_finite_differences_of_the_energy(string name)
    {
        var s = Named(name).Structure;
        var field = new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Converged);
        var positions = Positions(s);
        var (forces, scratch) = (new double[positions.Length], new double[positions.Length]);
        field.Evaluate(s.Cell, positions, forces, out var strain);
        double Moved(int k, double by) { var p = (double[])positions.Clone(); p[k] += by; return field.Evaluate(s.Cell, p, scratch, out _); }
        double Strained(int a, int b, double by)
        {
            var d = Mat3.Identity + by * Mat3.Outer(Unit(a), Unit(b));
            var p = new double[positions.Length];
            for (var i = 0; i < s.Count; i++) { var r = new Vec3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) * d; (p[3 * i], p[3 * i + 1], p[3 * i + 2]) = (r.X, r.Y, r.Z); }
            return field.Evaluate(s.Cell * d, p, scratch, out _);
        }
        const double h = 1e-3;
        for (var k = 0; k < positions.Length; k += 5)
        {
            var slope = (8 * (Moved(k, h) - Moved(k, -h)) - Moved(k, 2 * h) + Moved(k, -2 * h)) / (12 * h);
            Assert.Equal(-slope, forces[k], 1e-6 * Math.Max(1, Math.Abs(slope)));
        }
        for (var a = 0; a < 3; a++)
            for (var b = 0; b < 3; b++)
            {
                var slope = (8 * (Strained(a, b, h) - Strained(a, b, -h)) - Strained(a, b, 2 * h) + Strained(a, b, -2 * h)) / (12 * h);
                Assert.Equal(slope, strain[a, b], 1e-6 * Math.Max(1, Math.Abs(slope)));
            }
    }

    static Vec3 Unit(int k) => new(k == 0 ? 1 : 0, k == 1 ? 1 : 0, k == 2 ? 1 : 0);

    [Fact]
    public void Screening_and_cutoffs_do_not_matter()
    {
        foreach (var c in All)
        {
            var reference = Energy(c.Structure);
            Assert.Equal(reference, Energy(c.Structure, new(0.45, 11.5, 4.9)), 1e-8);
            Assert.Equal(reference, Energy(c.Structure, new(0.60, 9.0, 6.4)), 1e-8);
        }
    }

    [Fact]
    public void A_supercell_has_the_energy_of_its_cells()
    {
        var s = Named("Li6SSeClI triclinic, displaced, 10 atoms").Structure;
        var fractional = new List<Vec3>();
        var species = new List<string>();
        for (var a = 0; a < 2; a++)
            for (var b = 0; b < 3; b++)
                for (var i = 0; i < s.Count; i++) { fractional.Add(new((s.Fractional[i].X + a) / 2, (s.Fractional[i].Y + b) / 3, s.Fractional[i].Z)); species.Add(s.Species[i]); }
        var super = new Structure(new(2 * s.Cell.A, 3 * s.Cell.B, s.Cell.C), [.. species], [.. fractional]);
        Assert.Equal(6 * Energy(s), Energy(super), 1e-8);
    }

    [Fact]
    public void Energy_forces_and_stress_follow_a_rotation_and_a_change_of_basis()
    {
        var s = Named("all nine species, triclinic, displaced, 40 atoms").Structure;
        var (energy, forces, stress) = Evaluate(s);
        double c = Math.Cos(0.7), d = Math.Sin(0.7);
        Mat3 rotation = new Mat3(new(c, d, 0), new(-d, c, 0), new(0, 0, 1)) * new Mat3(new(1, 0, 0), new(0, d, c), new(0, -c, d));
        var (e2, f2, s2) = Evaluate(s with { Cell = s.Cell * rotation });
        Assert.Equal(energy, e2, 1e-9);
        Assert.True(Largest(rotation.Transposed * stress * rotation - s2) < 1e-10);
        for (var i = 0; i < s.Count; i++) Assert.True((new Vec3(forces[3 * i], forces[3 * i + 1], forces[3 * i + 2]) * rotation - new Vec3(f2[3 * i], f2[3 * i + 1], f2[3 * i + 2])).Length < 1e-9);

        Mat3 skew = new(new(1, 0, 0), new(2, 1, 0), new(-1, 3, 1)); // the same lattice, another basis
        var (e3, f3, _) = Evaluate(new(skew * s.Cell, s.Species, [.. s.Fractional.Select(f => f * skew.Inverse)]));
        Assert.Equal(energy, e3, 1e-9);
        for (var i = 0; i < forces.Length; i++) Assert.Equal(forces[i], f3[i], 1e-9);
    }

    [Fact]
    public void A_list_that_is_carried_along_gives_what_a_new_one_gives()
    {
        var s = Named("Li6SSeClI triclinic, displaced, 10 atoms").Structure;
        var field = new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Converged);
        var random = new SeededRandom(7);
        var (cell, positions, forces) = (s.Cell, Positions(s), new double[30]);
        for (var step = 0; step < 60; step++)
        {
            for (var k = 0; k < positions.Length; k++) positions[k] += 0.06 * (random.NextDouble() - 0.5) + 0.3;
            var d = Mat3.Identity + 0.01 * (random.NextDouble() - 0.5) * Mat3.Outer(Unit(random.NextInt(3)), Unit(random.NextInt(3)));
            cell *= d;
            for (var i = 0; i < 10; i++) { var r = new Vec3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) * d; (positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) = (r.X, r.Y, r.Z); }
            var carried = field.Evaluate(cell, positions, forces, out var strain);
            var fresh = new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Converged);
            var again = new double[30];
            Assert.Equal(fresh.Evaluate(cell, positions, again, out var strain2), carried, 1e-9);
            Assert.True(Largest(strain - strain2) < 1e-8);
            for (var k = 0; k < 30; k++) Assert.Equal(again[k], forces[k], 1e-9);
        }
    }

    [Fact]
    public void A_broken_cell_gives_not_a_number_instead_of_a_hang()
    {
        var s = Named("LiF rock salt, a=4.026").Structure;
        Assert.True(double.IsNaN(Energy(s with { Cell = 1e-3 * s.Cell })));
        Assert.True(double.IsNaN(Energy(s with { Fractional = [new(double.NaN, 0, 0), Vec3.Zero] })));
    }
}
