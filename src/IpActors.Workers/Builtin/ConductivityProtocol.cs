using IpActors.Science;
using IpActors.Science.Transport;

namespace IpActors.Workers.Builtin;

/// <summary>What is run for one conductivity. Lengths in ps, steps in fs, edges in Å.</summary>
/// <param name="MinimumEdgeA">Shortest distance of a defect from its image.</param>
/// <param name="DiagonalSupercell">Repeat the cell along its own vectors instead of taking the smallest supercell of any shape.</param>
/// <param name="NptPs">At constant (zero) pressure first; its second half gives the cell.</param>
/// <param name="NvtPs">At constant volume, where D comes from.</param>
/// <param name="SampleFs">Between stored frames.</param>
public sealed record ConductivityProtocol(
    double MinimumEdgeA, double NptPs, double NvtPs, ImmutableArray<double> TemperaturesK, ImmutableArray<long> Seeds, ImmutableArray<LithiumDefect> Mechanisms,
    bool DiagonalSupercell = false, double StepFs = 1, double SampleFs = 25, DefectCompensation Compensation = DefectCompensation.Background)
{
    public DiffusionSettings Diffusion { get; init; } = new();
    public CombinationSettings Combination { get; init; } = new();
    /// <summary>Version of the built-in model that moves the ions.</summary>
    public BuiltinModel Model { get; init; } = BuiltinModel.V1;

    /// <summary>As in the paper: edges of 10 Å, 10 ps and 50 ps at five temperatures, both mechanisms.</summary>
    public static readonly ConductivityProtocol Paper = new(10, 10, 50, [700, 800, 900, 1000, 1200], [1], [LithiumDefect.Vacancy, LithiumDefect.Interstitial]);
    /// <summary>A first look in seconds: 1 ps and 4 ps at three temperatures in smaller cells. Its errors are as large as it says.</summary>
    public static readonly ConductivityProtocol Quickstart = new(7.5, 1, 4, [800, 1000, 1200], [1], [LithiumDefect.Vacancy, LithiumDefect.Interstitial]);

    /// <summary>Every part, each a calculation of its own.</summary>
    public ImmutableArray<ConductivityPartKey> Parts() =>
        [.. from m in Mechanisms from t in TemperaturesK from s in Seeds select new ConductivityPartKey(m, t, s)];

    /// <summary>Throws <see cref="InputException"/> for lengths no run can be made of.</summary>
    public void Validate()
    {
        if (!(StepFs is > 0 and <= 5)) throw new InputException($"conductivity: time step {StepFs} fs; give one above 0 and at most 5, 1 is usual");
        if (!(SampleFs >= StepFs)) throw new InputException($"conductivity: frames every {SampleFs} fs with steps of {StepFs} fs; sample no more often than the step");
        if (!(NptPs >= 0.1) || !(NvtPs >= 0.5)) throw new InputException($"conductivity: {NptPs} ps at constant pressure and {NvtPs} ps at constant volume; give at least 0.1 and 0.5");
        if (TemperaturesK.IsDefaultOrEmpty || TemperaturesK.Any(t => !(t is > 0 and < 1e4))) throw new InputException("conductivity: give at least one temperature, in K");
        if (Seeds.IsDefaultOrEmpty || Mechanisms.IsDefaultOrEmpty) throw new InputException("conductivity: give at least one seed and one mechanism");
    }
}
