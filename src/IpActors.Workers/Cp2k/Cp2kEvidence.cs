using IpActors.Workers.Faults;

namespace IpActors.Workers.Cp2k;

/// <summary>What is known of a run of CP2K; <see cref="RunEvidence.Stdout"/> is its main output, wherever it went.</summary>
public sealed record Cp2kEvidence : RunEvidence
{
    /// <summary>What its main output says; null where there is none.</summary>
    public Cp2kOutput? Output { get; init; }
    /// <summary>Whether each SCF cycle so far converged, oldest first.</summary>
    public ImmutableArray<bool> ScfConverged { get; init; } = [];
    /// <summary>The convergence column of the SCF under way or the last one, oldest first.</summary>
    public ImmutableArray<double> Convergence { get; init; } = [];
    /// <summary>The optimisation's own word: completed, or its steps used up; null: neither.</summary>
    public bool? GeometryCompleted { get; init; }
    /// <summary>Optimisation steps in all attempts so far.</summary>
    public int GeometrySteps { get; init; }
    /// <summary>The last lines are the head of an SCF table without its first row.</summary>
    public bool StopsAtScfHead { get; init; }
    /// <summary>There is a restart file to go on from.</summary>
    public bool CanRestart { get; init; }

    internal string RunType => new SettingsView(Settings, Cp2kFaults.Defaults).Text(FaultsTerms.RunTypeKey).ToUpperInvariant();
    internal bool Optimises => RunType is "GEO_OPT" or "CELL_OPT" or "GEOMETRY_OPTIMIZATION";
    public override bool Converged => (ScfConverged.IsEmpty || ScfConverged[^1]) && (!Optimises || GeometryCompleted == true) && !AskedToStop;
}
