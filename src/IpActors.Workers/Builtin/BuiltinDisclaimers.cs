namespace IpActors.Workers.Builtin;

/// <summary>What each version of the built-in model says of itself in reports: what it is, and its errors as tests/compare/builtin_exam.py measured them.</summary>
static class BuiltinDisclaimers
{
    public const string V1 =
        "Computed with the built-in physical model v1, a model and not a first-principles calculation: rigid ions with charges 0.85 times formal, full Ewald sums, Born-Mayer repulsion and C6 dispersion, " +
        "fitted to lattice constants and bulk moduli of the eight binaries and to 13 PBE energies of Li3XZ; a Harrison tight-binding band gap; hydration with molecular XH- ions anchored to experimental hydrolysis enthalpies. " +
        "Measured against the published values of 39 compounds: decomposition energy, rank correlation 0.92 (0.76 among the 24 of Table 2, where most of it is the split between zero and not), mean absolute error 0.034 eV/atom, bias -0.033 eV/atom, signed values down to -0.03 eV/atom for oxygen compounds; " +
        "band gap, rank correlation 0.87, mean absolute error 0.30 eV, oxygen-only compounds not ranked; hydration energy, rank correlation 0.61, mean absolute error 43 kJ/mol, sign right for 18 of 24; " +
        "conductivity at 400 K, always extrapolated, at the paper's lengths, Table 2: rank correlation 0.35, mean absolute error 0.9 decades (short trajectories: 1.3). Bulk moduli come out 9 to 38 % high, and some layered and soft cells relax too far. VASP or CP2K replace it property by property.";

    public const string V2 =
        "Computed with the built-in physical model v2, a model and not a first-principles calculation: rigid ions with charges 0.85 times formal, full Ewald sums, Born-Mayer repulsion and C6 dispersion, fitted to PBE energies, forces and stresses " +
        "of the binaries and of cells that are not among the published compounds; a tight-binding band gap fitted to PBE gaps of such cells; hydration with molecular XH- ions fitted to PBE and anchored to the experimental hydrolysis enthalpy of Li2O. " +
        "Measured against the published values, of which none entered a fit: decomposition energy, Table 2, rank correlation 0.85, mean absolute error 0.006 eV/atom, and for all 39 compounds 0.93 and 0.027 eV/atom, where Te-F compounds relax too far " +
        "(Li7Te2F3 0.34, published 0.64; Li12SeTe3F3Br 0.18, published 0.64); band gap, rank correlation 0.88, mean absolute error 0.28 eV, oxygen-only compounds not ranked; hydration energy, rank correlation 0.56, mean absolute error 46 kJ/mol, sign right for 18 of 24; " +
        "conductivity at 400 K, always extrapolated, at the paper's lengths, Table 2: rank correlation 0.57, mean absolute error 0.9 decades. Bulk moduli of the binaries come within 25 % of experiment. VASP or CP2K replace it property by property.";
}
