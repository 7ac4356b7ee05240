using System.Text.Json;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Snapshots;

/// <summary>
/// States of entities with long histories, so that waking one does not fold all of it. Taken only with the build that wrote it, whole, and standing on the event of that number and hash; anything else is passed
/// over and the events are folded from the first.
/// </summary>
static class EntitySnapshots
{
    const string Manifest = "entity-state/1";

    static string Version(IDecider decider) => $"{decider.StateVersion}{SealedBytes.Build(decider.Initial.GetType(), typeof(EntitySnapshots))}";

    public static JournalSnapshot Of(string persistenceId, Recovered entity, IDecider decider, long ticks) => new(persistenceId, entity.SequenceNumber, ticks, Manifest, SealedBytes.Close(stream =>
    {
        using (var w = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true)) { w.Write(Version(decider)); w.Write(entity.Hash); }
        JsonSerializer.Serialize(stream, entity.State, entity.State.GetType(), JsonFormat.Options);
    }));

    /// <summary>The entity from its events, with the help of its snapshot if there is a good one. Throws as <see cref="Recovered.From"/> does.</summary>
    public static async ValueTask<Recovered> Recover(IJournalReader journal, string persistenceId, IDecider decider, EventCodec codec, CancellationToken cancel)
    {
        if (decider.StateVersion is not null && await journal.ReadSnapshot(persistenceId, cancel).ConfigureAwait(false) is { } snapshot && Read(snapshot, decider) is { } at)
        {
            var rows = await journal.ReadEntity(persistenceId, at.SequenceNumber - 1, cancel).ConfigureAwait(false);
            if (rows.Count > 0 && rows[0].SequenceNumber == at.SequenceNumber && rows[0].Open().Hash == at.Hash) return Recovered.From(rows.Skip(1), decider, codec, at);
        }
        return Recovered.From(await journal.ReadEntity(persistenceId, 0, cancel).ConfigureAwait(false), decider, codec);
    }

    static Recovered? Read(JournalSnapshot snapshot, IDecider decider)
    {
        if (snapshot.Manifest != Manifest) return null;
        try
        {
            using var stream = SealedBytes.Open(snapshot.Content);
            string version, hash;
            using (var r = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true)) (version, hash) = (r.ReadString(), r.ReadString());
            if (version != Version(decider)) return null;
            return JsonSerializer.Deserialize(stream, decider.Initial.GetType(), JsonFormat.Options) is { } state ? new(state, snapshot.SequenceNumber, hash) : null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or JsonException or NotSupportedException or ArgumentException) { return null; }
    }
}
