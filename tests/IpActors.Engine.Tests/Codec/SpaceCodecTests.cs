using System.Text.Json;
using IpActors.Domain.Campaigns;
using IpActors.Engine.Codec;
using IpActors.Science.Crystals;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;

namespace IpActors.Engine.Tests.Codec;

/// <summary>Spaces in the journal: whole, equal when read back, and readable in the form that the first version wrote.</summary>
public class SpaceCodecTests
{
    sealed record Holder([property: System.Text.Json.Serialization.JsonConverter(typeof(SpaceOptionsJson))] SpaceOptions Space);

    internal static readonly Aristotype Own = new("Li2X", new Structure(new(new(0, 2.855, 2.855), new(2.855, 0, 2.855), new(2.855, 2.855, 1.0 / 3)), ["X", "Li", "Li"], [Vec3.Zero, new(.25, .25, .25), new(.75, .75, 2.0 / 3)]),
        ["X"], [IntMat3.Diagonal(2, 2, 1), new(-1, 1, 1, 1, -1, 1, 1, 1, -1)]) { Scale = new(1.52, [0.1 + 0.2], 0, 3.36, 0.5, 2) };

    [Fact]
    public void An_aristotype_of_the_users_own_reads_back_equal()
    {
        var space = new SpaceOptions { Aristotypes = [Aristotypes.Li4XZ2, Own], X = ["S", "Te"], MaxIndex = 3, Pinned = [] };
        var json = JsonSerializer.Serialize(new Holder(space), JsonFormat.Options);
        var read = JsonSerializer.Deserialize<Holder>(json, JsonFormat.Options)!.Space;
        Assert.Equal(space.Aristotypes.AsEnumerable(), read.Aristotypes.AsEnumerable());
        Assert.Same(Aristotypes.Li4XZ2, read.Aristotypes[0]);
        Assert.Equal(Own.Scale.Factor([2.21]), read.Aristotypes[1].Scale.Factor([2.21]));
        Assert.Equal(json, JsonSerializer.Serialize(new Holder(read), JsonFormat.Options));
        Assert.Contains("\"aristotypes\":[\"Li4XZ2\",{\"name\":\"Li2X\",", json);
    }

    [Fact]
    public void A_space_of_the_first_version_with_names_alone_still_reads()
    {
        const string stored = """{"space":{"aristotypes":["Li3XZ","Li7X2Z3"],"x":["O","S"],"z":["Cl"],"ratios":["0/1","1/2"],"supercells":"Covering","maxIndex":2,"keep":"Cap","cap":8,"pinned":["Li3OCl Pm-3m"],"symprecA":0.001}}""";
        var read = JsonSerializer.Deserialize<Holder>(stored, JsonFormat.Options)!;
        Assert.Equal([Aristotypes.Li3XZ, Aristotypes.Li7X2Z3], read.Space.Aristotypes.AsEnumerable());
        Assert.Equal(("O S", 2, "Li3OCl Pm-3m"), (string.Join(' ', read.Space.X), read.Space.MaxIndex, read.Space.Pinned!.Value.Single().ToString()));
        Assert.Equal(stored, JsonSerializer.Serialize(read, JsonFormat.Options));
    }

    [Fact]
    public void Settings_from_before_there_were_reference_settings_read_as_the_binaries()
    {
        var settings = (CampaignSettings)new Generator(new SeededRandom(3)).Make(typeof(CampaignSettings))!;
        var json = JsonSerializer.SerializeToNode(settings, JsonFormat.Options)!.AsObject();
        Assert.True(json.Remove("references"));
        Assert.Equal(ReferenceSettings.Default, JsonSerializer.Deserialize<CampaignSettings>(json, JsonFormat.Options)!.References);
    }

    [Fact]
    public void A_stranger_under_a_built_in_name_is_not_written() => Assert.Throws<JsonException>(() =>
        JsonSerializer.Serialize(new Holder(new SpaceOptions { Aristotypes = [new Aristotype("Li3XZ", Own.Parent, ["X"], [])] }), JsonFormat.Options));
}
