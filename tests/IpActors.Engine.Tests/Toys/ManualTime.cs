namespace IpActors.Engine.Tests.Toys;

/// <summary>A clock that only the test moves.</summary>
public sealed class ManualTime : TimeProvider
{
    readonly Lock _gate = new();
    readonly List<Timer> _timers = [];
    DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() { lock (_gate) return _now; }
    public override long GetTimestamp() => GetUtcNow().Ticks;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(t => t.Due <= _now)];
            foreach (var t in due) t.Due = t.Period > TimeSpan.Zero ? _now + t.Period : DateTimeOffset.MaxValue;
        }
        foreach (var t in due) t.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var t = new Timer(this, () => callback(state));
        t.Change(dueTime, period);
        lock (_gate) _timers.Add(t);
        return t;
    }

    sealed class Timer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; set; }
        public TimeSpan Period { get; private set; }
        public void Fire() => fire();
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate) (Due, Period) = (dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : time._now + dueTime, period);
            return true;
        }
        public void Dispose() { lock (time._gate) time._timers.Remove(this); }
        public ValueTask DisposeAsync() { Dispose(); return ValueTask.CompletedTask; }
    }
}
