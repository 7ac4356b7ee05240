using System.Diagnostics;
using System.Text;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using Npgsql;

namespace IpActors.Bench;

/// <summary>
/// Events stored a second at 1, 10 and 100 events a transaction, one transaction after the other: by the journal, and by bare Npgsql on one connection to the same server. Give a URL whose schema is not there yet:
/// <c>dotnet run -c Release --project bench/IpActors.Bench -- journal "postgresql://…?schema=rates" [SECONDS]</c>.
/// </summary>
static class JournalRates
{
    [EventName("bench.happened/1")] sealed record Happened : IEvent;

    static readonly byte[] Payload = Encoding.ASCII.GetBytes(new string('x', 450)); // a median event of a campaign
    const string Columns = "created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid";

    public static async Task Run(string[] args)
    {
        var at = (PostgresAddress)JournalAddress.Parse("journal", args[0]);
        var time = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1]) : 3);
        await using var journal = await PostgresJournal.Open(at);
        await using var db = new NpgsqlConnection($"Host={at.Host};Port={at.Port};Database={at.Database};Username={at.User};Search Path={at.Schema};Pooling=false");
        await db.OpenAsync();
        foreach (var events in (int[])[1, 10, 100])
        {
            Console.WriteLine($"{events,4} a transaction: raw, an insert each {await Rate(events, time, n => Loop(db, n)):F0}; raw, one batch of inserts {await Rate(events, time, n => Batch(db, n)):F0}; "
                + $"raw COPY {await Rate(events, time, n => Copy(db, n)):F0}; journal {await Rate(events, time, async n => await journal.Append(new(new("bench", "e", $"{_next++}"), Events(n), [], []))):F0} events/s");
        }
        var sent = 0L;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 256).Select(async _ =>
        {
            while (clock.Elapsed < time) { await journal.Append(new(new("bench", "e", $"{Interlocked.Increment(ref _next)}"), Events(1), [], [])); Interlocked.Increment(ref sent); }
        }));
        Console.WriteLine($"journal, 256 senders of one event each, grouped: {sent / clock.Elapsed.TotalSeconds:F0} events/s");
    }

    static long _next;

    static ImmutableArray<NewEvent> Events(int n) => [.. Enumerable.Range(1, n).Select(i => new NewEvent(i, new Happened(), new EncodedEvent("bench.happened/1", Payload, "")))];

    static async Task<double> Rate(int events, TimeSpan time, Func<int, Task> store)
    {
        for (var i = 0; i < 20; i++) await store(events);
        var (stored, clock) = (0L, Stopwatch.StartNew());
        while (clock.Elapsed < time) { await store(events); stored += events; }
        return stored / clock.Elapsed.TotalSeconds;
    }

    static async Task Loop(NpgsqlConnection db, int n)
    {
        await using var transaction = await db.BeginTransactionAsync();
        var id = $"raw/{_next++}";
        await using var c = new NpgsqlCommand($"INSERT INTO journal ({Columns}) VALUES ($1, false, $2, $3, $4, $5, $6, $7)", db);
        foreach (var v in Values(id, 0)) c.Parameters.Add(new() { Value = v });
        await c.PrepareAsync();
        for (var i = 1; i <= n; i++) { c.Parameters[2].Value = (long)i; await c.ExecuteNonQueryAsync(); }
        await transaction.CommitAsync();
    }

    static async Task Batch(NpgsqlConnection db, int n)
    {
        var id = $"raw/{_next++}";
        await using var b = new NpgsqlBatch(db);
        for (var i = 1; i <= n; i++)
        {
            var c = new NpgsqlBatchCommand($"INSERT INTO journal ({Columns}) VALUES ($1, false, $2, $3, $4, $5, $6, $7)");
            foreach (var v in Values(id, i)) c.Parameters.Add(new() { Value = v });
            b.BatchCommands.Add(c);
        }
        await b.PrepareAsync();
        await b.ExecuteNonQueryAsync();
    }

    static async Task Copy(NpgsqlConnection db, int n)
    {
        var id = $"raw/{_next++}";
        await using var w = await db.BeginBinaryImportAsync($"COPY journal ({Columns}) FROM STDIN (FORMAT BINARY)");
        for (var i = 1; i <= n; i++)
        {
            await w.StartRowAsync();
            await w.WriteAsync(0L); await w.WriteAsync(false); await w.WriteAsync(id); await w.WriteAsync((long)i); await w.WriteAsync(Payload); await w.WriteAsync("bench.happened/1"); await w.WriteAsync(EventCodec.SerializerId); await w.WriteAsync("raw");
        }
        await w.CompleteAsync();
    }

    static object[] Values(string id, long number) => [0L, id, number, Payload, "bench.happened/1", EventCodec.SerializerId, "raw"];
}
