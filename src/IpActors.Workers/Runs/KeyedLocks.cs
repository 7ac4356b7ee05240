namespace IpActors.Workers.Runs;

/// <summary>One at a time for each key; keys nobody holds take no memory.</summary>
sealed class KeyedLocks
{
    readonly Dictionary<string, (SemaphoreSlim Gate, int Users)> _gates = new(StringComparer.Ordinal);

    /// <param name="waits">Called when somebody else is inside.</param>
    public async Task<IDisposable> Enter(string key, Action waits, CancellationToken cancel)
    {
        SemaphoreSlim gate;
        lock (_gates)
        {
            var (known, users) = _gates.TryGetValue(key, out var g) ? g : (new SemaphoreSlim(1), 0);
            _gates[key] = (gate = known, users + 1);
        }
        try
        {
            if (!gate.Wait(0, cancel)) { waits(); await gate.WaitAsync(cancel); }
        }
        catch { Leave(key); throw; }
        return new Turn(this, key, gate);
    }

    void Leave(string key)
    {
        lock (_gates)
        {
            var (gate, users) = _gates[key];
            if (users > 1) _gates[key] = (gate, users - 1); else _gates.Remove(key);
        }
    }

    sealed class Turn(KeyedLocks locks, string key, SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() { gate.Release(); locks.Leave(key); }
    }
}
