using System.Text.Json;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Control;

/// <summary>
/// Control commands through the table <c>control</c> of a journal in PostgreSQL, from any host: a row holds the request, the engine that holds the lease looks for unanswered ones and writes the answer into it. Who
/// may write the table may control the engine.
/// </summary>
public sealed class ControlTable : IAsyncDisposable
{
    const string Address = "table";
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5), Poll = TimeSpan.FromSeconds(0.1);
    readonly PostgresJournal _journal;
    readonly ControlAnswers _answers;
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;

    ControlTable(PostgresJournal journal, ControlAnswers answers)
    {
        (_journal, _answers) = (journal, answers);
        _run = Task.Run(Run);
    }

    /// <summary>Answers from now on; what was asked of an engine before is not carried out.</summary>
    public static async Task<ControlTable> Start(IEngine engine, string campaign, PostgresJournal journal)
    {
        await journal.Read(db => db.Do("DELETE FROM control", [], default), default);
        await journal.SetControlAddress(Address);
        return new(journal, new(engine, campaign));
    }

    async Task Run()
    {
        try
        {
            while (true)
            {
                var asked = await _journal.Read(db => db.Rows("SELECT id, command FROM control WHERE answer IS NULL ORDER BY id", r => (r.GetInt64(0), r.GetString(1)), [], _stop.Token), _stop.Token);
                foreach (var (id, command) in asked)
                {
                    var answer = await _answers.To(command, _stop.Token);
                    await _journal.Read(db => db.Do("UPDATE control SET answer = $2 WHERE id = $1", [id, answer], _stop.Token), _stop.Token);
                }
                await Task.Delay(Interval, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or JournalException or ObjectDisposedException) { } // we go, or the journal failed and the engine with it
    }

    /// <summary>Sends a command to the engine that holds the journal, wherever it runs; null when none does.</summary>
    internal static async Task<(bool Changed, ControlStatus Status)?> TrySend(PostgresAddress at, string command, CancellationToken cancel)
    {
        await using var journal = await PostgresJournalReader.OpenReader(at, cancel);
        if (await Holder(journal, cancel) is not { } holder) return null;
        var id = (await journal.Read(db => db.Rows("INSERT INTO control (command) VALUES ($1) RETURNING id", r => r.GetInt64(0), [JsonSerializer.Serialize(new { command })], cancel), cancel))[0];
        try
        {
            while (true)
            {
                var row = await journal.Read(db => db.Rows("SELECT answer FROM control WHERE id = $1", r => r.IsDBNull(0) ? null : r.GetString(0), [id], cancel), cancel);
                if (row is [{ } answer]) return ControlClient.Read($"{at}", answer);
                if (row.Count == 0 || await Holder(journal, cancel) is not { } now || now.ProcessStart != holder.ProcessStart) throw new JournalException($"{at}: the engine ended before it answered");
                await Task.Delay(Poll, cancel);
            }
        }
        finally { await journal.Read(db => db.Do("DELETE FROM control WHERE id = $1", [id], default), default); }
    }

    static async Task<LeaseInfo?> Holder(PostgresJournalReader journal, CancellationToken cancel) => await journal.ReadLease(cancel) is { Live: true, ControlAddress: Address } lease ? lease : null;

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }
}
