using System.Security.Cryptography;
using System.Text;
using IpActors.Domain.DftRuns;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>Basis set and pseudopotential of an element as templates name them.</summary>
/// <param name="Valence">Electrons of the neutral atom that the pseudopotential leaves.</param>
public sealed record Cp2kKind(string Element, string Basis, string Potential, int Valence);

/// <summary>
/// The elements of the family with DZVP-MOLOPT-SR-GTH (VandeVondele and Hutter, J. Chem. Phys. 127, 114105 (2007)) and GTH-PBE (Goedecker, Teter, Hutter, PRB 54, 1703 (1996); Krack, Theor. Chem. Acc. 114, 145 (2005)), as files
/// of CP2K's data folder hold them.
/// </summary>
public static class Cp2kKinds
{
    public const string Basis = "DZVP-MOLOPT-SR-GTH";

    static readonly Dictionary<string, int> Valence = new(StringComparer.Ordinal)
    {
        ["H"] = 1, ["Li"] = 3, ["O"] = 6, ["S"] = 6, ["Se"] = 6, ["Te"] = 6, ["F"] = 7, ["Cl"] = 7, ["Br"] = 7, ["I"] = 7,
    };

    public static Cp2kKind Of(string element) => Valence.TryGetValue(element, out var q) ? new(element, Basis, $"GTH-PBE-q{q}", q)
        : throw new PartFaultException(new("no-potential", FaultKind.Fatal, $"no basis set and potential are planned for {element}; known are {string.Join(", ", Valence.Keys)}"));
}

/// <summary>
/// CP2K's folder of basis sets and potentials. A run's folder gets the entries it needs under the library's file name, which CP2K looks for there first: the input then says all that decides the result, wherever it runs.
/// </summary>
public sealed class Cp2kData(string folder)
{
    /// <summary>As Debian's cp2k-data has it.</summary>
    public const string Debian = "/usr/share/cp2k";

    public string Folder => folder;

    /// <summary>The lines of an entry, from the one with the element and one of its names up to the next entry; comments and spacing left out.</summary>
    public string Entry(string file, string element, string name)
    {
        if (file.Contains('/') || file.Contains("..", StringComparison.Ordinal)) throw Fault($"'{file}' is a path; name a file of CP2K's data folder {folder}");
        var path = Path.Combine(folder, file);
        if (!File.Exists(path)) throw Fault($"{path} is missing; name the folder that holds CP2K's basis sets and potentials (programs: cp2k: data:; Debian: {Debian}, package cp2k-data)");
        var text = new StringBuilder();
        var inside = false;
        foreach (var line in File.ReadLines(path))
        {
            var words = line.Split('#', '!')[0].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (char.IsLetter(words[0][0]))
            {
                if (inside) break;
                inside = words[0].Equals(element, StringComparison.OrdinalIgnoreCase) && words.Skip(1).Contains(name, StringComparer.OrdinalIgnoreCase);
            }
            if (inside) text.AppendJoin(' ', words).Append('\n');
        }
        return text.Length > 0 ? text.ToString() : throw Fault($"{path} has no {name} for {element}; choose another with CP2K.FORCE_EVAL/SUBSYS/KIND[{element}]/BASIS_SET or /POTENTIAL");
    }

    /// <summary>SHA-256 of an entry's text.</summary>
    public static string Digest(string entry) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(entry)));

    static PartFaultException Fault(string message) => new(new("no-potential", FaultKind.Fatal, message));
}
