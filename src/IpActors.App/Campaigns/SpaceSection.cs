using System.Text.Json.Nodes;
using IpActors.Science;
using IpActors.Science.Enumeration;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Campaigns;

/// <summary>The campaign file's <c>space</c> section.</summary>
static class SpaceSection
{
    const int MostNodes = 20_000, MostLevels = 32;

    public static SpaceOptions Read(string source, YamlMappingNode? node)
    {
        if (node is null) return new SpaceOptions();
        var left = MostNodes;
        Count(source, node, 0, ref left);
        return new SpaceOptions();
    }

    /// <summary>The section's values as (dotted path, text), for the differences between two files.</summary>
    public static IEnumerable<(string Path, string Value)> Flatten(YamlNode? node, string path = "space") => node switch
    {
        null => [],
        YamlMappingNode m => m.Children.SelectMany(c => Flatten(c.Value, $"{path}.{((YamlScalarNode)c.Key).Value}")),
        YamlSequenceNode s when s.Children.All(c => c is YamlScalarNode) => [(path, $"[{string.Join(", ", s.Children.Select(c => ((YamlScalarNode)c).Value))}]")],
        YamlSequenceNode s => s.Children.SelectMany((c, i) => Flatten(c, $"{path}[{i + 1}]")),
        _ => [(path, ((YamlScalarNode)node).Value ?? "")],
    };

    public static JsonObject Schema() => new() { ["type"] = "object" };

    /// <summary>Aliases may make a small file a huge or an endless tree: it is counted before anyone walks it.</summary>
    static void Count(string source, YamlNode node, int level, ref int left)
    {
        if (--left < 0 || level > MostLevels) throw new InputException($"{YamlText.Place(source, node.Start)}: space: too large once its aliases are followed; write it out without nested aliases");
        foreach (var child in node switch { YamlMappingNode m => m.Children.Values, YamlSequenceNode s => s.Children, _ => Enumerable.Empty<YamlNode>() }) Count(source, child, level + 1, ref left);
    }
}
