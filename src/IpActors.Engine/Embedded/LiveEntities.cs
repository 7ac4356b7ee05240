using System.Collections.Concurrent;
using IpActors.Domain.Entities;

namespace IpActors.Engine.Embedded;

/// <summary>The entities in memory. Those that have been idle for long leave it, and the least recently used ones when there are too many.</summary>
sealed class LiveEntities
{
    readonly ConcurrentDictionary<EntityId, EntityCell> _cells = [];
    readonly CellHost _host;
    readonly ITimer _timer;
    int _sweeping, _count; // the dictionary's own count locks all of it
    volatile int _sweepAbove;

    public LiveEntities(CellHost host)
    {
        (_host, _sweepAbove) = (host, host.Options.MaxLive);
        var period = host.Options.IdleTime / 4;
        _timer = host.Options.Time.CreateTimer(_ => Sweep(), null, period, period);
    }

    public int Count => Volatile.Read(ref _count);

    public void Remove(EntityCell cell)
    {
        if (_cells.TryRemove(KeyValuePair.Create(cell.Id, cell))) Interlocked.Decrement(ref _count);
    }

    public void Post(EntityId id, Message message)
    {
        while (true)
        {
            if (!_cells.TryGetValue(id, out var cell))
            {
                cell = new(id, _host);
                if (!_cells.TryAdd(id, cell)) continue;
                if (Interlocked.Increment(ref _count) > _sweepAbove) _ = Task.Run(Sweep);
            }
            if (cell.TryPost(message)) return;
            Remove(cell); // it has left: the next one reads what it has stored
        }
    }

    void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) == 1) return;
        var (time, max) = (_host.Options.Time, _host.Options.MaxLive);
        var idle = _cells.Values.Where(c => c.IsIdle).OrderBy(c => c.LastUsed).ToList();
        var excess = Count > max ? Count - max * 9 / 10 : 0;
        foreach (var cell in idle)
        {
            if (excess-- <= 0 && time.GetElapsedTime(cell.LastUsed) < _host.Options.IdleTime) break;
            cell.TryLeave();
        }
        _sweepAbove = Math.Max(max, Count * 11 / 10); // while all are busy there is no point in looking each time
        Volatile.Write(ref _sweeping, 0);
    }

    /// <summary>Answers all mailboxes and ends; false when the time was up before.</summary>
    public async Task<bool> Stop(TimeSpan deadline)
    {
        await _timer.DisposeAsync();
        var cells = _cells.Values.ToList();
        var all = Task.WhenAll(cells.Select(c => c.Leave()));
        return await Task.WhenAny(all, Task.Delay(deadline)).ConfigureAwait(false) == all;
    }
}
