using System.Collections;
using System.Reflection;
using IpActors.Science.Enumeration;
using IpActors.Science.Numerics;

namespace IpActors.Engine.Tests.Codec;

/// <summary>Makes instances of any event type, with awkward values, from a seed.</summary>
sealed class Generator(SeededRandom random)
{
    static readonly double[] Doubles = [0, -0.0, 1.0 / 3, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, -1e-308, 0.1 + 0.2, 1e16 + 2];
    static readonly string[] Texts = ["", "Li₃OBr", "a\"b\\c\n\t", "<&'>", "\u0001", "𝔸", "zebra", "Ä", "a/b:c", "null"];

    public object? Make(Type type, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return random.NextInt(3) == 0 ? null : Make(inner, depth);
        if (type == typeof(string)) return Texts[random.NextInt(Texts.Length)];
        if (type == typeof(double)) return random.NextInt(2) == 0 ? Doubles[random.NextInt(Doubles.Length)] : BitConverter.Int64BitsToDouble((long)random.NextUInt64()) is var d && double.IsNaN(d) ? 0.5 : d;
        if (type == typeof(int)) return (int)random.NextUInt64();
        if (type == typeof(long)) return (long)random.NextUInt64();
        if (type == typeof(bool)) return random.NextInt(2) == 0;
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks((long)(random.NextUInt64() >> 8));
        if (type == typeof(SpaceOptions)) return Space();
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.NextInt(Enum.GetValues(type).Length));
        if (type.IsGenericType) return Collection(type, type.GetGenericArguments(), depth);
        if (type.IsArray) { var a = Array.CreateInstance(type.GetElementType()!, random.NextInt(3)); for (var i = 0; i < a.Length; i++) a.SetValue(Make(type.GetElementType()!, depth + 1), i); return a; }
        var constructor = type.GetConstructors().Where(c => c.GetParameters() is not [var p] || p.ParameterType != type).MaxBy(c => c.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => IsNullable(p) && random.NextInt(3) == 0 ? null : Make(p.ParameterType, depth + 1))]);
        foreach (var p in type.GetProperties().Where(p => p.SetMethod is { IsPublic: true } && constructor.GetParameters().All(x => x.Name != p.Name) && p.GetIndexParameters().Length == 0))
            p.SetValue(made, Make(p.PropertyType, depth + 1));
        return made;
    }

    // A space is no plain record: its parts must be ones that exist.
    SpaceOptions Space() => new()
    {
        Aristotypes = [.. Aristotypes.All.Append(SpaceCodecTests.Own).Where(_ => random.NextInt(2) == 0)], X = ["O", "Te"], Z = ["I"], Ratios = [Ratio.Zero, new(1, 3)], Supercells = (Supercells)random.NextInt(2),
        MaxIndex = random.NextInt(2) == 0 ? null : random.NextInt(9), Keep = (Keep)random.NextInt(3), Cap = random.NextInt(99), SymprecA = random.NextDouble(),
        Pinned = random.NextInt(2) == 0 ? null : [new("Li3OCl", "Pm-3m"), new("Li7O2Cl2Br", "P4/nmm")],
    };

    static bool IsNullable(ParameterInfo p) => !p.ParameterType.IsValueType && new NullabilityInfoContext().Create(p).WriteState == NullabilityState.Nullable;

    object Collection(Type type, Type[] of, int depth)
    {
        var n = random.NextInt(4);
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(of[^1]))!;
        for (var i = 0; i < n; i++) items.Add(Make(of[^1], depth + 1));
        return typeof(Generator).GetMethod(type.Name switch
        {
            "ImmutableArray`1" => nameof(List), "ImmutableSortedDictionary`2" => nameof(Dictionary), "ImmutableSortedSet`1" => nameof(Set), "IReadOnlyList`1" => nameof(Plain),
            _ => throw new NotSupportedException($"make {type}"),
        }, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(of[^1]).Invoke(null, [items])!;
    }

    static ImmutableArray<T> List<T>(List<T> items) => [.. items];
    static IReadOnlyList<T> Plain<T>(List<T> items) => items;
    static ImmutableSortedDictionary<string, T> Dictionary<T>(List<T> items) => items.Select((v, i) => (Key: "zB aÄ_"[i] + $"{i}", Value: v)).ToImmutableSortedDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
    static ImmutableSortedSet<T> Set<T>(List<T> items) => items.ToImmutableSortedSet((IComparer<T>)(object)StringComparer.Ordinal);
}
