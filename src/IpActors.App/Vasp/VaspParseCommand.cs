using System.CommandLine;
using System.Globalization;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Programs;
using IpActors.Workers.Vasp;

namespace IpActors.App.Vasp;

/// <summary><c>vasp parse DIR</c>: energies, gap, forces, stress, steps and convergence from whatever outputs are there.</summary>
static class VaspParseCommand
{
    static readonly string[] Outputs = ["vasprun.xml", "OUTCAR", "OSZICAR", "CONTCAR"];

    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "folder of a run: vasprun.xml, OUTCAR, OSZICAR, CONTCAR, each plain or .gz, whole or cut off, not all needed" };
        var json = Output.JsonOption();
        var command = new Command("parse", "Reads the outputs of a run of VASP 5 or 6, keeping all finished steps of files that are cut off.\nExample: ipactors vasp parse RUN --json") { folder, json };
        command.SetAction(r =>
        {
            var path = r.GetValue(folder)!;
            if (!Directory.Exists(path)) throw new InputException($"{path}: no such folder; give the folder of a run");
            var output = VaspOutput.Read(new(path));
            if (output.Files.IsEmpty && !File.Exists(Path.Combine(path, "INCAR")) && !File.Exists(Path.Combine(path, "KPOINTS")))
            {
                var packed = Outputs.FirstOrDefault(n => File.Exists(Path.Combine(path, n + ".bz2")) || File.Exists(Path.Combine(path, n + ".xz")));
                throw new InputException(packed is null ? $"{path}: none of {string.Join(", ", Outputs)} is there, nor their .gz; give the folder of a run" : $"{path}: {packed} is packed by other means than gzip; unpack it first");
            }
            if (r.GetValue(json)) Output.WriteJson(Document(path, output));
            else Console.Out.WriteLine(Text(output));
            return output.IonicSteps > 0 ? 0 : 1;
        });
        return command;
    }

    static object Document(string path, VaspOutput o) => new
    {
        folder = path,
        version = o.Version,
        files = o.Files,
        damage = o.Damage,
        ended = o.Ended,
        atoms = o.AtomCount,
        formula = o.Structure is { } s ? Formula.Of(s).ToString() : null,
        energy_eV = o.EnergyEv,
        energy_eV_per_atom = o.EnergyEv / o.AtomCount,
        ionic_steps = o.IonicSteps,
        electronic_converged = o.ElectronicConverged,
        ionic_converged = o.IonicConverged,
        unconverged_steps = o.UnconvergedSteps,
        max_force_eV_per_A = o.MaxForceEvPerA,
        forces_eV_per_A = o.ForcesEvPerA.Select(Row).ToArray(),
        stress_kB = o.StressKilobar is { } k ? Rows(k) : null,
        pressure_GPa = o.PressureGPa,
        fermi_eV = o.Vasprun?.FermiEv ?? o.Outcar?.FermiEv,
        bands = o.Vasprun?.Bands is { } b ? new
        {
            gap_eV = b.GapEv, vbm_eV = b.VbmEv, cbm_eV = b.CbmEv, direct = b.Direct, metal = b.Metal, partial_occupancies = b.PartialOccupancies, fermi_inside_band = b.FermiInsideBand, vbm_kpoint = K(o, b.VbmKpoint), cbm_kpoint = K(o, b.CbmKpoint), spins = b.Spins, bands = b.Bands, kpoints = b.Kpoints,
        } : null,
        structure = o.Structure is { } t ? new { cell_A = Rows(t.Cell), species = t.Species, fractional = t.Fractional.Select(Row).ToArray() } : null,
        vasprun = o.Vasprun is { } v ? new { complete = v.Complete, version = v.Version, steps = v.Steps.Select(x => new { energy_eV = x.EnergyEv, free_energy_eV = x.FreeEnergyEv, electronic_steps = x.ElectronicSteps, max_force_eV_per_A = x.MaxForceEvPerA }).ToArray(), forces_eV_per_A = v.ForcesEvPerA.Select(Row).ToArray(), stress_kB = v.StressKilobar is { } vs ? Rows(vs) : null, kpoints = v.Kpoints.Count, potcar_titles = v.Titles } : null,
        outcar = o.Outcar is { } c ? new
        {
            ended = c.Ended, ionic_reached = c.IonicReached, stopped_by_file = c.StoppedByFile, head = c.Head, potcar_titles = c.Titles, memory_kB = c.MemoryKilobytes, elapsed_s = c.ElapsedSeconds, fermi_eV = c.FermiEv, stress_kB = c.StressKilobar is { } cs ? Rows(cs) : null,
            steps = c.Steps.Select(x => new { energy_eV = x.EnergyEv, free_energy_eV = x.FreeEnergyEv, electronic_steps = x.ElectronicSteps, converged = x.Converged, max_force_eV_per_A = x.MaxForceEvPerA, drift_eV_per_A = x.DriftEvPerA, pressure_kB = x.PressureKilobar, loop_s = x.LoopSeconds }).ToArray(), forces_eV_per_A = c.ForcesEvPerA.Select(Row).ToArray(),
        } : null,
        incar = Input(path, "INCAR") is { } incar ? Incar.Read(incar, Path.Combine(path, "INCAR")).Tags : null,
        kpoints = Input(path, "KPOINTS") is { } kpoints ? Points(Kpoints.Read(kpoints, Path.Combine(path, "KPOINTS"))) : null,
        oszicar = o.Oszicar is { } z ? new { steps = z.Steps.Select(x => new { number = x.Number, energy_eV = x.EnergyEv, free_energy_eV = x.FreeEnergyEv, temperature_K = x.TemperatureK, moment = x.Moment, electronic_steps = x.ElectronicSteps }).ToArray() } : null,
    };

    static string? Input(string path, string name)
    {
        using var stream = new RunFolder(path).Open(name);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }

    static object Points(Kpoints k) => k switch
    {
        Kpoints.Mesh m => new { kind = m.Centre == KpointsCentre.Gamma ? "gamma" : "monkhorst", mesh = new[] { m.N1, m.N2, m.N3 }, shift = Row(m.Shift) },
        Kpoints.Length l => new { kind = "length", length_A = l.LengthA },
        Kpoints.List l => new { kind = "list", cartesian = l.Cartesian, points = l.Points.Select(p => Row(p.K)).ToArray(), weights = l.Points.Select(p => p.Weight).ToArray() },
        Kpoints.Lines l => new { kind = "lines", divisions = l.Divisions, cartesian = l.Cartesian, points = l.Points.Select(p => Row(p.K)).ToArray() },
        Kpoints.Generated g => new { kind = "generated", cartesian = g.Cartesian, basis = Rows(g.Basis), shift = Row(g.Shift) },
        _ => throw new InvalidOperationException("no such form"),
    };

    static double[]? K(VaspOutput o, int index) => o.Vasprun!.Kpoints is { } k && index < k.Count ? Row(k[index]) : null;

    static string Text(VaspOutput o)
    {
        var inv = CultureInfo.InvariantCulture;
        string Yes(bool? b) => b switch { true => "yes", false => "no", null => "unknown" };
        List<string> lines = [$"VASP {o.Version ?? "of unknown version"}: {string.Join(", ", o.Files)}{(o.Ended ? "" : "; not ended")}", string.Create(inv, $"{o.IonicSteps} ionic steps finished; electrons converged: {Yes(o.ElectronicConverged)}, ions: {Yes(o.IonicConverged)}")];
        if (o.EnergyEv is { } e) lines.Add(string.Create(inv, $"energy {e:F6} eV ({e / o.AtomCount:F6} eV/atom, {o.AtomCount} atoms)"));
        if (o.MaxForceEvPerA is { } f) lines.Add(string.Create(inv, $"largest force {f:F4} eV/A{(o.PressureGPa is { } p ? string.Create(inv, $", pressure {p:F3} GPa") : "")}"));
        if (o.Vasprun?.Bands is { } b) lines.Add(b.Metal ? "no gap: a metal" : string.Create(inv, $"gap {b.GapEv:F4} eV, {(b.Direct ? "direct" : "indirect")} (VBM {b.VbmEv:F4}, CBM {b.CbmEv:F4} eV)"));
        lines.AddRange(o.Damage);
        return string.Join('\n', lines);
    }

    static double[] Row(Vec3 v) => [v.X, v.Y, v.Z];
    static double[][] Rows(Mat3 m) => [Row(m.A), Row(m.B), Row(m.C)];
}
