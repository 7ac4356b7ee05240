using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin;

/// <summary>
/// Fixtures/lammps_cells.json: the same model in LAMMPS, written by tests/compare/builtin_lammps.py. Measured: 2e-7 eV per atom, 7e-7 eV/Å, 2e-8 eV/Å3, the limit of its tables.
/// </summary>
public class LammpsTests
{
    static readonly JsonElement Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Builtin", "Fixtures", "lammps_cells.json"))).RootElement;

    public static TheoryData<string> Names => [.. Document.GetProperty("cells").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    static Vec3 Vector(JsonElement e) => new(e[0].GetDouble(), e[1].GetDouble(), e[2].GetDouble());

    static (Structure Structure, double Energy, double[] Forces, double[] Pressure) Read(string name)
    {
        var c = Document.GetProperty("cells").EnumerateArray().Single(e => e.GetProperty("name").GetString() == name);
        var cell = c.GetProperty("cell_A");
        return (new(new(Vector(cell[0]), Vector(cell[1]), Vector(cell[2])), [.. c.GetProperty("species").EnumerateArray().Select(s => s.GetString()!)], [.. c.GetProperty("fractional").EnumerateArray().Select(Vector)]),
            c.GetProperty("energy_eV").GetDouble(), [.. c.GetProperty("forces_eV_per_A").EnumerateArray().SelectMany(v => v.EnumerateArray().Select(x => x.GetDouble()))],
            [.. c.GetProperty("pressure_xx_yy_zz_xy_xz_yz_eV_per_A3").EnumerateArray().Select(x => x.GetDouble())]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Energy_forces_and_pressure_equal_those_of_Lammps(string name) => Compare(name, EwaldSettings.Converged, 5e-7, 2e-6, 5e-8);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_setting_of_molecular_dynamics_is_within_its_error_of_Lammps(string name) => Compare(name, EwaldSettings.Dynamics, 2e-4, 5e-3, 1e-4);

    static void Compare(string name, EwaldSettings settings, double perAtom, double force, double pressure)
    {
        var (s, energy, forces, p) = Read(name);
        var (ours, f, stress) = Cells.Evaluate(s, settings);
        Assert.Equal(energy / s.Count, ours / s.Count, perAtom);
        for (var k = 0; k < f.Length; k++) Assert.Equal(forces[k], f[k], force * Math.Max(1, Math.Abs(forces[k])));
        (int, int)[] places = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)];
        for (var k = 0; k < 6; k++) Assert.Equal(p[k], -stress[places[k].Item1, places[k].Item2], pressure);
    }

    [Fact]
    public void The_fixture_holds_cubic_tetragonal_triclinic_and_charged_cells() => Assert.Equal(7, Document.GetProperty("cells").GetArrayLength());
}
