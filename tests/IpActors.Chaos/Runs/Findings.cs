using IpActors.App.Audits;
using IpActors.App.Campaigns;
using IpActors.App.Exports;
using IpActors.Chaos.Adversary;
using IpActors.Chaos.Host;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Engine;
using IpActors.Engine.Codec;

namespace IpActors.Chaos.Runs;

/// <summary>What a finished campaign's folder holds: its export, how many events, and everything that should not be so.</summary>
public sealed record Findings(string Csv, int Events, ImmutableArray<string> Problems)
{
    public static async Task<Findings> Of(string folder)
    {
        var problems = new List<string>();
        await using var journal = await JournalKind.In(folder).OpenReader();
        var (codec, view, events) = (new EventCodec(EntityKinds.All), new CampaignView("chaos"), new Dictionary<string, StoredEvent>());
        await foreach (var row in journal.ReadAll(0, default))
        {
            var e = row.Decode(codec);
            view = view.Apply(e.Entity, e.Event);
            events.Add($"{e.Entity} {e.SequenceNumber} {e.Hash}", e);
        }

        var record = Path.Combine(folder, InnerAdversary.AcknowledgedName);
        foreach (var line in File.ReadLines(record).Where(l => !events.ContainsKey(l))) problems.Add($"an acknowledged event is lost: {line}");
        foreach (var (what, n) in events.Values.Select(Once).OfType<string>().CountBy(x => x).Where(c => c.Value > 1)) problems.Add($"stored {n} times: {what}");
        foreach (var (id, works) in await journal.ReadOwing(default)) problems.Add($"{id} still owes {string.Join(' ', works)}");
        var at = CampaignAt.Of(Path.Combine(folder, "chaos.yaml"), JournalKind.AddressIn(folder));
        var audit = await VerifyCommand.Verify(at, journal, null, default);
        if (audit.First is { } f) problems.Add($"audit: event {f.Ordering} of {f.Entity}: {f.What}");
        if (audit.Decisions < 30) problems.Add($"audit: only {audit.Decisions} decisions");
        if (view.Coordinator.Stage != CampaignStage.Finished) problems.Add($"the campaign is {view.Coordinator.Stage}");
        if (File.Exists(Path.Combine(folder, InnerAdversary.ViolationsName))) problems.AddRange(File.ReadLines(Path.Combine(folder, InnerAdversary.ViolationsName)));
        return new(CsvExport.Write(view), events.Count, [.. problems]);
    }

    /// <summary>What may be stored once only.</summary>
    static string? Once(StoredEvent e) => e.Event switch
    {
        EvaluationRecorded r => $"evaluation of {r.Compound}",
        BatchSelected b => $"batch {b.Batch.Iteration}",
        RunRequested or RunSucceeded or RunAbandoned or RunDelivered or CompoundGenerated or CompoundRelaxed or HullEvaluated or CompoundSelected or CompoundRanked or EvaluationDelivered or HullFixed or PoolClosed
            => $"{e.Manifest} of {e.Entity}",
        PropertyKnown p => $"{p.Value.Property} of {e.Entity}",
        PartKnown p => $"{p.Property} {p.Part} of {e.Entity}",
        _ => null,
    };
}
