using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Workers.Builtin;

/// <summary>A run that has gone wrong physically: it blew up, or was asked for what the model does not know. The reason is one line.</summary>
public sealed class DynamicsFaultException(string reason) : Exception(reason);

/// <summary>
/// Ions in motion: velocity Verlet (Swope et al., J. Chem. Phys. 76, 637 (1982)) in Å, ps, u, eV. Thermostat and barostat act between steps
/// (<see cref="MolecularDynamicsThermostat"/>, <see cref="MolecularDynamicsBarostat"/>). Positions are never folded back, so they are unwrapped as they are. Nothing is allocated per step.
/// </summary>
public sealed class MolecularDynamics
{
    /// <summary>Å/ps² for 1 eV/(Å u).</summary>
    public const double AccelerationUnit = 9648.53321;
    public const double BoltzmannEvPerK = 8.617333262e-5;

    /// <summary>Where fewer neighbour lists balance longer ones.</summary>
    const double SkinA = 1.2;

    readonly ForceField _field;
    readonly double[] _mass, _forces, _kick;
    double _potential;
    Mat3 _strainDerivative;
    bool _isWhole; // energy and stress belong to the positions, not only the forces

    public MolecularDynamics(Structure start, ForceFieldParameters parameters, EwaldSettings settings)
    {
        foreach (var s in start.Species)
            if (!parameters.Knows(s)) throw new DynamicsFaultException($"the built-in model has no parameters for {s}");
        _field = new(parameters, start.Species, settings, SkinA);
        Cell = start.Cell;
        Count = start.Count;
        Positions = [.. Enumerable.Range(0, Count).Select(start.Cartesian).SelectMany(r => new[] { r.X, r.Y, r.Z })];
        Velocities = new double[3 * Count];
        _forces = new double[3 * Count];
        _mass = [.. start.Species.Select(s => Elements.Get(s).MassU)];
        _kick = [.. Enumerable.Range(0, 3 * Count).Select(i => 0.5 * AccelerationUnit / _mass[i / 3])];
        Evaluate();
    }

    public int Count { get; }
    public Mat3 Cell { get; private set; }
    /// <summary>Å, x y z of atom after atom, unwrapped.</summary>
    public double[] Positions { get; }
    /// <summary>Å/ps.</summary>
    public double[] Velocities { get; }
    public ReadOnlySpan<double> Forces => _forces;
    public IReadOnlyList<double> MassesU => _mass;
    /// <summary>Evaluated when first asked for after a step; steps themselves need forces alone.</summary>
    public double PotentialEv { get { if (!_isWhole) Evaluate(); return _potential; } }
    /// <summary>dE/dε, eV, for r → r(1 + ε).</summary>
    public Mat3 StrainDerivative { get { if (!_isWhole) Evaluate(); return _strainDerivative; } }
    /// <summary>How often the neighbour list was made.</summary>
    public int NeighbourLists => _field.NeighbourLists;
    public double VolumeA3 => Math.Abs(Cell.Determinant);
    /// <summary>3 N - 3: the centre of mass is at rest.</summary>
    public int Freedom => 3 * Count - 3;

    public double KineticEv
    {
        get
        {
            var k = 0.0;
            for (var i = 0; i < Count; i++) k += _mass[i] * (Square(Velocities[3 * i]) + Square(Velocities[3 * i + 1]) + Square(Velocities[3 * i + 2]));
            return 0.5 * k / AccelerationUnit;
        }
    }

    public double TemperatureK => 2 * KineticEv / (Freedom * BoltzmannEvPerK);

    /// <summary>P = (Σ m v vᵀ - dE/dε) / V in eV/Å³ (160.2177 GPa).</summary>
    public Mat3 PressureTensor
    {
        get
        {
            if (!_isWhole) Evaluate();
            double xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0;
            for (var i = 0; i < Count; i++)
            {
                double m = _mass[i] / AccelerationUnit, x = Velocities[3 * i], y = Velocities[3 * i + 1], z = Velocities[3 * i + 2];
                xx += m * x * x; yy += m * y * y; zz += m * z * z; xy += m * x * y; xz += m * x * z; yz += m * y * z;
            }
            return (1 / VolumeA3) * (new Mat3(new(xx, xy, xz), new(xy, yy, yz), new(xz, yz, zz)) - _strainDerivative);
        }
    }

    /// <summary>Maxwell's velocities at T, centre of mass at rest, scaled to T exactly.</summary>
    public void DrawVelocities(double temperatureK, SeededRandom random)
    {
        for (var i = 0; i < 3 * Count; i++) Velocities[i] = Math.Sqrt(BoltzmannEvPerK * temperatureK * AccelerationUnit / _mass[i / 3]) * random.NextGaussian();
        RemoveMomentum();
        ScaleVelocities(Math.Sqrt(temperatureK / TemperatureK));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ScaleVelocities(double factor)
    {
        var (v, i) = (Velocities, 0);
        for (; i + 4 <= v.Length; i += 4) (Vector256.LoadUnsafe(ref v[i]) * factor).StoreUnsafe(ref v[i]);
        for (; i < v.Length; i++) v[i] *= factor;
    }

    public void RemoveMomentum()
    {
        double px = 0, py = 0, pz = 0, m = 0;
        for (var i = 0; i < Count; i++) { px += _mass[i] * Velocities[3 * i]; py += _mass[i] * Velocities[3 * i + 1]; pz += _mass[i] * Velocities[3 * i + 2]; m += _mass[i]; }
        for (var i = 0; i < Count; i++) { Velocities[3 * i] -= px / m; Velocities[3 * i + 1] -= py / m; Velocities[3 * i + 2] -= pz / m; }
    }

    /// <summary>
    /// One step of Δt: half kick, drift, forces, half kick. Throws <see cref="DynamicsFaultException"/> where the forces are no numbers. With <paramref name="withStress"/> energy and stress come at once (they would cost a second evaluation when asked for later).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Step(double dtPs, bool withStress = false)
    {
        Kick(dtPs);
        Drift(dtPs);
        if (withStress) Evaluate();
        else
        {
            _field.EvaluateForces(Cell, Positions, _forces);
            _isWhole = false;
        }
        Kick(dtPs);
        if (!double.IsFinite(Velocities[0])) throw new DynamicsFaultException(string.Create(CultureInfo.InvariantCulture, $"the forces became {_forces[0]} in a cell of {VolumeA3:0.0} A3: the run has blown up"));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Kick(double dtPs)
    {
        var (v, kick, forces, i) = (Velocities, _kick, _forces, 0);
        for (; i + 4 <= v.Length; i += 4) (Vector256.LoadUnsafe(ref v[i]) + Vector256.LoadUnsafe(ref kick[i]) * dtPs * Vector256.LoadUnsafe(ref forces[i])).StoreUnsafe(ref v[i]);
        for (; i < v.Length; i++) v[i] += dtPs * kick[i] * forces[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Drift(double dtPs)
    {
        var (r, v, i) = (Positions, Velocities, 0);
        for (; i + 4 <= r.Length; i += 4) (Vector256.LoadUnsafe(ref r[i]) + Vector256.LoadUnsafe(ref v[i]) * dtPs).StoreUnsafe(ref r[i]);
        for (; i < r.Length; i++) r[i] += dtPs * v[i];
    }

    /// <summary>r → r S, h → h S, v → v W; forces, energy and stress belong to the old cell until the next step evaluates them.</summary>
    public void Deform(in Mat3 stretch, in Mat3 velocityFactor)
    {
        Cell *= stretch;
        for (var i = 0; i < Count; i++)
        {
            var r = new Vec3(Positions[3 * i], Positions[3 * i + 1], Positions[3 * i + 2]) * stretch;
            var v = new Vec3(Velocities[3 * i], Velocities[3 * i + 1], Velocities[3 * i + 2]) * velocityFactor;
            (Positions[3 * i], Positions[3 * i + 1], Positions[3 * i + 2]) = (r.X, r.Y, r.Z);
            (Velocities[3 * i], Velocities[3 * i + 1], Velocities[3 * i + 2]) = (v.X, v.Y, v.Z);
        }
    }

    /// <summary>Takes the cell given, atoms at the same fractions of it, and evaluates there.</summary>
    public void MoveTo(in Mat3 cell)
    {
        Deform(Cell.Inverse * cell, Mat3.Identity);
        Evaluate();
    }

    /// <summary>
    /// Steepest descent with bounded moves until no force exceeds the limit (eV/Å): takes the strain out of a fresh defect. Each move is along the forces, at most 0.05 Å for any
    /// atom; moves shrink where the energy rises.
    /// </summary>
    public void Quench(double forceLimit, int steps)
    {
        var reach = 0.05;
        for (var k = 0; k < steps; k++)
        {
            var largest = 0.0;
            for (var i = 0; i < 3 * Count; i++) largest = Math.Max(largest, Math.Abs(_forces[i]));
            if (largest < forceLimit) break;
            var before = PotentialEv;
            for (var i = 0; i < 3 * Count; i++) Positions[i] += reach * _forces[i] / largest;
            Evaluate();
            reach = PotentialEv < before ? Math.Min(0.05, 1.1 * reach) : 0.5 * reach;
        }
    }

    /// <summary>Evaluates after the cell was changed by <see cref="Deform"/>.</summary>
    public void Evaluate()
    {
        _potential = _field.Evaluate(Cell, Positions, _forces, out _strainDerivative);
        _isWhole = true;
        if (!double.IsFinite(_potential)) throw new DynamicsFaultException(string.Create(CultureInfo.InvariantCulture, $"the energy became {_potential} in a cell of {VolumeA3:0.0} A3: the run has blown up"));
    }

    static double Square(double v) => v * v;
}
