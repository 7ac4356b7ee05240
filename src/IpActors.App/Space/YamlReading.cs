using System.Globalization;
using IpActors.Science;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Space;

/// <summary>Reading YAML node by node, so that every error is one line with file, line, column and a remedy.</summary>
public static class YamlReading
{
    const int MaxDepth = 100;

    /// <summary>The one document of a file, a mapping; anything else is an <see cref="InputException"/>.</summary>
    public static YamlMappingNode Document(string text, string source)
    {
        if (text.AsSpan().IndexOfAnyInRange('\0', '\b') >= 0) throw new InputException($"{source}: binary data, not YAML; give a campaign or space file");
        var stream = new YamlStream();
        var (parser, depth) = (new Parser(new StringReader(text)), 0);
        try
        {
            // The tree is built by recursion: refuse what would exhaust the stack.
            while (parser.MoveNext())
            {
                depth += parser.Current!.NestingIncrease;
                if (depth > MaxDepth) throw new InputException($"{source}:{parser.Current.Start.Line}:{parser.Current.Start.Column}: nested deeper than {MaxDepth}; this is no campaign or space file");
            }
            stream.Load(new StringReader(text));
        }
        catch (YamlException e) { throw new InputException($"{source}:{e.Start.Line}:{e.Start.Column}: not YAML ({e.Message.TrimEnd('.')}); see config/ for examples"); }
        // The library's scanner has states it does not foresee ("[O", newline, "z"): any failure of it is a fault of the text.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException or FormatException or OverflowException)
        {
            throw new InputException($"{source}:{parser.Current?.End.Line ?? 1}:{parser.Current?.End.Column ?? 1}: not YAML after here; see config/ for examples");
        }
        if (stream.Documents.Count == 0) throw new InputException($"{source}: empty; give a campaign or space file");
        if (stream.Documents.Count > 1) throw new InputException($"{source}: {stream.Documents.Count} YAML documents; give one");
        return stream.Documents[0].RootNode as YamlMappingNode ?? throw Error(stream.Documents[0].RootNode, source, "keys expected, such as 'aristotypes: [Li3XZ]'");
    }

    /// <summary>"file:line:column: what".</summary>
    public static InputException Error(YamlNode node, string source, string what) => new($"{source}:{node.Start.Line}:{node.Start.Column}: {what}");

    /// <summary>The entries of a mapping by key; a key not among <paramref name="known"/> is an error naming the nearest one.</summary>
    public static Dictionary<string, YamlNode> Entries(YamlMappingNode map, string source, string section, params IReadOnlyList<string> known)
    {
        var entries = new Dictionary<string, YamlNode>();
        foreach (var (keyNode, value) in map.Children)
        {
            var key = Text(keyNode, source, $"a key of {section}");
            if (!known.Contains(key)) throw Error(keyNode, source, $"unknown key '{Shown(key)}' in {section}; did you mean '{Nearest(key, known)}'?");
            entries[key] = value;
        }
        return entries;
    }

    public static YamlMappingNode Mapping(YamlNode node, string source, string name) => node as YamlMappingNode ?? throw Error(node, source, $"{name} must hold keys");

    public static YamlSequenceNode List(YamlNode node, string source, string name) => node as YamlSequenceNode ?? throw Error(node, source, $"{name} must be a list, such as [a, b]");

    public static string Text(YamlNode node, string source, string name) => node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Error(node, source, $"{name} must be a text");

    public static int Integer(YamlNode node, string source, string name) =>
        int.TryParse(Text(node, source, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : throw Error(node, source, $"{name} must be a whole number, not '{Shown(Text(node, source, name))}'");

    public static double Number(YamlNode node, string source, string name) =>
        double.TryParse(Text(node, source, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v : throw Error(node, source, $"{name} must be a number, not '{Shown(Text(node, source, name))}'");

    /// <summary>One of the named values; a near miss is named.</summary>
    public static T Choice<T>(YamlNode node, string source, string name, params IReadOnlyList<(string Text, T Value)> choices)
    {
        var text = Text(node, source, name);
        foreach (var (t, v) in choices) if (t == text) return v;
        throw Error(node, source, $"{name} is '{Shown(text)}'; choose one of {string.Join(", ", choices.Select(c => c.Text))}");
    }

    /// <summary>The candidate at the smallest edit distance (Levenshtein).</summary>
    public static string Nearest(string text, IEnumerable<string> candidates) => candidates.MinBy(c => Distance(Shown(text), c))!;

    public static string Shown(string text) => text.Length > 40 ? text[..40] + "..." : text;

    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++) (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
