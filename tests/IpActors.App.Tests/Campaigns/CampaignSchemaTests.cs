using System.Text.Json;
using IpActors.App.Campaigns;
using YamlDotNet.RepresentationModel;

namespace IpActors.App.Tests.Campaigns;

public class CampaignSchemaTests
{
    [Fact]
    public void The_shipped_schema_is_that_of_the_readers_table() => Repository.Golden("config/campaign.schema.json", CampaignSchema.Text());

    [Theory, InlineData("config/quickstart.yaml"), InlineData("config/inverse-perovskites.yaml"), InlineData("config/antifluorite.yaml")]
    public void Every_key_of_the_shipped_files_is_in_the_schema(string path)
    {
        using var schema = JsonDocument.Parse(Repository.Read("config/campaign.schema.json"));
        Check(YamlText.Parse(path, Repository.Read(path)), schema.RootElement, path);
    }

    [Fact]
    public void Every_defaulted_key_has_a_default_that_its_own_rule_accepts() =>
        Assert.NotNull(CampaignFile.Parse("c.yaml", "name: a\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}, conductivity: {with: builtin}, hydration-energy: {with: builtin}}"));

    static void Check(YamlNode node, JsonElement schema, string at)
    {
        if (node is YamlMappingNode && schema.TryGetProperty("anyOf", out var any)) schema = any.EnumerateArray().Single(a => a.TryGetProperty("properties", out _));
        if (node is YamlSequenceNode list && schema.TryGetProperty("items", out var items)) foreach (var item in list) Check(item, items, at);
        if (node is not YamlMappingNode map) return;
        var properties = schema.GetProperty("properties");
        foreach (var (key, value) in map)
        {
            var name = ((YamlScalarNode)key).Value!;
            Assert.True(properties.TryGetProperty(name, out var inner), $"{at}: {name} is not in the schema");
            Check(value, inner, $"{at}.{name}");
        }
        if (schema.TryGetProperty("required", out var required)) foreach (var r in required.EnumerateArray()) Assert.True(map.Children.ContainsKey(r.GetString()!), $"{at}: {r} is missing");
    }
}
