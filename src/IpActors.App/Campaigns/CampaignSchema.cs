using System.Text.Json;
using System.Text.Json.Nodes;

namespace IpActors.App.Campaigns;

/// <summary>The JSON schema of campaign files (draft 2020-12), derived from <see cref="CampaignKeys"/>; config/campaign.schema.json is its text.</summary>
static class CampaignSchema
{
    public static string Text()
    {
        var schema = Of(CampaignKeys.Root);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "IpActors campaign file");
        return schema.ToJsonString(Cli.Output.Json) + "\n";
    }

    static JsonObject Of(ValueKind kind) => kind switch
    {
        TextKind t => new() { ["type"] = "string", ["pattern"] = t.Pattern },
        ChoiceKind c => new() { ["enum"] = Array(c.Names) },
        FlagKind => new() { ["type"] = "boolean" },
        IntegerKind i => new() { ["type"] = "integer", ["minimum"] = i.Min, ["maximum"] = i.Max },
        NumberKind n => Number(n),
        ListKind l => new() { ["type"] = "array", ["items"] = Of(l.Item), ["minItems"] = l.MinCount, ["maxItems"] = l.MaxCount, ["uniqueItems"] = !l.Repeats },
        MapKind m => new() { ["type"] = "object", ["patternProperties"] = new JsonObject { [m.NamePattern] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") } }, ["additionalProperties"] = false },
        SectionKind s => Section(s),
        ForeignKind f => f.Schema(),
        _ => throw new InvalidOperationException(kind.ToString()),
    };

    static JsonObject Number(NumberKind n)
    {
        var o = new JsonObject { ["type"] = "number", [n.AboveMin ? "exclusiveMinimum" : "minimum"] = n.Min, ["maximum"] = n.Max };
        if (n.NotZero) o["not"] = new JsonObject { ["const"] = 0 };
        return o;
    }

    static JsonObject Section(SectionKind s)
    {
        var properties = new JsonObject();
        foreach (var key in s.Keys)
        {
            var o = Of(key.Kind);
            o["description"] = key.Help;
            if (key.Default is { } d) o["default"] = d is ImmutableArray<object> list ? Array(list) : JsonSerializer.SerializeToNode(d);
            properties[key.Name] = o;
        }
        var result = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        var required = s.Keys.Where(k => k.Presence == Presence.Required).Select(k => k.Name).ToList();
        if (required.Count > 0) result["required"] = Array(required);
        return result;
    }

    static JsonArray Array<T>(IEnumerable<T> items) => new([.. items.Select(i => JsonSerializer.SerializeToNode<object?>(i))]);
}
