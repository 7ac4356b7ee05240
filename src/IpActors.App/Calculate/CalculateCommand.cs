using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Programs;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;
using IpActors.Workers.Runs;

namespace IpActors.App.Calculate;

/// <summary><c>calculate STRUCTURE --with … --property …</c>: one property of one structure, outside any campaign.</summary>
public static class CalculateCommand
{
    public static Command Create()
    {
        var structure = new Argument<string>("structure") { Description = "POSCAR or .cif file, - for a POSCAR on stdin" };
        var with = new Option<string>("--with") { Description = "the calculator: builtin, or a program: vasp, cp2k, command", DefaultValueFactory = _ => BuiltinRunWorker.Calculator };
        with.AcceptOnlyFromAmong([BuiltinRunWorker.Calculator, .. ProgramsSection.Names]);
        var programs = new ProgramOptions();
        var version = new Option<string>("--model") { Description = "version of the built-in model", DefaultValueFactory = _ => BuiltinModel.V1.Key };
        version.AcceptOnlyFromAmong([.. BuiltinModel.All.Select(m => m.Key)]);
        var property = new Option<string>("--property") { Description = "what to compute; gap needs a primitive cell, hydration and conductivity a relaxed one", Required = true };
        property.AcceptOnlyFromAmong("energy", "relax", "gap", "hydration", "conductivity");
        var edge = new Option<double>("--edge") { Description = "hydration: least edge of the supercell in A", DefaultValueFactory = _ => 10 };
        var placements = new Option<int>("--placements") { Description = "hydration: random Li/H placements", DefaultValueFactory = _ => 10 };
        var seed = new Option<long>("--seed") { Description = "hydration, conductivity: seed of placements and velocities", DefaultValueFactory = _ => 1 };
        var length = new Option<string>("--length") { Description = "conductivity: quickstart (1 + 4 ps at three temperatures, seconds) or paper (10 + 50 ps at five, minutes)", DefaultValueFactory = _ => "quickstart" };
        length.AcceptOnlyFromAmong("quickstart", "paper");
        var json = Output.JsonOption();
        var command = new Command("calculate", "Computes one property of one structure.\nExample: ipactors calculate POSCAR --with builtin --property relax --json") { structure, with, version, property, edge, placements, length, seed, json };
        programs.AddTo(command);
        command.SetAction(async (r, cancel) =>
        {
            var file = r.GetValue(structure)!;
            var s = file.EndsWith(".cif", StringComparison.OrdinalIgnoreCase) ? Cif.Read(Output.ReadInput(file), file) : Poscar.Read(Output.ReadInput(file), file);
            if (r.GetValue(with) != BuiltinRunWorker.Calculator)
                return await ProgramCalculation.Run(s, r.GetValue(with)!, r.GetValue(property)!, programs.Of(r), r.GetValue(length)!, r.GetValue(edge), r.GetValue(placements), r.GetValue(seed), r.GetValue(json), cancel);
            BuiltinModel.Require(s.Species);
            var model = BuiltinModel.Called(r.GetValue(version)!);
            var (document, text, code) = r.GetValue(property) switch
            {
                "energy" => Energy(s, model),
                "relax" => Relax(s, model),
                "gap" => Gap(s, model),
                "conductivity" => ConductivityAnswer.Of(s, model, r.GetValue(length)!, r.GetValue(seed), cancel),
                _ => Hydrate(s, model, r.GetValue(edge), r.GetValue(placements), r.GetValue(seed)),
            };
            if (r.GetValue(json)) Output.WriteJson(document);
            else Console.Out.WriteLine($"{text}\nmodel: {model.Name}\n{model.Disclaimer}");
            return code;
        });
        return command;
    }

    static (object, string, int) Energy(Structure s, BuiltinModel model)
    {
        var forces = new double[3 * s.Count];
        double[] positions = [.. Enumerable.Range(0, s.Count).Select(s.Cartesian).SelectMany(Row)];
        var energy = model.Field(s.Species).Evaluate(s.Cell, positions, forces, out var strain);
        if (!double.IsFinite(energy)) throw new InputException("the energy of this structure is not finite: two atoms coincide, or the cell is far too small; check cell and positions");
        var stress = (1 / s.VolumeA3) * strain;
        return (new
        {
            property = "energy",
            energy_eV = energy,
            energy_eV_per_atom = energy / s.Count,
            forces_eV_per_A = forces.Chunk(3).ToArray(),
            stress_eV_per_A3 = Rows(stress),
            model = model.Name,
        }, $"energy {energy:F6} eV ({energy / s.Count:F6} eV/atom)\nlargest force component {forces.Max(Math.Abs):F4} eV/A\npressure {-stress.Trace / 3 * Relaxation.EvPerA3InGPa:F3} GPa", 0);
    }

    static (object, string, int) Relax(Structure s, BuiltinModel model)
    {
        var result = Relaxation.Run(s, Spglib.Operations(s), model: model);
        var group = Spglib.SpaceGroup(result.Structure);
        return (new
        {
            property = "relax",
            converged = result.Converged,
            fault = result.Fault,
            energy_eV = result.EnergyEv,
            energy_eV_per_atom = result.EnergyEvPerAtom,
            volume_A3 = result.Structure.VolumeA3,
            max_force_eV_per_A = result.MaxForceEvPerA,
            pressure_GPa = result.PressureGPa,
            steps = result.Steps,
            space_group = group.Symbol,
            cell_A = Rows(result.Structure.Cell),
            species = result.Structure.Species,
            fractional = result.Structure.Fractional.Select(Row).ToArray(),
            poscar = Poscar.Write(result.Structure),
            model = model.Name,
        }, $"{(result.Converged ? "relaxed" : $"not relaxed: {result.Fault}")}, {result.Steps} steps, {group.Symbol}\nenergy {result.EnergyEv:F6} eV ({result.EnergyEvPerAtom:F6} eV/atom), {result.Structure.VolumeA3 / s.Count:F4} A3/atom\n\n{Poscar.Write(result.Structure)}", result.Converged ? 0 : 1);
    }

    static (object, string, int) Gap(Structure s, BuiltinModel model)
    {
        var gap = BandGap.Of(s, model);
        return (new { property = "gap", gap_eV = gap.GapEv, valence_band_maximum_eV = gap.ValenceBandMaximumEv, conduction_band_minimum_eV = gap.ConductionBandMinimumEv, model = model.Name },
            $"band gap {gap.GapEv:F3} eV", 0);
    }

    static (object, string, int) Hydrate(Structure s, BuiltinModel model, double edge, int placements, long seed)
    {
        if (!(edge > 0 && edge <= 40)) throw new InputException($"--edge {edge}: give a length in A between 0 and 40, as --edge 10");
        if (placements is < 1 or > 1000) throw new InputException($"--placements {placements}: give a number between 1 and 1000, as --placements 10");
        var result = Hydration.Run(s, edge, placements, k => SeededRandom.Stream(seed, $"hydration/{k}"), model);
        return (new
        {
            property = "hydration",
            hydration_kJ_per_mol = result.EnergyKJPerMol,
            spread_kJ_per_mol = result.SpreadKJPerMol,
            configurations = result.Configurations,
            placements = result.Placements.Select(p => new { index = p.Index, anchor = p.Anchor, hydration_kJ_per_mol = p.EnergyKJPerMol }).ToArray(),
            faults = result.Faults,
            seed,
            model = model.Name,
        }, $"hydration energy {result.EnergyKJPerMol:F1} kJ/mol, the least of {result.Configurations} placements (standard deviation {result.SpreadKJPerMol:F1})", 0);
    }

    static double[] Row(Vec3 v) => [v.X, v.Y, v.Z];
    static double[][] Rows(Mat3 m) => [Row(m.A), Row(m.B), Row(m.C)];
}
