using System.Text.Encodings.Web;
using System.Text.Json;

namespace IpActors.Engine.Control;

/// <summary>An engine's status as control clients get it.</summary>
public sealed record ControlStatus(
    bool Started, bool Paused, int Running, int Queued, int Owed, int SlotsUsed, int Slots, int LiveEntities, long DeadLetters, ImmutableArray<ControlStatus.Entity> Quarantined, ImmutableArray<ControlStatus.Work> Works,
    DeadLetterCounts? DeadLettersBy = null, long Stuck = 0)
{
    public sealed record Entity(string Id, string Reason);
    public sealed record Work(string Id, DateTimeOffset Since, string? Message, double? Fraction);

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ControlStatus Of(EngineStatus s) => new(s.Started, s.Paused, s.Running, s.Queued, s.Owed, s.SlotsUsed, s.Slots, s.LiveEntities, s.DeadLetters,
        [.. s.Quarantined.Select(q => new Entity(q.Entity.PersistenceId, q.Reason))], [.. s.Works.Select(w => new Work(w.Id.ToString(), w.Since, w.Message, w.Fraction))], s.DeadLettersBy, s.Stuck);
}
