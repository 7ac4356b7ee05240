using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;
using IpActors.Science.Transport;

namespace IpActors.Workers.Runs;

/// <summary>One part of a conductivity from the trajectory files of an outside program: what the built-in model's run says of its own paths, by the same analysis.</summary>
public static class TrajectoryConductivity
{
    const double SampleFs = 25;
    const int MostFrames = 2048, CurvePoints = 50;

    /// <param name="files">Of one run in order, resumed ones after those they go on from: a frame at which two join counts once.</param>
    /// <param name="frames">In all files together, roughly: so many that are kept.</param>
    /// <param name="supercell">Without the defect: its Li sites measure a hop, its framework the neighbours.</param>
    /// <param name="normal">Of the slabs, in the cell of <paramref name="supercell"/>.</param>
    /// <exception cref="InputException">The files hold fewer than two frames, or other atoms.</exception>
    public static (ConductivityPart Part, ImmutableArray<string> Notes) Of(
        IReadOnlyList<Func<TrajectoryReader>> files, int frames, double frameFs, double meanTemperatureK, ConductivityPartKey key, Structure supercell, double defectsPerLithium, Vec3? normal)
    {
        var every = Math.Max(1, Math.Max((int)Math.Round(SampleFs / frameFs), (frames + MostFrames - 1) / MostFrames));
        while (every > 1 && frames / every < 20) every--; // a run too short for the usual sampling
        var paths = PathReading.Read(files, new(Species: "Li", Every: every, FrameFs: frameFs));
        if (normal is { } n) normal = Deformed(n, supercell.Cell, paths.MeanCell);
        return (Of(paths, paths.MeanVolumeA3, paths.Start.Count, meanTemperatureK, key, supercell, defectsPerLithium, normal, CollectiveTransport.Walker(paths.Ions)), paths.Notes);
    }

    /// <summary>The same from paths that have been read.</summary>
    /// <param name="normal">Of the slabs, in the cell of the paths.</param>
    /// <param name="charge">The displacement of the charge as one walker.</param>
    public static ConductivityPart Of(TransportPaths paths, double volumeA3, int atoms, double meanTemperatureK, ConductivityPartKey key, Structure supercell, double defectsPerLithium, Vec3? normal, Trajectory? charge)
    {
        var space = normal is { } m ? DiffusionSpace.Plane(m) : DiffusionSpace.Bulk;
        var hop = FrameworkStability.NearestNeighbours(supercell, e => e == "Li");
        var settings = new DiffusionSettings(HopLengthA: hop);
        var lithium = paths.Ions;
        var framework = paths.Framework ?? throw new InputException("no framework: nothing but Li in the trajectory");
        var diffusion = DiffusionFit.Estimate(lithium, space, settings);
        var lags = MeanSquaredDisplacement.LogLags(1, Math.Max(1, (Math.Min(lithium.Frames, framework.Frames) - 1) / 2), CurvePoints);
        var (curve, frame) = (MeanSquaredDisplacement.Tensors(lithium, lags), MeanSquaredDisplacement.Tensors(framework, lags));
        var lindemann = FrameworkStability.Lindemann(frame[^1].TotalA2, FrameworkStability.NearestNeighbours(supercell, e => e != "Li"));
        return new(key, meanTemperatureK, volumeA3, atoms, lithium.Atoms, defectsPerLithium, normal, lithium.LengthPs, diffusion, HopCounter.Count(lithium, hop),
            [.. curve.Select(p => p.LagPs)], [.. curve.Select(p => p.TotalA2)], [.. curve.Select(p => p.In(space))], [.. frame.Select(p => p.TotalA2)], lindemann, lindemann > FrameworkStability.MoltenRatio,
            TransportDetails.Of(lithium, charge, diffusion, space, settings));
    }

    /// <summary>The normal of the same lattice planes in the deformed cell: a'_i · n' = a_i · n, of unit length.</summary>
    public static Vec3 Deformed(Vec3 normal, Mat3 from, Mat3 to)
    {
        var n = to.Inverse * (from * normal);
        return (1 / n.Length) * n;
    }
}
