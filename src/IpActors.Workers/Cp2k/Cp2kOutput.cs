using IpActors.Science.Numerics;

namespace IpActors.Workers.Cp2k;

/// <summary>One evaluation of energy (and forces): its SCF and what was printed with it. Energies in eV, forces in eV/Å, stress in eV/Å³ positive in tension.</summary>
/// <param name="ScfCycles">Of all loops together.</param>
/// <param name="ScfConverged">Null where the output ends before it is said.</param>
public sealed record Cp2kStep(int Index, double? EnergyEv, int ScfCycles, bool? ScfConverged)
{
    public ImmutableArray<Vec3> ForcesEvPerA { get; init; } = [];
    public Mat3? StressEvPerA3 { get; init; }
    /// <summary>Convergence and energy (hartree) of the last SCF cycle.</summary>
    public (double Convergence, double EnergyHartree)? LastCycle { get; init; }

    public double? MaxForceEvPerA => ForcesEvPerA.IsEmpty ? null : ForcesEvPerA.Max(f => f.Length);
    public double? MaxStressEvPerA3 => StressEvPerA3 is { } s ? Enumerable.Range(0, 9).Max(i => Math.Abs(s[i / 3, i % 3])) : null;
    public double? PressureGPa => StressEvPerA3 is { } s ? -s.Trace / 3 * Cp2kUnits.GPaEvPerA3 : null;
}

/// <summary>What a whole cp2k.out says. Of the steps only the last is kept; memory does not grow with the run.</summary>
public sealed record Cp2kOutput
{
    public string? Version { get; init; }
    public string? RunType { get; init; }
    public int? Atoms { get; init; }
    /// <summary>Energies printed, an evaluation at the minimum included.</summary>
    public int Energies { get; init; }
    /// <summary>Steps of an optimisation or of dynamics.</summary>
    public int Steps { get; init; }
    /// <summary>Steps of an optimisation that have begun.</summary>
    public int OptimisationSteps { get; init; }
    public int ScfRuns { get; init; }
    /// <summary>Whether each SCF that ended converged, oldest first.</summary>
    public ImmutableArray<bool> ScfConverged { get; init; } = [];
    /// <summary>The convergence column of the SCF under way or the last one, oldest first.</summary>
    public ImmutableArray<double> Convergence { get; init; } = [];
    /// <summary>The last lines are the head of an SCF table without its first row.</summary>
    public bool StopsAtScfHead { get; init; }
    public int ScfNotConverged { get; init; }
    /// <summary>The last evaluation with an energy.</summary>
    public Cp2kStep? Last { get; init; }
    /// <summary>The last with forces: the one at the minimum has none.</summary>
    public Cp2kStep? LastForces { get; init; }
    /// <summary>An evaluation that the output breaks off in.</summary>
    public Cp2kStep? Unfinished { get; init; }
    public bool OptimisationCompleted { get; init; }
    public bool OptimisationStepsExhausted { get; init; }
    public bool WalltimeExceeded { get; init; }
    public bool StoppedByRequest { get; init; }
    public bool Ended { get; init; }
    /// <summary>The text of the [ABORT] box with the place in CP2K's source at its end.</summary>
    public string? Abort { get; init; }
    public int? WarningCount { get; init; }
    /// <summary>Texts of the first warnings.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
    /// <summary>The keys of pressure and gradient at the last step of an optimisation.</summary>
    public double? LastPressureGPa { get; init; }
    public bool IsOptimisation => RunType is "CELL_OPT" or "GEO_OPT";

    /// <summary>Exit code 0 says little: the run ended by itself, no SCF failed, an optimisation came to its end.</summary>
    public bool Succeeded => Ended && Abort is null && ScfNotConverged == 0 && Energies > 0 && !WalltimeExceeded && !StoppedByRequest && !OptimisationStepsExhausted && (!IsOptimisation || OptimisationCompleted);
}
