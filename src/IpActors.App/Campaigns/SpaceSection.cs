using System.Security.Cryptography;
using System.Text;
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
        return SpaceYaml.Read(node, source, Path.GetDirectoryName(Path.GetFullPath(source)) ?? ".");
    }

    /// <summary>The space's values, defaults included, as (dotted path, text), for the differences between two files.</summary>
    public static IEnumerable<(string Path, string Value)> Flatten(SpaceOptions space) =>
        JsonSerializer.SerializeToNode(space, Canonical)!.AsObject().Select(p => ($"space.{(p.Key == "symprec_a" ? "symprec_A" : p.Key)}", Text(p.Value)));

    static string Text(JsonNode? node) => node switch { null => "default", JsonArray a => $"[{string.Join(", ", a.Select(Text))}]", JsonObject own => $"{own["name"]} (own, digest {Digest(own)})", _ => node.ToString() };

    static string Digest(JsonObject own) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(own.ToJsonString())))[..12];

    public static JsonObject Schema()
    {
        static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };
        static JsonObject Text() => new() { ["type"] = "string" };
        static JsonObject OneOf(params ReadOnlySpan<string> names) => new() { ["enum"] = new JsonArray([.. names.ToArray().Select(n => JsonValue.Create(n))]) };
        var properties = new JsonObject
        {
            ["aristotypes"] = List(new() { ["anyOf"] = new JsonArray(OneOf([.. Aristotypes.All.Select(a => a.Name)]), Own()) }),
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

    /// <summary>An aristotype of the user's own.</summary>
    static JsonObject Own()
    {
        static JsonObject Text(string help) => new() { ["type"] = "string", ["description"] = help };
        static JsonObject Three(JsonObject item) => new() { ["type"] = "array", ["items"] = item, ["minItems"] = 3, ["maxItems"] = 3 };
        static JsonObject Integer() => new() { ["type"] = "integer", ["minimum"] = -64, ["maximum"] = 64 };
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["name"] = Text("begins the ids of its compounds"),
                ["structure"] = Text("POSCAR or .cif file, relative to this file"),
                ["classes"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["X"] = Text("the element that marks the sites of X"), ["Z"] = Text("the element that marks the sites of Z") }, ["additionalProperties"] = false },
                ["supercells"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["anyOf"] = new JsonArray(Three(Integer()), Three(Three(Integer()))) }, ["description"] = "supercells of the given cell whose orderings make the space" },
            },
            ["required"] = new JsonArray("name", "structure", "classes"),
            ["additionalProperties"] = false,
        };
    }

    /// <summary>Aliases may make a small file a huge or an endless tree: it is counted before anyone walks it.</summary>
    static void Count(string source, YamlNode node, int level, ref int left)
    {
        if (--left < 0 || level > MostLevels) throw new InputException($"{YamlText.Place(source, node.Start)}: space: too large once its aliases are followed; write it out without nested aliases");
        foreach (var child in node switch { YamlMappingNode m => m.Children.Values, YamlSequenceNode s => s.Children, _ => Enumerable.Empty<YamlNode>() }) Count(source, child, level + 1, ref left);
    }
}
