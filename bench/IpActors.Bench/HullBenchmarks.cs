using System.Globalization;
using BenchmarkDotNet.Attributes;
using IpActors.Science.Phases;

namespace IpActors.Bench;

/// <summary>
/// Hull energies of the 200 targets of bench/hull_targets.csv among all phases of data/mp_legacy_formation.csv: 100 in six-element systems of their own and 100 in one system. Each benchmark builds the hull from parsed entries and
/// decomposes every target; bench/compare_hull.py does the same with pymatgen.
/// </summary>
[MedianColumn]
public class HullBenchmarks
{
    HullEntry[] _entries = [];
    Composition[] _own = [], _shared = [];

    [GlobalSetup]
    public void Read()
    {
        _entries = [.. Rows("data/mp_legacy_formation.csv").Select(r => new HullEntry(Composition.Parse(r["formula"]), double.Parse(r["formation_energy_eV_per_atom"], CultureInfo.InvariantCulture), r["formula"]))];
        Composition[] Targets(string system) => [.. Rows("bench/hull_targets.csv").Where(r => r["system"] == system).Select(r => Composition.Parse(r["formula"]))];
        (_own, _shared) = (Targets("own"), Targets("shared"));
    }

    [Benchmark]
    public double Hull_of_200_targets_building_included() => Sum(_own) + Sum(_shared);

    [Benchmark]
    public double Hull_of_100_targets_in_100_systems() => Sum(_own);

    [Benchmark]
    public double Hull_of_100_targets_in_one_system() => Sum(_shared);

    double Sum(Composition[] targets)
    {
        var hull = new PhaseHull(_entries, elementsAreZero: true);
        var sum = 0.0;
        foreach (var t in targets) sum += hull.Decompose(t).EnergyEvPerAtom;
        return sum;
    }

    static IEnumerable<Dictionary<string, string>> Rows(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IpActors.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("IpActors.sln is in no folder above the benchmarks");
        var lines = File.ReadAllLines(Path.Combine(folder.FullName, path)).Where(l => l.Length > 0 && l[0] != '#').ToList();
        var header = lines[0].Split(',');
        return lines.Skip(1).Select(l => l.Split(',')).Select(c => header.Zip(c).ToDictionary(p => p.First, p => p.Second));
    }
}
