using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;
using IpActors.Workers.Tests.Builtin.Dynamics;
using static IpActors.Workers.Tests.Builtin.Cells;

namespace IpActors.Workers.Tests.Builtin;

/// <summary>The setting of molecular dynamics: prolate split, tables, single precision; against the converged sum in double precision.</summary>
public class DynamicsSettingTests
{
    public static TheoryData<string> CellNames => [.. All.Select(c => c.Name), "136 atoms", "triclinic supercell", "vacancy"];

    static Structure Cell(string name) => name switch
    {
        "136 atoms" => Shaken(Defects.Make(Dynamics.Perovskites.Li3OCl(3), LithiumDefect.Interstitial, new SeededRandom(5)).Structure, 0.2),
        "triclinic supercell" => Shaken(Supercell.Make(Named("Li6SSeClI triclinic, displaced, 10 atoms").Structure, IntMat3.Diagonal(1, 2, 3)), 0.1),
        "vacancy" => Shaken(Defects.Make(Dynamics.Perovskites.Li3OCl(2), LithiumDefect.Vacancy, new SeededRandom(5)).Structure, 0.2),
        _ => Named(name).Structure,
    };

    static Structure Shaken(Structure s, double by)
    {
        var random = new SeededRandom(3);
        return s with { Fractional = [.. s.Fractional.Select(f => f + by * new Vec3(random.NextGaussian(), random.NextGaussian(), random.NextGaussian()) * s.Cell.Inverse)] };
    }

    [Theory]
    [MemberData(nameof(CellNames))]
    public void Forces_energy_and_stress_keep_the_stated_error(string name)
    {
        var s = Cell(name);
        var (energy, exact, stress) = Evaluate(s);
        var (fast, forces, fastStress) = Evaluate(s, EwaldSettings.Dynamics);
        var rms = Math.Sqrt(exact.Zip(forces, (a, b) => (a - b) * (a - b)).Average());
        Assert.True(rms < 4e-4, $"{rms} eV/A rms");
        Assert.True(Math.Abs(fast - energy) / s.Count < 2e-4, $"{(fast - energy) / s.Count} eV/atom");
        Assert.True(Largest(fastStress - stress) * 160.2177 < 0.02, $"{Largest(fastStress - stress) * 160.2177} GPa");
    }

    [Theory]
    [InlineData("136 atoms")]
    [InlineData("triclinic supercell")]
    [InlineData("Li6SSeClI triclinic, S-Se contact of about 1.77 A, 10 atoms")]
    public void A_wider_bandwidth_converges_to_single_precision(string name)
    {
        var s = Cell(name);
        var (energy, exact, _) = Evaluate(s);
        var (fast, forces, _) = Evaluate(s, EwaldSettings.Prolate(9, 24));
        var (error, size) = (Math.Sqrt(exact.Zip(forces, (a, b) => (a - b) * (a - b)).Average()), Math.Sqrt(exact.Average(f => f * f)));
        Assert.True(error < 2e-5 * Math.Max(1, size), $"{error} eV/A of {size}");
        Assert.Equal(energy / s.Count, fast / s.Count, 5e-6);
    }

    [Fact]
    public void Forces_without_energy_are_the_same_bits()
    {
        var s = Cell("136 atoms");
        var (one, other) = (new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Dynamics), new double[3 * s.Count]);
        one.EvaluateForces(s.Cell, Positions(s), other);
        Assert.Equal(Evaluate(s, EwaldSettings.Dynamics).Forces, other);
    }

    [Fact]
    public void Forces_and_stress_are_the_slopes_of_the_energy()
    {
        // the energy is good to some 1e-5 eV, so the slope over 0.02 A is good to 1e-3
        var s = Cell("triclinic supercell");
        var field = new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Dynamics);
        var positions = Positions(s);
        var (forces, scratch) = (new double[positions.Length], new double[positions.Length]);
        field.Evaluate(s.Cell, positions, forces, out var strain);
        const double h = 5e-3;
        double Moved(int k, double by) { var p = (double[])positions.Clone(); p[k] += by; return field.Evaluate(s.Cell, p, scratch, out _); }
        for (var k = 0; k < positions.Length; k += 11)
            Assert.Equal(-(8 * (Moved(k, h) - Moved(k, -h)) - Moved(k, 2 * h) + Moved(k, -2 * h)) / (12 * h), forces[k], 5e-3);
        double Strained(int a, int b, double by)
        {
            var d = Mat3.Identity + by * Mat3.Outer(Unit(a), Unit(b));
            var p = new double[positions.Length];
            for (var i = 0; i < s.Count; i++) { var r = new Vec3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) * d; (p[3 * i], p[3 * i + 1], p[3 * i + 2]) = (r.X, r.Y, r.Z); }
            return field.Evaluate(s.Cell * d, p, scratch, out _);
        }
        for (var a = 0; a < 3; a++)
            for (var b = 0; b < 3; b++)
                Assert.Equal((Strained(a, b, 1e-4) - Strained(a, b, -1e-4)) / 2e-4, strain[a, b], 1.0); // of some 100 eV; waves enter and leave the sum
    }

    static Vec3 Unit(int k) => new(k == 0 ? 1 : 0, k == 1 ? 1 : 0, k == 2 ? 1 : 0);

    [Fact]
    public void A_list_that_is_carried_along_gives_what_a_new_one_gives()
    {
        // Atoms wander over several cells while the cell deforms by tens of per cent.
        var s = Cell("vacancy");
        var field = new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Dynamics);
        var random = new SeededRandom(7);
        var (cell, positions, forces, again) = (s.Cell, Positions(s), new double[3 * s.Count], new double[3 * s.Count]);
        for (var step = 0; step < 120; step++)
        {
            for (var i = 0; i < s.Count; i++) for (var k = 0; k < 3; k++) positions[3 * i + k] += 0.08 * (random.NextDouble() - 0.5) + 0.05;
            var d = Mat3.Identity + 0.01 * (random.NextDouble() - 0.45) * Mat3.Outer(Unit(random.NextInt(3)), Unit(random.NextInt(3)));
            cell *= d;
            for (var i = 0; i < s.Count; i++) { var r = new Vec3(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) * d; (positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]) = (r.X, r.Y, r.Z); }
            var carried = field.Evaluate(cell, positions, forces, out _);
            var fresh = new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Dynamics).Evaluate(cell, positions, again, out _);
            Assert.Equal(fresh, carried, 2e-4);
            for (var k = 0; k < again.Length; k++) Assert.Equal(again[k], forces[k], 5e-5 * Math.Max(1, Math.Abs(again[k])));
        }
        Assert.InRange(field.NeighbourLists, 5, 119);
    }

    [Fact]
    public void Order_and_origin_of_the_atoms_do_not_matter()
    {
        var s = Cell("136 atoms");
        var (energy, forces, _) = Evaluate(s, EwaldSettings.Dynamics);
        var random = new SeededRandom(11);
        var order = Enumerable.Range(0, s.Count).OrderBy(_ => random.NextDouble()).ToArray();
        var shift = new Vec3(0.31, -1.73, 2.2);
        var (e, f, _) = Evaluate(new(s.Cell, [.. order.Select(i => s.Species[i])], [.. order.Select(i => s.Fractional[i] + shift)]), EwaldSettings.Dynamics);
        Assert.Equal(energy, e, 5e-4);
        for (var i = 0; i < s.Count; i++) for (var k = 0; k < 3; k++) Assert.Equal(forces[3 * order[i] + k], f[3 * i + k], 5e-5);
    }

    [Fact]
    public void The_sum_of_the_forces_vanishes()
    {
        var (_, f, _) = Evaluate(Cell("136 atoms"), EwaldSettings.Dynamics);
        for (var k = 0; k < 3; k++) Assert.Equal(0, Enumerable.Range(0, f.Length / 3).Sum(i => f[3 * i + k]), 1e-3);
    }

    [Fact]
    public void The_prolate_function_is_its_own_transform()
    {
        // psi(t) = integral of psi(x) cos(c t x) over -1..1, but for a factor; and Phi(1) = 1
        var split = new ProlateSplit(2, 6);
        double Psi(double x) => split.Reciprocal(System.Runtime.Intrinsics.Vector256.Create(x * x * 36)).Weight[0];
        double Transform(double t)
        {
            const int n = 4000;
            var sum = 0.0;
            for (var k = 0; k < n; k++) { var x = (k + 0.5) / n; sum += Psi(x) * Math.Cos(12 * t * x) / n; }
            return sum;
        }
        foreach (var t in new[] { 0.1, 0.37, 0.62, 0.9, 1.0 }) Assert.Equal(Psi(t), Transform(t) / Transform(0), 1e-7);
        Assert.Equal(0, split.Real(2 - 1e-9).Energy, 1e-7);
        // force as slope
        Assert.Equal(-(split.Real(1.2001).Energy - split.Real(1.1999).Energy) / 2e-4 / 1.2, split.Real(1.2).ForceOverR, 1e-7);
        Assert.Equal(-(Psi(0.5) - split.Reciprocal(System.Runtime.Intrinsics.Vector256.Create(9.0002)).Weight[0]) / 2e-4, split.Reciprocal(System.Runtime.Intrinsics.Vector256.Create(9.0001)).Slope[0], 1e-6);
    }
}
