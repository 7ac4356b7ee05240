using IpActors.Domain.Entities;
using IpActors.Domain.Works;
using IpActors.Engine.Audit;
using IpActors.Engine.Blobs;
using IpActors.Science;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IpActors.Engine.Journals;

/// <param name="Rows">By table.</param>
public sealed record CopyResult(Seal Seal, ImmutableSortedDictionary<string, long> Rows, int Blobs);

/// <summary>
/// Copies a journal, row by row with the orderings it has, and its blobs; then verifies the copy: every hash chain, and that its seal is that of the source. The target is a whole journal afterwards, or none: in
/// SQLite it gets its name only then, in PostgreSQL it is marked until then, and marked ones are refused by all but another copy.
/// </summary>
public static class JournalCopy
{
    /// <summary>Throws <see cref="InputException"/> when the source is missing, damaged or held by an engine, or the target is not empty; <see cref="JournalException"/> when it fails on the way.</summary>
    public static async Task<CopyResult> Run(JournalAddress from, JournalAddress to, EntityKinds kinds, CancellationToken cancel = default)
    {
        if (from.Equals(to)) throw new InputException($"{to}: source and target are the same; name another target");
        try
        {
            await using var reader = await from.OpenReader(cancel);
            var before = await Idle(from, reader, cancel);
            var seal = await Verified(from, reader, kinds, cancel);
            await using ICopySource source = from is SqliteAddress s ? new SqliteSource(s) : await PostgresSource.Open((PostgresAddress)from, cancel);
            await using ICopyTarget target = to is SqliteAddress t ? SqliteTarget.Create(t) : await PostgresTarget.Create((PostgresAddress)to, cancel);
            var digests = Digests(reader.Blobs);
            foreach (var digest in digests)
            {
                cancel.ThrowIfCancellationRequested();
                try { target.Blobs.Put(reader.Blobs.Get(digest)); }
                catch (InvalidDataException e) { throw new InputException($"{e.Message}; nothing was copied"); }
            }
            var rows = await target.Write(source, cancel);
            await using (var written = target.OpenReader())
                if (await Verified(to, written, kinds, cancel) != seal || digests.Any(d => written.Blobs.Get(d).Length < 0)) throw new JournalException($"{to}: the copy is not what the source holds; was {from} written meanwhile?");
            if (await Idle(from, reader, cancel) != before) throw new InputException($"{from}: an engine has written it meanwhile; nothing was copied; end it and copy again");
            await target.Publish(cancel);
            return new(seal, rows, digests.Count);
        }
        catch (SqliteException e) { throw new JournalException(SqliteAccess.Explain($"{(from is SqliteAddress ? from : to)}", e), e); }
        catch (Exception e) when (e is NpgsqlException || PostgresAccess.IsLost(e) && e is not IOException) { throw new JournalException(PostgresAccess.Explain((from as PostgresAddress ?? to as PostgresAddress)!, e), e); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new JournalException($"{to}: the copy cannot be written ({e.Message})", e); }
    }

    static async Task<long> Idle(JournalAddress at, IJournalReader journal, CancellationToken cancel)
    {
        var lease = await journal.ReadLease(cancel);
        if (lease is not null && lease.IsLive(TimeProvider.System)) throw new InputException($"{at}: {lease.Holder} is running it; pause it (ipactors pause), and copy when it has ended");
        return lease?.Epoch ?? 0;
    }

    static async Task<Seal> Verified(JournalAddress at, IJournalReader journal, EntityKinds kinds, CancellationToken cancel)
    {
        if ((await HashChain.Verify(journal, kinds, cancel)).First is { } finding) throw new InputException($"{at}: damaged: {finding}; nothing was copied");
        return await Seal.Of(journal, cancel);
    }

    internal static IReadOnlyCollection<string> Digests(IBlobs blobs) => blobs switch { FileBlobs f => [.. f.Digests()], PostgresBlobs p => p.Digests(), _ => throw new System.Diagnostics.UnreachableException() };
}

/// <summary>The rows as they stood at one moment.</summary>
interface ICopySource : IAsyncDisposable
{
    IAsyncEnumerable<object?[]> Rows(JournalTables.Table table);
}

/// <summary>A journal being made; unless it is published nothing of it can be opened.</summary>
interface ICopyTarget : IAsyncDisposable
{
    IBlobs Blobs { get; }
    Task<ImmutableSortedDictionary<string, long>> Write(ICopySource source, CancellationToken cancel);
    IJournalReader OpenReader();
    Task Publish(CancellationToken cancel);
}
