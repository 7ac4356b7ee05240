using System.Diagnostics;
using System.Globalization;
using System.Text;
using IpActors.Domain.Entities;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using Npgsql;

namespace IpActors.Bench;

/// <summary>
/// Events stored a second at 1, 10, 100 and 1000 events a transaction, one transaction after the other: by the journal, and by bare Npgsql on one connection to the same server; in turns, medians of the rounds. And by many
/// senders of one event each, beside bare transactions of as many. Give a URL whose schema is not there yet: <c>dotnet run -c Release --project bench/IpActors.Bench -- journal "postgresql://…?schema=rates" [SECONDS [ROUNDS]]</c>.
/// </summary>
static class JournalRates
{
    [EventName("bench.happened/1")] sealed record Happened : IEvent;

    static readonly byte[] Payload = Encoding.ASCII.GetBytes(new string('x', 450)); // a median event of a campaign
    const string Columns = "created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid";

    public static async Task Run(string[] args)
    {
        var at = (PostgresAddress)JournalAddress.Parse("journal", args[0]);
        var time = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1]) : 2);
        var rounds = args.Length > 2 ? int.Parse(args[2]) : 3;
        await using var journal = await PostgresJournal.Open(at);
        await using var db = new NpgsqlConnection($"Host={at.Host};Port={at.Port};Database={at.Database};Username={at.User};Search Path={at.Schema};Pooling=false");
        await db.OpenAsync();
        Console.WriteLine("| events a transaction | raw, an insert each | raw, a batch of inserts | raw, COPY | journal | journal / batch |\n|---|---|---|---|---|---|");
        foreach (var events in (int[])[1, 10, 100, 1000])
        {
            Func<int, Task>[] ways = [n => Loop(db, n), n => Batch(db, n), n => Copy(db, n), async n => await journal.Append(new(new("bench", "e", $"{_next++}"), Events(n), [], []))];
            var rates = ways.Select(_ => new List<double>()).ToArray();
            for (var round = 0; round < rounds; round++)
                for (var w = 0; w < ways.Length; w++) rates[w].Add(await Rate(events, time, ways[w]));
            Console.WriteLine($"| {events} | {string.Join(" | ", rates.Select(r => Median(r).ToString("N0", CultureInfo.InvariantCulture)))} | {Median([.. rates[3].Zip(rates[1], (j, b) => j / b)]):F2} |");
        }
        foreach (var senders in (int[])[100, 1000])
        {
            var (ours, bare) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                bare.Add(await Rate(senders, time, n => Batch(db, n)));
                ours.Add(await Many(journal, senders, time));
            }
            Console.WriteLine($"{senders} senders of one event each: journal {Median(ours):N0}, raw batches of {senders} {Median(bare):N0} events/s, ratio {Median([.. ours.Zip(bare, (j, b) => j / b)]):F2}");
        }
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    static async Task<double> Many(PostgresJournal journal, int senders, TimeSpan time)
    {
        var (sent, clock) = (0L, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, senders).Select(async _ =>
        {
            while (clock.Elapsed < time) { await journal.Append(new(new("bench", "e", $"{Interlocked.Increment(ref _next)}"), Events(1), [], [])); Interlocked.Increment(ref sent); }
        }));
        return sent / clock.Elapsed.TotalSeconds;
    }

    static long _next;

    static ImmutableArray<NewEvent> Events(int n) => [.. Enumerable.Range(1, n).Select(i => new NewEvent(i, new Happened(), new EncodedEvent("bench.happened/1", Payload, "")))];

    static async Task<double> Rate(int events, TimeSpan time, Func<int, Task> store)
    {
        for (var i = 0; i < 5; i++) await store(events);
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
