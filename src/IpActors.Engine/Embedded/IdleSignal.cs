namespace IpActors.Engine.Embedded;

/// <summary>Counts what is under way and tells when nothing is and <paramref name="quiet"/> agrees.</summary>
sealed class IdleSignal(Func<bool> quiet)
{
    readonly Lock _gate = new();
    readonly List<TaskCompletionSource> _waiting = [];
    Exception? _failure;
    long _busy;
    volatile int _waiters;

    public void Enter() => Interlocked.Increment(ref _busy);
    public void Leave() => Change(-1);
    public void Change(int by)
    {
        if (Interlocked.Add(ref _busy, by) == 0) Check();
    }

    public void Check()
    {
        if (_waiters == 0 || Interlocked.Read(ref _busy) != 0 || !quiet() || Interlocked.Read(ref _busy) != 0) return;
        lock (_gate)
        {
            foreach (var w in _waiting) w.TrySetResult();
            _waiting.Clear();
            _waiters = 0;
        }
    }

    /// <summary>From now on everybody who waits gets this.</summary>
    public void Fail(Exception e)
    {
        lock (_gate)
        {
            _failure ??= e;
            foreach (var w in _waiting) w.TrySetException(_failure);
            _waiting.Clear();
            _waiters = 0;
        }
    }

    public async Task Wait(CancellationToken cancel)
    {
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_failure is not null) throw _failure;
            _waiting.Add(wait);
            _waiters++;
        }
        Check();
        await wait.Task.WaitAsync(cancel).ConfigureAwait(false);
    }
}
