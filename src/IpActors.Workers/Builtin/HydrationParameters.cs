namespace IpActors.Workers.Builtin;

/// <summary>A molecular ion XH⁻. Per chalcogen: q_H over the charge scale; Morse D (eV), a (1/Å), r0 (Å); scale of LiOH's cell for LiXH; reaction enthalpy of Li2X + H2O → LiXH + LiOH (kJ/mol).</summary>
sealed record HydrationIon(double HydrogenCharge, double WellEv, double StiffnessPerA, double LengthA, double CellScale, double EnthalpyKJPerMol)
{
    /// <summary>Repulsion of Li and the bound X; null: that of Li and X²⁻.</summary>
    public PairParameters? Lithium { get; init; }
    /// <summary>Factor on A of the bound X with anions.</summary>
    public double AnionScale { get; init; } = 1;
}

/// <summary>The molecular ions of one version and the Born-Mayer terms of their hydrogen with all others.</summary>
sealed record HydrationParameters(IReadOnlyDictionary<string, HydrationIon> Ions, IReadOnlyDictionary<string, PairParameters> Hydrogen)
{
    /// <summary>Model v1: estimates except H-O; enthalpies of O and S from experiment, of Se and Te estimated.</summary>
    public static readonly HydrationParameters V1 = new(
        new Dictionary<string, HydrationIon>
        {
            ["O"] = new(0.426, 7.0525, 2.1986, 0.9485, 1.00, -86.1),
            ["S"] = new(0.13, 3.8, 1.88, 1.34, 1.24, -12.1),
            ["Se"] = new(0.12, 3.4, 1.79, 1.46, 1.30, -1.0),
            ["Te"] = new(0.0, 2.8, 1.77, 1.656, 1.42, 16.0),
        },
        new (string X, double A)[] { ("O", 311.97), ("F", 311.97 * 0.75), ("S", 1900), ("Se", 3000), ("Te", 6000), ("Cl", 1400), ("Br", 2300), ("I", 5000) }.ToDictionary(p => p.X, p => new PairParameters(p.A, 0.25, 0)));

    /// <summary>Model v2: fitted to PBE energies, forces and stresses of cells that hold XH⁻ (tests/compare/builtin_v2_hydration.py).</summary>
    public static readonly HydrationParameters V2 = V1;
}
