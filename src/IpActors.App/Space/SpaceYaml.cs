using System.Collections.Immutable;
using IpActors.App.Cli;
using IpActors.Science;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using YamlDotNet.RepresentationModel;
using static IpActors.App.Space.YamlReading;

namespace IpActors.App.Space;

/// <summary>
/// The <c>space:</c> section of a campaign file, or a file of its own. Keys, all optional: aristotypes, x, z, ratios, supercells (covering, all), max_index, keep (cap, one_per_space_group, all), cap,
/// pinned (table2, none, or a list of {formula, space_group}), symprec_A.
/// </summary>
public static class SpaceYaml
{
    public static readonly ImmutableArray<string> Keys = ["aristotypes", "x", "z", "ratios", "supercells", "max_index", "keep", "cap", "pinned", "symprec_A"];

    /// <summary>Reads a file ("-": stdin) that is a campaign with a <c>space:</c> key, or a bare space section. Structure files named in it are relative to its folder.</summary>
    public static SpaceOptions Load(string path)
    {
        var source = path == "-" ? "stdin" : path;
        var root = Document(Output.ReadInput(path), source);
        var folder = path == "-" ? "." : Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        if (!root.Children.TryGetValue(new YamlScalarNode("space"), out var space)) return Read(root, source, folder);
        return space is YamlScalarNode { Value: "" or null } ? new() : Read(Mapping(space, source, "space"), source, folder);
    }

    /// <summary>Reads one space section; <paramref name="source"/> names the file in errors, <paramref name="folder"/> is what structure files are relative to. The options are validated.</summary>
    public static SpaceOptions Read(YamlMappingNode section, string source, string folder)
    {
        var at = Entries(section, source, "space", Keys);
        var options = new SpaceOptions();
        if (at.TryGetValue("aristotypes", out var n)) options = options with { Aristotypes = [.. List(n, source, "aristotypes").Select(a => ReadAristotype(a, source, folder))] };
        if (at.TryGetValue("x", out n)) options = options with { X = Species(n, source, "x") };
        if (at.TryGetValue("z", out n)) options = options with { Z = Species(n, source, "z") };
        if (at.TryGetValue("ratios", out n)) options = options with { Ratios = [.. List(n, source, "ratios").Select(r => ReadRatio(r, source))] };
        if (at.TryGetValue("supercells", out n)) options = options with { Supercells = Choice(n, source, "supercells", ("covering", Supercells.Covering), ("all", Supercells.All)) };
        if (at.TryGetValue("max_index", out n)) options = options with { MaxIndex = AtLeastOne(n, source, "max_index") };
        if (at.TryGetValue("keep", out n)) options = options with { Keep = Choice(n, source, "keep", ("cap", Keep.Cap), ("one_per_space_group", Keep.OnePerSpaceGroup), ("all", Keep.All)) };
        if (at.TryGetValue("cap", out n)) options = options with { Cap = AtLeastOne(n, source, "cap") };
        if (at.TryGetValue("pinned", out n)) options = options with { Pinned = ReadPinned(n, source) };
        if (at.TryGetValue("symprec_A", out n))
        {
            options = options with { SymprecA = Number(n, source, "symprec_A") };
            if (options.SymprecA is <= 0 or > 0.5) throw Error(n, source, "symprec_A must lie between 0 and 0.5 Å");
        }
        foreach (var key in (string[])["x", "z"])
            if (at.TryGetValue(key, out n) && options.Aristotypes.Length > 0 && !options.Aristotypes.Any(a => a.Classes.Contains(key.ToUpperInvariant()))) throw Error(n, source, $"no aristotype of this space has a site class {key.ToUpperInvariant()}; take {key} off, or mark its sites under classes");
        try
        {
            options.Validate();
            // The default ratios are what is possible; those that somebody wrote down must be.
            if (at.ContainsKey("ratios")) options.RequireRatios();
        }
        catch (InputException e) { throw Error(section, source, e.Message); }
        return options;
    }

    static ImmutableArray<string> Species(YamlNode node, string source, string name) => [.. List(node, source, name).Select(e =>
    {
        var symbol = Text(e, source, $"a species of {name}");
        return Elements.Exists(symbol) ? symbol : throw Error(e, source, $"unknown element '{Shown(symbol)}' on {name}; write symbols such as O or Cl");
    })];

    static int AtLeastOne(YamlNode node, string source, string name) => Integer(node, source, name) is >= 1 and var v ? v : throw Error(node, source, $"{name} must be at least 1");

    static Ratio ReadRatio(YamlNode node, string source)
    {
        var text = Text(node, source, "a ratio");
        if (text is "0" or "1" or "1:0") return Ratio.Zero;
        var parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], out var p) && int.TryParse(parts[1], out var q) && p >= 0 && p <= q && q is > 0 and <= SupercellGroup.MaxSites ? Ratio.Of(p, q)
            : throw Error(node, source, $"'{Shown(text)}' is no ratio; write 1 for a pure site, or fractions such as 1/4");
    }

    static ImmutableArray<PinnedPair>? ReadPinned(YamlNode node, string source)
    {
        if (node is YamlScalarNode) return Choice<ImmutableArray<PinnedPair>?>(node, source, "pinned", ("table2", null), ("none", []));
        return [.. List(node, source, "pinned").Select(p =>
        {
            var at = Entries(Mapping(p, source, "a pinned pair"), source, "a pinned pair", "formula", "space_group");
            if (!at.TryGetValue("formula", out var formula) || !at.TryGetValue("space_group", out var group)) throw Error(p, source, "a pinned pair needs formula and space_group");
            try { return new PinnedPair(Text(formula, source, "formula"), Text(group, source, "space_group")); }
            catch (InputException e) { throw Error(formula, source, e.Message); }
        })];
    }

    static Aristotype ReadAristotype(YamlNode node, string source, string folder)
    {
        var builtIn = Aristotypes.All.Select(a => a.Name).ToList();
        if (node is YamlScalarNode) return Aristotypes.Find(Text(node, source, "an aristotype"))
            ?? throw Error(node, source, $"unknown aristotype '{Shown(((YamlScalarNode)node).Value!)}'; choose from {string.Join(", ", builtIn)}, or give name, structure and classes");
        var at = Entries(Mapping(node, source, "an aristotype"), source, "an aristotype", "name", "structure", "classes", "supercells");
        foreach (var key in (string[])["name", "structure", "classes"]) if (!at.ContainsKey(key)) throw Error(node, source, $"an aristotype of your own needs '{key}'");
        var name = Text(at["name"], source, "name");
        if (builtIn.Contains(name)) throw Error(at["name"], source, $"aristotype {name} is built in; choose another name");
        var classes = Entries(Mapping(at["classes"], source, "classes"), source, "classes", "X", "Z").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, Text(p.Value, source, $"classes.{p.Key}"))).ToList();
        var supercells = at.TryGetValue("supercells", out var s) ? List(s, source, "supercells").Select(m => Matrix(m, source)).ToList() : [];
        var path = Path.Combine(folder, Text(at["structure"], source, "structure"));
        var text = Output.ReadInput(path);
        var structure = path.EndsWith(".cif", StringComparison.OrdinalIgnoreCase) ? Cif.Read(text, path) : Poscar.Read(text, path);
        try { return Aristotypes.From(name, structure, classes, supercells); }
        catch (InputException e) { throw Error(node, source, e.Message); }
    }

    // [2, 2, 1] or [[...], [...], [...]].
    static IntMat3 Matrix(YamlNode node, string source)
    {
        var rows = List(node, source, "a supercell").ToList();
        int[] Three(YamlNode n) => List(n, source, "a supercell's row").Select(v => Element(v)).ToArray() is { Length: 3 } r ? r : throw Error(n, source, "three whole numbers expected");
        // Small enough that no product overflows.
        int Element(YamlNode v) => Integer(v, source, "an element of a supercell") is var e and >= -64 and <= 64 ? e : throw Error(v, source, "an element of a supercell lies between -64 and 64");
        if (rows.Count != 3) throw Error(node, source, "a supercell is three numbers such as [2, 2, 1], or three rows of three");
        IntMat3 m;
        if (rows[0] is YamlScalarNode)
        {
            var d = Three(node);
            m = IntMat3.Diagonal(d[0], d[1], d[2]);
        }
        else
        {
            var r = rows.ConvertAll(Three);
            m = new(r[0][0], r[0][1], r[0][2], r[1][0], r[1][1], r[1][2], r[2][0], r[2][1], r[2][2]);
        }
        return Math.Abs(m.Determinant) is > 0 and <= SupercellGroup.MaxSites ? m : throw Error(node, source, $"a supercell must hold 1 to {SupercellGroup.MaxSites} cells, this one holds {Math.Abs(m.Determinant)}");
    }
}
