using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin.Dynamics;

public class MolecularDynamicsTests
{
    static MolecularDynamics Warm(double kelvin, ulong seed = 1, LithiumDefect? defect = null, EwaldSettings? settings = null)
    {
        var host = Perovskites.Li3OCl(2);
        var s = defect is { } kind ? Defects.Make(host, kind, new SeededRandom(seed)).Structure : host;
        var md = new MolecularDynamics(s, ForceFieldParameters.V1, settings ?? EwaldSettings.Dynamics);
        md.Quench(0.3, 200);
        md.DrawVelocities(kelvin, new SeededRandom(seed));
        return md;
    }

    static double WorstEnergyError(double dtPs, double lengthPs)
    {
        var md = Warm(800, defect: LithiumDefect.Interstitial, settings: EwaldSettings.Converged);
        var (start, worst) = (md.PotentialEv + md.KineticEv, 0.0);
        for (var k = 0; k < lengthPs / dtPs; k++)
        {
            md.Step(dtPs);
            worst = Math.Max(worst, Math.Abs(md.PotentialEv + md.KineticEv - start));
        }
        return worst;
    }

    [Fact]
    public void Energy_is_conserved_and_its_error_falls_with_the_square_of_the_step()
    {
        // 41 atoms exchange some 4 eV between kinetic and potential energy in this time.
        var (one, half) = (WorstEnergyError(0.001, 0.3), WorstEnergyError(0.0005, 0.3));
        Assert.True(one < 0.04, $"{one} eV");
        Assert.InRange(one / half, 3, 5);
    }

    [Theory]
    [InlineData(null, 10000, 800)]
    [InlineData(LithiumDefect.Interstitial, 10000, 1000)]
    [InlineData(LithiumDefect.Vacancy, 10000, 600)]
    public void Energy_does_not_drift(LithiumDefect? defect, int steps, double kelvin)
    {
        var md = Warm(kelvin, defect: defect);
        double first = 0, last = 0;
        var part = steps / 10;
        for (var k = 0; k < steps; k++)
        {
            md.Step(0.001);
            if (k % 10 != 0 || (k >= part && k < steps - part)) continue;
            var e = (md.PotentialEv + md.KineticEv) / (part / 10);
            if (k < part) first += e; else last += e;
        }
        var perPs = Math.Abs(last - first) / md.Count / (0.9 * steps / 1000);
        Assert.True(perPs < 1e-5, $"{perPs} eV/atom per ps");
    }

    [Fact]
    public void The_centre_of_mass_stays_at_rest()
    {
        var md = Warm(1000, defect: LithiumDefect.Vacancy);
        var thermostat = new MolecularDynamicsThermostat(1000, 0.1, new SeededRandom(2));
        for (var k = 0; k < 500; k++) { md.Step(0.001); thermostat.Apply(md, 0.001); }
        var p = Vec3.Zero;
        for (var i = 0; i < md.Count; i++) p += md.MassesU[i] * new Vec3(md.Velocities[3 * i], md.Velocities[3 * i + 1], md.Velocities[3 * i + 2]);
        Assert.True(p.Length < 1e-6 * md.Count * 30, $"{p.Length} u Å/ps");
    }

    [Fact]
    public void The_thermostat_alone_gives_the_gamma_distribution_of_the_kinetic_energy()
    {
        // Mean N_f k_B T / 2 and relative variance 2 / N_f, started far away.
        var md = Warm(300);
        var thermostat = new MolecularDynamicsThermostat(900, 0.1, new SeededRandom(3));
        double sum = 0, squares = 0;
        const int n = 40000;
        for (var k = -2000; k < n; k++)
        {
            thermostat.Apply(md, 0.05);
            if (k < 0) continue;
            sum += md.TemperatureK / n;
            squares += md.TemperatureK * md.TemperatureK / n;
        }
        Assert.InRange(sum, 895, 905);
        Assert.InRange((squares / (sum * sum) - 1) / (2.0 / md.Freedom), 0.93, 1.07);
    }

    [Fact]
    public void The_thermostat_holds_the_temperature_of_every_species()
    {
        var md = Warm(900);
        var thermostat = new MolecularDynamicsThermostat(900, 0.1, new SeededRandom(3));
        var kelvin = new double[2];
        const int n = 12000;
        for (var k = -2000; k < n; k++)
        {
            md.Step(0.001);
            thermostat.Apply(md, 0.001);
            if (k < 0) continue;
            for (var i = 0; i < md.Count; i++)
                kelvin[md.MassesU[i] < 10 ? 0 : 1] += md.MassesU[i] * (md.Velocities[3 * i] * md.Velocities[3 * i] + md.Velocities[3 * i + 1] * md.Velocities[3 * i + 1] + md.Velocities[3 * i + 2] * md.Velocities[3 * i + 2])
                    / MolecularDynamics.AccelerationUnit / MolecularDynamics.BoltzmannEvPerK / n;
        }
        // 24 Li and 16 anions share 117 degrees of freedom; the constraint lies on the heavy ones by their share of the mass.
        double light = 24 * 6.94, heavy = 8 * (15.999 + 35.45);
        Assert.InRange(kelvin[0] / (72 - 3 * light / (light + heavy)), 850, 950);
        Assert.InRange(kelvin[1] / (48 - 3 * heavy / (light + heavy)), 850, 950);
    }

    [Fact]
    public void The_barostat_brings_the_mean_pressure_to_zero_and_leaves_the_cell_unturned()
    {
        var md = Warm(800);
        var random = new SeededRandom(4);
        var (thermostat, barostat) = (new MolecularDynamicsThermostat(800, 0.1, random), new MolecularDynamicsBarostat(800, 0.25, random));
        var (mean, volume) = (default(Mat3), 0.0);
        const int n = 12000;
        for (var k = -3000; k < n; k++)
        {
            md.Step(0.001);
            thermostat.Apply(md, 0.001);
            if (k >= 0) { mean += (1.0 / n) * md.PressureTensor; volume += md.VolumeA3 / n; }
            if (k % 10 == 0) barostat.Apply(md, 0.01);
        }
        const double gpa = 160.2177;
        Assert.InRange(mean.Trace / 3 * gpa, -0.25, 0.25);
        for (var i = 0; i < 3; i++) for (var j = 0; j < 3; j++) Assert.InRange(mean[i, j] * gpa, -0.6, 0.6);
        Assert.InRange(volume, 460, 520); // 449 Å3 at rest, thermal expansion of some percent
    }

    [Fact]
    public void Volume_fluctuates_by_the_bulk_modulus()
    {
        // ⟨δV²⟩ = k_B T V / B: at 300 K with the static modulus from two static cells, within the statistics of some hundred independent volumes and the softening by heat.
        double Pressure(double a)
        {
            var s = Perovskites.Li3OCl(2);
            var md = new MolecularDynamics(s with { Cell = (a / 3.9) * s.Cell }, ForceFieldParameters.V1, EwaldSettings.Dynamics);
            return md.PressureTensor.Trace / 3;
        }
        var modulus = (Pressure(3.82) - Pressure(3.86)) / (3 * Math.Log(3.86 / 3.82));
        var system = Warm(300);
        var random = new SeededRandom(6);
        var (thermostat, barostat) = (new MolecularDynamicsThermostat(300, 0.1, random), new MolecularDynamicsBarostat(300, 0.1, random));
        double sum = 0, squares = 0;
        const int n = 25000;
        for (var k = -3000; k < n; k++)
        {
            system.Step(0.001);
            thermostat.Apply(system, 0.001);
            if (k % 5 == 0) barostat.Apply(system, 0.005);
            if (k >= 0) { sum += system.VolumeA3 / n; squares += system.VolumeA3 * system.VolumeA3 / n; }
        }
        var expected = MolecularDynamics.BoltzmannEvPerK * 300 * sum / modulus;
        Assert.InRange((squares - sum * sum) / expected, 0.6, 1.9);
    }

    [Fact]
    public void A_step_allocates_nothing_whether_or_not_it_makes_a_new_list()
    {
        var md = Warm(600);
        var random = new SeededRandom(1);
        var (thermostat, barostat) = (new MolecularDynamicsThermostat(600, 0.1, random), new MolecularDynamicsBarostat(600, 0.25, random));
        void Run(int steps)
        {
            for (var k = 1; k <= steps; k++)
            {
                md.Step(0.001, withStress: k % 10 == 0);
                thermostat.Apply(md, 0.001);
                if (k % 10 == 0) barostat.Apply(md, 0.01);
            }
        }
        Run(500);
        var (before, lists) = (GC.GetAllocatedBytesForCurrentThread(), md.NeighbourLists);
        Run(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(md.NeighbourLists > lists);
    }

    [Fact]
    public void Asking_for_energy_or_stress_changes_no_bit_of_a_run()
    {
        var (one, other) = (Warm(900), Warm(900));
        for (var k = 0; k < 200; k++)
        {
            one.Step(0.001);
            other.Step(0.001, withStress: k % 3 == 0);
            if (k % 7 == 0) _ = other.PotentialEv;
        }
        Assert.Equal(one.Positions, other.Positions);
        Assert.Equal(one.PotentialEv, other.PotentialEv);
    }

    [Fact]
    public void A_quench_lowers_the_energy_of_a_fresh_dumbbell_and_its_forces()
    {
        var s = Defects.Make(Perovskites.Li3OCl(2), LithiumDefect.Interstitial, new SeededRandom(1)).Structure;
        var md = new MolecularDynamics(s, ForceFieldParameters.V1, EwaldSettings.Dynamics);
        var before = md.PotentialEv;
        md.Quench(0.3, 300);
        Assert.True(md.PotentialEv < before - 0.5);
        Assert.True(md.Forces.ToArray().Max(Math.Abs) < 0.5);
    }

    [Fact]
    public void An_unknown_element_is_a_fault_that_names_it()
    {
        var s = Perovskites.Li3OCl(1);
        var fault = Assert.Throws<DynamicsFaultException>(() => new MolecularDynamics(s with { Species = s.Species.SetItem(0, "Fe") }, ForceFieldParameters.V1, EwaldSettings.Dynamics));
        Assert.Contains("Fe", fault.Message);
    }
}
