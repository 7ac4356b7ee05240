using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>When a relaxation has converged and how far it may go: forces in eV/Å, stress in eV/Å³, at most <see cref="MaxStepA"/> Å a step.</summary>
public sealed record RelaxationSettings(double ForceToleranceEvPerA = 2e-3, double StressToleranceEvPerA3 = 5e-5, int MaxSteps = 600, double MaxStepA = 0.1)
{
    public static readonly RelaxationSettings Default = new();
}

/// <summary>
/// The relaxed structure with its energy (eV per cell), largest force component of the symmetrised forces, largest stress component, pressure and number of force evaluations.
/// Not converged: <see cref="Fault"/> says why, and the structure is the last one reached.
/// </summary>
public sealed record RelaxationResult(Structure Structure, double EnergyEv, int Steps, double MaxForceEvPerA, double MaxStressEvPerA3, double PressureGPa, bool Converged, string? Fault)
{
    public double EnergyEvPerAtom => EnergyEv / Structure.Count;
}

/// <summary>
/// Relaxes cell and atoms: an isotropic search for the volume of small pressure, then L-BFGS in the variables (strain times √N Å, positions in the frame of the start),
/// r = u (1 + ε), gradients averaged over the space group of the start, so that its symmetry is kept exactly. A step moves no atom and no 4 Å length by more than
/// <see cref="RelaxationSettings.MaxStepA"/> and must lower the energy. Deterministic; thread-confined.
/// </summary>
public sealed class Relaxation
{
    /// <summary>1 eV/Å³ in GPa.</summary>
    public const double EvPerA3InGPa = 160.21766208;
    const double LengthA = 4, FirstInverseCurvature = 0.1, CollapsedA = 0.7;
    readonly ForceField _field;
    readonly RelaxationSettings _settings;
    readonly Structure _start;
    readonly SymmetryProjection _symmetry;
    readonly Mat3 _cell0;
    readonly double[] _u0, _forces, _positions;
    readonly double _scale;
    int _steps;

    Relaxation(Structure start, IReadOnlyList<SymmetryOperation> operations, RelaxationSettings settings, ForceField field)
    {
        (_start, _settings, _field) = (start, settings, field);
        _symmetry = new(start, operations);
        (_forces, _positions) = (new double[3 * start.Count], new double[3 * start.Count]);
        _scale = Math.Sqrt(start.Count);
        var factor = VolumeOfSmallPressure();
        _cell0 = factor * start.Cell;
        _u0 = new double[3 * start.Count];
        for (var i = 0; i < start.Count; i++) { var r = factor * start.Cartesian(i); (_u0[3 * i], _u0[3 * i + 1], _u0[3 * i + 2]) = (r.X, r.Y, r.Z); }
    }

    /// <summary>Relaxes with model v1.</summary>
    public static RelaxationResult Run(Structure start, IReadOnlyList<SymmetryOperation> operations, RelaxationSettings? settings = null) => Run(start, operations, BuiltinModel.V1, settings);

    /// <summary>Relaxes with a version of the model.</summary>
    public static RelaxationResult Run(Structure start, IReadOnlyList<SymmetryOperation> operations, BuiltinModel model, RelaxationSettings? settings = null)
    {
        BuiltinModel.Require(start.Species);
        return Run(start, operations, settings ?? RelaxationSettings.Default, model.Field(start.Species));
    }

    /// <summary>Relaxes with any force field made for the structure's atoms; no operations: no symmetry (P1).</summary>
    public static RelaxationResult Run(Structure start, IReadOnlyList<SymmetryOperation> operations, RelaxationSettings settings, ForceField field) =>
        new Relaxation(start, operations, settings, field).Minimise();

    /// <summary>The length factor at which |P| is below 1 GPa (Newton in ln V with the modulus seen so far, at most 15 % of volume a step), or the best in ten tries.</summary>
    double VolumeOfSmallPressure()
    {
        double factor = 1, modulus = 0.3, lastPressure = double.NaN, lastStep = 0;
        for (var k = 0; k < 12; k++)
        {
            for (var i = 0; i < _start.Count; i++) { var r = factor * _start.Cartesian(i); (_positions[3 * i], _positions[3 * i + 1], _positions[3 * i + 2]) = (r.X, r.Y, r.Z); }
            var cell = factor * _start.Cell;
            var energy = _field.Evaluate(cell, _positions, _forces, out var w);
            _steps++;
            if (!double.IsFinite(energy)) return 1;
            var pressure = -w.Trace / (3 * Math.Abs(cell.Determinant));
            if (Math.Abs(pressure) < 1 / EvPerA3InGPa) break;
            if (lastStep != 0) modulus = Math.Clamp((lastPressure - pressure) / lastStep, 0.05, 5);
            (lastPressure, lastStep) = (pressure, Math.Clamp(pressure / modulus, -0.15, 0.15));
            factor *= VectorMath.Exp(lastStep / 3);
        }
        return factor;
    }

    /// <summary>Energy, gradient in the scaled variables and the largest symmetrised force and stress at ε = x[0..9]/scale, u = u0 + x[9..].</summary>
    double Evaluate(double[] x, double[] gradient, out double maxForce, out double maxStress, out double pressure)
    {
        var d = Deformation(x);
        var cell = _cell0 * d;
        Place(x, d);
        var energy = _field.Evaluate(cell, _positions, _forces, out var w);
        _steps++;
        (maxForce, maxStress, pressure) = (0, 0, double.NaN);
        if (!double.IsFinite(energy)) return double.NaN;
        var volume = Math.Abs(cell.Determinant);
        pressure = -w.Trace / (3 * volume) * EvPerA3InGPa;
        var inverse = d.Inverse;
        var g = _symmetry.Tensor(inverse.Transposed * w); // dE/dε for r = u (1 + ε)
        for (var k = 0; k < 9; k++)
        {
            gradient[k] = g[k / 3, k % 3] / _scale;
            maxStress = Math.Max(maxStress, Math.Abs(g[k / 3, k % 3]) / volume);
        }
        var transposed = d.Transposed;
        for (var i = 0; i < _start.Count; i++)
        {
            var f = new Vec3(_forces[3 * i], _forces[3 * i + 1], _forces[3 * i + 2]) * transposed;
            (gradient[9 + 3 * i], gradient[10 + 3 * i], gradient[11 + 3 * i]) = (-f.X, -f.Y, -f.Z);
        }
        _symmetry.Vectors(gradient.AsSpan(9));
        for (var k = 9; k < gradient.Length; k++) maxForce = Math.Max(maxForce, Math.Abs(gradient[k]));
        return energy;
    }

    Mat3 Deformation(double[] x) => Mat3.Identity + (1 / _scale) * new Mat3(new(x[0], x[1], x[2]), new(x[3], x[4], x[5]), new(x[6], x[7], x[8]));

    void Place(double[] x, in Mat3 d)
    {
        for (var i = 0; i < _start.Count; i++)
        {
            var r = new Vec3(_u0[3 * i] + x[9 + 3 * i], _u0[3 * i + 1] + x[10 + 3 * i], _u0[3 * i + 2] + x[11 + 3 * i]) * d;
            (_positions[3 * i], _positions[3 * i + 1], _positions[3 * i + 2]) = (r.X, r.Y, r.Z);
        }
    }

    RelaxationResult Minimise()
    {
        var size = 9 + 3 * _start.Count;
        double[] x = new double[size], g = new double[size], direction = new double[size], trial = new double[size], trialG = new double[size];
        var memory = new Lbfgs(size, 20, FirstInverseCurvature);
        var energy = Evaluate(x, g, out var force, out var stress, out var pressure);
        string? fault = double.IsFinite(energy) ? null : "the energy is not finite at the start";
        while (fault is null && !(force <= _settings.ForceToleranceEvPerA && stress <= _settings.StressToleranceEvPerA3))
        {
            if (_steps >= _settings.MaxSteps) { fault = $"not converged in {_steps} steps (largest force {force:G3} eV/Å, largest stress {stress * EvPerA3InGPa:G3} GPa)"; break; }
            memory.Direction(g, direction);
            var slope = Lbfgs.Dot(g, direction);
            if (!(slope < 0)) { memory.Forget(); memory.Direction(g, direction); slope = Lbfgs.Dot(g, direction); }
            var cap = Cap(direction);
            double t = cap, newEnergy = double.NaN, newForce = 0, newStress = 0, newPressure = 0;
            var accepted = false;
            for (var tries = 0; tries < 12 && _steps < _settings.MaxSteps + 12; tries++)
            {
                for (var k = 0; k < size; k++) trial[k] = x[k] + t * direction[k];
                newEnergy = Evaluate(trial, trialG, out newForce, out newStress, out newPressure);
                // the last term: rounding of the energy, or no step near the minimum would count as one
                accepted = newEnergy <= energy + 1e-4 * t * slope + 1e-12 * Math.Abs(energy);
                if (accepted) break;
                var parabola = double.IsFinite(newEnergy) ? -0.5 * slope * t * t / (newEnergy - energy - slope * t) : 0;
                t = Math.Clamp(parabola, 0.1 * t, 0.5 * t);
            }
            if (!accepted)
            {
                if (memory.IsFresh) { fault = $"no step lowers the energy (largest force {force:G3} eV/Å)"; break; }
                memory.Forget();
                continue;
            }
            for (var k = 0; k < size; k++) (direction[k], g[k]) = (trial[k] - x[k], trialG[k] - g[k]);
            memory.Remember(direction, g);
            (x, trial, g, trialG) = (trial, x, trialG, g);
            (energy, force, stress, pressure) = (newEnergy, newForce, newStress, newPressure);
            var volume = Math.Abs((_cell0 * Deformation(x)).Determinant) / _start.VolumeA3;
            if (volume is < 0.25 or > 4) fault = $"the volume ran away, to {volume:G3} times that of the start";
        }
        return Result(x, energy, force, stress, pressure, fault);
    }

    /// <summary>The factor that keeps a step within its bound.</summary>
    double Cap(double[] direction)
    {
        double largest = 0;
        for (var k = 0; k < 9; k++) largest = Math.Max(largest, Math.Abs(direction[k]) / _scale * LengthA);
        for (var k = 9; k < direction.Length; k += 3) largest = Math.Max(largest, Math.Sqrt(direction[k] * direction[k] + direction[k + 1] * direction[k + 1] + direction[k + 2] * direction[k + 2]));
        return largest > _settings.MaxStepA ? _settings.MaxStepA / largest : 1;
    }

    RelaxationResult Result(double[] x, double energy, double force, double stress, double pressure, string? fault)
    {
        var d = Deformation(x);
        var cell = _cell0 * d;
        Place(x, d);
        var inverse = cell.Inverse;
        var structure = new Structure(cell, _start.Species, [.. Enumerable.Range(0, _start.Count).Select(i => new Vec3(_positions[3 * i], _positions[3 * i + 1], _positions[3 * i + 2]) * inverse)]);
        fault ??= Collapse(structure);
        return new(structure, energy, _steps, force, stress, pressure, fault is null, fault);
    }

    /// <summary>Born-Mayer walls are finite: a start inside one falls into the Coulomb well behind it. No crystal has ions that close.</summary>
    static string? Collapse(Structure s)
    {
        var (reduced, _) = LatticeReduction.Minkowski(s.Cell);
        var r = Enumerable.Range(0, s.Count).Select(s.Cartesian).ToArray();
        foreach (var (i, j, shift) in Images.Pairs(reduced, r, CollapsedA))
            return $"atoms {i} ({s.Species[i]}) and {j} ({s.Species[j]}) collapsed to {(r[j] + shift - r[i]).Length:G3} Å";
        return null;
    }
}
