using BenchmarkDotNet.Attributes;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;

namespace IpActors.Bench;

/// <summary>The chemical space at full size, and the library that names its space groups.</summary>
[MedianColumn]
public class SpaceBenchmarks
{
    const int Structures = 200;
    Structure[] _structures = [];

    /// <summary>The first 200 compounds with one ordering per space group: 5 to 56 atoms, median 40.</summary>
    [GlobalSetup(Target = nameof(Spglib_space_group_of_a_structure))]
    public void Build() => _structures = [.. Space.Enumerate(new() { X = ["O", "S"], Z = ["Cl", "Br"], Keep = Keep.OnePerSpaceGroup }).Select(c => c.ToStructure()).Take(Structures)];

    [Benchmark]
    public long Enumerate_and_count_all_727344_microstates() => Space.Count(new() { Keep = Keep.All }).Total;

    [Benchmark(OperationsPerInvoke = Structures)]
    public int Spglib_space_group_of_a_structure()
    {
        var sum = 0;
        foreach (var s in _structures) sum += Spglib.SpaceGroup(s).Number;
        return sum;
    }
}
