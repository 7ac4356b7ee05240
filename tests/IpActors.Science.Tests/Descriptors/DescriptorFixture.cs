using System.Text.Json;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Science.Tests.Descriptors;

/// <summary>Numbers that tests/compare/descriptors_reference.py wrote with voro++, scipy (Qhull), numpy and scikit-learn (versions in the file).</summary>
static class DescriptorFixture
{
    public static readonly JsonElement Document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Descriptors", "Fixtures", "descriptors.json"))).RootElement;

    public static IEnumerable<JsonElement> Structures => Document.GetProperty("structures").EnumerateArray();

    public static double[] Numbers(this JsonElement e, string name) => e.GetProperty(name).Deserialize<double[]>()!;
    public static double[][] Table(this JsonElement e, string name) => e.GetProperty(name).Deserialize<double[][]>()!;

    public static Structure Structure(this JsonElement e)
    {
        var c = e.Table("cell");
        return new(new(Vector(c[0]), Vector(c[1]), Vector(c[2])), [.. e.GetProperty("species").Deserialize<string[]>()!], [.. e.Table("fractional").Select(Vector)]);
    }

    public static Vec3 Vector(double[] v) => new(v[0], v[1], v[2]);

    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++) Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
    }

    /// <summary>Ideal cubic Li3OCl, a = 3.91 Å, repeated along the axes.</summary>
    public static Structure Perovskite(int a, int b, int c)
    {
        (string, Vec3)[] sites = [("O", new(.5, .5, .5)), ("Cl", Vec3.Zero), ("Li", new(.5, .5, 0)), ("Li", new(.5, 0, .5)), ("Li", new(0, .5, .5))];
        return Repeated(new(Mat3.Diagonal(3.91, 3.91, 3.91), [.. sites.Select(s => s.Item1)], [.. sites.Select(s => s.Item2)]), a, b, c);
    }

    public static Structure Repeated(Structure s, int a, int b, int c)
    {
        var (species, fractional) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<Vec3>());
        for (var x = 0; x < a; x++)
            for (var y = 0; y < b; y++)
                for (var z = 0; z < c; z++)
                    for (var i = 0; i < s.Count; i++)
                    {
                        species.Add(s.Species[i]);
                        var f = s.Fractional[i];
                        fractional.Add(new((f.X + x) / a, (f.Y + y) / b, (f.Z + z) / c));
                    }
        return new(new(a * s.Cell.A, b * s.Cell.B, c * s.Cell.C), species.ToImmutable(), fractional.ToImmutable());
    }

    /// <summary>A perovskite supercell with seeded species on its sites and displacements of about 0.05 Å.</summary>
    public static Structure Disordered(int a, int b, int c, ulong seed)
    {
        var random = new SeededRandom(seed);
        var s = Perovskite(a, b, c);
        string Swap(string e) => e switch { "O" when random.NextInt(3) == 0 => "S", "Cl" when random.NextInt(3) == 0 => "Br", "Cl" when random.NextInt(4) == 0 => "I", _ => e };
        return s with
        {
            Species = [.. s.Species.Select(Swap)],
            Fractional = [.. s.Fractional.Select(f => f + (0.015 / a) * new Vec3(random.NextGaussian(), random.NextGaussian(), random.NextGaussian()))],
        };
    }
}
