using System.CommandLine;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Cp2k;

namespace IpActors.App.Cp2k;

/// <summary><c>cp2k parse DIR</c>: what the files of a run say, finished or not.</summary>
static class Cp2kParseCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "a run's folder, or an output file of CP2K; files may be packed by gzip and may end early" };
        var json = Output.JsonOption();
        var command = new Command("parse", "Reads a run of CP2K: output, bands.bs, P-1.ener, P-1.restart.\nExample: ipactors cp2k parse run --json") { folder, json };
        command.SetAction((r, _) =>
        {
            var path = r.GetValue(folder)!;
            var single = File.Exists(path);
            if (!single && !Directory.Exists(path)) throw new InputException($"{path}: no such folder; give the folder of a run of CP2K");
            var directory = single ? Path.GetDirectoryName(Path.GetFullPath(path))! : path;
            var name = single ? Path.GetFileName(path) : Cp2kTemplate.Output;
            if (name.EndsWith(".gz", StringComparison.Ordinal)) name = name[..^3];
            var steps = new List<object>();
            var output = Cp2kOutputReader.ReadFolder(directory, name, s => steps.Add(new { energy_eV = s.EnergyEv, scf_cycles = s.ScfCycles, scf_converged = s.ScfConverged, max_force_eV_per_A = s.MaxForceEvPerA, pressure_GPa = s.PressureGPa }))
                ?? throw new InputException($"{directory}: no {name} in it; give the folder of a run, or the output file itself");
            var gap = Cp2kBands.ReadFolder(directory);
            var structure = Cp2kStructures.LastOf(directory);
            var energies = Energies(directory);
            if (r.GetValue(json))
            {
                Output.WriteJson(new
                {
                    version = output.Version, run_type = output.RunType, succeeded = output.Succeeded, ended = output.Ended, atoms = output.Atoms, energy_eV = output.Last?.EnergyEv, energies = output.Energies, optimisation_steps = output.Steps,
                    optimisation_completed = output.OptimisationCompleted, optimisation_steps_exhausted = output.OptimisationStepsExhausted, scf_runs = output.ScfRuns, scf_not_converged = output.ScfNotConverged,
                    walltime_exceeded = output.WalltimeExceeded, stopped_by_request = output.StoppedByRequest, abort = output.Abort, warnings = output.Warnings, warning_count = output.WarningCount,
                    forces_eV_per_A = output.LastForces?.ForcesEvPerA.Select(Row).ToArray(), stress_eV_per_A3 = output.LastForces?.StressEvPerA3 is { } stress ? Rows(stress) : null,
                    max_force_eV_per_A = output.LastForces?.MaxForceEvPerA, pressure_GPa = output.LastForces?.PressureGPa, steps,
                    unfinished = output.Unfinished is { } u ? new { scf_cycles = u.ScfCycles, convergence = u.LastCycle?.Convergence } : null,
                    gap = gap is null ? null : new { gap_eV = gap.GapEv, vbm_eV = gap.ValenceBandMaximumEv, cbm_eV = gap.ConductionBandMinimumEv, vbm_k = Row(gap.ValenceAt), cbm_k = Row(gap.ConductionAt), direct_gap_eV = gap.DirectGapEv, k_points = gap.Points },
                    dynamics = energies.IsEmpty ? null : new { steps = energies[^1].Step, time_fs = energies[^1].TimeFs, mean_temperature_K = energies.Average(e => e.TemperatureK), drift_eV = energies[^1].ConservedEv - energies[0].ConservedEv },
                    cell_A = structure is null ? null : Rows(structure.Cell), species = structure?.Species, fractional = structure?.Fractional.Select(Row).ToArray(), poscar = structure is null ? null : Poscar.Write(structure),
                });
                return Task.FromResult(0);
            }
            Console.Out.WriteLine($"{output.Version ?? "CP2K"}, {output.RunType ?? "unknown run"}: {(output.Succeeded ? "finished" : output.Abort is { } a ? $"gave up: {a}" : output.Ended ? "ended without its result" : "not finished")}");
            if (output.Last?.EnergyEv is { } energy) Console.Out.WriteLine(FormattableString.Invariant($"energy {energy:F6} eV after {output.Steps} steps; {output.ScfRuns} SCF runs, {output.ScfNotConverged} of them not converged"));
            if (output.LastForces is { } last) Console.Out.WriteLine(FormattableString.Invariant($"largest force {last.MaxForceEvPerA:F4} eV/A, pressure {last.PressureGPa:F3} GPa"));
            if (gap is not null) Console.Out.WriteLine(FormattableString.Invariant($"band gap {gap.GapEv:F3} eV over {gap.Points} k points"));
            if (structure is not null) Console.Out.WriteLine("\n" + Poscar.Write(structure));
            return Task.FromResult(0);
        });
        return command;
    }

    static ImmutableArray<Cp2kEnergyLine> Energies(string folder)
    {
        foreach (var path in (string[])[Path.Combine(folder, Cp2kTemplate.Project + "-1.ener")])
            if (File.Exists(path)) return Cp2kEnergies.Read(new StringReader(File.ReadAllText(path)), path);
        return [];
    }

    static double[] Row(Vec3 v) => [v.X, v.Y, v.Z];
    static double[][] Rows(Mat3 m) => [Row(m.A), Row(m.B), Row(m.C)];
}
