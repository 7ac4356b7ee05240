using System.Text.Json;
using System.Text.Json.Nodes;
using IpActors.App.Space;
using IpActors.Domain.Campaigns;
using IpActors.Science;
using IpActors.Science.Enumeration;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Campaigns;

/// <summary>The campaign file's <c>space</c> section: read by <see cref="SpaceYaml"/>, after a count of its nodes.</summary>
static class SpaceSection
{
    const int MostNodes = 20_000, MostLevels = 32;

    static readonly JsonSerializerOptions Canonical = new() { Converters = { new SpaceOptionsJson() }, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static SpaceOptions Read(string source, YamlMappingNode? node)
    {
        if (node is null) return new SpaceOptions();
        var left = MostNodes;
        Count(source, node, 0, ref left);
        var options = SpaceYaml.Read(node, source, Path.GetDirectoryName(Path.GetFullPath(source)) ?? ".");
        if (options.Aristotypes.FirstOrDefault(a => Aristotypes.Find(a.Name) != a) is { } own)
            throw new InputException($"{YamlText.Place(source, node.Start)}: space: aristotype {own.Name}: a campaign takes the built-in ones only ({string.Join(' ', Aristotypes.All.Select(a => a.Name))}); your own can be listed with 'space enumerate'");
        return options;
    }

    /// <summary>The space's values, defaults included, as (dotted path, text), for the differences between two files.</summary>
    public static IEnumerable<(string Path, string Value)> Flatten(SpaceOptions space) =>
        JsonSerializer.SerializeToNode(space, Canonical)!.AsObject().Select(p => ($"space.{(p.Key == "symprec_a" ? "symprec_A" : p.Key)}", Text(p.Value)));

    static string Text(JsonNode? node) => node switch { null => "default", JsonArray a => $"[{string.Join(", ", a.Select(Text))}]", _ => node.ToString() };

    public static JsonObject Schema()
    {
        static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };
        static JsonObject Text() => new() { ["type"] = "string" };
        static JsonObject OneOf(params ReadOnlySpan<string> names) => new() { ["enum"] = new JsonArray([.. names.ToArray().Select(n => JsonValue.Create(n))]) };
        var properties = new JsonObject
        {
            ["aristotypes"] = List(OneOf([.. Aristotypes.All.Select(a => a.Name)])),
            ["x"] = List(Text()),
            ["z"] = List(Text()),
            ["ratios"] = List(new() { ["type"] = new JsonArray("string", "integer") }),
            ["supercells"] = OneOf("covering", "all"),
            ["max_index"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            ["keep"] = OneOf("cap", "one_per_space_group", "all"),
            ["cap"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            ["pinned"] = new JsonObject
            {
                ["anyOf"] = new JsonArray(OneOf("table2", "none"), List(new()
                {
                    ["type"] = "object", ["properties"] = new JsonObject { ["formula"] = Text(), ["space_group"] = Text() }, ["required"] = new JsonArray("formula", "space_group"), ["additionalProperties"] = false,
                })),
            },
            ["symprec_A"] = new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0, ["maximum"] = 0.5 },
        };
        return new() { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    /// <summary>Aliases may make a small file a huge or an endless tree: it is counted before anyone walks it.</summary>
    static void Count(string source, YamlNode node, int level, ref int left)
    {
        if (--left < 0 || level > MostLevels) throw new InputException($"{YamlText.Place(source, node.Start)}: space: too large once its aliases are followed; write it out without nested aliases");
        foreach (var child in node switch { YamlMappingNode m => m.Children.Values, YamlSequenceNode s => s.Children, _ => Enumerable.Empty<YamlNode>() }) Count(source, child, level + 1, ref left);
    }
}
