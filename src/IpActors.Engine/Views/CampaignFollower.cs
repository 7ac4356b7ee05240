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
sealed class CampaignFollower(string campaign, IJournal journal, EventCodec codec, Action<int> busy, Action<string, string> unfit) : ICampaignFollower, IAsyncDisposable
{
    sealed record Waiter(Func<CampaignView, bool> Predicate, TaskCompletionSource<CampaignView> Answer, Action<int>? Waiting);

    readonly Lock _gate = new();
    readonly List<Waiter> _waiters = [];
    readonly Channel<ImmutableArray<StoredEvent>> _commits = Channel.CreateUnbounded<ImmutableArray<StoredEvent>>(new() { SingleReader = true });
    readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _stop = new();
    Task _run = Task.CompletedTask;
    volatile CampaignView _view = new(campaign);
    long _last;

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
            var (view, prefix) = (_view, campaign + "/");
            await foreach (var row in journal.ReadAll(0, _stop.Token).ConfigureAwait(false))
            {
                _last = row.Ordering;
                if (!row.PersistenceId.StartsWith(prefix, StringComparison.Ordinal)) continue;
                try { var e = row.Decode(codec); view = view.Apply(e.Entity, e.Event); }
                catch (Exception e) { unfit(row.PersistenceId, e.Message); }
            }
            Publish(view);
            _caughtUp.TrySetResult();
            while (await _commits.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                var batches = 0;
                for (view = _view; _commits.Reader.TryRead(out var events); batches++) view = Fold(view, events);
                Publish(view);
                busy(-batches);
            }
        }
        catch (Exception e) { _caughtUp.TrySetException(e); }
    }

    CampaignView Fold(CampaignView view, ImmutableArray<StoredEvent> events)
    {
        foreach (var e in events)
        {
            if (e.Ordering <= _last) continue; // read from the journal already
            _last = e.Ordering;
            try { view = view.Apply(e.Entity, e.Event); }
            catch (Exception x) { unfit(e.Entity.PersistenceId, $"event {e.Ordering} cannot be shown: {x.Message}"); }
        }
        return view;
    }

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
        _stop.Dispose();
    }
}
