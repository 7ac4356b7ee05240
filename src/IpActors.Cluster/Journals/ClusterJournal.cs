using System.Runtime.CompilerServices;
using System.Threading.Channels;
using IpActors.Cluster.Wire;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.Cluster.Journals;

/// <summary>
/// The journal as a node sees it: it reads the database itself, and what it writes goes through the keeper, the one writer. <see cref="Committed"/> tells of every commit of the cluster from the start of this node
/// on, in order and each once: on the keeper's node as they are made, on others read from the database when the keeper says that there are some.
/// </summary>
sealed class ClusterJournal : IJournal
{
    readonly ClusterNode _node;
    readonly Channel<(ImmutableArray<StoredEvent> Events, long Newest)> _feed = Channel.CreateUnbounded<(ImmutableArray<StoredEvent>, long)>(new() { SingleReader = true });
    readonly SemaphoreSlim _opening = new(1);
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;
    volatile IJournalReader? _reader;
    long _last = -1;

    public ClusterJournal(ClusterNode node)
    {
        _node = node;
        _run = Task.Run(Run);
    }

    /// <summary>Up to which commit <see cref="Committed"/> has told.</summary>
    public long Told => Interlocked.Read(ref _last);

    public event Action<ImmutableArray<StoredEvent>>? Committed;

    public void Offer(ImmutableArray<StoredEvent> events) => Offer((events, 0));

    public void Offer(long newest)
    {
        if (Interlocked.CompareExchange(ref _last, newest, -1) >= 0 && newest > Told) Offer(([], newest));
    }

    void Offer((ImmutableArray<StoredEvent>, long) news)
    {
        _node.Idle.Enter();
        if (!_feed.Writer.TryWrite(news)) _node.Idle.Leave();
    }

    async Task Run()
    {
        await foreach (var (events, newest) in _feed.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (newest == 0) Tell(events);
                else if (newest > Told) await TellFromStore().ConfigureAwait(false);
            }
            catch (OperationCanceledException) { }
            catch (Exception e) { _node.Fail(e); }
            finally { _node.Idle.Leave(); }
        }
    }

    async Task TellFromStore()
    {
        var read = new List<StoredEvent>();
        await foreach (var row in ReadAll(Told, _stop.Token).ConfigureAwait(false))
        {
            try { read.Add(row.Decode(_node.Codec)); }
            catch (InvalidDataException e) { _node.Log("error", e.Message); Interlocked.Exchange(ref _last, row.Ordering); }
            if (read.Count == 1000) { Tell([.. read]); read.Clear(); }
        }
        Tell([.. read]);
    }

    void Tell(ImmutableArray<StoredEvent> events)
    {
        if (events.Length > 0 && events[0].Ordering <= Told) events = [.. events.Where(e => e.Ordering > Told)];
        if (events.IsEmpty) return;
        Committed?.Invoke(events);
        Interlocked.Exchange(ref _last, events[^1].Ordering);
        _node.Views.Told();
    }

    /// <summary>Waits for a journal that its keeper is still making.</summary>
    public async ValueTask<IJournalReader> Reader()
    {
        if (_reader is { } open) return open;
        await _opening.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            while (true)
                try { return _reader ??= await _node.Options.OpenReader().ConfigureAwait(false); }
                catch (InputException) { await Task.Delay(100, _stop.Token).ConfigureAwait(false); }
        }
        finally { _opening.Release(); }
    }

    public async ValueTask<IReadOnlyList<JournalRow>> ReadEntity(string persistenceId, long afterSequence, CancellationToken cancel) => await (await Reader().ConfigureAwait(false)).ReadEntity(persistenceId, afterSequence, cancel).ConfigureAwait(false);
    public async ValueTask<IReadOnlyDictionary<string, ImmutableHashSet<string>>> ReadOwing(CancellationToken cancel) => await (await Reader().ConfigureAwait(false)).ReadOwing(cancel).ConfigureAwait(false);
    public async ValueTask<JournalSnapshot?> ReadSnapshot(string persistenceId, CancellationToken cancel) => await (await Reader().ConfigureAwait(false)).ReadSnapshot(persistenceId, cancel).ConfigureAwait(false);
    public async ValueTask<LeaseInfo?> ReadLease(CancellationToken cancel) => await (await Reader().ConfigureAwait(false)).ReadLease(cancel).ConfigureAwait(false);
    public IAsyncEnumerable<JournalRow> ReadEntities(IReadOnlyList<string> persistenceIds, CancellationToken cancel) => Rows(r => r.ReadEntities(persistenceIds, cancel), cancel);
    public IAsyncEnumerable<JournalRow> ReadAll(long afterOrdering, CancellationToken cancel) => Rows(r => r.ReadAll(afterOrdering, cancel), cancel);
    public IAsyncEnumerable<JournalRow> ReadByEntity(CancellationToken cancel) => Rows(r => r.ReadByEntity(cancel), cancel);
    public IBlobs Blobs => _reader?.Blobs ?? throw new InvalidOperationException("the journal is not open yet");

    async IAsyncEnumerable<JournalRow> Rows(Func<IJournalReader, IAsyncEnumerable<JournalRow>> read, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = await Reader().ConfigureAwait(false);
        await foreach (var row in read(reader).WithCancellation(cancel).ConfigureAwait(false)) yield return row;
    }

    public async Task<ImmutableArray<StoredEvent>> Append(Append append)
    {
        var reply = _node.Keeper is { } keeper ? await keeper.Append(append).ConfigureAwait(false) : await _node.Link.Ask<AppendReply>(new AppendRequest(append.Entity,
            [.. append.Events.Select(e => new StoredRow(e.SequenceNumber, e.Encoded.Manifest, e.Encoded.Payload))], append.OwingAdded, append.OwingRemoved)).ConfigureAwait(false);
        return reply.Result switch
        {
            AppendResult.Stored => [],
            AppendResult.Conflict => throw new Wire.StaleException(reply.Text!),
            // The keeper's node gives up, and another takes over: here the entity is read again.
            _ => throw (_node.Keeper is null ? new Wire.StaleException(reply.Text!) : new JournalException(reply.Text!)),
        };
    }

    /// <summary>An optimisation: where it would be a burden to the connection it is left to the keeper's node.</summary>
    public async Task WriteSnapshot(JournalSnapshot snapshot)
    {
        if (_node.Keeper is { } keeper) await keeper.Journal.WriteSnapshot(snapshot).ConfigureAwait(false);
        else if (snapshot.Content.Length < 1 << 20) await _node.Link.Ask<Done>(new SnapshotRequest(snapshot.PersistenceId, snapshot.SequenceNumber, snapshot.CreatedTicks, snapshot.Manifest, snapshot.Content.ToArray())).ConfigureAwait(false);
    }

    public Task ReplaceOwing(string persistenceId, long sequenceNumber, IReadOnlyCollection<string> workIds) => throw new NotSupportedException("the keeper's alone");
    public Task SetControlAddress(string? address) => throw new NotSupportedException("the keeper's alone");

    public async ValueTask DisposeAsync()
    {
        _feed.Writer.TryComplete();
        await _stop.CancelAsync();
        await _run;
        if (_reader is { } reader) await reader.DisposeAsync();
        _stop.Dispose();
    }
}
