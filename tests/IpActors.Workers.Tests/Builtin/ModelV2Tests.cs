using System.Globalization;
using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Builtin;

namespace IpActors.Workers.Tests.Builtin;

/// <summary>Model v2 against finite differences, PBE cells (data/builtin-v2-pbe.json), experiment and its own committed exam (docs/figures/builtin-exam-v2.csv).</summary>
public class ModelV2Tests
{
    static readonly BuiltinModel Model = BuiltinModel.V2;

    static string Repository(string relative)
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "IpActors.sln"))) return Path.Combine(d.FullName, relative);
        throw new InvalidOperationException("the tests run outside the repository");
    }

    [Fact]
    public void All_pairs_are_read_and_repel()
    {
        string[] ions = [.. Model.Ions.Species];
        Assert.Equal(BuiltinModel.V1.Ions.Species, ions);
        Assert.Equal(default, Model.Ions.Pair("Li", "Li"));
        foreach (var a in ions)
            foreach (var b in ions.Where(b => (a, b) != ("Li", "Li")))
            {
                var p = Model.Ions.Pair(a, b);
                Assert.True(p is { A: > 0, Rho: > 0.15 and < 0.45, C6: >= 0 }, $"{a}-{b}: {p}");
                Assert.NotEqual(BuiltinModel.V1.Ions.Pair(a, b), p);
            }
        Assert.Equal(-1.7, Model.Ions.Charge("O"), 12);
    }

    [Fact]
    public void Forces_and_stresses_equal_finite_differences()
    {
        var s = Cells.All.First(c => c.Name.StartsWith("Li6SSeClI triclinic, displaced", StringComparison.Ordinal)).Structure;
        var (_, forces, stress) = Cells.Evaluate(s, parameters: Model.Ions);
        const double h = 1e-4;
        for (var k = 0; k < forces.Length; k += 4)
        {
            Structure Moved(double by) => s with { Fractional = s.Fractional.SetItem(k / 3, s.Fractional[k / 3] + new Vec3(k % 3 == 0 ? by : 0, k % 3 == 1 ? by : 0, k % 3 == 2 ? by : 0) * s.Cell.Inverse) };
            Assert.Equal(-(Cells.Energy(Moved(h), parameters: Model.Ions) - Cells.Energy(Moved(-h), parameters: Model.Ions)) / (2 * h), forces[k], 1e-5);
        }
        double Strained(double by) => Cells.Energy(s with { Cell = s.Cell * Mat3.Diagonal(1 + by, 1, 1) }, parameters: Model.Ions);
        Assert.Equal((Strained(h) - Strained(-h)) / (2 * h) / s.VolumeA3, stress[0, 0], 1e-6);
    }

    [Fact]
    public void The_bound_proton_has_the_forces_of_its_energy()
    {
        var s = Cells.All.First(c => c.Name.StartsWith("Li6SSeClI triclinic, displaced", StringComparison.Ordinal)).Structure;
        var (li, x) = (s.Species.IndexOf("Li"), s.Species.IndexOf("S"));
        var place = s.Fractional[x] + new Vec3(0.8, 0.9, -0.6) * s.Cell.Inverse;
        s = s with { Species = s.Species.SetItem(li, "H"), Fractional = s.Fractional.SetItem(li, place) };
        var field = Model.Hydration.Field(s, (li, x));
        Assert.Equal(-Model.Ions.ChargeScale * (1 + Model.Hydration.Ions["S"].HydrogenCharge), field.Charges[x], 12);
        var forces = new double[3 * s.Count];
        field.Evaluate(s.Cell, Cells.Positions(s), forces, out _);
        const double h = 1e-4;
        foreach (var atom in new[] { li, x })
            for (var k = 0; k < 3; k++)
            {
                double Moved(double by) { var r = Cells.Positions(s); r[3 * atom + k] += by; return field.Evaluate(s.Cell, r, new double[3 * s.Count], out _); }
                Assert.Equal(-(Moved(h) - Moved(-h)) / (2 * h), forces[3 * atom + k], 1e-5);
            }
    }

    /// <summary>Experimental lattice constants at room temperature (Å) and bulk moduli (GPa), handbook values.</summary>
    [Theory]
    [InlineData("O", 4.619, 88), InlineData("S", 5.710, 45), InlineData("F", 4.026, 69), InlineData("Cl", 5.130, 34), InlineData("Br", 5.501, 27), InlineData("I", 6.000, 19)]
    public void Binaries_are_within_2_percent_in_length_and_25_in_bulk_modulus_of_experiment(string anion, double a, double modulus)
    {
        var relaxed = Relaxation.Run(Perovskites.Binary(anion), Spglib.Operations(Perovskites.Binary(anion)), model: Model);
        Assert.True(relaxed.Converged, relaxed.Fault);
        Assert.InRange(Math.Cbrt(4 * relaxed.Structure.VolumeA3), 0.98 * a, 1.02 * a);
        double Pressure(double scale)
        {
            var s = relaxed.Structure with { Cell = scale * relaxed.Structure.Cell };
            return -Cells.Evaluate(s, parameters: Model.Ions).Stress.Trace / 3 * Relaxation.EvPerA3InGPa;
        }
        var found = -(Pressure(1.002) - Pressure(0.998)) / (3 * Math.Log(1.002 / 0.998));
        Assert.InRange(found, 0.75 * modulus, 1.25 * modulus);
    }

    [Fact]
    public void Forces_on_the_cells_of_first_principles_are_better_than_those_of_v1()
    {
        using var pbe = JsonDocument.Parse(File.ReadAllText(Repository("data/builtin-v2-pbe.json")));
        double[] Row(JsonElement e) => [.. e.EnumerateArray().Select(v => v.GetDouble())];
        Vec3 Vector(JsonElement e) => new(e[0].GetDouble(), e[1].GetDouble(), e[2].GetDouble());
        double Error(BuiltinModel model, bool hydrogen)
        {
            var (sum, n) = (0.0, 0);
            foreach (var c in pbe.RootElement.GetProperty("cells").EnumerateArray().Where(c => c.TryGetProperty("bonds", out _) == hydrogen))
            {
                var m = c.GetProperty("cell_A");
                var s = new Structure(new(Vector(m[0]), Vector(m[1]), Vector(m[2])), [.. c.GetProperty("species").EnumerateArray().Select(e => e.GetString()!)], [.. c.GetProperty("fractional").EnumerateArray().Select(Vector)]);
                (int H, int X)[] bonds = hydrogen ? [.. c.GetProperty("bonds").EnumerateArray().Select(b => (b[0].GetInt32(), b[1].GetInt32()))] : [];
                var forces = new double[3 * s.Count];
                model.Hydration.Field(s, bonds).Evaluate(s.Cell, Cells.Positions(s), forces, out _);
                foreach (var (f, p) in forces.Zip(c.GetProperty("forces_eV_per_A").EnumerateArray().SelectMany(Row))) { sum += (f - p) * (f - p); n++; }
            }
            return Math.Sqrt(sum / n);
        }
        Assert.InRange(Error(Model, false), 0, 0.7 * Error(BuiltinModel.V1, false));
        Assert.InRange(Error(Model, false), 0, 0.1);
        Assert.InRange(Error(Model, true), 0, 0.6 * Error(BuiltinModel.V1, true));
        Assert.InRange(Error(Model, true), 0, 0.25);
    }

    static readonly Dictionary<(string Formula, string Group), string[]> Exam = File.ReadLines(Repository("docs/figures/builtin-exam-v2.csv")).Where(l => l[0] != '#').Skip(1).Select(l => l.Split(',')).ToDictionary(w => (w[1], w[2]));

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [Theory, InlineData("Li3OCl", "Pm-3m"), InlineData("Li7O2FBr2", "I4/mmm"), InlineData("Li6OSeI2", "Fm-3m"), InlineData("Li7S2Cl3", "I4/mmm")]
    public void The_committed_exam_is_what_the_model_gives(string formula, string group)
    {
        var row = Exam[(formula, group)];
        var start = Science.Enumeration.Candidate.Parse(row[3]).ToStructure();
        var relaxed = Relaxation.Run(start, Spglib.Operations(start), model: Model);
        double Binary(string anion) => Relaxation.Run(Perovskites.Binary(anion), Spglib.Operations(Perovskites.Binary(anion)), model: Model).EnergyEv;
        Assert.Equal(Number(row[4]), (relaxed.EnergyEv - relaxed.Structure.Species.Where(s => s != "Li").Sum(Binary)) / relaxed.Structure.Count, 3e-4);
        Assert.Equal(Number(row[6]), BandGap.Of(relaxed.Structure, Model).GapEv, 1e-2);
    }

    [Fact]
    public void What_reports_say_of_v2_is_what_the_committed_exam_says()
    {
        using var paper = JsonDocument.Parse(File.ReadAllText(Repository("data/paper_tables.json")));
        var rows = paper.RootElement.GetProperty("table2").EnumerateArray().Select(p => (Paper: p, Row: Exam[(p.GetProperty("formula").GetString()!, p.GetProperty("space_group").GetString()!.Replace("3-", "-3", StringComparison.Ordinal))])).ToList();
        double Mean(string key, Func<string[], double> ours) => rows.Average(r => Math.Abs(r.Paper.GetProperty(key).GetDouble() - ours(r.Row)));
        string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        Assert.Contains($"mean absolute error {Text(Mean("Ed_eV_per_atom", r => Math.Max(0, Number(r[4]))), "0.000")} eV/atom", Model.Disclaimer, StringComparison.Ordinal);
        Assert.Contains($"mean absolute error {Text(Mean("Eg_eV", r => Number(r[6])), "0.00")} eV,", Model.Disclaimer, StringComparison.Ordinal);
        Assert.Contains($"mean absolute error {Text(Mean("Eh_kJ_per_mol", r => Number(r[7])), "0")} kJ/mol", Model.Disclaimer, StringComparison.Ordinal);
        Assert.Contains($"sign right for {rows.Count(r => Math.Sign(r.Paper.GetProperty("Eh_kJ_per_mol").GetDouble()) == Math.Sign(Number(r.Row[7])))} of 24", Model.Disclaimer, StringComparison.Ordinal);
    }
}
