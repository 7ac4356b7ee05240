using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Engine.Codec;

/// <summary>Doubles to the same bits: the shortest round-trip form; NaN and infinities as strings, also inside collections.</summary>
sealed class DoubleConverter : JsonConverter<double>
{
    public static double Read(ref Utf8JsonReader r) => r.TokenType == JsonTokenType.Number ? r.GetDouble() : r.GetString() switch
    {
        "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity,
        var s => throw new JsonException($"'{s}' is not a number"),
    };
    public static void Write(Utf8JsonWriter w, double v)
    {
        if (double.IsFinite(v)) w.WriteNumberValue(v);
        else w.WriteStringValue(double.IsNaN(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity");
    }
    public override double Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o) => Read(ref r);
    public override void Write(Utf8JsonWriter w, double v, JsonSerializerOptions o) => Write(w, v);
}

sealed class Vec3Converter : JsonConverter<Vec3>
{
    public static Vec3 Read(ref Utf8JsonReader r)
    {
        double Next(ref Utf8JsonReader r) { r.Read(); return DoubleConverter.Read(ref r); }
        if (r.TokenType != JsonTokenType.StartArray) throw new JsonException("[x,y,z] expected");
        var v = new Vec3(Next(ref r), Next(ref r), Next(ref r));
        r.Read();
        return r.TokenType == JsonTokenType.EndArray ? v : throw new JsonException("three numbers expected");
    }
    public static void Write(Utf8JsonWriter w, Vec3 v)
    {
        w.WriteStartArray(); DoubleConverter.Write(w, v.X); DoubleConverter.Write(w, v.Y); DoubleConverter.Write(w, v.Z); w.WriteEndArray();
    }
    public override Vec3 Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o) => Read(ref r);
    public override void Write(Utf8JsonWriter w, Vec3 v, JsonSerializerOptions o) => Write(w, v);
}

sealed class Mat3Converter : JsonConverter<Mat3>
{
    public override Mat3 Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o)
    {
        Vec3 Next(ref Utf8JsonReader r) { r.Read(); return Vec3Converter.Read(ref r); }
        if (r.TokenType != JsonTokenType.StartArray) throw new JsonException("three rows expected");
        var m = new Mat3(Next(ref r), Next(ref r), Next(ref r));
        r.Read();
        return r.TokenType == JsonTokenType.EndArray ? m : throw new JsonException("three rows expected");
    }
    public override void Write(Utf8JsonWriter w, Mat3 m, JsonSerializerOptions o)
    {
        w.WriteStartArray(); Vec3Converter.Write(w, m.A); Vec3Converter.Write(w, m.B); Vec3Converter.Write(w, m.C); w.WriteEndArray();
    }
}

/// <summary><c>{"cell":[[…],[…],[…]],"species":[…],"fractional":[[x,y,z],…]}</c></summary>
sealed class StructureConverter : JsonConverter<Structure>
{
    sealed record Parts(Mat3 Cell, ImmutableArray<string> Species, ImmutableArray<Vec3> Fractional);
    public override Structure? Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o) => JsonSerializer.Deserialize<Parts>(ref r, o) is { } p ? new(p.Cell, p.Species, p.Fractional) : null;
    public override void Write(Utf8JsonWriter w, Structure s, JsonSerializerOptions o) => JsonSerializer.Serialize(w, new Parts(s.Cell, s.Species, s.Fractional), o);
}

sealed class ImmutableArrayConverters : JsonConverterFactory
{
    public override bool CanConvert(Type t) => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(ImmutableArray<>);
    public override JsonConverter CreateConverter(Type t, JsonSerializerOptions o) => (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(t.GetGenericArguments()))!;

    sealed class Of<T> : JsonConverter<ImmutableArray<T>>
    {
        public override bool HandleNull => true;
        public override ImmutableArray<T> Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o)
        {
            if (r.TokenType == JsonTokenType.Null) return [];
            if (r.TokenType != JsonTokenType.StartArray) throw new JsonException("a list expected");
            var items = ImmutableArray.CreateBuilder<T>();
            var info = (JsonTypeInfo<T>)o.GetTypeInfo(typeof(T));
            while (r.Read() && r.TokenType != JsonTokenType.EndArray) items.Add(JsonSerializer.Deserialize(ref r, info)!);
            return items.DrainToImmutable();
        }
        public override void Write(Utf8JsonWriter w, ImmutableArray<T> v, JsonSerializerOptions o)
        {
            w.WriteStartArray();
            var info = (JsonTypeInfo<T>)o.GetTypeInfo(typeof(T));
            if (!v.IsDefault) foreach (var x in v) JsonSerializer.Serialize(w, x, info);
            w.WriteEndArray();
        }
    }
}

/// <summary>Dictionaries by text, written in ordinal order and read back with the ordinal comparer.</summary>
sealed class OrdinalDictionaryConverters : JsonConverterFactory
{
    public override bool CanConvert(Type t) => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>) && t.GetGenericArguments()[0] == typeof(string);
    public override JsonConverter CreateConverter(Type t, JsonSerializerOptions o) => (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(t.GetGenericArguments()[1]))!;

    sealed class Of<T> : JsonConverter<ImmutableSortedDictionary<string, T>>
    {
        public override ImmutableSortedDictionary<string, T> Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o)
        {
            if (r.TokenType != JsonTokenType.StartObject) throw new JsonException("an object expected");
            var items = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
            var info = (JsonTypeInfo<T>)o.GetTypeInfo(typeof(T));
            while (r.Read() && r.TokenType != JsonTokenType.EndObject)
            {
                var key = r.GetString()!;
                r.Read();
                items.Add(key, JsonSerializer.Deserialize(ref r, info)!);
            }
            return items.ToImmutable();
        }
        public override void Write(Utf8JsonWriter w, ImmutableSortedDictionary<string, T> v, JsonSerializerOptions o)
        {
            var info = (JsonTypeInfo<T>)o.GetTypeInfo(typeof(T));
            w.WriteStartObject();
            foreach (var (key, value) in v.WithComparers(StringComparer.Ordinal)) { w.WritePropertyName(key); JsonSerializer.Serialize(w, value, info); }
            w.WriteEndObject();
        }
    }
}

sealed class OrdinalSetConverter : JsonConverter<ImmutableSortedSet<string>>
{
    public override ImmutableSortedSet<string> Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o) => JsonSerializer.Deserialize<ImmutableArray<string>>(ref r, o).ToImmutableSortedSet(StringComparer.Ordinal);
    public override void Write(Utf8JsonWriter w, ImmutableSortedSet<string> v, JsonSerializerOptions o) => JsonSerializer.Serialize<ImmutableArray<string>>(w, [.. v.WithComparer(StringComparer.Ordinal)], o);
}
