using IpActors.Domain.DftRuns;
using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>From a finished run's files to the part's result, under the names that the built-in model uses.</summary>
static class Cp2kResults
{
    public static PartResult Of(PartRequest request, string folder, Cp2kOutput output, string scheme)
    {
        var task = Cp2kParts.TaskOf(request);
        var start = Cp2kStart.Of(request);
        return task switch
        {
            Cp2kTask.Gap => Gap(request, folder, output, scheme),
            Cp2kTask.ConstantPressure => Cp2kDynamics.Equilibrated(request, start, folder, output, scheme),
            Cp2kTask.ConstantVolume => Cp2kDynamics.Conductivity(request, start, folder, scheme),
            _ => Relaxed(task, request, start, folder, output, scheme),
        };
    }

    static PartResult Relaxed(Cp2kTask task, PartRequest request, Cp2kStart start, string folder, Cp2kOutput output, string scheme)
    {
        var structure = Cp2kStructures.LastOf(folder) ?? (output.Steps == 0 ? start.Structure : throw Missing(Cp2kInputs.Restart));
        if (!structure.Species.SequenceEqual(start.Structure.Species)) throw new PartFaultException(new("other-structure", FaultKind.Fatal, $"{Cp2kInputs.Restart} holds other atoms than the run was given"));
        if (task is Cp2kTask.Relaxation or Cp2kTask.HydrationHost or Cp2kTask.Hydroxide) structure = Cp2kSymmetry.Restore(start.Structure, structure);
        var (energy, last) = (output.Last!.EnergyEv!.Value, output.LastForces);
        var numbers = new List<(string, double)>
        {
            ("energy_eV", energy), ("energy_eV_per_atom", energy / structure.Count), ("volume_A3_per_atom", structure.VolumeA3 / structure.Count), ("steps", output.Steps), ("scf_runs", output.ScfRuns),
        };
        if (last?.MaxForceEvPerA is { } force) numbers.Add(("max_force_eV_per_A", force));
        if (last?.MaxStressEvPerA3 is { } stress) numbers.AddRange([("max_stress_eV_per_A3", stress), ("pressure_GPa", last.PressureGPa!.Value)]);
        if (task == Cp2kTask.Hydroxide) numbers.Add(("formula_units", structure.Species.Count(e => e == "O")));
        var texts = new List<(string, string)> { ("scheme", scheme) };
        if (start.Site is { } site)
        {
            numbers.AddRange([("index", request.Number("configuration", 0)), ("lithium", site.Lithium), ("anion", site.Anion), ("bond_A", Nearest(structure, site.Lithium, site.Anion))]);
            texts.Add(("anchor", site.Anchor));
        }
        return PartResult.Of(Cp2kProgram.Calculator, numbers, structure, texts: texts);
    }

    static double Nearest(Structure s, int i, int j)
    {
        var d = s.Fractional[i] - s.Fractional[j];
        return (new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * s.Cell).Length;
    }

    static PartResult Gap(PartRequest request, string folder, Cp2kOutput output, string scheme)
    {
        var gap = Cp2kBands.ReadFolder(folder) ?? throw Missing(Cp2kTemplate.Bands);
        var energy = output.Last!.EnergyEv!.Value;
        return PartResult.Of(Cp2kProgram.Calculator,
        [
            ("gap_eV", gap.GapEv), ("vbm_eV", gap.ValenceBandMaximumEv), ("cbm_eV", gap.ConductionBandMinimumEv), ("direct_gap_eV", gap.DirectGapEv), ("k_points", gap.Points),
            ("energy_eV", energy), ("energy_eV_per_atom", energy / request.Start.Count),
        ], flags: gap.IsMetal ? ["metal"] : [], texts: [("scheme", scheme), ("vbm_k", Text(gap.ValenceAt)), ("cbm_k", Text(gap.ConductionAt))]);
    }

    static string Text(Vec3 k) => FormattableString.Invariant($"{k.X:0.####} {k.Y:0.####} {k.Z:0.####}");
    public static PartFaultException Missing(string file) => new(new("no-file", FaultKind.Infrastructure, $"CP2K ended well, but its {file} is missing or not whole"));
}
