using System.Text.Json;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin;

public class HydrationTests
{
    static readonly JsonElement[] MolecularCells = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Builtin", "Fixtures", "hydration_cells.json"))).RootElement.GetProperty("cells").EnumerateArray()];

    static (Structure Structure, (int H, int X)[] Bonds) Read(JsonElement c)
    {
        static Vec3 Vector(JsonElement e) => new(e[0].GetDouble(), e[1].GetDouble(), e[2].GetDouble());
        var m = c.GetProperty("cell_A");
        return (new(new(Vector(m[0]), Vector(m[1]), Vector(m[2])), [.. c.GetProperty("species").EnumerateArray().Select(s => s.GetString()!)], [.. c.GetProperty("fractional").EnumerateArray().Select(Vector)]),
            [.. c.GetProperty("bonds").EnumerateArray().Select(b => (b[0].GetInt32(), b[1].GetInt32()))]);
    }

    [Fact]
    public void Molecular_ions_have_the_energies_and_forces_of_the_brute_force_sums()
    {
        Assert.Equal(5, MolecularCells.Length);
        foreach (var c in MolecularCells)
        {
            var (s, bonds) = Read(c);
            var forces = new double[3 * s.Count];
            var energy = BuiltinModel.V1.Hydration.Field(s, bonds).Evaluate(s.Cell, Cells.Positions(s), forces, out _);
            Assert.Equal(c.GetProperty("energy_eV").GetDouble(), energy, 1e-8);
            double[] expected = [.. c.GetProperty("forces_eV_per_A").EnumerateArray().SelectMany(f => f.EnumerateArray().Select(x => x.GetDouble()))];
            for (var k = 0; k < forces.Length; k++) Assert.Equal(expected[k], forces[k], 1e-7);
        }
    }

    [Fact]
    public void The_stress_of_molecular_ions_equals_finite_differences()
    {
        var (s, bonds) = Read(MolecularCells[4]);
        var field = BuiltinModel.V1.Hydration.Field(s, bonds);
        var scratch = new double[3 * s.Count];
        double Strained(Mat3 d, out Mat3 w) => field.Evaluate(s.Cell * d, Cells.Positions(s with { Cell = s.Cell * d }), scratch, out w);
        Strained(Mat3.Identity, out var strain);
        const double h = 1e-4;
        for (var k = 0; k < 9; k++)
        {
            Mat3 unit = Mat3.Outer(new(k / 3 == 0 ? 1 : 0, k / 3 == 1 ? 1 : 0, k / 3 == 2 ? 1 : 0), new(k % 3 == 0 ? 1 : 0, k % 3 == 1 ? 1 : 0, k % 3 == 2 ? 1 : 0));
            var slope = (Strained(Mat3.Identity + h * unit, out _) - Strained(Mat3.Identity - h * unit, out _)) / (2 * h);
            Assert.Equal(slope, strain[k / 3, k % 3], 2e-5);
        }
    }

    [Fact]
    public void Anchors_are_the_difference_of_relaxed_hydroxide_and_oxide()
    {
        foreach (var x in new[] { "O", "S", "Se", "Te" })
        {
            var anchor = Hydration.Anchor(x);
            var oxide = Perovskites.Relax(Perovskites.Binary(x));
            var ideal = BuiltinModel.V1.Hydration.LithiumHydroxide(x);
            var unrelaxed = BuiltinModel.V1.Hydration.Field(ideal, (4, 2), (5, 3)).Evaluate(ideal.Cell, Cells.Positions(ideal), new double[18], out _) / 2;
            Assert.InRange(anchor.DifferenceEv, unrelaxed - oxide.EnergyEv - 2, unrelaxed - oxide.EnergyEv); // relaxing lowers the hydroxide, by little
            Assert.Equal(anchor, Hydration.Anchor(x));
        }
    }

    [Fact]
    public void A_supercell_is_as_small_as_its_edges_allow()
    {
        var s = Perovskites.Cubic("O", "Cl");
        Assert.Equal(5 * 27, Hydration.Supercell(s, 10).Count);
        Assert.Equal(5 * 8, Hydration.Supercell(s, 7).Count);
    }

    [Fact]
    public void A_hydration_energy_is_the_least_of_its_placements_and_repeats_bit_for_bit()
    {
        var relaxed = Perovskites.Relax(Perovskites.RockSalt("O", "S", "I", "I")).Structure;
        SeededRandom Stream(int k) => SeededRandom.Stream(3, $"{k}");
        var result = Hydration.Run(relaxed, 5, 4, Stream);
        Assert.Equal(4, result.Configurations + result.Faults.Length);
        Assert.NotEmpty(result.Placements);
        Assert.Equal(result.Placements.Min(p => p.EnergyKJPerMol), result.EnergyKJPerMol);
        Assert.InRange(result.EnergyKJPerMol, -300, 200);
        Assert.All(result.Placements, p => Assert.Contains(p.Anchor, new[] { "O", "S" }));

        var host = Hydration.Host(relaxed, 5, Stream(-1));
        var placement = Hydration.Placement(host.Structure, 2, Stream(2));
        Assert.Equal(placement, Hydration.Placement(host.Structure, 2, Stream(2)));
        Assert.InRange(placement.BondLengthA, 0.9, 1.5);
        var anchors = new[] { Hydration.Anchor("O"), Hydration.Anchor("S") };
        var value = Hydration.Combine(host, [placement], anchors).EnergyKJPerMol;
        Assert.Equal(result.Placements.Single(p => p.Index == 2).EnergyKJPerMol, value);
        var anchor = anchors.Single(a => a.X == placement.Anchor);
        Assert.Equal((placement.EnergyEv - host.EnergyEv - anchor.DifferenceEv) * 96.48533212 + anchor.EnthalpyKJPerMol + 20.9, value, 1e-9);
    }

    [Fact]
    public void Combining_leaves_faults_out_and_takes_the_minimum_after_each_anchor()
    {
        var host = new HydrationHost(Perovskites.Cubic("O", "Cl"), -100, 0, 1, null);
        HydrationPlacement P(int k, string x, double e, string? fault = null) => new(k, 0, 0, x, e, 1, 1, fault);
        HydrationAnchor[] anchors = [new("O", 10, -86.1), new("S", 12, -12.1)];
        var result = Hydration.Combine(host, [P(0, "O", -90), P(1, "S", -88.5), P(2, "O", -200, "not converged")], anchors);
        Assert.Equal(2, result.Configurations);
        Assert.Equal(-86.1 + 20.9, result.Placements[0].EnergyKJPerMol, 1e-9);
        Assert.Equal(-0.5 * 96.48533212 - 12.1 + 20.9, result.Placements[1].EnergyKJPerMol, 1e-9);
        Assert.Equal(-86.1 + 20.9, result.EnergyKJPerMol, 1e-9);
        Assert.Single(result.Faults);
        Assert.Throws<ArithmeticException>(() => Hydration.Combine(host, [P(2, "O", -200, "not converged")], anchors));
    }

    [Fact]
    public void A_structure_without_chalcogen_is_refused()
    {
        var e = Assert.Throws<InputException>(() => Hydration.Host(Perovskites.Binary("Cl"), 5, new SeededRandom(1)));
        Assert.Contains("O, S, Se or Te", e.Message);
    }
}
