using IpActors.FakeVasp.Inputs;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.FakeVasp.Physics;

/// <summary>What moves in a run: nothing, a relaxation by L-BFGS in strain and positions, or molecular dynamics; step after step.</summary>
static class Ions
{
    /// <summary>Length (Å) that makes a limit on forces one on the stress.</summary>
    const double StressPerForce = 40, LongestMoveA = 0.15;

    /// <param name="never">A relaxation that goes on to NSW.</param>
    public static IEnumerable<IonicStep> Steps(RunInputs inputs, bool never) => inputs.Ibrion switch
    {
        0 when inputs.Steps > 0 => Dynamics(inputs),
        1 or 2 or 3 when inputs.Steps > 0 => Relaxed(inputs, never),
        _ => [Static(inputs)],
    };

    static IonicStep Static(RunInputs inputs)
    {
        var (s, forces) = (inputs.Structure, new double[3 * inputs.Structure.Count]);
        var energy = new Model(s).Evaluate(s.Cell, Flat(s), forces, out var w);
        return new(s, energy, forces, w, Converged: true);
    }

    static double[] Flat(Structure s) => [.. Enumerable.Range(0, s.Count).Select(s.Cartesian).SelectMany(r => new[] { r.X, r.Y, r.Z })];

    static IEnumerable<IonicStep> Relaxed(RunInputs inputs, bool never)
    {
        var start = inputs.Structure;
        var (n, size, model) = (start.Count, 9 + 3 * start.Count, new Model(start));
        var (u, scale) = (Flat(start), Math.Sqrt(n));
        bool moves = inputs.Isif is not (5 or 6 or 7), strains = inputs.Isif >= 3;
        double[] x = new double[size], g = new double[size], direction = new double[size], trial = new double[size], newG = new double[size];
        var memory = new Lbfgs(size, 20, 0.1);

        IonicStep At(double[] at, double[] gradient)
        {
            var d = Mat3.Identity + (1 / scale) * new Mat3(new(at[0], at[1], at[2]), new(at[3], at[4], at[5]), new(at[6], at[7], at[8]));
            var (r, forces, cell) = (new double[3 * n], new double[3 * n], start.Cell * d);
            for (var i = 0; i < n; i++)
            {
                var v = new Vec3(u[3 * i] + at[9 + 3 * i], u[3 * i + 1] + at[10 + 3 * i], u[3 * i + 2] + at[11 + 3 * i]) * d;
                (r[3 * i], r[3 * i + 1], r[3 * i + 2]) = (v.X, v.Y, v.Z);
            }
            var energy = model.Evaluate(cell, r, forces, out var w);
            var strain = Allowed(d.Inverse.Transposed * w, inputs.Isif);
            for (var k = 0; k < 9; k++) gradient[k] = strains ? strain[k / 3, k % 3] / scale : 0;
            for (var i = 0; i < n; i++)
            {
                var f = new Vec3(forces[3 * i], forces[3 * i + 1], forces[3 * i + 2]) * d.Transposed;
                (gradient[9 + 3 * i], gradient[10 + 3 * i], gradient[11 + 3 * i]) = moves ? (-f.X, -f.Y, -f.Z) : (0, 0, 0);
            }
            var inverse = cell.Inverse;
            return new(new(cell, start.Species, [.. Enumerable.Range(0, n).Select(i => new Vec3(r[3 * i], r[3 * i + 1], r[3 * i + 2]) * inverse)]), energy, forces, w);
        }

        bool Done(double[] gradient, double volume, double drop)
        {
            if (inputs.Ediffg >= 0) return drop < inputs.Ediffg;
            double force = 0, stress = 0;
            for (var k = 9; k < size; k += 3) force = Math.Max(force, Math.Sqrt(gradient[k] * gradient[k] + gradient[k + 1] * gradient[k + 1] + gradient[k + 2] * gradient[k + 2]));
            for (var k = 0; k < 9; k++) stress = Math.Max(stress, Math.Abs(gradient[k]) * scale / volume);
            return force < -inputs.Ediffg && stress < -inputs.Ediffg / StressPerForce;
        }

        var step = At(x, g);
        var done = !never && Done(g, step.Structure.VolumeA3, double.PositiveInfinity);
        yield return step with { Converged = done };
        for (var k = 1; k < inputs.Steps && !done; k++)
        {
            memory.Direction(g, direction);
            if (!(Lbfgs.Dot(g, direction) < 0)) { memory.Forget(); memory.Direction(g, direction); }
            var slope = Lbfgs.Dot(g, direction);
            var longest = 0.0;
            for (var m = 0; m < size; m++) longest = Math.Max(longest, Math.Abs(direction[m]) / (m < 9 ? scale / 4 : 1));
            var t = longest > LongestMoveA ? LongestMoveA / longest : 1;
            IonicStep next = step;
            for (var tries = 0; tries < 12; tries++)
            {
                for (var m = 0; m < size; m++) trial[m] = x[m] + t * direction[m];
                next = At(trial, newG);
                if (next.EnergyEv <= step.EnergyEv + 1e-4 * t * slope + 1e-12 * Math.Abs(step.EnergyEv)) break;
                t *= 0.3;
            }
            for (var m = 0; m < size; m++) (direction[m], g[m]) = (trial[m] - x[m], newG[m] - g[m]);
            memory.Remember(direction, g);
            (x, trial, g, newG) = (trial, x, newG, g);
            done = !never && Done(g, next.Structure.VolumeA3, Math.Abs(step.EnergyEv - next.EnergyEv));
            step = next;
            yield return step with { Converged = done };
        }
    }

    /// <summary>ISIF 7 changes the volume alone, 4 and 5 the shape alone.</summary>
    static Mat3 Allowed(in Mat3 g, int isif) => isif switch
    {
        7 => g.Trace / 3 * Mat3.Identity,
        4 or 5 => g - g.Trace / 3 * Mat3.Identity,
        _ => g,
    };

    static IEnumerable<IonicStep> Dynamics(RunInputs inputs)
    {
        var s = inputs.Structure;
        if (s.Species.Contains("H")) throw new InputException("the built-in model has no dynamics of hydrogen");
        var (temperature, dt) = (inputs.Number("TEBEG", 0.0001), inputs.Number("POTIM", 0.5) * 1e-3);
        var system = new MolecularDynamics(s, Model.Version.Ions, EwaldSettings.DynamicsOf(s.Count));
        var random = SeededRandom.Stream((long)(inputs.Incar.Numbers("RANDOM_SEED") is [var seed, ..] ? seed : 1), "FakeVasp");
        if (inputs.VelocitiesAPerFs is { } v) for (var i = 0; i < v.Length; i++) system.Velocities[i] = 1000 * v[i];
        else if (temperature > 0) system.DrawVelocities(temperature, random);
        var thermostat = new MolecularDynamicsThermostat(temperature, 0.1, random);
        var barostat = inputs is { Isif: 3 } && inputs.Integer("MDALGO", 0) == 3 ? new MolecularDynamicsBarostat(temperature, 0.25, random) : null;
        var isFree = inputs.Number("SMASS", 0) == -3;
        for (var k = 1; k <= inputs.Steps; k++)
        {
            // A CONTCAR with velocities is the last frame of the run before, which is not to come twice.
            if (k > 1 || inputs.VelocitiesAPerFs is not null)
            {
                system.Step(dt, withStress: true);
                if (!isFree) thermostat.Apply(system, dt);
                if (barostat is not null && k % 10 == 0) { barostat.Apply(system, 10 * dt); system.Evaluate(); }
            }
            var inverse = system.Cell.Inverse;
            var r = system.Positions;
            var structure = new Structure(system.Cell, s.Species, [.. Enumerable.Range(0, s.Count).Select(i => new Vec3(r[3 * i], r[3 * i + 1], r[3 * i + 2]) * inverse)]);
            yield return new(structure, system.PotentialEv, system.Forces.ToArray(), system.StrainDerivative) { TemperatureK = system.TemperatureK, KineticEv = system.KineticEv, Velocities = (double[])system.Velocities.Clone() };
        }
    }
}
