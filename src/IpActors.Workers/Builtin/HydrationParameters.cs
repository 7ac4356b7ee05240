namespace IpActors.Workers.Builtin;

/// <summary>A molecular ion XH⁻. Per chalcogen: q_H over the charge scale; Morse D (eV), a (1/Å), r0 (Å); scale of LiOH's cell for LiXH; reaction enthalpy of Li2X + H2O → LiXH + LiOH (kJ/mol).</summary>
sealed record HydrationIon(double HydrogenCharge, double WellEv, double StiffnessPerA, double LengthA, double CellScale, double EnthalpyKJPerMol)
{
    /// <summary>Repulsion of Li and the bound X; null: that of Li and X²⁻.</summary>
    public PairParameters? Lithium { get; init; }
    /// <summary>Factor on A of the bound X with anions.</summary>
    public double AnionScale { get; init; } = 1;
    /// <summary>
    /// E(LiOH) - E(Li2O) less the offset between PBE's and the model's energy of Li → H on X, eV: the anchor by first principles, with the enthalpy of Li2O + H2O → 2 LiOH for every X.
    /// Null: E(LiXH) - E(Li2X), both relaxed in the model.
    /// </summary>
    public double? AnchorEv { get; init; }
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

    /// <summary>Model v2: fitted to PBE energies, forces and stresses of cells that hold XH⁻ (tests/compare/builtin_v2_hydration.py); H-H and H-Li by Coulomb's law alone.</summary>
    public static readonly HydrationParameters V2 = new(
        new Dictionary<string, HydrationIon>
        {
            ["O"] = new(0.532036, 7.0525, 1.854421, 0.949205, 1.00, -86.1) { Lithium = new(576.634425, 0.278379, 0), AnionScale = 0.44394, AnchorEv = 7.1882 },
            ["S"] = new(0.343616, 3.8, 1.716014, 1.335750, 1.24, -86.1) { Lithium = new(621.785573, 0.326420, 0), AnionScale = 0.75765, AnchorEv = 7.2910 },
            ["Se"] = new(0.244764, 3.4, 1.707766, 1.472297, 1.30, -86.1) { Lithium = new(423.464142, 0.350092, 0), AnionScale = 1.27318, AnchorEv = 7.0569 },
            ["Te"] = new(0.295662, 2.8, 1.703137, 1.658721, 1.42, -86.1) { Lithium = new(730.082991, 0.353009, 0), AnionScale = 1.28338, AnchorEv = 6.6718 },
        },
        new (string X, double A)[] { ("O", 65.852793), ("F", 11.722809), ("S", 97.983638), ("Se", 131.401529), ("Te", 255.059113), ("Cl", 108.433162), ("Br", 26.500310), ("I", 200.686252) }
            .ToDictionary(p => p.X, p => new PairParameters(p.A, 0.378898, 0)));
}
