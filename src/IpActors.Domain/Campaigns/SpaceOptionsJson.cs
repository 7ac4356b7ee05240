using System.Text.Json;
using System.Text.Json.Serialization;
using IpActors.Science.Enumeration;

namespace IpActors.Domain.Campaigns;

/// <summary>A chemical space as it stands in the journal: built-in aristotypes by name, everything else in full.</summary>
public sealed class SpaceOptionsJson : JsonConverter<SpaceOptions>
{
    [JsonConverter(typeof(KeptJson))]
    sealed record Kept(Aristotype Aristotype);

    sealed class KeptJson : JsonConverter<Kept>
    {
        static readonly AristotypeJson Inner = new();
        public override void Write(Utf8JsonWriter writer, Kept value, JsonSerializerOptions options) => Inner.Write(writer, value.Aristotype, options);
        public override Kept Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(Inner.Read(ref reader, typeof(Aristotype), options));
    }

    sealed record Stored(ImmutableArray<Kept> Aristotypes, ImmutableArray<string> X, ImmutableArray<string> Z, ImmutableArray<string> Ratios, string Supercells, int? MaxIndex, string Keep, int Cap, ImmutableArray<string>? Pinned, double SymprecA);

    public override void Write(Utf8JsonWriter writer, SpaceOptions o, JsonSerializerOptions options)
    {
        JsonSerializer.Serialize(writer, new Stored([.. o.Aristotypes.Select(a => new Kept(a))], o.X, o.Z, [.. o.Ratios.Select(r => r.ToString())], o.Supercells.ToString(), o.MaxIndex, o.Keep.ToString(), o.Cap,
            o.Pinned is { } pinned ? [.. pinned.Select(p => p.ToString())] : null, o.SymprecA), options);
    }

    public override SpaceOptions Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var s = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("no space");
        return new SpaceOptions
        {
            Aristotypes = [.. s.Aristotypes.Select(a => a.Aristotype)], X = s.X, Z = s.Z, Ratios = [.. s.Ratios.Select(ParseRatio)],
            Supercells = Enum.Parse<Supercells>(s.Supercells), MaxIndex = s.MaxIndex, Keep = Enum.Parse<Keep>(s.Keep), Cap = s.Cap,
            Pinned = s.Pinned is { } pinned ? [.. pinned.Select(p => p.Split(' ')).Select(p => new PinnedPair(p[0], p[1]))] : null, SymprecA = s.SymprecA,
        };
    }

    static Ratio ParseRatio(string text) => text.Split('/') is [var p, var q] ? Ratio.Of(int.Parse(p), int.Parse(q)) : throw new JsonException($"ratio {text}");
}
