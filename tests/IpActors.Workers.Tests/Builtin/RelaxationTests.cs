using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin;

public class RelaxationTests
{
    static readonly Structure Displaced = Cells.Named("Li3OCl 2x2x2, displaced, 40 atoms").Structure;

    [Fact]
    public void A_displaced_crystal_finds_back_to_the_perfect_one()
    {
        var perfect = Perovskites.Relax(Perovskites.Cubic("O", "Cl"));
        var result = Relaxation.Run(Displaced, [], new(ForceToleranceEvPerA: 1e-3));
        Assert.True(result.Converged, result.Fault);
        Assert.Equal(perfect.EnergyEvPerAtom, result.EnergyEvPerAtom, 1e-5);
        Assert.True(result.MaxForceEvPerA <= 1e-3);
        Assert.True(Math.Abs(result.PressureGPa) < 0.02);
        var (energy, forces, stress) = Cells.Evaluate(result.Structure);
        Assert.Equal(result.EnergyEv, energy, 1e-8);
        Assert.True(forces.Max(Math.Abs) < 2e-3 && Cells.Largest(stress) < 1e-4);
    }

    [Fact]
    public void The_same_start_gives_the_same_bits()
    {
        var (a, b) = (Relaxation.Run(Displaced, []), Relaxation.Run(Displaced, []));
        Assert.Equal(a, b);
    }

    [Fact]
    public void Symmetry_is_kept_where_breaking_it_would_lower_the_energy()
    {
        var start = Perovskites.Cubic("Te", "F"); // unstable without its symmetry: falls by half an eV per atom
        var kept = Perovskites.Relax(start);
        var random = new SeededRandom(2);
        var super = Science.Crystals.Supercell.Make(kept.Structure, IntMat3.Diagonal(2, 1, 1));
        var broken = Relaxation.Run(super with { Fractional = [.. super.Fractional.Select(f => f + 0.02 * new Vec3(random.NextDouble(), random.NextDouble(), random.NextDouble()))] }, []);
        Assert.Equal(221, Spglib.SpaceGroup(kept.Structure).Number);
        Assert.True(broken.EnergyEvPerAtom < kept.EnergyEvPerAtom - 0.05, $"{broken.EnergyEvPerAtom} against {kept.EnergyEvPerAtom}");
    }

    [Theory]
    [InlineData(0.75)]
    [InlineData(1.35)]
    public void A_start_of_wrong_size_reaches_the_same_minimum(double factor)
    {
        var start = Perovskites.N2("O", "F", "Br");
        var (a, b) = (Perovskites.Relax(start), Perovskites.Relax(start with { Cell = factor * start.Cell }));
        Assert.True(b.Converged, b.Fault);
        Assert.Equal(a.EnergyEvPerAtom, b.EnergyEvPerAtom, 1e-5);
    }

    [Fact]
    public void Too_few_steps_are_a_fault_with_its_reason()
    {
        var result = Relaxation.Run(Displaced, [], new(MaxSteps: 5));
        Assert.False(result.Converged);
        Assert.Contains("not converged in", result.Fault);
    }

    [Fact]
    public void A_crystal_that_flies_apart_is_a_fault_with_its_reason()
    {
        var s = new Structure(Mat3.Diagonal(3, 3, 3), ["Li", "Li"], [Vec3.Zero, new(0.5, 0.5, 0.5)]);
        var uncharged = new ForceFieldParameters(1, new Dictionary<string, double> { ["Li"] = 0 }, [new(("Li", "Li"), new(500, 0.5, 0))]); // repulsion alone
        var result = Relaxation.Run(s, [], RelaxationSettings.Default, new ForceField(uncharged, s.Species, EwaldSettings.Converged));
        Assert.False(result.Converged);
        Assert.Contains("ran away", result.Fault);
    }

    [Fact]
    public void Atoms_on_top_of_each_other_are_a_fault_with_its_reason()
    {
        var s = new Structure(Mat3.Diagonal(4, 4, 4), ["Li", "Cl"], [Vec3.Zero, Vec3.Zero]);
        var result = Relaxation.Run(s, []);
        Assert.False(result.Converged);
        Assert.Contains("not finite", result.Fault);
    }

    [Fact]
    public void A_start_behind_the_repulsive_wall_is_a_fault_with_its_reason()
    {
        var s = new Structure(Mat3.Diagonal(4, 4, 4), ["Li", "Cl"], [Vec3.Zero, new(0.003, 0, 0)]);
        var result = Relaxation.Run(s, []);
        Assert.False(result.Converged);
        Assert.NotNull(result.Fault);
    }

    [Fact]
    public void An_operation_that_is_no_symmetry_is_refused()
    {
        var fourfold = new SymmetryOperation(new(0, -1, 0, 1, 0, 0, 0, 0, 1), new(0.1, 0, 0));
        Assert.Throws<ArgumentException>(() => Relaxation.Run(Displaced, [new(IntMat3.Identity, Vec3.Zero), fourfold]));
    }

    [Fact]
    public void Foreign_elements_are_refused_by_name() =>
        Assert.Contains("Na", Assert.Throws<InputException>(() => Relaxation.Run(new(Mat3.Diagonal(4, 4, 4), ["Na", "Cl"], [Vec3.Zero, new(0.5, 0.5, 0.5)]), [])).Message);
}
