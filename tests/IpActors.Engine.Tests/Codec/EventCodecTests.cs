using System.Collections;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Tests.Toys;
using IpActors.Science.Crystals;
using IpActors.Science.Numerics;

namespace IpActors.Engine.Tests.Codec;

public sealed class EventCodecTests
{
    public static TheoryData<string> Names => [.. EntityKinds.All.EventNames];
    readonly EventCodec _codec = new(EntityKinds.All);
    readonly EventCodec _toys = new(Toy.Kinds);

    [Theory, MemberData(nameof(Names))]
    public void Every_event_reads_back_as_it_was_written(string name)
    {
        var type = EntityKinds.All.EventType(name)!;
        for (var seed = 0; seed < 25; seed++)
        {
            var e = (IEvent)new Generator(SeededRandom.Stream(seed, name)).Make(type)!;
            var code = _codec.Encode("c/kind/key", 7, e, EventCodec.NoHash);
            Assert.Equal(name, code.Manifest);
            var (read, previous, hash) = _codec.Decode("c/kind/key", 7, code.Manifest, code.Payload);
            AssertSame(e, read, name);
            Assert.Equal((EventCodec.NoHash, code.Hash), (previous, hash));
            Assert.Equal(code.Payload, _codec.Encode("c/kind/key", 7, read, EventCodec.NoHash).Payload);
        }
    }

    /// <summary>Same values all the way down, doubles to the bit, comparers ordinal; records' own equality is not trusted here.</summary>
    static void AssertSame(object? a, object? b, string where)
    {
        if (ReferenceEquals(a, b)) return;
        if (a is null || b is null) { Assert.True(a is null && b is null, where); return; }
        Assert.True(a.GetType() == b.GetType(), where);
        if (a is double x) { Assert.True(BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits((double)b) || (double.IsNaN(x) && double.IsNaN((double)b)), $"{where}: {x:R} became {b:R}"); return; }
        if (a is string || a.GetType().IsPrimitive || a.GetType().IsEnum) { Assert.True(a.Equals(b), $"{where}: {a} became {b}"); return; }
        if (a.GetType() is { IsGenericType: true } t && t.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>)) Assert.Same(StringComparer.Ordinal, t.GetProperty("KeyComparer")!.GetValue(b));
        if (a is IEnumerable list)
        {
            var (one, two) = (list.Cast<object?>().ToList(), ((IEnumerable)b).Cast<object?>().ToList());
            Assert.True(one.Count == two.Count, where);
            for (var i = 0; i < one.Count; i++) AssertSame(one[i], two[i], $"{where}[{i}]");
            return;
        }
        foreach (var p in a.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0 && (p.SetMethod is not null || p.Name is "Key" or "Value") && p.GetMethod is { IsStatic: false })) AssertSame(p.GetValue(a), p.GetValue(b), $"{where}.{p.Name}");
    }

    [Fact]
    public void The_envelope_is_compact_json_whose_hash_can_be_recomputed_by_anybody()
    {
        var code = _toys.Encode("play/toy/a", 1, new Added("x", 5), EventCodec.NoHash);
        // Computed apart from this program: sha256 of the lengths (8 bytes, little-endian) and bytes as the codec documents them, by tests/compare/engine_hash.py.
        Assert.Equal("{\"event\":{\"id\":\"x\",\"n\":5},\"previous\":\"" + new string('0', 64) + "\",\"hash\":\"" + ExpectedHash + "\"}", Encoding.UTF8.GetString(code.Payload));
        Assert.Equal(ExpectedHash, code.Hash);
    }
    const string ExpectedHash = "63c33323ff7dca4765e8b673c63075090fbe5d278f9bf526ccde4b983caef75c";

    [Fact]
    public void Every_single_byte_counts()
    {
        var code = _toys.Encode("play/toy/a", 1, new Added("x", 5), EventCodec.NoHash);
        for (var i = 0; i < code.Payload.Length; i++)
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = code.Payload.ToArray();
                damaged[i] ^= (byte)(1 << bit);
                Assert.Throws<InvalidDataException>(() => _toys.Decode("play/toy/a", 1, code.Manifest, damaged));
            }
        Assert.Throws<InvalidDataException>(() => _toys.Decode("play/toy/b", 1, code.Manifest, code.Payload));
        Assert.Throws<InvalidDataException>(() => _toys.Decode("play/toy/a", 2, code.Manifest, code.Payload));
        Assert.Throws<InvalidDataException>(() => _toys.Decode("play/toy/a", 1, "toy.added/2", code.Payload));
        Assert.Throws<InvalidDataException>(() => _toys.Decode("play/toy/a", 1, code.Manifest, code.Payload.AsMemory(0, 40)));
        Assert.Throws<InvalidDataException>(() => _toys.Decode("play/toy/a", 1, code.Manifest, ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void An_unknown_event_is_named()
    {
        var body = "{}"u8.ToArray();
        var hash = EventCodec.HashOf("p", 1, "toy.from-the-future/3", body, EventCodec.NoHash);
        var payload = Encoding.UTF8.GetBytes($"{{\"event\":{{}},\"previous\":\"{EventCodec.NoHash}\",\"hash\":\"{hash}\"}}");
        Assert.Contains("toy.from-the-future/3", Assert.Throws<InvalidDataException>(() => _toys.Decode("p", 1, "toy.from-the-future/3", payload)).Message);
    }

    [Fact]
    public void An_older_form_of_an_event_is_lifted_to_the_one_of_today()
    {
        var codec = new EventCodec(Toy.Kinds, new Upcaster("toy.added/0", "toy.added/1", old => new JsonObject { ["id"] = old["name"]!.GetValue<string>(), ["n"] = 1 }));
        var body = "{\"name\":\"x\"}"u8.ToArray();
        var hash = EventCodec.HashOf("p", 1, "toy.added/0", body, EventCodec.NoHash);
        var payload = Encoding.UTF8.GetBytes($"{{\"event\":{{\"name\":\"x\"}},\"previous\":\"{EventCodec.NoHash}\",\"hash\":\"{hash}\"}}");
        Assert.Equal(new Added("x", 1), codec.Decode("p", 1, "toy.added/0", payload).Event);
    }

    sealed record Mixed(ImmutableArray<double> List, ImmutableSortedDictionary<string, double> Map, Structure? Cell) { public int Derived => List.Length; }

    [Fact]
    public void Values_are_written_compactly_and_derived_ones_not_at_all()
    {
        var map = ImmutableSortedDictionary<string, double>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase).Add("b", -0.0).Add("B2", double.NaN).Add("a", 1e300);
        var cell = new Structure(Mat3.Diagonal(4, 4.5, 5), ["Li"], [new(0.25, 0.5, 1.0 / 3)]);
        Assert.Equal("""{"list":[],"map":{"B2":"NaN","a":1E+300,"b":-0},"cell":{"cell":[[4,0,0],[0,4.5,0],[0,0,5]],"species":["Li"],"fractional":[[0.25,0.5,0.3333333333333333]]}}""",
            JsonSerializer.Serialize(new Mixed(default, map, cell), JsonFormat.Options));
    }

    [Fact]
    public void A_list_that_an_older_version_did_not_write_reads_as_empty()
    {
        var read = JsonSerializer.Deserialize<Mixed>("""{"map":{},"cell":null,"unheardOf":1}""", JsonFormat.Options)!;
        Assert.False(read.List.IsDefault);
        Assert.Empty(JsonSerializer.Deserialize<Mixed>("""{"list":null,"map":{}}""", JsonFormat.Options)!.List);
    }
}
