using IpActors.Domain.Works;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;
using IpActors.Workers.Cp2k;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Tests.Cp2k;

/// <summary>Runs of CP2K 2023.1 (Debian) made for these tests: <c>relaxed</c>, the cell of Li3OCl optimised at 2x2x2, 300/40; <c>gap</c>, its bands at a = 3.904 Å; <c>not-converged</c>, H2 with three SCF cycles; <c>abort</c>, H2 with a basis set that is not there.</summary>
static class Cp2kFixtures
{
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Cp2k", "Fixtures", name);

    public static Structure Li3OCl(double a = 3.91) => new(Mat3.Diagonal(a, a, a), ["O", "Li", "Li", "Li", "Cl"], [new(0.5, 0.5, 0.5), new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(0, 0.5, 0.5), Vec3.Zero]);

    /// <summary>Rock salt, primitive.</summary>
    public static Structure LiCl(double a = 5.13) => new(new(new(0, a / 2, a / 2), new(a / 2, 0, a / 2), new(a / 2, a / 2, 0)), ["Li", "Cl"], [new(0.5, 0.5, 0.5), Vec3.Zero]);

    /// <summary>The settings of the short campaign.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Short = Texts.Of(("CP2K.FORCE_EVAL/DFT/MGRID/CUTOFF", "300"), ("CP2K.FORCE_EVAL/DFT/MGRID/REL_CUTOFF", "40"), ("KPOINTS.density", "40"));

    public static PartRequest Request(string property, string part, Structure start, ImmutableSortedDictionary<string, string>? settings = null, params (string Name, double Value)[] numbers) =>
        new(property, part, start, numbers.ToImmutableSortedDictionary(n => n.Name, n => n.Value, StringComparer.Ordinal), settings ?? Short, 7);

    public static PartRequest Relaxation(Structure start, ImmutableSortedDictionary<string, string>? settings = null) => Request(Properties.Relaxation, "relax", start, settings, ("fmax_eV_per_A", 0.01), ("max_steps", 60));

    /// <summary>A data folder with made-up entries, so that planning needs no CP2K.</summary>
    public static Cp2kData Data(string folder)
    {
        string[] elements = ["H", "Li", "O", "S", "Cl", "Br"];
        File.WriteAllText(Path.Combine(folder, "BASIS_MOLOPT"), string.Concat(elements.Select(e => $"# a comment\n {e} SZV-MOLOPT-SR-GTH\n 1\n 2 0 0 1 1\n 9.0 9.0\n {e}  DZVP-MOLOPT-SR-GTH DZVP-MOLOPT-SR-GTH-q1\n 1\n 2 0 1 1 1 1\n   1.25  0.5 {e.Length}.0\n")));
        File.WriteAllText(Path.Combine(folder, "GTH_POTENTIALS"), string.Concat(elements.Select(e => $"{e} GTH-PBE-q{Cp2kKinds.Of(e).Valence} GTH-PBE\n    1\n   0.4  1 -1.5\n    0\n#\n")));
        return new(folder);
    }
}

/// <summary>A folder that goes with the test.</summary>
sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ipactors-cp2k-").FullName;
    public string this[string name] => System.IO.Path.Combine(Path, name);
    public void Dispose() => Directory.Delete(Path, true);
}
