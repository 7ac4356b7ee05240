using IpActors.Science.Crystals;
using IpActors.Workers.Builtin;
using static IpActors.Workers.Tests.Builtin.Perovskites;

namespace IpActors.Workers.Tests.Builtin;

/// <summary>Energies above the binaries, volumes and gaps against those of an independent implementation of model v1 (numba, scipy's L-BFGS-B).</summary>
public class QualityTests
{
    public static TheoryData<string, Structure, double, double, double> Rows => new()
    {
        { "Li3OCl", Cubic("O", "Cl"), -0.0324, 11.243, 5.145 },
        { "Li3OBr", Cubic("O", "Br"), -0.0029, 12.165, 4.657 },
        { "Li3TeF", Cubic("Te", "F"), 0.6976, 29.318, 2.981 },
        { "Li6O2FCl Fm-3m", RockSalt("O", "O", "F", "Cl"), 0.0832, 10.591, 5.380 },
        { "Li6O2ClBr Fm-3m", RockSalt("O", "O", "Cl", "Br"), -0.0143, 11.711, 4.939 },
        { "Li6OSeI2 Fm-3m", RockSalt("O", "Se", "I", "I"), 0.0241, 17.698, 3.348 },
        { "Li6OSI2 Fm-3m", RockSalt("O", "S", "I", "I"), 0.0241, 16.691, 3.582 },
        { "Li6O2ClBr P4/mmm", Stack(["O"], ["Cl", "Br"]), -0.0165, 11.705, 4.938 },
        { "Li9O3ClBr2 P4/mmm", Stack(["O"], ["Cl", "Br", "Br"]), -0.0116, 11.859, 4.848 },
        { "Li4OCl2", N1("O", "Cl"), -0.0233, 13.013, 5.053 },
        { "Li4OBr2", N1("O", "Br"), -0.0109, 14.684, 4.670 },
        { "Li7O2Cl3", N2("O", "Cl", "Cl"), -0.0270, 12.285, 5.092 },
        { "Li7O2Br3", N2("O", "Br", "Br"), -0.0077, 13.637, 4.655 },
        { "Li7O2FBr2 I4/mmm", N2("O", "F", "Br"), 0.0757, 12.575, 5.150 },
        { "Li7S2Cl3", N2("S", "Cl", "Cl"), 0.1325, 19.300, 3.900 },
        { "Li7Te2F3", N2("Te", "F", "F"), 0.3926, 24.647, 2.035 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Relaxed_energies_volumes_and_gaps_equal_the_independent_ones(string name, Structure start, double decomposition, double volumePerAtom, double gap)
    {
        var relaxed = Relax(start);
        Assert.True(relaxed.Converged, $"{name}: {relaxed.Fault}");
        Assert.Equal(Spglib.SpaceGroup(start).Number, Spglib.SpaceGroup(relaxed.Structure).Number);
        Assert.Equal(decomposition, DecompositionEnergy(relaxed), 1.5e-4);
        Assert.Equal(volumePerAtom, relaxed.Structure.VolumeA3 / start.Count, 4e-3 * volumePerAtom);
        Assert.Equal(gap, BandGap.Of(relaxed.Structure).GapEv, 2e-3);
    }
}
