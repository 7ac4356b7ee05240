namespace IpActors.Workers.Runs;

/// <summary>
/// Hydration energy from total energies of one scheme (J. Phys. Chem. C 2023, doi 10.1021/acs.jpcc.3c02801, Eqs. 2-3): Li_a X_b Z_c + H2O -> Li_(a-1) H X_b Z_c + LiOH,
/// E_h = E(cell with one H for Li) + E(LiOH) - E(host cell) - G(H2O), with G(H2O, liquid, 298 K) = E(H2O, molecule in a box) - 0.46 eV (vaporisation) - 0.216 eV (T S). The least over the placements counts.
/// </summary>
public static class DftHydration
{
    /// <summary>Names of the parts; each placement is <c>cell-k</c>.</summary>
    public const string Host = "host", Cell = "cell-", Hydroxide = "LiOH", Water = "H2O";
    /// <summary>Heat of vaporisation of water, which a molecule in a box lacks, and T S at 298 K (eV).</summary>
    public const double VaporisationEv = 0.46, EntropyEv = 0.216;
    const double KJPerMolPerEv = 96.48533212331;

    /// <param name="hostEv">Energy of the host's supercell, the same cell as of the placements (eV).</param>
    /// <param name="hydroxide">LiOH with <c>energy_eV</c> and <c>formula_units</c>.</param>
    public static (double LeastKJPerMol, double SpreadKJPerMol, ImmutableArray<(int Index, double KJPerMol)> Placements) Of(double hostEv, IReadOnlyList<PartResult> cells, PartResult hydroxide, PartResult water)
    {
        var products = hydroxide["energy_eV"] / hydroxide["formula_units"] - (water["energy_eV"] - VaporisationEv - EntropyEv);
        ImmutableArray<(int Index, double KJPerMol)> all = [.. cells.Select(c => ((int)c["index"], (c["energy_eV"] - hostEv + products) * KJPerMolPerEv))];
        var mean = all.Average(p => p.KJPerMol);
        return (all.Min(p => p.KJPerMol), all.Length > 1 ? Math.Sqrt(all.Sum(p => (p.KJPerMol - mean) * (p.KJPerMol - mean)) / (all.Length - 1)) : 0, all);
    }
}
