using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Vasp;

/// <summary>A finished ionic step. Energies in eV; NaN where the file has none or stars.</summary>
/// <param name="EnergyEv">E0, sigma → 0 (with dispersion where the step has one).</param>
/// <param name="FreeEnergyEv">TOTEN.</param>
/// <param name="ElectronicSteps">SCF iterations; 0 for steps of a machine-learned force field.</param>
/// <param name="MaxForceEvPerA">Longest force vector.</param>
public readonly record struct VaspStep(double EnergyEv, double FreeEnergyEv, int ElectronicSteps, double MaxForceEvPerA);

/// <summary>What a vasprun.xml says, of whole or cut-off files: all finished ionic steps in short, the last one in full.</summary>
public sealed class Vasprun
{
    public string? Version { get; internal set; }
    /// <summary>Tags as VASP understood them (&lt;incar&gt;) and all parameters in force; trimmed text.</summary>
    public Dictionary<string, string> Incar { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);
    public ImmutableArray<string> Species { get; internal set; } = [];
    /// <summary>TITELs by species.</summary>
    public List<string> Titles { get; } = [];
    public List<Vec3> Kpoints { get; } = [];
    public List<double> Weights { get; } = [];
    public List<VaspStep> Steps { get; } = [];
    public Structure? Initial { get; internal set; }
    /// <summary>Of the last finished step.</summary>
    public Structure? Last { get; internal set; }
    public ImmutableArray<Vec3> ForcesEvPerA { get; internal set; } = [];
    /// <summary>As VASP prints it, positive under compression.</summary>
    public Mat3? StressKilobar { get; internal set; }
    public double? FermiEv { get; internal set; }
    /// <summary>Of the last eigenvalues in the file.</summary>
    public BandEdges? Bands { get; internal set; }
    /// <summary>Among the results are numbers that did not fit their columns (***).</summary>
    public bool HasOverflow { get; internal set; }
    /// <summary>The file ends as it should.</summary>
    public bool Complete { get; internal set; }
    /// <summary>Why and where it does not, null where it does.</summary>
    public string? Damage { get; internal set; }

    public double? Parameter(string name) => (Parameters.GetValueOrDefault(name) ?? Incar.GetValueOrDefault(name)) is { } text && IncarValue.Numbers(text) is { Length: > 0 } n ? n[0] : null;

    /// <summary>Reads as a stream, in the memory of one ionic step. Never throws for damaged content: what came before it counts.</summary>
    public static Vasprun Read(Stream stream)
    {
        var run = new Vasprun();
        new VasprunParser(run).Read(stream);
        return run;
    }
}
