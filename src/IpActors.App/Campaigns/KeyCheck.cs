using System.Globalization;
using System.Text.RegularExpressions;
using IpActors.Domain.Works;
using IpActors.Science;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Campaigns;

/// <summary>Checks a YAML mapping against a table of keys and fills in the defaults. The first thing wrong is an <see cref="InputException"/> with file, line, column and the remedy.</summary>
sealed class KeyCheck(string source)
{
    public Checked Section(YamlMappingNode node, SectionKind kind, string path)
    {
        var result = new Checked(source, path, node.Start);
        foreach (var (keyNode, value) in node.Children)
        {
            var name = ((YamlScalarNode)keyNode).Value ?? "";
            var key = kind.Keys.FirstOrDefault(k => k.Name == name);
            if (key is null) throw Unknown($"key '{Short(name)}'{(path.Length > 0 ? $" under {path}" : "")}", keyNode.Start, name, kind.Keys.Select(k => k.Name));
            result.Set(name, Value(value, key.Kind, Join(path, name)), value.Start);
        }
        foreach (var key in kind.Keys.Where(k => !result.Has(k.Name)))
        {
            if (key.Presence == Presence.Required) throw new InputException($"{YamlText.Place(source, node.Start)}: missing key '{Join(path, key.Name)}'; add it ({key.Help})");
            if (key.Presence == Presence.Optional) continue;
            result.Set(key.Name, key.Default ?? Missing(key, node.Start, path), node.Start);
        }
        return result;
    }

    object Missing(Key key, Mark at, string path) => key.Kind switch
    {
        SectionKind s => Section(new YamlMappingNode(), s, Join(path, key.Name)),
        ListKind => ImmutableArray<object>.Empty,
        MapKind => Texts.None,
        _ => throw new InvalidOperationException($"the table gives '{key.Name}' no default (at {at})"),
    };

    object Value(YamlNode node, ValueKind kind, string path) => kind switch
    {
        SectionKind s => Section(node as YamlMappingNode ?? throw Wrong(node, path, "a section of keys is expected here"), s, path),
        ForeignKind => node as YamlMappingNode ?? throw Wrong(node, path, "a section of keys is expected here"),
        ListKind l => Items(node, l, path),
        MapKind m => Map(node, m, path),
        ChoiceKind c => Choice(node, c, path),
        TextKind t => Scalar(node, path, t.What) is { Value: { Length: > 0 } text } scalar && Regex.IsMatch(text, t.Pattern) ? text : throw Wrong(node, path, $"write {t.What}"),
        FlagKind => Scalar(node, path, "write true or false") switch { { Style: ScalarStyle.Plain, Value: "true" } => true, { Style: ScalarStyle.Plain, Value: "false" } => false, _ => throw Wrong(node, path, "write true or false") },
        IntegerKind i => Integer(node, i, path),
        NumberKind n => Number(node, n, path),
        _ => throw new InvalidOperationException(kind.ToString()),
    };

    ImmutableArray<object> Items(YamlNode node, ListKind kind, string path)
    {
        if (node is not YamlSequenceNode sequence) throw Wrong(node, path, "a list is expected here, such as [a, b]");
        if (sequence.Children.Count < kind.MinCount || sequence.Children.Count > kind.MaxCount)
            throw new InputException($"{At(node)}: {path}: {sequence.Children.Count} entries; give {(kind.MinCount == kind.MaxCount ? $"{kind.MinCount}" : $"from {kind.MinCount} to {kind.MaxCount}")}");
        var items = sequence.Children.Select((item, i) => Value(item, kind.Item, $"{path}[{i + 1}]")).ToImmutableArray();
        for (var i = 0; i < items.Length && !kind.Repeats; i++)
            if (items[i] is not Checked && items.IndexOf(items[i]) < i) throw new InputException($"{At(sequence.Children[i])}: {path}: {items[i]} is there twice; keep one");
        return items;
    }

    ImmutableSortedDictionary<string, string> Map(YamlNode node, MapKind kind, string path)
    {
        var mapping = node as YamlMappingNode ?? throw Wrong(node, path, "a section of names and values is expected here");
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (keyNode, value) in mapping.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            if (!Regex.IsMatch(name, kind.NamePattern)) throw new InputException($"{At(keyNode)}: '{Short(name)}' under {path} will not do; write {kind.What}");
            var text = Scalar(value, Join(path, name), "write a number or a text").Value ?? "";
            if (text.Any(char.IsControl)) throw Wrong(value, Join(path, name), "write one line of text");
            map[name] = text;
        }
        return map.ToImmutable();
    }

    string Choice(YamlNode node, ChoiceKind kind, string path)
    {
        var text = Scalar(node, path, $"write one of {string.Join(", ", kind.Names)}").Value ?? "";
        if (kind.Names.Contains(text)) return text;
        var notHere = kind.NotHere.IsDefault ? default : kind.NotHere.FirstOrDefault(n => n.Name == text);
        throw notHere.Name is not null ? new InputException($"{At(node)}: {path}: '{text}': {notHere.Reason}")
            : Unknown($"{kind.What} '{Short(text)}' in {path}", node.Start, text, kind.NotHere.IsDefault ? kind.Names : [.. kind.Names, .. kind.NotHere.Select(n => n.Name)]);
    }

    object Integer(YamlNode node, IntegerKind kind, string path)
    {
        var range = $"a whole number from {kind.Min} to {kind.Max}";
        var text = Scalar(node, path, $"write {range}");
        if (text.Style != ScalarStyle.Plain || !Regex.IsMatch(text.Value!, "^[+-]?[0-9]+$")) throw Wrong(node, path, $"write {range}");
        return long.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) && v >= kind.Min && v <= kind.Max ? v : throw Range(node, path, range);
    }

    object Number(YamlNode node, NumberKind kind, string path)
    {
        var range = $"a number {(kind.AboveMin ? "above" : "from")} {kind.Min} {(kind.AboveMin ? "and at most" : "to")} {kind.Max}{(kind.NotZero ? ", not 0" : "")}";
        var text = Scalar(node, path, $"write {range}");
        if (text.Style != ScalarStyle.Plain || !Regex.IsMatch(text.Value!, @"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")) throw Wrong(node, path, $"write {range}");
        var v = double.Parse(text.Value!, CultureInfo.InvariantCulture);
        return v >= kind.Min && v <= kind.Max && !(kind.AboveMin && v == kind.Min) && !(kind.NotZero && v == 0) ? v : throw Range(node, path, range);
    }

    YamlScalarNode Scalar(YamlNode node, string path, string remedy) => node as YamlScalarNode ?? throw Wrong(node, path, remedy);

    InputException Wrong(YamlNode node, string path, string remedy) => new($"{At(node)}: {path}: {Describe(node)} {(remedy.StartsWith("write", StringComparison.Ordinal) ? "will not do;" : "is not right;")} {remedy}");
    InputException Range(YamlNode node, string path, string range) => new($"{At(node)}: {path}: {Describe(node)} is out of range; write {range}");
    InputException Unknown(string what, Mark at, string wrong, IEnumerable<string> valid) => new($"{YamlText.Place(source, at)}: unknown {what}; the nearest valid one is '{NearestName.Of(wrong, valid)}'");

    string At(YamlNode node) => YamlText.Place(source, node.Start);
    static string Join(string path, string name) => path.Length > 0 ? $"{path}.{name}" : name;
    static string Short(string text) => new string([.. (text.Length > 60 ? text[..60] + "..." : text).Select(c => char.IsControl(c) ? ' ' : c)]);

    static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a section",
        YamlSequenceNode => "a list",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or null or "~" or "null" } => "nothing",
        YamlScalarNode { Style: ScalarStyle.Plain } s => $"'{Short(s.Value!)}'",
        YamlScalarNode s => $"the text '{Short(s.Value!)}'",
        _ => "this",
    };
}
