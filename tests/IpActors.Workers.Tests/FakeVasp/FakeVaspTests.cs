using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Science.Trajectories;
using IpActors.Workers.Builtin;
using IpActors.Workers.Vasp;

namespace IpActors.Workers.Tests.FakeVasp;

public class FakeVaspTests
{
    [Fact]
    public void A_relaxation_ends_at_the_built_in_minimum_and_reads_back()
    {
        using var folder = Folder.With(Folder.Li3OCl(), Folder.Relaxation);
        Assert.Equal(0, folder.Play());
        var relaxed = Poscar.Read(File.ReadAllText(folder.Of("CONTCAR")));
        var start = new Structure(Mat3.Diagonal(3.9, 3.9, 3.9), relaxed.Species, [new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5), new(0.5, 0.5, 0.5), new(0, 0, 0)]);
        var builtin = Workers.Builtin.Relaxation.Run(start, [], BuiltinModel.V2);
        Assert.Equal(builtin.Structure.VolumeA3, relaxed.VolumeA3, 0.05);
        var e = VaspEvidenceFiles.Read(folder.Run);
        Assert.True(e is { Finished: true, Converged: true, ReachedAccuracy: true, Sites: 5, Electrons: 22 });
        Assert.Equal(builtin.EnergyEv, e.Steps[^1].EnergyEv, 1e-4);
        Assert.All(e.Steps, s => Assert.InRange(s.ElectronicSteps, 3, 59));
        Assert.Equal(BandGap.Of(relaxed, BuiltinModel.V2).GapEv, e.GapEv!.Value, 2e-4); // eigenvalues have four digits
        Assert.Empty(VaspFaults.Diagnose(e));

        using var xdatcar = new XdatcarReader(new StreamReader(folder.Of("XDATCAR")), "XDATCAR");
        Assert.Equal(e.Steps.Length, xdatcar.Frames().Count());
    }

    [Fact]
    public void A_gap_comes_at_any_k_point_as_from_the_model_at_the_zone_boundary()
    {
        using var folder = Folder.With(Folder.Li3OCl(), "NSW = 0\nISMEAR = 0\n", "mesh\n0\nGamma\n2 2 2\n");
        Assert.Equal(0, folder.Play());
        Assert.Equal(BandGap.Of(Folder.Li3OCl(), BuiltinModel.V2).GapEv, VaspEvidenceFiles.Read(folder.Run).GapEv!.Value, 2e-4);
    }

    [Fact]
    public void A_missing_electron_leaves_a_hole_and_no_gap()
    {
        using var folder = Folder.With(Folder.Li3OCl(), "NSW = 0\nNELECT = 21\n");
        Assert.Equal(0, folder.Play());
        Assert.Contains("0.500000", File.ReadAllText(folder.Of("EIGENVAL")), StringComparison.Ordinal);
    }

    [Fact]
    public void Dynamics_goes_on_from_its_CONTCAR_with_velocities()
    {
        const string incar = "IBRION = 0\nMDALGO = 2\nSMASS = 0\nNSW = 8\nPOTIM = 1\nTEBEG = 600\nISYM = 0\nRANDOM_SEED = 7 0 0\n";
        using var folder = Folder.With(Folder.Li3OCl(), incar);
        Assert.Equal(0, folder.Play());
        var contcar = File.ReadAllText(folder.Of("CONTCAR")).Split('\n');
        Assert.Equal(8 + 5 + 1 + 5 + 1, contcar.Length);
        var e = VaspEvidenceFiles.Read(folder.Run);
        Assert.Equal(8, e.Steps.Length);
        using (var vasprun = new VasprunReader(new StreamReader(folder.Of("vasprun.xml")), "vasprun.xml")) Assert.Equal(8, vasprun.Frames().Count());
        Assert.Empty(VaspFaults.Diagnose(e));
        File.Copy(folder.Of("CONTCAR"), folder.Of("POSCAR"), overwrite: true);
        Assert.Equal(0, folder.Play());
        var first = File.ReadLines(folder.Of("OSZICAR")).First(l => l.Contains("T=", StringComparison.Ordinal));
        var t = double.Parse(first.Split("T=")[1].Split('E')[0].Trim().TrimEnd('.'), CultureInfo.InvariantCulture);
        Assert.NotEqual(600, t); // drawn velocities have exactly 600 K
    }

    [Fact]
    public void Constant_pressure_changes_the_cell_and_repeats_MDALGO()
    {
        using var folder = Folder.With(Folder.Li3OCl(), "IBRION = 0\nMDALGO = 3\nISIF = 3\nNSW = 25\nPOTIM = 1\nTEBEG = 600\n");
        Assert.Equal(0, folder.Play());
        Assert.NotEqual(Folder.Li3OCl().VolumeA3, Poscar.Read(File.ReadAllText(folder.Of("CONTCAR"))).VolumeA3, 1e-6);
        Assert.Empty(VaspFaults.Diagnose(VaspEvidenceFiles.Read(folder.Run)));
        using var other = Folder.With(Folder.Li3OCl(), "IBRION = 0\nMDALGO = 3\nISIF = 3\nNSW = 2\nPOTIM = 1\nTEBEG = 600\n", script: """{"rules":[{"do":"fault","code":"npt"}]}""");
        Assert.Equal(0, other.Play());
        Assert.Equal(["npt"], VaspFaults.Diagnose(VaspEvidenceFiles.Read(other.Run)).Select(f => f.Code));
    }

    [Fact]
    public void A_hydrogen_on_oxygen_and_water_in_a_box_are_computed()
    {
        var hydroxide = BuiltinModel.V2.Hydration.LithiumHydroxide("O");
        using var folder = Folder.With(hydroxide, Folder.Relaxation.Replace("NSW = 60", "NSW = 200", StringComparison.Ordinal), "gamma\n0\nGamma\n2 2 2\n");
        Assert.Equal(0, folder.Play());
        Assert.Empty(VaspFaults.Diagnose(VaspEvidenceFiles.Read(folder.Run)));
        var cell = Mat3.Diagonal(12, 12.5, 13);
        var water = new Structure(cell, ["O", "H", "H"], [new Vec3(6, 6, 6) * cell.Inverse, new Vec3(6.8, 6, 6.6) * cell.Inverse, new Vec3(5.2, 6, 6.6) * cell.Inverse]);
        using var box = Folder.With(water, "IBRION = 2\nISIF = 2\nNSW = 50\nEDIFFG = -0.01\n", "gamma\n0\nGamma\n1 1 1\n");
        Assert.Equal(0, box.Play());
        var r = Poscar.Read(File.ReadAllText(box.Of("CONTCAR")));
        Assert.Equal(0.972, (r.Cartesian(1) - r.Cartesian(0)).Length, 2e-3);
        Assert.Empty(VaspFaults.Diagnose(VaspEvidenceFiles.Read(box.Run)));
    }
}
