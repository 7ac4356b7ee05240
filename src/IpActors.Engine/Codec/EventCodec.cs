using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IpActors.Domain.Entities;

namespace IpActors.Engine.Codec;

/// <summary>An event ready to be stored: the envelope's bytes and its own hash.</summary>
public readonly record struct EncodedEvent(string Manifest, byte[] Payload, string Hash);

/// <summary>Turns the JSON of an event of an older version into that of a newer one.</summary>
public sealed record Upcaster(string From, string To, Func<JsonNode, JsonNode> Convert);

/// <summary>
/// The journal's format. The manifest is the event's stable name; the payload is the envelope <c>{"event":…,"previous":"…","hash":"…"}</c> in compact UTF-8 JSON. The hash is the SHA-256 over persistence id,
/// sequence number, manifest, the event's bytes as they stand in the envelope, and the previous hash, each preceded by its length; an entity's first event has 64 zeros for the previous hash.
/// </summary>
public sealed class EventCodec(EntityKinds kinds, params ReadOnlySpan<Upcaster> upcasters)
{
    /// <summary>The <c>identifier</c> column of rows that are ours. Fixed for ever.</summary>
    public const int SerializerId = 71935;
    /// <summary>The previous hash of an entity's first event.</summary>
    public static readonly string NoHash = new('0', 64);

    static ReadOnlySpan<byte> Head => "{\"event\":"u8;
    static ReadOnlySpan<byte> Middle => ",\"previous\":\""u8;
    static ReadOnlySpan<byte> Last => "\",\"hash\":\""u8;
    static ReadOnlySpan<byte> Tail => "\"}"u8;
    static int TailLength => Middle.Length + 64 + Last.Length + 64 + Tail.Length;

    readonly Dictionary<string, Upcaster> _upcasters = upcasters.ToArray().ToDictionary(u => u.From);

    public EntityKinds Kinds => kinds;
    /// <summary>Can an event of that name be read, as it is or as an older form of one?</summary>
    public bool Knows(string manifest) => kinds.EventType(manifest) is not null || _upcasters.ContainsKey(manifest);

    /// <summary>Buffers that a thread uses again for each event.</summary>
    sealed class Scratch
    {
        [ThreadStatic] static Scratch? _mine;
        public static Scratch Mine => _mine ??= new();
        public readonly ArrayBufferWriter<byte> Body = new(1024), Hashed = new(1024);
        public readonly Utf8JsonWriter Json;
        Scratch() => Json = new(Body, new JsonWriterOptions { Encoder = JsonFormat.Options.Encoder, MaxDepth = JsonFormat.Options.MaxDepth, SkipValidation = true });

        /// <summary>A buffer that one huge event has blown up is not kept.</summary>
        public static void Release(Scratch s) { if (s.Body.Capacity > 1 << 20 || s.Hashed.Capacity > 1 << 20) _mine = null; }
    }

    public EncodedEvent Encode(string persistenceId, long sequenceNumber, IEvent e, string previousHash)
    {
        var manifest = kinds.EventName(e.GetType());
        var scratch = Scratch.Mine;
        scratch.Body.ResetWrittenCount();
        scratch.Json.Reset();
        JsonSerializer.Serialize(scratch.Json, e, JsonFormat.Options.GetTypeInfo(e.GetType()));
        scratch.Json.Flush();
        var body = scratch.Body.WrittenSpan;
        var hash = HashOf(persistenceId, sequenceNumber, manifest, body, previousHash);
        var payload = new byte[Head.Length + body.Length + TailLength];
        var rest = payload.AsSpan();
        void Put(ReadOnlySpan<byte> bytes, ref Span<byte> to) { bytes.CopyTo(to); to = to[bytes.Length..]; }
        Put(Head, ref rest); Put(body, ref rest); Put(Middle, ref rest);
        Encoding.ASCII.GetBytes(previousHash, rest); rest = rest[64..];
        Put(Last, ref rest);
        Encoding.ASCII.GetBytes(hash, rest); rest = rest[64..];
        Put(Tail, ref rest);
        Scratch.Release(scratch);
        return new(manifest, payload, hash);
    }

    /// <summary>The event of a stored row with its hashes, verified; throws <see cref="InvalidDataException"/> that says what is wrong.</summary>
    public (IEvent Event, string Previous, string Hash) Decode(string persistenceId, long sequenceNumber, string manifest, ReadOnlyMemory<byte> payload)
    {
        var (body, previous, hash) = Open(payload);
        return (Decode(persistenceId, sequenceNumber, manifest, body, previous, hash), previous, hash);
    }

    /// <summary>The event of an opened envelope, verified.</summary>
    internal IEvent Decode(string persistenceId, long sequenceNumber, string manifest, ReadOnlyMemory<byte> body, string previous, string hash)
    {
        if (HashOf(persistenceId, sequenceNumber, manifest, body.Span, previous) != hash) throw new InvalidDataException("hash mismatch: the stored event is not the one that was written");
        return Event(manifest, body);
    }

    /// <summary>Splits an envelope without looking into the event.</summary>
    public static (ReadOnlyMemory<byte> Body, string Previous, string Hash) Open(ReadOnlyMemory<byte> payload)
    {
        var span = payload.Span;
        if (span.Length < Head.Length + 2 + TailLength || !span.StartsWith(Head) || !span.EndsWith(Tail)) throw new InvalidDataException("unreadable envelope");
        var end = span[^TailLength..];
        if (!end.StartsWith(Middle) || !end[(Middle.Length + 64)..].StartsWith(Last)) throw new InvalidDataException("unreadable envelope");
        return (payload[Head.Length..^TailLength], Encoding.ASCII.GetString(end.Slice(Middle.Length, 64)), Encoding.ASCII.GetString(end.Slice(Middle.Length + 64 + Last.Length, 64)));
    }

    IEvent Event(string manifest, ReadOnlyMemory<byte> body)
    {
        try
        {
            if (kinds.EventType(manifest) is { } type) return (IEvent)(JsonSerializer.Deserialize(body.Span, JsonFormat.Options.GetTypeInfo(type)) ?? throw new InvalidDataException("unreadable JSON: null"));
            if (!_upcasters.ContainsKey(manifest)) throw new InvalidDataException($"unknown event '{manifest}': written by a newer version?");
            var node = JsonNode.Parse(body.Span)!;
            while (_upcasters.TryGetValue(manifest, out var u)) (node, manifest) = (u.Convert(node), u.To);
            return (IEvent)node.Deserialize(kinds.EventType(manifest) ?? throw new InvalidDataException($"unknown event '{manifest}'"), JsonFormat.Options)!;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or NotSupportedException) { throw new InvalidDataException($"unreadable JSON of '{manifest}': {e.Message}", e); }
    }

    public static string HashOf(string persistenceId, long sequenceNumber, string manifest, ReadOnlySpan<byte> body, string previousHash)
    {
        var buffer = Scratch.Mine.Hashed;
        buffer.ResetWrittenCount();
        void Number(long n) { BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), n); buffer.Advance(8); }
        void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text, buffer.GetSpan(8 + Encoding.UTF8.GetMaxByteCount(text.Length))[8..]);
            Number(bytes); // before what it counts
            buffer.Advance(bytes);
        }
        Text(persistenceId);
        Number(sequenceNumber);
        Text(manifest);
        Number(body.Length);
        buffer.Write(body);
        Text(previousHash);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return Convert.ToHexStringLower(hash);
    }
}
