using System.Diagnostics;

namespace IpActors.Engine.Journals;

/// <summary>
/// What waits to be written. As every request has somebody who waits for it, the queue is no longer than those are many. The one thread that takes from it gives the senders that were answered last a moment to
/// come back, a fraction of the last commit's time, so that they share a transaction again.
/// </summary>
sealed class WriteQueue
{
    const int RequestsAtOnce = 2000, BytesAtOnce = 8 << 20;
    static readonly long LongestPause = Stopwatch.Frequency / 4000; // 0.25 ms

    readonly object _gate = new(); // waited on: unlike a semaphore's, that waiting does not spin
    Queue<WriteRequest> _waiting = new();
    volatile int _count;
    bool _closed;

    /// <summary>False once closed.</summary>
    public bool TryAdd(WriteRequest request)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _waiting.Enqueue(request);
            if (_count++ == 0) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>No more; what is in it can still be taken. False when it was closed before.</summary>
    public bool Close()
    {
        lock (_gate)
        {
            if (_closed) return false;
            _closed = true;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Waits for requests and moves them into the list; false when there will be none any more.</summary>
    /// <param name="expected">How many were answered last.</param>
    /// <param name="commit">How long that commit took, in ticks of <see cref="Stopwatch"/>.</param>
    public bool Take(List<WriteRequest> into, int expected, long commit)
    {
        lock (_gate)
            while (_waiting.Count == 0)
            {
                if (_closed) return false;
                Monitor.Wait(_gate);
            }
        if (_count < expected)
            for (var (since, pause) = (Stopwatch.GetTimestamp(), Math.Min(commit / 4, LongestPause)); _count < expected && Stopwatch.GetTimestamp() - since < pause;) Thread.Yield();
        lock (_gate)
        {
            for (var bytes = 0L; into.Count < RequestsAtOnce && bytes < BytesAtOnce && _waiting.TryDequeue(out var request); _count--) { into.Add(request); bytes += request.Size; }
            return true;
        }
    }
}
