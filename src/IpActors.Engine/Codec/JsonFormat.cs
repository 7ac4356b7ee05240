using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace IpActors.Engine.Codec;

/// <summary>
/// How values are written, fixed for ever: camelCase names, enums by name, doubles so that they read back to the same bits (NaN and infinities as named literals), no derived properties, sorted
/// collections in ordinal order, triples as <c>[x,y,z]</c>. A missing list reads as an empty one.
/// </summary>
public static class JsonFormat
{
    public static readonly JsonSerializerOptions Options = Build();

    static JsonSerializerOptions Build()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            IgnoreReadOnlyProperties = true,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = 64,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { EmptyArrays.Fill } },
            Converters =
            {
                new JsonStringEnumConverter(null, allowIntegerValues: false), new ImmutableArrayConverters(), new OrdinalDictionaryConverters(), new OrdinalSetConverter(),
                new DoubleConverter(), new Vec3Converter(), new Mat3Converter(), new StructureConverter(),
            },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>After reading an object, gives every list that its JSON did not have the empty list instead of the unusable default.</summary>
    static class EmptyArrays
    {
        public static void Fill(JsonTypeInfo type)
        {
            if (type.Kind != JsonTypeInfoKind.Object || type.Type.IsValueType) return;
            var fills = type.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(ImmutableArray<>) && p.SetMethod is not null && p.GetIndexParameters().Length == 0)
                .Select(p => (Action<object>)typeof(EmptyArrays).GetMethod(nameof(FillOf), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(p.DeclaringType!, p.PropertyType.GetGenericArguments()[0]).Invoke(null, [p])!).ToArray();
            if (fills.Length > 0) type.OnDeserialized = o => { foreach (var fill in fills) fill(o); };
        }

        static Action<object> FillOf<TOwner, TItem>(PropertyInfo p) where TOwner : class
        {
            var get = p.GetMethod!.CreateDelegate<Func<TOwner, ImmutableArray<TItem>>>();
            var set = p.SetMethod!.CreateDelegate<Action<TOwner, ImmutableArray<TItem>>>();
            return o => { if (get((TOwner)o).IsDefault) set((TOwner)o, []); };
        }
    }
}
