using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;

namespace IpActors.Bench;

/// <summary>
/// Our half of bench/compare_md.py. Cells are text: three lattice vectors, then a line "species x y z vx vy vz" (Å, Å/ps) for each atom.
/// "dynamics cell FILE A B C" writes A x B x C cells of Li3OCl with one interstitial after 2 ps at 1000 K; "dynamics forces FILE" prints the converged forces;
/// "dynamics sample FILE KELVIN PS nvt|npt OUT" writes a frame a line every 25 fs: kelvin, volume, positions; "dynamics diffusion FILE FRAMES" fits D of the lithium in such frames;
/// "dynamics run FILE STEPS CUTOFF BANDWIDTH" prints CPU time per step of 1 fs (µs), rms force error (eV/Å), neighbour lists made, energies (eV per atom) before and after.
/// "dynamics protocol MODEL SHARE" runs the conductivity protocol of Li7O2Cl3 I4/mmm (96 atoms) with its lengths times SHARE, one part after the other on one thread: CPU seconds, steps, CPU time per step (µs), digest of all results.
/// </summary>
static class DynamicsTasks
{
    public static void Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["cell", var file, var a, var b, var c]: WriteCell(file, Whole(a), Whole(b), Whole(c)); break;
            case ["forces", var file]: foreach (var f in Converged(Read(file).Structure)) Console.WriteLine(f.ToString("R", CultureInfo.InvariantCulture)); break;
            case ["run", var file, var steps, .. var rest]: Measure(file, Whole(steps), rest is [var cutoff, var bandwidth] ? EwaldSettings.Prolate(Number(cutoff), Number(bandwidth)) : null); break;
            case ["sample", var file, var kelvin, var ps, var ensemble, var output]: Sample(file, Number(kelvin), Number(ps), ensemble == "npt", output); break;
            case ["diffusion", var file, var frames]: Diffusion(Read(file).Structure, frames); break;
            case ["protocol", var model, var share]: Protocol(BuiltinModel.Called(model), Number(share)); break;
            default: throw new ArgumentException("dynamics cell|forces|run|sample|diffusion|protocol ...");
        }
    }

    static double Number(string s) => double.Parse(s, CultureInfo.InvariantCulture);
    static int Whole(string s) => int.Parse(s, CultureInfo.InvariantCulture);

    static void WriteCell(string file, int a, int b, int c)
    {
        var unit = new Structure(Mat3.Diagonal(3.9, 3.9, 3.9), ["O", "Cl", "Li", "Li", "Li"], [new(0.5, 0.5, 0.5), Vec3.Zero, new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5)]);
        var random = new SeededRandom(1);
        var host = Supercell.Make(unit, IntMat3.Diagonal(a, b, c));
        var start = Defects.Make(host, LithiumDefect.Interstitial, random).Structure;
        var md = new MolecularDynamics(start, ForceFieldParameters.V1, EwaldSettings.Dynamics);
        md.Quench(0.3, 300);
        md.DrawVelocities(1000, random);
        var thermostat = new MolecularDynamicsThermostat(1000, 0.1, random);
        for (var k = 0; k < 2000; k++) { md.Step(0.001); thermostat.Apply(md, 0.001); }
        using var writer = new StreamWriter(file);
        foreach (var v in new[] { md.Cell.A, md.Cell.B, md.Cell.C }) writer.WriteLine(Line(v.X, v.Y, v.Z));
        for (var i = 0; i < md.Count; i++) writer.WriteLine($"{start.Species[i]} {Line(md.Positions[3 * i], md.Positions[3 * i + 1], md.Positions[3 * i + 2], md.Velocities[3 * i], md.Velocities[3 * i + 1], md.Velocities[3 * i + 2])}");
    }

    static string Line(params double[] v) => string.Join(' ', v.Select(x => x.ToString("R", CultureInfo.InvariantCulture)));

    static (Structure Structure, double[] Velocities) Read(string file)
    {
        var lines = File.ReadAllLines(file).Select(l => l.Split(' ')).ToArray();
        Vec3 At(string[] w, int k) => new(Number(w[k]), Number(w[k + 1]), Number(w[k + 2]));
        var cell = new Mat3(At(lines[0], 0), At(lines[1], 0), At(lines[2], 0));
        var atoms = lines[3..];
        return (new(cell, [.. atoms.Select(w => w[0])], [.. atoms.Select(w => At(w, 1) * cell.Inverse)]), [.. atoms.SelectMany(w => new[] { Number(w[4]), Number(w[5]), Number(w[6]) })]);
    }

    static double[] Converged(Structure s)
    {
        var forces = new double[3 * s.Count];
        new ForceField(ForceFieldParameters.V1, s.Species, EwaldSettings.Converged).Evaluate(s.Cell, [.. Enumerable.Range(0, s.Count).Select(s.Cartesian).SelectMany(r => new[] { r.X, r.Y, r.Z })], forces, out _);
        return forces;
    }

    static void Measure(string file, int steps, EwaldSettings? settings)
    {
        var (s, velocities) = Read(file);
        var md = new MolecularDynamics(s, ForceFieldParameters.V1, settings ?? EwaldSettings.DynamicsOf(s.Count));
        var error = Math.Sqrt(Converged(s).Zip(md.Forces.ToArray(), (a, b) => (a - b) * (a - b)).Average());
        velocities.CopyTo(md.Velocities, 0);
        for (var k = 0; k < Math.Min(500, steps); k++) md.Step(0.001); // compiled
        velocities.CopyTo(md.Velocities, 0);
        using var self = Process.GetCurrentProcess();
        var (energy, before) = (md.PotentialEv + md.KineticEv, self.TotalProcessorTime);
        for (var k = 0; k < steps; k++) md.Step(0.001);
        self.Refresh();
        var time = (self.TotalProcessorTime - before).TotalMicroseconds / steps;
        Console.WriteLine(Line(time, error, md.NeighbourLists, energy / s.Count, (md.PotentialEv + md.KineticEv) / s.Count));
    }

    /// <summary>As a conductivity run does it: thermostat 0.1 ps every step, barostat 0.25 ps every ten steps.</summary>
    static void Sample(string file, double kelvin, double ps, bool npt, string output)
    {
        var (s, velocities) = Read(file);
        var random = new SeededRandom(7);
        var md = new MolecularDynamics(s, ForceFieldParameters.V1, EwaldSettings.DynamicsOf(s.Count));
        velocities.CopyTo(md.Velocities, 0);
        var (thermostat, barostat) = (new MolecularDynamicsThermostat(kelvin, 0.1, random), new MolecularDynamicsBarostat(kelvin, 0.25, random));
        using var writer = new StreamWriter(output);
        var steps = (int)(ps * 1000);
        for (var k = 1 - steps / 10; k <= steps; k++)
        {
            md.Step(0.001, withStress: npt && k % 10 == 0);
            thermostat.Apply(md, 0.001);
            if (k >= 0 && k % 25 == 0) writer.WriteLine(Line([md.TemperatureK, md.VolumeA3, .. md.Positions]));
            if (npt && k % 10 == 0) barostat.Apply(md, 0.01);
        }
    }

    static void Diffusion(Structure s, string file)
    {
        var frames = File.ReadLines(file).Select(l => l.Split(' ').Skip(2).Select(Number).ToArray()).ToArray();
        var all = new Trajectory(frames.Length, s.Count, 0.025, [.. frames.SelectMany(f => f)]);
        int[] Where(bool lithium) => [.. Enumerable.Range(0, s.Count).Where(i => s.Species[i] == "Li" == lithium)];
        var still = Drift.Remove(all, [.. s.Species.Select(x => Elements.Get(x).MassU)], Where(false));
        var d = DiffusionFit.Estimate(still.Select(Where(true)), DiffusionSpace.Bulk, new() { HopLengthA = 3.9 / Math.Sqrt(2) });
        Console.WriteLine(Line(d.D ?? double.NaN, d.StandardError, d.Hops));
    }

    /// <summary>The same digest means the same bits of every number of every part.</summary>
    static void Protocol(BuiltinModel model, double share)
    {
        const double a = 3.95, c = 20.80;
        Mat3 cell = new(new(-a / 2, a / 2, c / 2), new(a / 2, -a / 2, c / 2), new(a / 2, a / 2, -c / 2));
        (string Species, Vec3 At)[] sites = [("O", new(0, 0, 0.0975)), ("O", new(0, 0, -0.0975)), ("Cl", new(0, 0, 0.5)), ("Cl", new(0, 0, 0.3125)), ("Cl", new(0, 0, -0.3125)), ("Li", Vec3.Zero), ("Li", new(0, 0, 0.194)), ("Li", new(0, 0, -0.194)),
            ("Li", new(0, 0.5, 0.0962)), ("Li", new(0.5, 0, 0.0962)), ("Li", new(0, 0.5, -0.0962)), ("Li", new(0.5, 0, -0.0962))];
        var ideal = new Structure(cell, [.. sites.Select(s => s.Species)], [.. sites.Select(s => (new Vec3(a * s.At.X, a * s.At.Y, c * s.At.Z) * cell.Inverse).Wrapped())]);
        var relaxed = Relaxation.Run(ideal, Spglib.Operations(ideal), model).Structure;
        var protocol = ConductivityProtocol.Paper with { Model = model, NptPs = share * ConductivityProtocol.Paper.NptPs, NvtPs = share * ConductivityProtocol.Paper.NvtPs };
        var keys = protocol.Parts();
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        ConductivityPart[] parts = [.. keys.Select(k => ConductivityRun.Run(relaxed, k, protocol))];
        self.Refresh();
        var seconds = (self.TotalProcessorTime - before).TotalSeconds;
        var steps = keys.Length * (protocol.NptPs + protocol.NvtPs) * 1000 / protocol.StepFs;
        var digest = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts)))[..16];
        Console.WriteLine($"{Line(seconds, steps, 1e6 * seconds / steps)} {parts[0].Atoms} {digest}");
    }
}
