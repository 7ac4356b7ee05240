namespace IpActors.Workers.Builtin;

/// <summary>What each version of the built-in model says of itself in reports: what it is, and its errors as tests/compare/builtin_exam.py measured them.</summary>
static class BuiltinDisclaimers
{
    public const string V1 =
        "Computed with the built-in physical model v1, a model and not a first-principles calculation: rigid ions with charges 0.85 times formal, full Ewald sums, Born-Mayer repulsion and C6 dispersion, " +
        "fitted to lattice constants and bulk moduli of the eight binaries and to 13 PBE energies of Li3XZ; a Harrison tight-binding band gap; hydration with molecular XH- ions anchored to experimental hydrolysis enthalpies. " +
        "Measured against the published values of 39 compounds: decomposition energy, rank correlation 0.92 (0.76 among the 24 of Table 2, where most of it is the split between zero and not), mean absolute error 0.034 eV/atom, bias -0.033 eV/atom, signed values down to -0.03 eV/atom for oxygen compounds; " +
        "band gap, rank correlation 0.87, mean absolute error 0.30 eV, oxygen-only compounds not ranked; hydration energy, rank correlation 0.61, mean absolute error 43 kJ/mol, sign right for 18 of 24; " +
        "conductivity at 400 K, extrapolated, 1.0 to 1.3 decades. Bulk moduli come out 9 to 38 % high, and some layered and soft cells relax too far. VASP or CP2K replace it property by property.";

    public const string V2 = "";
}
