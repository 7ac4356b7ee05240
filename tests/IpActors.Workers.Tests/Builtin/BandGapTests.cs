using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;
using MathNet.Numerics.LinearAlgebra;

namespace IpActors.Workers.Tests.Builtin;

public class BandGapTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(61)]
    public void Eigenvalues_equal_those_of_another_library(int n)
    {
        var random = new SeededRandom(11);
        var stride = n + 3 & ~3;
        var a = new double[n * stride];
        var reference = Matrix<double>.Build.Dense(n, n);
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++)
            {
                var v = random.NextInt(4) == 0 ? 0 : random.NextGaussian();
                a[i * stride + j] = a[j * stride + i] = reference[i, j] = reference[j, i] = v;
            }
        var expected = reference.Evd(Symmetricity.Symmetric).EigenValues.Select(e => e.Real).Order().ToArray();
        var actual = SymmetricEigenvalues.Of(a, n, stride, [.. Enumerable.Range(0, n)]);
        for (var k = 0; k < n; k++) Assert.Equal(expected[k], actual[k], 1e-12 * n);
    }

    [Fact]
    public void A_diagonal_matrix_gives_its_diagonal() => Assert.Equal([-3.0, 1, 7], SymmetricEigenvalues.Of([7, 0, 0, 0, 0, -3, 0, 0, 0, 0, 1, 0], 3, 4, 0, 1, 2).Select(v => Math.Round(v, 12)));

    [Fact]
    public void The_potential_of_rock_salt_is_the_Madelung_constant_over_the_distance()
    {
        var s = new Structure(new(new(0, 2.5, 2.5), new(2.5, 0, 2.5), new(2.5, 2.5, 0)), ["Li", "Cl"], [Vec3.Zero, new(0.5, 0.5, 0.5)]);
        var v = MadelungPotential.At(s, [1, -1]);
        Assert.Equal(-14.399645 * 1.747564594633182 / 2.5, v[0], 1e-8);
        Assert.Equal(-v[0], v[1], 1e-8);
    }

    [Fact]
    public void Half_the_charges_times_potentials_is_the_Coulomb_energy()
    {
        var s = Cells.Named("all nine species, triclinic, displaced, 40 atoms").Structure;
        double[] q = [.. s.Species.Select(ForceFieldParameters.V1.Charge)];
        var energy = 0.5 * MadelungPotential.At(s, q).Zip(q, (v, c) => v * c).Sum();
        var expected = Cells.Document.GetProperty("cells").EnumerateArray().Single(c => c.GetProperty("name").GetString()!.StartsWith("all nine")).GetProperty("energy_parts_eV").GetProperty("coulomb").GetDouble();
        Assert.Equal(expected, energy, 1e-7);
    }

    [Fact]
    public void The_gap_does_not_depend_on_the_basis_or_the_origin()
    {
        var s = Perovskites.RockSalt("O", "Se", "I", "I");
        Mat3 u = new(new(1, 0, 0), new(1, 1, 0), new(-1, 2, 1));
        var other = new Structure(u * s.Cell, s.Species, [.. s.Fractional.Select(f => ((f + new Vec3(0.1, 0.2, 0.3)) * u.Inverse).Wrapped())]);
        Assert.Equal(BandGap.Of(s).GapEv, BandGap.Of(other).GapEv, 1e-9);
    }

    [Fact]
    public void Foreign_elements_are_refused_by_name()
    {
        var e = Assert.Throws<InputException>(() => BandGap.Of(new(Mat3.Diagonal(3, 3, 3), ["Li", "Xe"], [Vec3.Zero, new(0.5, 0.5, 0.5)])));
        Assert.Contains("Xe", e.Message);
    }
}
