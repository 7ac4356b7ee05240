using System.Diagnostics;

namespace IpActors.Workers.Launchers.Slurm;

/// <summary>The states of all watched jobs, from one question an interval however many there are.</summary>
sealed class SlurmQueue(SlurmCommands slurm, SlurmOptions options) : IDisposable
{
    readonly SemaphoreSlim _turn = new(1);
    readonly Lock _gate = new();
    readonly HashSet<string> _watched = new(StringComparer.Ordinal);
    readonly Dictionary<string, SlurmJob> _seen = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);
    readonly Dictionary<string, Stopwatch> _missing = new(StringComparer.Ordinal);
    string? _trouble;
    long _asked = long.MinValue;

    public void Watch(string id) { lock (_gate) _watched.Add(id); }
    public void Forget(string id) { lock (_gate) { _watched.Remove(id); _seen.Remove(id); _last.Remove(id); _missing.Remove(id); } }

    /// <summary>The last state that anybody knew of it, though nobody may know it now.</summary>
    public string? LastOf(string id) { lock (_gate) return _last.GetValueOrDefault(id); }

    /// <summary>The job as last told, not older than the interval; for how long nobody has known it, or known it as ended; or why nothing can be said now.</summary>
    public async Task<(SlurmJob? Job, TimeSpan Missing, string? Trouble)> Of(string id, CancellationToken cancel)
    {
        if (IsOld(id))
        {
            await _turn.WaitAsync(cancel);
            try { if (IsOld(id)) await Ask(cancel); }
            finally { _turn.Release(); }
        }
        lock (_gate) return (_seen.GetValueOrDefault(id), _missing.GetValueOrDefault(id)?.Elapsed ?? TimeSpan.Zero, _trouble);
    }

    bool IsOld(string id) { lock (_gate) return _asked == long.MinValue || Stopwatch.GetElapsedTime(_asked) >= options.Poll || (!_seen.ContainsKey(id) && !_missing.ContainsKey(id) && _trouble is null); }

    async Task Ask(CancellationToken cancel)
    {
        List<string> watched;
        lock (_gate) watched = [.. _watched];
        try
        {
            var queue = (await slurm.Queue(cancel)).ToDictionary(j => j.Job.Id, j => j.Job);
            List<string> unclear = [.. watched.Where(id => !queue.ContainsKey(id))];
            foreach (var j in await slurm.Accounted(unclear, cancel)) queue[j.Id] = j;
            lock (_gate)
            {
                _trouble = null;
                foreach (var id in watched)
                {
                    if (queue.TryGetValue(id, out var job)) (_seen[id], _last[id]) = (job, job.State); else _seen.Remove(id);
                    if (job is not null && !SlurmStates.IsOver(job.State)) _missing.Remove(id);
                    else if (!_missing.ContainsKey(id)) _missing[id] = Stopwatch.StartNew();
                }
            }
        }
        catch (SlurmException e) { lock (_gate) _trouble = e.Message; }
        lock (_gate) _asked = Stopwatch.GetTimestamp();
    }

    public void Dispose() => _turn.Dispose();
}
