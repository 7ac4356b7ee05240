using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>Tries again with a back-off while the server is away, for as long as the address says; then throws <see cref="JournalException"/>.</summary>
sealed class PostgresRetry(PostgresAddress at)
{
    const int First = 50, Longest = 2000;

    /// <param name="action">Must bear being repeated although it went through before.</param>
    public async Task<T> Run<T>(Func<Task<T>> action, CancellationToken cancel = default)
    {
        var until = Environment.TickCount64 + (long)at.Reconnect.TotalMilliseconds;
        for (var pause = First; ; pause = Math.Min(2 * pause, Longest))
            try { return await action().ConfigureAwait(false); }
            catch (Exception e) when (e is NpgsqlException || PostgresAccess.IsLost(e))
            {
                if (!PostgresAccess.IsLost(e)) throw new JournalException(PostgresAccess.Explain(at, e), e);
                if (Environment.TickCount64 + pause > until) throw new JournalException($"{PostgresAccess.Explain(at, e)}; given up after {at.Reconnect.TotalSeconds:0} s", e);
                await Task.Delay(pause, cancel).ConfigureAwait(false);
            }
    }

    public T Run<T>(Func<T> action)
    {
        var until = Environment.TickCount64 + (long)at.Reconnect.TotalMilliseconds;
        for (var pause = First; ; pause = Math.Min(2 * pause, Longest))
            try { return action(); }
            catch (Exception e) when (e is NpgsqlException || PostgresAccess.IsLost(e))
            {
                if (!PostgresAccess.IsLost(e)) throw new JournalException(PostgresAccess.Explain(at, e), e);
                if (Environment.TickCount64 + pause > until) throw new JournalException($"{PostgresAccess.Explain(at, e)}; given up after {at.Reconnect.TotalSeconds:0} s", e);
                Thread.Sleep(pause);
            }
    }
}
