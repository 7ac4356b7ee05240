using System.Threading.Channels;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Views;

/// <summary>
/// Folds a campaign's stored events, first those of the journal and then each commit's, strictly in order and each once. An event that the view cannot take is reported and left out.
/// </summary>
/// <param name="busy">Told +1 when events have come in, -1 when they have been folded and those who waited for them released.</param>
/// <param name="unfit">Told of an entity whose event cannot be read or folded.</param>
/// <param name="snapshotEvery">After so many more events (a tenth more, when that is more) the view is kept as a snapshot.</param>
/// <param name="log">Told why a snapshot could not be written.</param>
sealed class CampaignFollower(string campaign, IJournal journal, EventCodec codec, Action<int> busy, Action<string, string> unfit, long snapshotEvery, TimeProvider time, Action<string> log) : ICampaignFollower, IAsyncDisposable
{
    sealed record Waiter(Func<CampaignView, bool> Predicate, TaskCompletionSource<CampaignView> Answer, Action<int>? Waiting);

    readonly Lock _gate = new();
    readonly List<Waiter> _waiters = [];
    readonly Channel<ImmutableArray<StoredEvent>> _commits = Channel.CreateUnbounded<ImmutableArray<StoredEvent>>(new() { SingleReader = true });
    readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stop = new();
    readonly StoredView _stored = new(journal, codec, campaign);
    Task _run = Task.CompletedTask, _snapshot = Task.CompletedTask;
    volatile CampaignView _view = new(campaign);

    public CampaignView Current => _view;
    public Task CaughtUp => _caughtUp.Task;

    public void Start()
    {
        journal.Committed += Committed;
        _run = Task.Run(Run);
    }

    void Committed(ImmutableArray<StoredEvent> events)
    {
        busy(+1);
        if (!_commits.Writer.TryWrite(events)) busy(-1);
    }

    async Task Run()
    {
        try
        {
            await _stored.Refresh(unfit, _stop.Token).ConfigureAwait(false);
            Publish(_stored.View);
            _caughtUp.TrySetResult();
            while (await _commits.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                var batches = 0;
                for (; _commits.Reader.TryRead(out var events); batches++) _stored.Take(events, unfit);
                Publish(_stored.Publish());
                busy(-batches);
                if (_snapshot.IsCompleted && IsDue(snapshotEvery)) _snapshot = WriteSnapshot();
            }
        }
        catch (Exception e) { _caughtUp.TrySetException(e); }
    }

    bool IsDue(long after) => _stored.View.Events - _stored.EventsInSnapshot >= Math.Max(after, _stored.EventsInSnapshot / 10);

    /// <summary>Beside the fold: the view that it is made from does not change.</summary>
    Task WriteSnapshot() => _stored.Snapshot(time.GetUtcNow().UtcTicks) is not { } snapshot ? Task.CompletedTask : Task.Run(async () =>
    {
        try { await journal.WriteSnapshot(snapshot()).ConfigureAwait(false); }
        catch (Exception e) when (e is JournalException or ObjectDisposedException) { log($"no snapshot of {campaign}: {e.Message}"); }
    });

    void Publish(CampaignView view)
    {
        List<(Waiter, Exception?)> released = [];
        lock (_gate)
        {
            _view = view;
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                Exception? error = null;
                try { if (!_waiters[i].Predicate(view)) continue; }
                catch (Exception e) { error = e; }
                released.Add((_waiters[i], error));
                _waiters.RemoveAt(i);
            }
        }
        foreach (var (w, error) in released)
        {
            w.Waiting?.Invoke(-1);
            if (error is null) w.Answer.TrySetResult(view); else w.Answer.TrySetException(error);
        }
    }

    public Task<CampaignView> When(Func<CampaignView, bool> predicate, CancellationToken cancel) => When(predicate, null, cancel);

    /// <param name="waiting">Told +1 when it begins to wait and -1 before it goes on.</param>
    public async Task<CampaignView> When(Func<CampaignView, bool> predicate, Action<int>? waiting, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var waiter = new Waiter(predicate, new(TaskCreationOptions.RunContinuationsAsynchronously), waiting);
        lock (_gate)
        {
            if (predicate(_view)) return _view;
            waiting?.Invoke(+1);
            _waiters.Add(waiter);
        }
        await using var registration = cancel.Register(() =>
        {
            lock (_gate) if (!_waiters.Remove(waiter)) return;
            waiting?.Invoke(-1);
            waiter.Answer.TrySetCanceled(cancel);
        });
        return await waiter.Answer.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        journal.Committed -= Committed;
        _commits.Writer.TryComplete();
        await _stop.CancelAsync();
        await _run;
        await _snapshot;
        if (_caughtUp.Task.IsCompletedSuccessfully && _stored.View.Events - _stored.EventsInSnapshot >= snapshotEvery / 5) await WriteSnapshot();
        _stop.Dispose();
    }
}
