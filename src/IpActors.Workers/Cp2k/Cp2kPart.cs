using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Science.Transport;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>What a part asks CP2K to do.</summary>
public enum Cp2kTask { Relaxation, Gap, HydrationHost, HydrationCell, Hydroxide, Water, ConstantPressure, ConstantVolume }

/// <summary>Names of parts: <c>relax</c>, <c>gap</c>; <c>host</c>, <c>cell-3</c>, <c>LiOH</c>, <c>H2O</c>; <c>vacancy.900K.s1.npt</c> and then <c>vacancy.900K.s1</c>.</summary>
public static class Cp2kParts
{
    public static Cp2kTask TaskOf(PartRequest request) => (request.Property, request.Part) switch
    {
        (Properties.Relaxation, _) => Cp2kTask.Relaxation,
        (Properties.BandGap, _) => Cp2kTask.Gap,
        (Properties.HydrationEnergy, "host") => Cp2kTask.HydrationHost,
        (Properties.HydrationEnergy, "LiOH") => Cp2kTask.Hydroxide,
        (Properties.HydrationEnergy, "H2O") => Cp2kTask.Water,
        (Properties.HydrationEnergy, _) => Cp2kTask.HydrationCell,
        (Properties.Conductivity, var part) when part.EndsWith(Combination.Equilibration, StringComparison.Ordinal) => Cp2kTask.ConstantPressure,
        (Properties.Conductivity, _) => Cp2kTask.ConstantVolume,
        _ => throw new PartFaultException(new("no-such-part", FaultKind.Fatal, $"CP2K does not compute {request.Property} {request.Part}")),
    };

    public static bool IsDynamics(this Cp2kTask task) => task is Cp2kTask.ConstantPressure or Cp2kTask.ConstantVolume;
    /// <summary>Positions, and the cell too.</summary>
    public static bool IsRelaxation(this Cp2kTask task) => task is Cp2kTask.Relaxation or Cp2kTask.HydrationHost or Cp2kTask.HydrationCell or Cp2kTask.Hydroxide or Cp2kTask.Water;
    /// <summary>Supercells and molecules, for which Gamma alone is enough.</summary>
    public static bool IsLarge(this Cp2kTask task) => task is Cp2kTask.HydrationHost or Cp2kTask.HydrationCell or Cp2kTask.Water || task.IsDynamics();

    public static LithiumDefect Mechanism(PartRequest request) => request.Part.StartsWith("vacancy", StringComparison.Ordinal) ? LithiumDefect.Vacancy : LithiumDefect.Interstitial;

    /// <summary>A part's number; a fault that names it where it is missing.</summary>
    public static double Number(this PartRequest request, string name, double? otherwise = null) =>
        request.Parameters.TryGetValue(name, out var v) ? v : otherwise ?? throw new PartFaultException(new("no-parameter", FaultKind.Fatal, $"{request.Property} {request.Part} needs {name}"));
}
