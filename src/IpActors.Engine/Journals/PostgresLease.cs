using IpActors.Science;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <summary>
/// One process at a time, by a row that expires by the database's clock unless it is renewed. Each holder, and each new session of one, has a greater epoch; every transaction locks the row and checks its epoch,
/// so that whoever was followed writes nothing more, whatever it believes.
/// </summary>
static class PostgresLease
{
    public static readonly TimeSpan Duration = SqliteLease.Duration;

    public static async Task<long> Take(NpgsqlConnection db, PostgresAddress at, string kind, CancellationToken cancel)
    {
        await using var transaction = await db.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await db.Do("SET LOCAL lock_timeout = '10s'", [], cancel).ConfigureAwait(false);
        await db.Do("SELECT FROM lease WHERE campaign = '*' FOR UPDATE", [], cancel).ConfigureAwait(false);
        if (await Read(db, cancel).ConfigureAwait(false) is { Live: true } holder)
            throw new InputException($"{at}: the journal is in use by {holder.Holder}; {holder.Remedy}, or wait until its lease ends at {holder.Expires:u}");
        var epoch = (await db.Rows(PostgresSchema.Take, r => r.GetInt64(0), [ProcessIdentity.Host, Environment.ProcessId, ProcessIdentity.Current, Duration.Ticks, kind], cancel).ConfigureAwait(false))[0];
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return epoch;
    }

    /// <summary>The lease after a connection was lost: waits for what the lost session may still be doing, and shuts it out. Null when another holds it now.</summary>
    public static async Task<long?> Retake(NpgsqlConnection db, long epoch, CancellationToken cancel) =>
        await db.Rows(PostgresSchema.Retake, r => (long?)r.GetInt64(0), [ProcessIdentity.Host, Environment.ProcessId, ProcessIdentity.Current, epoch, Duration.Ticks], cancel).ConfigureAwait(false) is [var next] ? next : null;

    /// <summary>
    /// The holder. It lives until it has not renewed for too long by the database's clock; one that was started on this machine since its boot is looked for as well, so that a dead one is followed at once.
    /// </summary>
    public static async Task<LeaseInfo?> Read(NpgsqlConnection db, CancellationToken cancel) => (await db.Rows(PostgresSchema.ReadLease, r =>
    {
        var (kind, host, process, start, expires, now) = (r.GetString(0), r.GetString(2), r.GetInt32(3), r.GetString(4), r.GetInt64(5), r.GetInt64(7));
        var dead = host == ProcessIdentity.Host && ProcessIdentity.IsOfThisBoot(start) && !ProcessIdentity.IsAlive(process, start);
        return new LeaseInfo(kind, r.GetInt64(1), host, process, start, new DateTimeOffset(expires, TimeSpan.Zero), r.IsDBNull(6) ? null : r.GetString(6)) { Live = kind.Length > 0 && expires > now && !dead };
    }, [], cancel).ConfigureAwait(false)).FirstOrDefault();
}
