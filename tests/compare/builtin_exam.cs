#:project ../../src/IpActors.Workers/IpActors.Workers.csproj
#:property PublishAot=false
#:property RunAnalyzers=false
// The built-in model against the published compounds, with the product's own library calls.
//
//   dotnet run -c Release tests/compare/builtin_exam.cs -- v2 OUT.csv [--property conductivity] [--threads 2] [--length paper|quickstart]
//
// Every microstate of fixtures/builtin_exam_microstates.csv (all orderings of a published formula and space group, at most 18) is relaxed with its symmetry kept; the lowest stands for its row. Then its gap and,
// for the rows of Table 2, its hydration energy: supercell edges of at least 10 A, 10 placements, seed 1. With --property conductivity: the rows of Table 2 at the paper's protocol instead; a part that OUT.csv holds
// already is not run again. tests/compare/builtin_exam.py makes tables and plots of the output.
using System.Globalization;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;
using IpActors.Science.Transport;
using IpActors.Workers.Builtin;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var i ? args[i + 1] : otherwise;
var model = BuiltinModel.Called(args[0]);
var output = args[1];
var parallel = new ParallelOptions { MaxDegreeOfParallelism = int.Parse(Option("--threads", "2")) };
var fixture = Option("--microstates", "tests/compare/fixtures/builtin_exam_microstates.csv");
var rows = File.ReadLines(fixture).Where(l => !l.StartsWith('#')).Skip(1).Select(l => l.Split(',')).Select(w => (Source: w[0], Formula: w[1], Group: w[2], Id: w[4])).ToList();

RelaxationResult Relax(Structure s) => Relaxation.Run(s, Spglib.Operations(s), model, new RelaxationSettings(MaxSteps: 800));
var binaries = ReferencePhases.All.ToDictionary(r => r.Formula, r => Relax(r.ToStructure()).EnergyEv);
double Above(RelaxationResult r) => (r.EnergyEv - r.Structure.Species.Where(s => s != "Li").Sum(s => binaries[Formula.Chalcogens.Contains(s) ? $"Li2{s}" : $"Li{s}"])) / r.Structure.Count;

var relaxed = new (double Ed, RelaxationResult Result)[rows.Count];
Parallel.For(0, rows.Count, parallel, i =>
{
    var r = Relax(Candidate.Parse(rows[i].Id).ToStructure());
    relaxed[i] = (r.Converged ? Above(r) : double.NaN, r);
});
var lowest = Enumerable.Range(0, rows.Count).Where(i => double.IsFinite(relaxed[i].Ed)).GroupBy(i => (rows[i].Source, rows[i].Formula, rows[i].Group)).Select(g => g.MinBy(i => relaxed[i].Ed)).ToList();

if (Option("--property", "") == "conductivity") { Conductivity(); return; }
var lines = new string[lowest.Count];
Parallel.For(0, lowest.Count, parallel, k =>
{
    var (row, (ed, r)) = (rows[lowest[k]], relaxed[lowest[k]]);
    var gap = BandGap.Of(r.Structure, model).GapEv;
    var h = row.Source == "table2" ? Hydration.Run(r.Structure, 10, 10, c => SeededRandom.Stream(1, $"hydration/{c}"), model) : null;
    lines[k] = $"{row.Source},{row.Formula},{row.Group},{row.Id},{ed:F4},{r.Structure.VolumeA3 / r.Structure.Count:F3},{gap:F3},{h?.EnergyKJPerMol:F1},{h?.SpreadKJPerMol:F1},{h?.Configurations}";
});
File.WriteAllLines(output, [$"# {model.Name}: tests/compare/builtin_exam.cs", "source,formula,space_group,id,e_d_signed_eV_per_atom,volume_A3_per_atom,e_g_eV,e_h_kJ_per_mol,e_h_spread_kJ_per_mol,placements", .. lines]);

void Conductivity()
{
    var protocol = (Option("--length", "paper") == "paper" ? ConductivityProtocol.Paper : ConductivityProtocol.Quickstart) with { Model = model };
    const string head = "formula,space_group,id,sigma_400K_S_per_cm,error_decades,censored,mechanism,note";
    if (!File.Exists(output)) File.WriteAllLines(output, [$"# {model.Name}: tests/compare/builtin_exam.cs --property conductivity", head]);
    var done = File.ReadLines(output).Where(l => !l.StartsWith('#')).Select(l => l.Split(',')).Select(w => (w[0], w[1])).ToHashSet();
    foreach (var i in lowest.Where(i => rows[i].Source == "table2" && !done.Contains((rows[i].Formula, rows[i].Group))))
    {
        var keys = protocol.Parts();
        var parts = new ConductivityPart?[keys.Length];
        Parallel.For(0, keys.Length, parallel, k =>
        {
            try { parts[k] = ConductivityRun.Run(relaxed[i].Result.Structure, keys[k], protocol); }
            catch (DynamicsFaultException e) { Console.Error.WriteLine($"{rows[i].Formula} {keys[k].Name}: {e.Message}"); }
        });
        ConductivityPart[] known = [.. parts.OfType<ConductivityPart>()];
        var c = ConductivityCombination.Combine(known, protocol.Combination, keys.Length - known.Length);
        File.AppendAllLines(output, [$"{rows[i].Formula},{rows[i].Group},{rows[i].Id},{c.SiemensPerCm:E3},{c.ErrorDecades:F2},{c.Censored},{c.Taken},{string.Join(' ', c.Flags)}"]);
        Console.Error.WriteLine($"{rows[i].Formula} {rows[i].Group} done");
    }
}
