namespace IpActors.Engine.Journals;

/// <summary>Readings of single entities: while as many readers as there may be are at work, others queue up, and each reader takes what has queued up together.</summary>
/// <param name="read">Reads what is stored at the time of the call, or later.</param>
sealed class EntityReads(int readers, Func<IReadOnlyList<EntityReads.Request>, ValueTask> read)
{
    const int AtOnce = 64;

    /// <summary>An entity to be read, and whoever waits for its rows.</summary>
    public sealed class Request(string persistenceId, long afterSequence)
    {
        readonly TaskCompletionSource<IReadOnlyList<JournalRow>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public string PersistenceId => persistenceId;
        public long AfterSequence => afterSequence;
        public IReadOnlyList<JournalRow> Rows { get; set; } = [];
        public Task<IReadOnlyList<JournalRow>> Done => _done.Task;
        public void Answer(Exception? error) { if (error is null) _done.TrySetResult(Rows); else _done.TrySetException(error); }
    }

    readonly Lock _gate = new();
    readonly Queue<Request> _waiting = [];
    int _reading;

    public ValueTask<IReadOnlyList<JournalRow>> Ask(string persistenceId, long afterSequence, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var request = new Request(persistenceId, afterSequence);
        lock (_gate)
        {
            if (_reading == readers) { _waiting.Enqueue(request); return new(request.Done.WaitAsync(cancel)); }
            _reading++;
        }
        return Alone(request);
    }

    /// <summary>Here and now; what has queued up meanwhile is for another thread.</summary>
    async ValueTask<IReadOnlyList<JournalRow>> Alone(Request request)
    {
        try { await read([request]).ConfigureAwait(false); }
        finally { if (Next() is { } others) ThreadPool.UnsafeQueueUserWorkItem(x => _ = Read(x), others, preferLocal: false); }
        return request.Rows;
    }

    async Task Read(List<Request>? requests)
    {
        for (; requests is not null; requests = Next())
        {
            Exception? error = null;
            try { await read(requests).ConfigureAwait(false); }
            catch (Exception e) { error = e; }
            foreach (var r in requests) r.Answer(error);
        }
    }

    /// <summary>What waits; null when nothing does, and the reader is free then.</summary>
    List<Request>? Next()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0) { _reading--; return null; }
            var some = new List<Request>(Math.Min(AtOnce, _waiting.Count));
            while (some.Count < AtOnce && _waiting.TryDequeue(out var r)) some.Add(r);
            return some;
        }
    }
}
