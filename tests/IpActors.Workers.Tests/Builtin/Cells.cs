using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin;

/// <summary>One cell of Fixtures/model_v1_cells.json: made by a slow plain-numpy reference of model v1 with both Ewald sums cut at 1e-12.</summary>
public sealed record ReferenceCell(string Name, Structure Structure, double Energy, double[] Forces, Mat3 Stress);

static class Cells
{
    public static readonly JsonElement Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Builtin", "Fixtures", "model_v1_cells.json"))).RootElement;

    public static readonly ImmutableArray<ReferenceCell> All = [.. Document.GetProperty("cells").EnumerateArray().Select(c => new ReferenceCell(
        c.GetProperty("name").GetString()!,
        new Structure(Matrix(c.GetProperty("cell_A")), [.. c.GetProperty("species").EnumerateArray().Select(s => s.GetString()!)], [.. c.GetProperty("fractional").EnumerateArray().Select(Vector)]),
        c.GetProperty("energy_eV").GetDouble(),
        [.. c.GetProperty("forces_eV_per_A").EnumerateArray().SelectMany(v => v.EnumerateArray().Select(x => x.GetDouble()))],
        Matrix(c.GetProperty("stress_eV_per_A3"))))];

    public static ReferenceCell Named(string name) => All.Single(c => c.Name == name);

    static Vec3 Vector(JsonElement e) => new(e[0].GetDouble(), e[1].GetDouble(), e[2].GetDouble());
    static Mat3 Matrix(JsonElement e) => new(Vector(e[0]), Vector(e[1]), Vector(e[2]));

    public static double[] Positions(Structure s) => [.. Enumerable.Range(0, s.Count).Select(s.Cartesian).SelectMany(r => new[] { r.X, r.Y, r.Z })];

    public static double Energy(Structure s, EwaldSettings? settings = null, ForceFieldParameters? parameters = null) => Evaluate(s, settings, parameters).Energy;

    public static (double Energy, double[] Forces, Mat3 Stress) Evaluate(Structure s, EwaldSettings? settings = null, ForceFieldParameters? parameters = null)
    {
        var forces = new double[3 * s.Count];
        var energy = new ForceField(parameters ?? ForceFieldParameters.V1, s.Species, settings ?? EwaldSettings.Converged).Evaluate(s.Cell, Positions(s), forces, out var strain);
        return (energy, forces, (1 / s.VolumeA3) * strain);
    }

    public static double Largest(Mat3 m) => Enumerable.Range(0, 9).Max(k => Math.Abs(m[k / 3, k % 3]));
}
