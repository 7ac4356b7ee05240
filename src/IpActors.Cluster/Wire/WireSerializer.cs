using System.Text.Json;
using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.Serialization;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;

namespace IpActors.Cluster.Wire;

/// <summary>
/// Our messages as JSON in the journal's format of values. The manifest is the message's name; events go under their journal names, commands and works under their type's name, and only types of the assemblies that
/// hold the entities' events are made from a name.
/// </summary>
sealed class WireSerializer : SerializerWithStringManifest
{
    static readonly Dictionary<string, Type> Messages = typeof(IWire).Assembly.GetTypes().Where(t => typeof(IWire).IsAssignableFrom(t) && !t.IsInterface).ToDictionary(t => t.Name);
    readonly JsonSerializerOptions _options;

    public WireSerializer(ExtendedActorSystem system, EntityKinds kinds) : base(system) => _options = Options(kinds);

    /// <summary>Next to that of the journal's events, which is another.</summary>
    public override int Identifier => EventCodec.SerializerId + 1;
    public override string Manifest(object o) => o.GetType().Name;
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), _options);
    public override object FromBinary(byte[] bytes, string manifest) =>
        JsonSerializer.Deserialize(bytes, Messages.TryGetValue(manifest, out var type) ? type : throw new InvalidDataException($"unknown message '{manifest}': from a newer version?"), _options)!;

    public static JsonSerializerOptions Options(EntityKinds kinds)
    {
        var options = new JsonSerializerOptions(JsonFormat.Options);
        var types = kinds.EventNames.Select(n => kinds.EventType(n)!.Assembly).Append(typeof(Tell).Assembly).Distinct().SelectMany(a => a.GetTypes()).Where(t => !t.IsAbstract).ToList();
        options.Converters.Insert(0, new NamedConverter<IEvent>(t => kinds.EventName(t), kinds.EventType));
        foreach (var converter in (JsonConverter[])[Named<ICommand>(types), Named<Work>(types), new DecisionConverter()]) options.Converters.Insert(0, converter);
        options.MakeReadOnly();
        return options;
    }

    static NamedConverter<T> Named<T>(IEnumerable<Type> types)
    {
        var byName = types.Where(t => typeof(T).IsAssignableFrom(t)).ToDictionary(t => t.FullName!);
        return new(t => t.FullName!, byName.GetValueOrDefault);
    }

    /// <summary>A value of one of several types as <c>[name, value]</c>.</summary>
    sealed class NamedConverter<T>(Func<Type, string> nameOf, Func<string, Type?> typeOf) : JsonConverter<T>
    {
        public override bool CanConvert(Type type) => type == typeof(T);

        public override T Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o)
        {
            if (r.TokenType != JsonTokenType.StartArray) throw new JsonException("[name, value] expected");
            r.Read();
            var name = r.GetString()!;
            r.Read();
            var value = (T)JsonSerializer.Deserialize(ref r, typeOf(name) ?? throw new JsonException($"unknown {typeof(T).Name} '{name}': from a newer version?"), o)!;
            r.Read();
            return value;
        }

        public override void Write(Utf8JsonWriter w, T value, JsonSerializerOptions o)
        {
            w.WriteStartArray();
            w.WriteStringValue(nameOf(value!.GetType()));
            JsonSerializer.Serialize(w, value, value.GetType(), o);
            w.WriteEndArray();
        }
    }

    /// <summary>A refusal as its words, an acceptance as its events.</summary>
    sealed class DecisionConverter : JsonConverter<Decision>
    {
        public override Decision Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o) =>
            r.TokenType == JsonTokenType.String ? new Decision.Refused(r.GetString()!) : new Decision.Accepted([.. JsonSerializer.Deserialize<List<IEvent>>(ref r, o)!]);

        public override void Write(Utf8JsonWriter w, Decision value, JsonSerializerOptions o)
        {
            if (value is Decision.Refused refused) w.WriteStringValue(refused.Reason);
            else JsonSerializer.Serialize(w, ((Decision.Accepted)value).Events.ToList(), o);
        }
    }
}
