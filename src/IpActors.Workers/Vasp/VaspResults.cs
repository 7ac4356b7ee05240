using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;
using IpActors.Science.Transport;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Vasp;

/// <summary>From outputs that passed the checks to the part's result, under the names that the built-in model's parts use.</summary>
static class VaspResults
{
    const string Calculator = "vasp";

    public static ProgramOutcome Of(VaspPart part, VaspOutput output, PartRequest r, RunFolder folder, string scheme)
    {
        if (part.IsDynamics) return Dynamics(part, output, r, folder, scheme);
        var s = output.Structure;
        if (s is null) return Fault("no-structure", "the run has no readable last structure");
        List<(string, double)> numbers = [("energy_eV", output.EnergyEv!.Value), ("energy_eV_per_atom", output.EnergyEv.Value / s.Count), ("steps", output.IonicSteps), ("electronic_steps", output.ElectronicSteps)];
        List<string> flags = [];
        List<(string, string)> texts = [("scheme", scheme), ("program", $"VASP {output.Version}")];
        if (part.Kind == VaspKind.Static)
        {
            if (output.Vasprun?.Bands is not { } bands) return Fault("no-eigenvalues", "vasprun.xml holds no eigenvalues");
            numbers.AddRange([("gap_eV", bands.GapEv), ("vbm_eV", bands.VbmEv), ("cbm_eV", bands.CbmEv)]);
            if (output.Vasprun.FermiEv is { } fermi) numbers.Add(("fermi_eV", fermi));
            flags.Add(bands.Metal ? "metal" : bands.Direct ? "direct" : "indirect");
            if (bands.PartialOccupancies) flags.Add("partial occupancies");
            return new ProgramOutcome.Succeeded(PartResult.Of(Calculator, numbers, flags: flags, texts: texts));
        }
        numbers.AddRange([("volume_A3_per_atom", s.VolumeA3 / s.Count), ("max_force_eV_per_A", output.MaxForceEvPerA ?? double.NaN), ("max_stress_eV_per_A3", output.MaxStressEvPerA3 ?? double.NaN), ("pressure_GPa", output.PressureGPa ?? double.NaN)]);
        if (r.Property == Properties.HydrationEnergy) Hydration(r, s, output, numbers, texts);
        return new ProgramOutcome.Succeeded(PartResult.Of(Calculator, numbers, s, flags, texts));
    }

    static ProgramOutcome.Failed Fault(string code, string message) => new(new(code, FaultKind.Physics, message));

    static void Hydration(PartRequest r, Structure s, VaspOutput output, List<(string, double)> numbers, List<(string, string)> texts)
    {
        switch (r.Part)
        {
            case "host": numbers.Add(("gain_eV_per_atom", ((output.FirstEnergyEv ?? output.EnergyEv!.Value) - output.EnergyEv!.Value) / s.Count)); break;
            case "LiOH" or "H2O": numbers.Add(("formula_units", s.Species.Count(e => e == "O"))); break;
            default:
                var (start, _, lithium, anion) = VaspPart.Placement(r);
                numbers.AddRange([("index", r.Parameters["configuration"]), ("lithium", lithium), ("anion", anion), ("bond_A", Bond(s))]);
                texts.Add(("anchor", start.Species[anion]));
                break;
        }
    }

    /// <summary>From H to the nearest chalcogen.</summary>
    static double Bond(Structure s)
    {
        var h = s.Species.IndexOf("H");
        return Enumerable.Range(0, s.Count).Where(i => s.Species[i] is "O" or "S" or "Se" or "Te").Min(i =>
        {
            var d = s.Fractional[i] - s.Fractional[h];
            return (new Vec3(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * s.Cell).Length;
        });
    }

    /// <summary>All attempts that make one run, checked for their length, then analysed.</summary>
    static ProgramOutcome Dynamics(VaspPart part, VaspOutput output, PartRequest r, RunFolder folder, string scheme)
    {
        var chain = VaspResume.Chain(folder.Path, r.Earlier);
        var (frames, steps, pace) = (chain.Sum(VaspResume.Frames), part.Steps(r), VaspPart.Pace(r));
        // A join may cost a frame or count one twice.
        if (frames < steps / pace.Block - chain.Length) return new ProgramOutcome.Failed(new("not-finished", FaultKind.Infrastructure, $"{frames * pace.Block} of {steps} steps are done"));
        var temperature = Mean(chain);
        List<string> flags = output.UnconvergedSteps > 0 ? ["steps unconverged"] : [];
        (string, string)[] texts = [("scheme", scheme), ("program", $"VASP {output.Version}")];
        try
        {
            return part.Kind == VaspKind.ConstantPressure ? Equilibrated(chain, frames, temperature, output, flags, texts) : Conductivity(chain, frames, temperature, output, r, flags, texts);
        }
        catch (InputException e) { return Fault("no-trajectory", e.Message); }
    }

    static double Mean(ImmutableArray<string> chain)
    {
        var (sum, n) = (0.0, 0);
        foreach (var folder in chain)
        {
            using var stream = new RunFolder(folder).Open("OSZICAR");
            if (stream is null) continue;
            foreach (var t in Oszicar.Read(stream).Steps.Select(s => s.TemperatureK).OfType<double>().Where(double.IsFinite)) (sum, n) = (sum + t, n + 1);
        }
        return n > 0 ? sum / n : double.NaN;
    }

    static TrajectoryReader Open(string folder)
    {
        var run = new RunFolder(folder);
        return new XdatcarReader(new StreamReader(run.Open("XDATCAR") ?? throw new InputException($"{run.PathOf("XDATCAR")}: missing")), run.PathOf("XDATCAR"));
    }

    /// <summary>The mean cell of the second half with the last positions.</summary>
    static ProgramOutcome Equilibrated(ImmutableArray<string> chain, int frames, double temperatureK, VaspOutput output, List<string> flags, (string, string)[] texts)
    {
        var (sum, count, at) = (default(Mat3), 0, 0);
        Structure? last = null;
        foreach (var folder in chain)
        {
            using var reader = Open(folder);
            foreach (var frame in reader.Frames())
            {
                if (2 * at++ >= frames) (sum, count) = (sum + frame.Cell, count + 1);
                if (at == frames || frames - at < 2) last = new(frame.Cell, reader.Species, [.. Enumerable.Range(0, reader.Species.Length).Select(i => new Vec3(frame.Fractional[3 * i], frame.Fractional[3 * i + 1], frame.Fractional[3 * i + 2]))]);
            }
        }
        var s = last! with { Cell = (1.0 / count) * sum };
        return new ProgramOutcome.Succeeded(PartResult.Of(Calculator,
            [("energy_eV", output.EnergyEv!.Value), ("energy_eV_per_atom", output.EnergyEv.Value / s.Count), ("mean_temperature_K", temperatureK), ("volume_A3_per_atom", s.VolumeA3 / s.Count), ("frames", frames)], s, flags, texts));
    }

    static ProgramOutcome Conductivity(ImmutableArray<string> chain, int frames, double temperatureK, VaspOutput output, PartRequest r, List<string> flags, (string, string)[] texts)
    {
        var supercell = VaspPart.Supercell(r);
        var defect = VaspPart.Defect(r, supercell);
        var key = new ConductivityPartKey(VaspPart.Mechanism(r), r.Parameters["temperature_K"], r.Seed);
        var pace = VaspPart.Pace(r);
        var turned = VaspPart.Corrected(supercell, r.Settings);
        var (part, notes) = TrajectoryConductivity.Of([.. chain.Select(f => (Func<TrajectoryReader>)(() => Open(f)))], frames, pace.StepFs * pace.Block, temperatureK, key, turned, defect.DefectsPerLithium, SlabNormal.Find(r.Start));
        var result = BuiltinParts.OfConductivity(Calculator, part, flags, notes.IsEmpty ? texts : [.. texts, ("notes", string.Join("; ", notes))]);
        return new ProgramOutcome.Succeeded(result with { Numbers = result.Numbers.SetItem("frames", frames).SetItem("energy_eV", output.EnergyEv!.Value) });
    }
}
