using System.Globalization;
using IpActors.Science;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>The settings that a part of VASP takes in the words of VASP: <c>INCAR.TAG</c>, <c>KPOINTS.centre</c>, <c>KPOINTS.mesh</c>, <c>POSCAR.axes</c>, <c>POSCAR.strain</c>, <c>resume</c>, <c>resume.drop</c>.</summary>
public static class VaspOverrides
{
    public const string Incar = "INCAR.", Centre = "KPOINTS.centre", Mesh = "KPOINTS.mesh", Axes = "POSCAR.axes", Strain = "POSCAR.strain", Resume = "resume", Drop = "resume.drop";
    static readonly string[] Others = [Centre, Mesh, Axes, Strain, Resume, Drop];
    /// <summary>Tags that are the engine's own to set.</summary>
    static readonly Dictionary<string, string> Reserved = new()
    {
        ["KSPACING"] = $"write the mesh as {Mesh} = \"4 4 4\"", ["KGAMMA"] = $"write {Centre} = gamma or monkhorst", ["IMAGES"] = "paths of several images are no part of any property", ["STOP_ON"] = "give a wall time to the launcher",
    };

    /// <summary>Throws <see cref="InputException"/> for a key that is none, with the nearest that is, and for a value of the wrong kind. Empty values mean "do not set" and are always right.</summary>
    public static void Check(IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach (var (key, value) in settings)
        {
            if (key.StartsWith(Incar, StringComparison.Ordinal))
            {
                var tag = key[Incar.Length..];
                if (tag.Any(char.IsLower)) throw new InputException($"{key}: write tags in upper case, {Incar}{tag.ToUpperInvariant()}");
                if (Reserved.TryGetValue(tag, out var instead)) throw new InputException($"{key}: not to be set; {instead}");
                IncarTags.Check(tag, value);
                continue;
            }
            if (!Others.Contains(key)) throw new InputException($"{key}: no setting of VASP; the nearest is {IncarTags.NearestOf(key, [.. Others, .. IncarTags.All.Select(t => Incar + t)])}");
            if (value.Length == 0) continue;
            switch (key)
            {
                case Centre when value is not ("gamma" or "monkhorst"): throw new InputException($"{key}: '{value}' is neither gamma nor monkhorst");
                case Mesh: _ = MeshOf(value); break;
                case Axes: _ = AxesOf(value); break;
                case Strain when IncarValue.Number(value) is not (> 0.2 and < 5): throw new InputException($"{key}: '{value}' is no factor of lengths between 0.2 and 5");
                case Resume when value is not ("none" or "structure" or "all"): throw new InputException($"{key}: '{value}' is none of none, structure, all");
            }
        }
    }

    public static KpointMesh MeshOf(string value) =>
        value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var a, var b, var c] && N(a) is { } x && N(b) is { } y && N(c) is { } z ? new(x, y, z)
        : throw new InputException($"{Mesh}: '{value}' is not three divisions from 1 to 200; write it as 4 4 4");

    static int? N(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 200 ? n : null;

    /// <summary>Which old vector each new one is: "a c b" is 0 2 1.</summary>
    public static (int A, int B, int C) AxesOf(string value) =>
        value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [[>= 'a' and <= 'c' and var a], [>= 'a' and <= 'c' and var b], [>= 'a' and <= 'c' and var c]] && a != b && b != c && a != c ? (a - 'a', b - 'a', c - 'a')
        : throw new InputException($"{Axes}: '{value}' is no order of a b c; write it as a c b");
}
