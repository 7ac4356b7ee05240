using System.Text;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Journals;

namespace IpActors.Chaos.Adversary;

/// <summary>
/// A journal with the adversary in it, which keeps a record of its own, outside the journal: each commit's events, on the disk before anybody is told that they are stored. What is in the record must be in
/// the journal for ever.
/// </summary>
public sealed class ChaosJournal : IJournal
{
    readonly IJournal _inner;
    readonly InnerAdversary _adversary;
    readonly FileStream _record;

    public ChaosJournal(IJournal inner, InnerAdversary adversary, string folder)
    {
        (_inner, _adversary, Blobs) = (inner, adversary, new ChaosBlobs(inner.Blobs, adversary));
        _record = InnerAdversary.Open(Path.Combine(folder, InnerAdversary.AcknowledgedName));
        _inner.Committed += events =>
        {
            _adversary.Pass(Fate.AfterCommit);
            _record.Write(Encoding.UTF8.GetBytes(string.Concat(events.Select(e => $"{e.Entity} {e.SequenceNumber} {e.Hash}\n"))));
            _record.Flush(flushToDisk: true);
            Committed?.Invoke(events);
        };
    }

    public event Action<ImmutableArray<StoredEvent>>? Committed;
    public IBlobs Blobs { get; }

    public async Task<ImmutableArray<StoredEvent>> Append(Append append)
    {
        if (_adversary.Will()) { _adversary.Note("delayed an append"); await _adversary.Delay(30); }
        _adversary.Pass(Fate.BeforeCommit);
        var stored = await _inner.Append(append);
        _adversary.Pass(Fate.AfterAcknowledgement);
        return stored;
    }

    public Task ReplaceOwing(string persistenceId, long sequenceNumber, IReadOnlyCollection<string> workIds) => _inner.ReplaceOwing(persistenceId, sequenceNumber, workIds);
    public Task SetControlAddress(string? address) => _inner.SetControlAddress(address);
    public ValueTask<IReadOnlyList<JournalRow>> ReadEntity(string persistenceId, long afterSequence, CancellationToken cancel) => _inner.ReadEntity(persistenceId, afterSequence, cancel);
    public IAsyncEnumerable<JournalRow> ReadEntities(IReadOnlyList<string> persistenceIds, CancellationToken cancel) => _inner.ReadEntities(persistenceIds, cancel);
    public IAsyncEnumerable<JournalRow> ReadAll(long afterOrdering, CancellationToken cancel) => _inner.ReadAll(afterOrdering, cancel);
    public IAsyncEnumerable<JournalRow> ReadByEntity(CancellationToken cancel) => _inner.ReadByEntity(cancel);
    public ValueTask<IReadOnlyDictionary<string, ImmutableHashSet<string>>> ReadOwing(CancellationToken cancel) => _inner.ReadOwing(cancel);
    public ValueTask<JournalSnapshot?> ReadSnapshot(string persistenceId, CancellationToken cancel) => _inner.ReadSnapshot(persistenceId, cancel);
    public Task WriteSnapshot(JournalSnapshot snapshot) => _inner.WriteSnapshot(snapshot);
    public ValueTask<LeaseInfo?> ReadLease(CancellationToken cancel) => _inner.ReadLease(cancel);

    public async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        await _record.DisposeAsync();
    }

    sealed class ChaosBlobs(IBlobs inner, InnerAdversary adversary) : IBlobs
    {
        public string Put(ReadOnlySpan<byte> content)
        {
            var digest = inner.Put(content);
            adversary.Pass(Fate.BetweenBlobAndEvent);
            return digest;
        }

        public byte[] Get(string digest) => inner.Get(digest);
    }
}
