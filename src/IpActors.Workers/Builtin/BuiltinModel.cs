using IpActors.Science;

namespace IpActors.Workers.Builtin;

/// <summary>What the built-in model is and is not.</summary>
public static class BuiltinModel
{
    public const string Name = "builtin v1";

    /// <summary>One paragraph for reports: the model and its measured errors.</summary>
    public const string Disclaimer =
        "Computed with the built-in physical model v1, a model and not a first-principles calculation: rigid ions with charges 0.85 times formal, full Ewald sums, Born-Mayer repulsion and C6 dispersion, " +
        "fitted to lattice constants and bulk moduli of the eight binaries and to 13 PBE energies of Li3XZ; a Harrison tight-binding band gap; hydration with molecular XH- ions anchored to experimental hydrolysis enthalpies. " +
        "Measured against the published values of 39 compounds: decomposition energy, rank correlation 0.92 (0.76 among the 24 of Table 2, where most of it is the split between zero and not), mean absolute error 0.034 eV/atom, bias -0.033 eV/atom, signed values down to -0.03 eV/atom for oxygen compounds; " +
        "band gap, rank correlation 0.87, mean absolute error 0.30 eV, oxygen-only compounds not ranked; hydration energy, rank correlation 0.61, mean absolute error 43 kJ/mol, sign right for 18 of 24; " +
        "conductivity at 400 K, extrapolated, 1.0 to 1.3 decades. Bulk moduli come out 9 to 38 % high, and some layered and soft cells relax too far. VASP or CP2K replace it property by property.";

    /// <summary>Refuses, by name, elements the model has no ion for.</summary>
    public static void Require(IEnumerable<string> species)
    {
        var unknown = species.Distinct().Where(s => !ForceFieldParameters.V1.Knows(s)).ToList();
        if (unknown.Count > 0) throw new InputException($"the built-in model has no ion of {string.Join(", ", unknown)}; it knows {string.Join(", ", ForceFieldParameters.V1.Species)} (use --with vasp, cp2k or command for others)");
    }
}
