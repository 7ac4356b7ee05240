using System.Security.Cryptography;
using System.Text;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Audit;

/// <summary>A journal in one line: the SHA-256 over "persistence id, last sequence number, last hash" of all entities in ordinal order. Kept elsewhere, it shows a cut tail, a missing entity and a rewritten history.</summary>
public sealed record Seal(string Digest, int Entities, long Events)
{
    public static async Task<Seal> Of(IJournalReader journal, CancellationToken cancel = default)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (entities, events) = (0, 0L);
        JournalRow? head = null;
        void Close()
        {
            if (head is not { } row) return;
            entities++;
            string hash;
            try { hash = EventCodec.Open(row.Message).Hash; }
            catch (InvalidDataException) { hash = "unreadable"; }
            sha.AppendData(Encoding.UTF8.GetBytes($"{row.PersistenceId} {row.SequenceNumber} {hash}\n"));
        }
        await foreach (var row in journal.ReadByEntity(cancel))
        {
            if (head?.PersistenceId != row.PersistenceId) Close();
            head = row;
            events++;
        }
        Close();
        return new(Convert.ToHexStringLower(sha.GetHashAndReset()), entities, events);
    }
}
