namespace IpActors.Workers.Builtin;

/// <summary>An ion of the tight-binding model: E_p before the Madelung shift and p-s splitting (eV), formal charge, Shannon crystal radius (VI) in Å, factor on its hopping to Li.</summary>
sealed record BandGapIon(double E0, double Splitting, double Charge, double RadiusA, double LithiumHopping = 1);

/// <summary>
/// Parameters of the tight-binding model. Hopping of a pair: η Scale 7.62 eV Å²/d0² exp(-Decay (r/d0 - 1)), with Scale and Decay by number of Li in the pair: anion-anion, Li-anion, Li-Li.
/// </summary>
/// <param name="MadelungShare">Share of the Madelung potential of formal charges by which anion levels move.</param>
/// <param name="LithiumShare">The same for the levels of Li, about their mean.</param>
/// <param name="LithiumP">Energy of Li p above Li s, eV.</param>
/// <param name="Ss">η of s-s; likewise s-p, p-p σ, p-p π.</param>
sealed record BandGapParameters(
    double MadelungShare, double LithiumShare, double LithiumP, ImmutableArray<double> Scale, ImmutableArray<double> Decay, double Ss, double Sp, double PpSigma, double PpPi, IReadOnlyDictionary<string, BandGapIon> Ions)
{
    /// <summary>p-s splittings (Hartree-Fock, after Harrison), charges and radii, the same in all versions, with the given E0.</summary>
    static Dictionary<string, BandGapIon> With(double o, double s, double se, double te, double f, double cl, double br, double i) => new()
    {
        ["Li"] = new(0, 0, 1, 0.90),
        ["O"] = new(o, 17.25, -2, 1.26),
        ["S"] = new(s, 12.42, -2, 1.70),
        ["Se"] = new(se, 12.18, -2, 1.84),
        ["Te"] = new(te, 9.58, -2, 2.07),
        ["F"] = new(f, 22.93, -1, 1.19),
        ["Cl"] = new(cl, 15.42, -1, 1.67),
        ["Br"] = new(br, 14.57, -1, 1.82),
        ["I"] = new(i, 11.37, -1, 2.06),
    };

    /// <summary>Model v1: one decay, Harrison's η, Li levels fixed.</summary>
    public static readonly BandGapParameters V1 = new(0.25112612160475356, 0, 6.394337103944339, [0.12374029211601587, 0.6016309038315863, 0.06075949065802698], [1.83080267926957, 1.83080267926957, 1.83080267926957],
        -1.32, 1.42, 2.22, -0.63,
        With(5.299714069366455, 4.450002574920654, 4.314571208953857, 4.192383251190186, -2.706596240997314, -1.532463817596435, -0.677073421478271, -0.251322956085205));

    /// <summary>
    /// Model v2: three decays, a factor on the hopping between Li and each anion, and Li levels that follow the potential; fitted to PBE gaps and band edges of cells outside the published tables and to
    /// the gaps of the binaries (tests/compare/builtin_v2_gap.py).
    /// </summary>
    public static readonly BandGapParameters V2 = new(0.216516, 0.068747, 6.347200, [0.060297, 0.733436, 0.153781], [2.076861, 1.593022, 1.113935],
        -1.347537, 1.681704, 2.22, -0.63,
        Hopping(With(5.396502, 4.303339, 3.964919, 3.582998, -2.697581, -1.702217, -0.802029, -0.639482),
            ("O", 0.886443), ("S", 1.107095), ("Se", 1.031729), ("Te", 1.047020), ("F", 1.635826), ("Cl", 0.826134), ("Br", 0.960978), ("I", 0.750302)));

    static Dictionary<string, BandGapIon> Hopping(Dictionary<string, BandGapIon> ions, params ReadOnlySpan<(string Anion, double Factor)> factors)
    {
        foreach (var (anion, factor) in factors) ions[anion] = ions[anion] with { LithiumHopping = factor };
        return ions;
    }
}
