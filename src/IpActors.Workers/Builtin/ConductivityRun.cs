using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;

namespace IpActors.Workers.Builtin;

/// <summary>
/// One part of a conductivity with the built-in model: defect cell, quench, constant pressure, constant volume in the mean cell, D. Everything random comes from the stream named by seed, formula
/// and part, so a part gives the same bits wherever and whenever it runs.
/// </summary>
public static class ConductivityRun
{
    const double ThermostatPs = 0.1, BarostatPs = 0.25;
    const int BarostatEvery = 10, CurvePoints = 50;

    /// <param name="relaxed">The relaxed compound, any cell.</param>
    /// <exception cref="DynamicsFaultException">The run blew up or the model does not know an element.</exception>
    public static ConductivityPart Run(Structure relaxed, ConductivityPartKey key, ConductivityProtocol protocol, CancellationToken cancellation = default)
    {
        protocol.Validate();
        var random = SeededRandom.Stream(key.Seed, $"conductivity/{Formula.Of(relaxed)}/{key.Name}");
        var supercell = Supercell.Make(relaxed, DefectsSupercell.Smallest(relaxed.Cell, protocol.MinimumEdgeA, protocol.DiagonalSupercell));
        var defect = Defects.Make(supercell, key.Mechanism, random, protocol.Compensation);
        var system = new MolecularDynamics(defect.Structure, protocol.Model.Ions, EwaldSettings.DynamicsOf(defect.Structure.Count));
        var normal = SlabNormal.Find(relaxed);

        system.Quench(0.3, 300);
        system.DrawVelocities(key.TemperatureK, random);
        Equilibrate(system, key.TemperatureK, protocol, random, cancellation);
        if (normal is { } n) normal = Deformed(n, supercell.Cell, system.Cell);
        var (trajectory, meanK) = Sample(system, key.TemperatureK, protocol, random, cancellation);
        return Analyse(trajectory, meanK, system, defect, supercell, normal, key, protocol);
    }

    /// <summary>Constant zero pressure; leaves the system in the mean cell of the second half.</summary>
    static void Equilibrate(MolecularDynamics system, double temperatureK, ConductivityProtocol protocol, SeededRandom random, CancellationToken cancellation)
    {
        var dt = protocol.StepFs * 1e-3;
        var steps = (int)Math.Round(protocol.NptPs / dt);
        var thermostat = new MolecularDynamicsThermostat(temperatureK, ThermostatPs, random);
        var barostat = new MolecularDynamicsBarostat(temperatureK, BarostatPs, random);
        var (sum, count, initial) = (default(Mat3), 0, system.VolumeA3);
        for (var k = 1; k <= steps; k++)
        {
            system.Step(dt, withStress: k % BarostatEvery == 0);
            thermostat.Apply(system, dt);
            if (k % BarostatEvery == 0)
            {
                barostat.Apply(system, BarostatEvery * dt);
                Check(system, temperatureK, initial, cancellation);
            }
            if (2 * k > steps) { sum += system.Cell; count++; }
        }
        system.MoveTo((1.0 / count) * sum);
        system.RemoveMomentum();
    }

    static (Trajectory Frames, double MeanK) Sample(MolecularDynamics system, double temperatureK, ConductivityProtocol protocol, SeededRandom random, CancellationToken cancellation)
    {
        var dt = protocol.StepFs * 1e-3;
        var every = (int)Math.Round(protocol.SampleFs / protocol.StepFs);
        var frames = (int)Math.Round(protocol.NvtPs / dt) / every + 1;
        var thermostat = new MolecularDynamicsThermostat(temperatureK, ThermostatPs, random);
        var positions = new double[frames * system.Positions.Length];
        system.Positions.CopyTo(positions, 0);
        var (meanK, volume) = (0.0, system.VolumeA3);
        for (var f = 1; f < frames; f++)
        {
            for (var k = 0; k < every; k++)
            {
                system.Step(dt);
                thermostat.Apply(system, dt);
            }
            Check(system, temperatureK, volume, cancellation);
            meanK += system.TemperatureK / (frames - 1);
            system.Positions.CopyTo(positions, f * system.Positions.Length);
        }
        return (new(frames, system.Count, every * dt, positions), meanK);
    }

    static ConductivityPart Analyse(Trajectory raw, double meanK, MolecularDynamics system, DefectCell defect, Structure supercell, Vec3? normal, ConductivityPartKey key, ConductivityProtocol protocol)
    {
        int[] Where(bool lithium) => [.. Enumerable.Range(0, system.Count).Where(i => defect.Structure.Species[i] == "Li" == lithium)];
        var (ions, framework) = (Where(true), Where(false));
        var still = Drift.Remove(raw, system.MassesU, framework);
        var (lithium, anions) = (still.Select(ions), still.Select(framework));
        var space = normal is { } n ? DiffusionSpace.Plane(n) : DiffusionSpace.Bulk;
        var hop = FrameworkStability.NearestNeighbours(supercell, e => e == "Li");
        var settings = protocol.Diffusion with { HopLengthA = hop };
        var diffusion = DiffusionFit.Estimate(lithium, space, settings);

        var lags = MeanSquaredDisplacement.LogLags(1, Math.Max(1, (still.Frames - 1) / 2), CurvePoints);
        var curve = MeanSquaredDisplacement.Tensors(lithium, lags);
        var frame = MeanSquaredDisplacement.Tensors(anions, lags);
        var lindemann = FrameworkStability.Lindemann(frame[^1].TotalA2, FrameworkStability.NearestNeighbours(supercell, e => e != "Li"));
        return new(key, meanK, system.VolumeA3, system.Count, ions.Length, defect.DefectsPerLithium, normal, raw.LengthPs, diffusion, HopCounter.Count(lithium, hop),
            [.. curve.Select(p => p.LagPs)], [.. curve.Select(p => p.TotalA2)], [.. curve.Select(p => p.In(space))], [.. frame.Select(p => p.TotalA2)], lindemann, lindemann > FrameworkStability.MoltenRatio,
            TransportDetails.Of(lithium, CollectiveTransport.Walker(lithium), diffusion, space, settings));
    }

    /// <summary>The normal of the same lattice planes in the deformed cell: a'_i · n' = a_i · n, of unit length.</summary>
    static Vec3 Deformed(Vec3 normal, Mat3 from, Mat3 to)
    {
        var n = to.Inverse * (from * normal);
        return (1 / n.Length) * n;
    }

    static void Check(MolecularDynamics system, double temperatureK, double volume, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var t = system.TemperatureK;
        if (!(t < 3 * temperatureK)) throw new DynamicsFaultException(string.Create(CultureInfo.InvariantCulture, $"temperature ran away to {t:0} K in a run at {temperatureK:0} K; try a shorter time step or another seed"));
        if (!(system.VolumeA3 < 2 * volume && system.VolumeA3 > 0.5 * volume))
            throw new DynamicsFaultException(string.Create(CultureInfo.InvariantCulture, $"volume ran from {volume:0} to {system.VolumeA3:0} A3 at {temperatureK:0} K: the framework does not hold"));
    }
}
