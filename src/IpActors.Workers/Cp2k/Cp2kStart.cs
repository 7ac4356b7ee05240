using IpActors.Domain.DftRuns;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>The structure that a part starts from, with what is known of it: charge and, for placements and defects, which atoms.</summary>
/// <param name="Charge">Of the cell, in e, made up for by a uniform background.</param>
/// <param name="Perfect">The supercell before the defect.</param>
public sealed record Cp2kStart(Structure Structure, int Charge = 0)
{
    public HydrationSite? Site { get; init; }
    public Structure? Perfect { get; init; }
    public double? DefectsPerLithium { get; init; }

    /// <summary>The same for every attempt: chance comes from the request's seed alone.</summary>
    public static Cp2kStart Of(PartRequest request)
    {
        var task = Cp2kParts.TaskOf(request);
        var edge = request.Number("minimum_edge_A", 10);
        var start = task switch
        {
            Cp2kTask.HydrationHost => new Cp2kStart(Hydration.Supercell(request.Start, edge)),
            Cp2kTask.HydrationCell => Placed(request),
            Cp2kTask.Hydroxide => new(BuiltinModel.V1.Hydration.LithiumHydroxide("O")),
            Cp2kTask.Water => new(Water(Math.Max(edge, 10))),
            Cp2kTask.ConstantVolume when request.Prior?.Structure is { } equilibrated => Defect(request, edge) with { Structure = equilibrated },
            Cp2kTask.ConstantPressure or Cp2kTask.ConstantVolume => Defect(request, edge),
            _ => new(request.Start),
        };
        return start with { Structure = Oriented(start.Structure) };
    }

    static Cp2kStart Placed(PartRequest request)
    {
        var host = request.Prior?.Structure ?? throw new PartFaultException(new("no-host", FaultKind.Fatal, "the host was not relaxed"));
        var (_, structure, lithium, anion) = Hydration.Place(host, SeededRandom.Stream(request.Seed, $"{request.Property}/{request.Part}"));
        var site = new HydrationSite(lithium, anion, host.Species[anion]);
        return new(structure) { Site = site };
    }

    /// <summary>The part at constant volume has the seed's own defect, whether it follows a run at constant pressure or not: both draw from one stream.</summary>
    static Cp2kStart Defect(PartRequest request, double edge)
    {
        var supercell = Supercell.Make(request.Start, DefectsSupercell.Smallest(request.Start.Cell, edge));
        var defect = Defects.Make(supercell, Cp2kParts.Mechanism(request), SeededRandom.Stream(request.Seed, "defect"));
        return new(defect.Structure, defect.FormalCharge) { Perfect = supercell, DefectsPerLithium = defect.DefectsPerLithium };
    }

    /// <summary>One molecule (0.957 Å, 104.5°) in the middle of a cubic box.</summary>
    static Structure Water(double edge)
    {
        double bond = 0.957 / edge, half = 104.5 / 2 * Math.PI / 180;
        return new(Mat3.Diagonal(edge, edge, edge), ["O", "H", "H"], [new(0.5, 0.5, 0.5), new(0.5 + bond * Math.Sin(half), 0.5 + bond * Math.Cos(half), 0.5), new(0.5 - bond * Math.Sin(half), 0.5 + bond * Math.Cos(half), 0.5)]);
    }

    /// <summary>The same crystal turned so that a lies along x and b in the xy plane, right-handed: what CP2K's optimisation of cells assumes.</summary>
    public static Structure Oriented(Structure s)
    {
        if (s.Cell.Determinant < 0) s = new(-1 * s.Cell, s.Species, [.. s.Fractional.Select(f => new Vec3(-f.X, -f.Y, -f.Z).Wrapped())]);
        var (a, b, c) = (s.Cell.A, s.Cell.B, s.Cell.C);
        double la = a.Length, bx = b.Dot(a) / la, by = Math.Sqrt(Math.Max(0, b.LengthSquared - bx * bx)), cx = c.Dot(a) / la, cy = (b.Dot(c) - bx * cx) / by;
        double Clean(double v) => Math.Abs(v) < 1e-10 * la ? 0 : v;
        return s with { Cell = new(new(la, 0, 0), new(Clean(bx), by, 0), new(Clean(cx), Clean(cy), Math.Sqrt(Math.Max(0, c.LengthSquared - cx * cx - cy * cy)))) };
    }
}

/// <summary>Which Li gave way to H, and on which anion the proton sits.</summary>
public sealed record HydrationSite(int Lithium, int Anion, string Anchor);
