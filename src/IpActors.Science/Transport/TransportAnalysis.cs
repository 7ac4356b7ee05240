using IpActors.Science.Numerics;

namespace IpActors.Science.Transport;

/// <summary>Everything that one run says about transport: D of the tracer and of the charge, by directions and by blocks, and whether the numbers may be trusted.</summary>
/// <param name="Directions">D per axis x, y, z, per plane, and along the normal where there is one.</param>
/// <param name="Lindemann">Of the framework at half the run; null without framework.</param>
public sealed record TransportAnalysis(
    TransportPaths Paths, DiffusionSpace Space, double HopLengthA, DiffusionEstimate Tracer, TransportDetails Details, ImmutableArray<DirectionalDiffusion> Planes, DirectionalDiffusion? AlongNormal,
    int CountedHops, double? Lindemann, bool Melted, ImmutableArray<string> Flags)
{
    public const string Ambiguous = "ambiguous unwrapping", NoFramework = "no framework", Bound = "upper bound";
    const int NeighbourCentres = 64;

    public double MolPerCm3 => NernstEinstein.MolPerCm3(Paths.Ions.Atoms, Paths.MeanVolumeA3);

    /// <param name="hopLengthA">l; null takes the mean distance of neighbouring mobile ions in the first frame of the files.</param>
    public static TransportAnalysis Of(TransportPaths paths, DiffusionSpace space, DiffusionSettings settings, double? hopLengthA)
    {
        var hop = hopLengthA ?? FrameworkStability.NearestNeighbours(paths.Start, e => e == paths.Species, NeighbourCentres);
        var s = settings with { HopLengthA = hop };
        var tracer = DiffusionFit.Estimate(paths.Ions, space, s);
        var details = TransportDetails.Of(paths.Ions, paths.Charge, tracer, space, s);
        ImmutableArray<DirectionalDiffusion> planes =
            [.. new (string Name, Vec3 Normal)[] { ("xy", new(0, 0, 1)), ("yz", new(1, 0, 0)), ("xz", new(0, 1, 0)) }.Select(p => TransportDetails.Along(paths.Ions, p.Name, DiffusionSpace.Plane(p.Normal), s))];
        var along = space.SlabNormal is { } n ? TransportDetails.Along(paths.Ions, "normal", DiffusionSpace.Along(n), s) : null;
        var lindemann = LindemannOf(paths);
        var melted = lindemann > FrameworkStability.MoltenRatio;

        var flags = new List<string>();
        if (tracer.D is null) flags.Add(Bound);
        if (melted) flags.Add(ConductivityCombination.Melted);
        if (tracer is { D: not null, Subdiffusive: true }) flags.Add(ConductivityCombination.Subdiffusive);
        if (paths.IsAmbiguous) flags.Add(Ambiguous);
        if (paths.FrameworkAtoms == 0) flags.Add(NoFramework);
        return new(paths, space, hop, tracer, details, planes, along, HopCounter.Count(paths.Ions, hop), lindemann, melted, [.. flags]);
    }

    static double? LindemannOf(TransportPaths paths)
    {
        if (paths.Framework is not { } t) return null;
        var msd = MeanSquaredDisplacement.Tensors(t, [Math.Max(1, (t.Frames - 1) / 2)])[0].TotalA2;
        return FrameworkStability.Lindemann(msd, FrameworkStability.NearestNeighbours(paths.Start, e => e != paths.Species, NeighbourCentres));
    }
}
