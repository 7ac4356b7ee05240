using System.Text;
using System.Text.Json;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Compounds;
using IpActors.Domain.Surrogates;
using IpActors.Domain.Views;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Snapshots;

/// <summary>
/// A campaign's view as of one event, so that a start does not fold millions. Taken only with the build that wrote it, whole, and standing on the event of that ordering and hash; anything else is passed over and
/// the view is folded from the first event. Never truth: what is decided or verified is decided from events.
/// </summary>
static class ViewSnapshots
{
    const string Manifest = "campaign-view/1";
    static readonly string Version = $"{CampaignFold.Version}{SealedBytes.Build(typeof(CampaignView), typeof(ViewSnapshots))}";
    sealed record Rest(Campaign Coordinator, ImmutableSortedDictionary<string, Surrogate> Surrogates, ImmutableSortedDictionary<string, SurrogateFitted> Fits, ImmutableSortedDictionary<string, RunSummary> OpenRuns);

    static string IdOf(string campaign) => $"{campaign}/view/campaign";

    /// <param name="ordering">of the last event of the journal that has been taken in, with its hash</param>
    public static JournalSnapshot Of(CampaignView view, long ordering, string hash, long ticks) => new(IdOf(view.Campaign), ordering, ticks, Manifest, SealedBytes.Close(stream =>
    {
        using var w = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        w.Write(Version);
        w.Write(hash);
        w.Write(view.Events); w.Write(view.RunsDone); w.Write(view.RunsFailed);
        var rest = JsonSerializer.SerializeToUtf8Bytes(new Rest(view.Coordinator, view.Surrogates, view.Fits, view.OpenRuns), JsonFormat.Options);
        w.Write(rest.Length);
        w.Write(rest);
        w.Write(view.Compounds.Count);
        var compounds = new SummaryCodec();
        foreach (var c in view.Compounds.Values) compounds.Write(w, c);
    }));

    /// <summary>The newest view that can be trusted, with the ordering it stands at; an empty one at 0 otherwise.</summary>
    public static async Task<(CampaignView View, long Ordering)> Read(IJournalReader journal, string campaign, CancellationToken cancel)
    {
        if (await journal.ReadSnapshot(IdOf(campaign), cancel).ConfigureAwait(false) is { } snapshot && Read(snapshot, campaign) is var (view, hash))
            await foreach (var row in journal.ReadAll(snapshot.SequenceNumber - 1, cancel).ConfigureAwait(false))
            {
                if (row.Ordering == snapshot.SequenceNumber && HashOf(row) == hash) return (view, row.Ordering);
                break;
            }
        return (new(campaign), 0);
    }

    /// <summary>The own hash that a row states; empty for one that cannot be opened.</summary>
    public static string HashOf(JournalRow row)
    {
        try { return row.Open().Hash; }
        catch (InvalidDataException) { return ""; }
    }

    static (CampaignView, string)? Read(JournalSnapshot snapshot, string campaign)
    {
        if (snapshot.Manifest != Manifest) return null;
        try
        {
            using var r = new BinaryReader(SealedBytes.Open(snapshot.Content), Encoding.UTF8);
            if (r.ReadString() != Version) return null;
            var hash = r.ReadString();
            var (events, done, failed) = (r.ReadInt64(), r.ReadInt64(), r.ReadInt64());
            var rest = JsonSerializer.Deserialize<Rest>(r.ReadBytes(r.ReadInt32()), JsonFormat.Options)!;
            var (count, codec) = (r.ReadInt32(), new SummaryCodec());
            var compounds = new List<KeyValuePair<string, CompoundSummary>>(count);
            for (var i = 0; i < count; i++) { var c = codec.Read(r, campaign); compounds.Add(new(c.Identity.Id, c)); }
            return (new CampaignView(campaign)
            {
                Coordinator = rest.Coordinator, Surrogates = rest.Surrogates, Fits = rest.Fits, OpenRuns = rest.OpenRuns, Events = events, RunsDone = done, RunsFailed = failed,
                Compounds = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, compounds),
                AwaitingHull = ImmutableSortedSet.CreateRange(StringComparer.Ordinal, compounds.Where(c => c.Value.AwaitsHull).Select(c => c.Key)),
                CandidateStages = compounds.Where(c => c.Value.Identity.Role == CompoundRole.Candidate).GroupBy(c => c.Value.Stage).ToImmutableSortedDictionary(g => g.Key, g => g.Count()),
            }, hash);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or JsonException or NotSupportedException or ArgumentException) { return null; }
    }
}
