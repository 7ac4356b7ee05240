using IpActors.Workers.Faults;

namespace IpActors.Workers.Vasp;

/// <summary>A finished ionic step: electronic steps it took, energy of the cell (free energy F, eV), entropy term T·S of the cell (eV), length of the drift of the forces (eV/Å), where known.</summary>
public sealed record VaspIonicStep(int ElectronicSteps, double EnergyEv, double? EntropyEv = null, double? DriftEvPerA = null);

/// <summary>What is known of a run of VASP.</summary>
public sealed record VaspEvidence : RunEvidence
{
    /// <summary>Messages of OUTCAR: the file, or what of it may hold messages.</summary>
    public string Outcar { get; init; } = "";
    /// <summary>Oldest first.</summary>
    public ImmutableArray<VaspIonicStep> Steps { get; init; } = [];
    /// <summary>Whether VASP said that the required accuracy of a relaxation is reached; null: not known.</summary>
    public bool? ReachedAccuracy { get; init; }
    public double? GapEv { get; init; }
    public int? Sites { get; init; }
    public int? Kpoints { get; init; }
    public int? Bands { get; init; }
    public double? Electrons { get; init; }
    public double? LongestAxisA { get; init; }
    /// <summary>The highest band holds electrons.</summary>
    public bool TopBandOccupied { get; init; }
    /// <summary>NGX, NGY, NGZ that OUTCAR advises.</summary>
    public (int X, int Y, int Z)? AdvisedGrid { get; init; }
    /// <summary>MDALGO as OUTCAR repeats it.</summary>
    public int? EchoedMdAlgo { get; init; }
    /// <summary>vasprun.xml is there and does not parse to its end.</summary>
    public bool XmlIsBroken { get; init; }
    /// <summary>Numbers that did not fit their columns (***).</summary>
    public bool XmlHasOverflow { get; init; }
    public ImmutableArray<string> MissingFiles { get; init; } = [];
    /// <summary>Negative values on the grid of AECCAR0 + AECCAR2, where both files are there and whole.</summary>
    public int? NegativeCoreDensities { get; init; }

    SettingsView View => new(Settings, VaspFaults.Defaults);
    internal bool IsRelaxation => View.Number("INCAR.NSW") > 1 && View.Number("INCAR.IBRION") is 1 or 2 or 3;
    public bool ElectronicConverged => Steps.Length > 0 && Steps[^1].ElectronicSteps < View.Number("INCAR.NELM");
    public bool IonicConverged => !IsRelaxation || (ReachedAccuracy ?? (Steps.Length < View.Number("INCAR.NSW") && !AskedToStop));
    public override bool Converged => ElectronicConverged && IonicConverged && !XmlIsBroken && MissingFiles.IsEmpty && !(AskedToStop && View.Number("INCAR.IBRION") == 0 && Steps.Length < View.Number("INCAR.NSW"));
    internal override string Text(FaultWhere where) => where == FaultWhere.Outcar ? Outcar : base.Text(where);
}
