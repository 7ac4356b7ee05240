using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>What ions are held against: the framework's centre of mass, or that of all atoms.</summary>
public enum DriftReference { Framework, Cell }

/// <param name="Species">The mobile element; null takes Li where there is Li, or the only element.</param>
/// <param name="DropPs">Left out at the start.</param>
/// <param name="Every">Keeps every n-th frame; all are unwrapped.</param>
/// <param name="FrameFs">Time between frames of the files, over what they say.</param>
public sealed record PathSettings(string? Species = null, double DropPs = 0, int Every = 1, DriftReference Drift = DriftReference.Framework, double? FrameFs = null);

/// <summary>Unwrapped paths against their reference, from the frames of one run, whatever program wrote it.</summary>
/// <param name="Ions">The mobile ions.</param>
/// <param name="Charge">Their displacement together, one walker, always against the framework: the cell is neutral, so the framework carries the opposite charge. Null where there is none.</param>
/// <param name="Framework">Some of the framework's atoms at some of the frames, enough to see it melt; null where there is none.</param>
/// <param name="Start">The first frame of the files: sites, before heat has moved them.</param>
/// <param name="MeanCell">Over the frames kept.</param>
/// <param name="FrameworkAtoms">Their number.</param>
/// <param name="LargestStep">Longest move between frames in fractions of the cell; positions that needed unwrapping are a guess near 0.5.</param>
/// <param name="TemperatureK">Of the thermostat, where the files say.</param>
public sealed record TransportPaths(
    string Species, Trajectory Ions, Trajectory? Charge, Trajectory? Framework, Structure Start, Mat3 MeanCell, double MeanVolumeA3, int FrameworkAtoms, double FrameStepFs, int FramesRead, double DroppedPs,
    double LargestStep, bool Unwrapped, double? TemperatureK, string Format, ImmutableArray<string> Notes)
{
    /// <summary>Above this step, in fractions of the cell, an atom may have gone the other way round.</summary>
    public const double AmbiguousStep = 0.4;
    public bool IsAmbiguous => !Unwrapped && LargestStep > AmbiguousStep;

    /// <summary>The normal of the same lattice planes in the mean cell: a'_i · n' = a_i · n, of unit length.</summary>
    public Vec3 InMeanCell(Vec3 normal)
    {
        var n = MeanCell.Inverse * (Start.Cell * normal);
        return (1 / n.Length) * n;
    }
}
