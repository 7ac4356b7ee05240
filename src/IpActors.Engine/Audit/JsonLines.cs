using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Audit;

/// <summary>Every event as one line of JSON, in the order of the journal: <c>ordering, created, entity, sequenceNumber, manifest, event, previous, hash</c>; the event's bytes as they are stored.</summary>
public static class JsonLines
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async IAsyncEnumerable<string> Export(IJournalReader journal, long after = 0, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await foreach (var row in journal.ReadAll(after, cancel)) yield return Line(row);
    }

    static string Line(JournalRow row)
    {
        using var bytes = new MemoryStream();
        using (var w = new Utf8JsonWriter(bytes, Options))
        {
            w.WriteStartObject();
            w.WriteNumber("ordering", row.Ordering);
            w.WriteString("created", new DateTime(Math.Clamp(row.CreatedTicks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc));
            w.WriteString("entity", row.PersistenceId);
            w.WriteNumber("sequenceNumber", row.SequenceNumber);
            w.WriteString("manifest", row.Manifest);
            try
            {
                var (body, previous, hash) = EventCodec.Open(row.Message);
                using (JsonDocument.Parse(body)) w.WritePropertyName("event");
                w.WriteRawValue(body.Span, skipInputValidation: true);
                w.WriteString("previous", previous);
                w.WriteString("hash", hash);
            }
            catch (Exception e) when (e is InvalidDataException or JsonException) { w.WriteBase64String("unreadable", row.Message.Span); }
            w.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
