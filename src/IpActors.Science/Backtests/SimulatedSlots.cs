using IpActors.Science.Numerics;

namespace IpActors.Science.Backtests;

/// <summary>Evaluations on so many slots: those queued start in their order as slots become free, and end after a log-normal duration of mean 1 that belongs to the compound.</summary>
sealed class SimulatedSlots(ReplaySettings settings, KnownPool pool, long seed)
{
    readonly Queue<int> _waiting = [];
    readonly PriorityQueue<int, (double Time, int Row)> _running = new();

    public double Now { get; private set; }
    public int UnderWay => _waiting.Count + _running.Count;

    public void Queue(IEnumerable<int> rows) { foreach (var row in rows) _waiting.Enqueue(row); }

    /// <summary>The next to end; at equal times the first row.</summary>
    public int Next()
    {
        while (_running.Count < settings.SlotCount && _waiting.TryDequeue(out var row)) _running.Enqueue(row, (Now + Duration(row), row));
        _running.TryDequeue(out var done, out var end);
        Now = end.Time;
        return done;
    }

    double Duration(int row)
    {
        var s = settings.TimeSpread;
        return s == 0 ? 1 : Math.Exp(s * SeededRandom.Stream(seed, $"duration/{pool.Ids[row]}").NextGaussian() - s * s / 2);
    }
}
