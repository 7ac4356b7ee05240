namespace IpActors.Workers.Vasp;

/// <summary>Where the bands end, from eigenvalues and occupancies (eV).</summary>
/// <param name="GapEv">CBM - VBM; 0 for a metal.</param>
/// <param name="Direct">Both edges at the same k point.</param>
/// <param name="VbmKpoint">Index from 0, as is <paramref name="CbmKpoint"/>.</param>
/// <param name="Metal">A band is filled at some k points and empty at others, or the edges overlap: there is no gap.</param>
/// <param name="PartialOccupancies">Some state is neither full nor empty to 1 %.</param>
/// <param name="FermiInsideBand">The Fermi level lies between the least and the greatest energy of some band.</param>
public sealed record BandEdges(double GapEv, double VbmEv, double CbmEv, bool Direct, int VbmKpoint, int CbmKpoint, int VbmSpin, int CbmSpin, bool Metal, bool PartialOccupancies, bool FermiInsideBand, int Spins, int Bands, int Kpoints)
{
    /// <summary>The highest band holds electrons: there may be too few bands.</summary>
    public bool TopBandOccupied { get; init; }
}

/// <summary>
/// Eigenvalues one by one into band edges; memory is that of one k point. In an insulator each spin has a whole number of filled bands, the same at every k point with weight; that number, not the occupancy, says which levels are the edges at
/// the points of weight 0.
/// </summary>
sealed class BandCollector(IReadOnlyList<double>? weights)
{
    const double Half = 0.5, Partial = 0.01, Inside = 1e-3;

    sealed class Band
    {
        public double Least = double.PositiveInfinity, Greatest = double.NegativeInfinity;
        public int LeastK, GreatestK;
        public double Fullest;
        public bool Filled, Empty;
    }

    readonly List<List<Band>> _spins = [];
    int _spin, _k, _band, _kpoints;
    bool _partial;

    public bool Any => _spins.Count > 0 && _spins[0].Count > 0;

    public void Spin(int index)
    {
        _spin = index;
        while (_spins.Count <= index) _spins.Add([]);
    }

    public void Kpoint(int index)
    {
        if (_spins.Count == 0) Spin(0);
        (_k, _band, _kpoints) = (index, 0, Math.Max(_kpoints, index + 1));
    }

    public void Add(double energyEv, double occupancy)
    {
        var bands = _spins[_spin];
        if (_band == bands.Count) bands.Add(new());
        var b = bands[_band++];
        if (energyEv < b.Least) (b.Least, b.LeastK) = (energyEv, _k);
        if (energyEv > b.Greatest) (b.Greatest, b.GreatestK) = (energyEv, _k);
        if (weights is not null && _k < weights.Count && weights[_k] == 0) return;
        b.Fullest = Math.Max(b.Fullest, occupancy);
        if (occupancy > Half) b.Filled = true; else b.Empty = true;
        _partial |= occupancy is > Partial and < 1 - Partial;
    }

    public BandEdges? Edges(double? fermiEv)
    {
        if (!Any) return null;
        var metal = _spins.Any(s => s.Any(b => b.Filled && b.Empty));
        var inside = fermiEv is { } f && _spins.Any(s => s.Any(b => f > b.Least + Inside && f < b.Greatest - Inside));
        var (vbm, cbm) = ((E: double.NegativeInfinity, K: 0, Spin: 0), (E: double.PositiveInfinity, K: 0, Spin: 0));
        for (var s = 0; s < _spins.Count; s++)
            foreach (var b in _spins[s])
            {
                if (b.Filled && b.Greatest > vbm.E) vbm = (b.Greatest, b.GreatestK, s);
                if (!b.Filled && b.Least < cbm.E) cbm = (b.Least, b.LeastK, s);
            }
        // A crossing band ends both sides at the Fermi level.
        if (metal && fermiEv is { } level) (vbm.E, cbm.E) = (level, level);
        metal |= !(cbm.E > vbm.E);
        return new(metal ? 0 : cbm.E - vbm.E, vbm.E, cbm.E, vbm.K == cbm.K, vbm.K, cbm.K, vbm.Spin, cbm.Spin, metal, _partial, inside, _spins.Count, _spins.Max(s => s.Count), _kpoints) { TopBandOccupied = _spins.Any(s => s.Count > 0 && s[^1].Fullest > Partial) };
    }
}
