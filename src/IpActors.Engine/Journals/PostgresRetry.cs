using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>Tries again with a back-off while the server is away, for as long as the address says; then throws <see cref="JournalException"/>.</summary>
sealed class PostgresRetry(PostgresAddress at)
{
    /// <param name="action">Must bear being repeated although it went through before.</param>
    public async Task<T> Run<T>(Func<Task<T>> action, CancellationToken cancel = default)
    {
        var backoff = new Backoff(at);
        while (true)
            try { return await action().ConfigureAwait(false); }
            catch (Exception e) when (Concerns(e)) { await Task.Delay(backoff.After(e), cancel).ConfigureAwait(false); }
    }

    public T Run<T>(Func<T> action)
    {
        var backoff = new Backoff(at);
        while (true)
            try { return action(); }
            catch (Exception e) when (Concerns(e)) { Thread.Sleep(backoff.After(e)); }
    }

    static bool Concerns(Exception e) => e is NpgsqlException || PostgresAccess.IsLost(e);

    sealed class Backoff(PostgresAddress at)
    {
        const int First = 50, Longest = 2000;
        readonly long _until = Environment.TickCount64 + (long)at.Reconnect.TotalMilliseconds;
        int _pause = First / 2;

        /// <summary>The pause before the next attempt, in milliseconds; throws when there is to be none.</summary>
        public int After(Exception e)
        {
            if (!PostgresAccess.IsLost(e)) throw new JournalException(PostgresAccess.Explain(at, e), e);
            _pause = Math.Min(2 * _pause, Longest);
            return Environment.TickCount64 + _pause <= _until ? _pause : throw new JournalException($"{PostgresAccess.Explain(at, e)}; given up after {at.Reconnect.TotalSeconds:0} s", e);
        }
    }
}
