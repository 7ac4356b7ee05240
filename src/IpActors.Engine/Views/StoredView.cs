using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Engine.Codec;
using IpActors.Engine.Journals;
using IpActors.Engine.Snapshots;

namespace IpActors.Engine.Views;

/// <summary>A campaign's view as the journal has it: from the newest good snapshot, or from the first event; decoded on all cores, folded in order.</summary>
public sealed class StoredView(IJournalReader journal, EventCodec codec, string campaign)
{
    const int RowsAtOnce = 1024;
    CampaignFold _fold = new(new CampaignView(campaign));
    string _hash = "";

    public CampaignView View { get; private set; } = new(campaign);
    /// <summary>Of the last event of the journal that has been taken in, whatever its campaign.</summary>
    public long LastOrdering { get; private set; }
    /// <summary>The events of which the newest snapshot already tells.</summary>
    internal long EventsInSnapshot { get; private set; }

    /// <summary>Folds what the journal holds more than has been taken in; the first time it begins with a snapshot.</summary>
    /// <param name="unfit">Told of an entity whose event cannot be read or folded, which is then left out; without it that is an <see cref="InvalidDataException"/>.</param>
    public async Task Refresh(Action<string, string>? unfit, CancellationToken cancel)
    {
        if (LastOrdering == 0)
        {
            (View, LastOrdering) = await ViewSnapshots.Read(journal, campaign, cancel).ConfigureAwait(false);
            (_fold, EventsInSnapshot) = (new(View), View.Events);
        }
        var rows = new List<JournalRow>(RowsAtOnce);
        await foreach (var row in journal.ReadAll(LastOrdering, cancel).ConfigureAwait(false))
        {
            rows.Add(row);
            if (rows.Count == RowsAtOnce) Fold(rows, unfit);
        }
        if (rows.Count > 0) Fold(rows, unfit);
        View = _fold.View;
    }

    void Fold(List<JournalRow> rows, Action<string, string>? unfit)
    {
        var prefix = campaign + "/";
        var decoded = new (StoredEvent? Event, string? Error)[rows.Count];
        Parallel.For(0, rows.Count, i =>
        {
            if (!rows[i].PersistenceId.StartsWith(prefix, StringComparison.Ordinal)) return;
            try { decoded[i].Event = rows[i].Decode(codec); }
            catch (InvalidDataException e) { decoded[i].Error = e.Message; }
        });
        for (var i = 0; i < decoded.Length; i++)
            if (decoded[i].Error is { } error) { if (unfit is null) throw new InvalidDataException(error); unfit(rows[i].PersistenceId, error); }
            else if (decoded[i].Event is { } e) Take(e, unfit);
        (LastOrdering, _hash) = (rows[^1].Ordering, ViewSnapshots.HashOf(rows[^1]));
        rows.Clear();
    }

    /// <summary>Folds committed events, but for those that were read from the journal already.</summary>
    internal void Take(ImmutableArray<StoredEvent> events, Action<string, string> unfit)
    {
        foreach (var e in events)
        {
            if (e.Ordering <= LastOrdering) continue;
            Take(e, unfit);
            (LastOrdering, _hash) = (e.Ordering, e.Hash);
        }
    }

    void Take(StoredEvent e, Action<string, string>? unfit)
    {
        try { _fold.Apply(e.Entity, e.Event); }
        catch (Exception x) when (unfit is not null) { unfit(e.Entity.PersistenceId, $"event {e.Ordering} cannot be shown: {x.Message}"); }
    }

    /// <summary>Makes <see cref="View"/> that of the events taken.</summary>
    internal CampaignView Publish() => View = _fold.View;

    /// <summary>What it takes to write a snapshot of the view as it stands; to be done anywhere. Null when there is none to write.</summary>
    internal Func<JournalSnapshot>? Snapshot(long ticks)
    {
        if (_hash.Length == 0) return null;
        var (view, ordering, hash) = (View, LastOrdering, _hash);
        EventsInSnapshot = view.Events;
        return () => ViewSnapshots.Of(view, ordering, hash, ticks);
    }

    /// <summary>The states of many entities, in that order, as their stored events tell them; read in blocks, folded on all cores, and not kept.</summary>
    public static async IAsyncEnumerable<TState> States<TState>(IJournalReader journal, EventCodec codec, IReadOnlyList<EntityId> ids, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default) where TState : class
    {
        foreach (var block in ids.Chunk(512))
        {
            var groups = new List<List<JournalRow>>(block.Length);
            await foreach (var rows in Embedded.Owing.Group(journal.ReadEntities([.. block.Select(id => id.PersistenceId)], cancel)).ConfigureAwait(false)) groups.Add(rows);
            var states = new TState[groups.Count];
            Parallel.For(0, groups.Count, i => states[i] = (TState)Embedded.Recovered.From(groups[i], codec.Kinds.Decider(EntityId.Parse(groups[i][0].PersistenceId).Kind), codec).State);
            var found = new Dictionary<string, TState>(groups.Count, StringComparer.Ordinal);
            for (var i = 0; i < states.Length; i++) found.Add(groups[i][0].PersistenceId, states[i]);
            foreach (var id in block) yield return found.GetValueOrDefault(id.PersistenceId) ?? (TState)codec.Kinds.Decider(id.Kind).Initial;
        }
    }
}
