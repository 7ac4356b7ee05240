using System.Runtime.CompilerServices;
using IpActors.Domain.Compounds;
using IpActors.Domain.Entities;
using IpActors.Domain.Views;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Engine.Codec;
using IpActors.Engine.Control;
using IpActors.Engine.Journals;
using IpActors.Engine.Views;
using IpActors.Science;

namespace IpActors.App.Campaigns;

/// <summary>
/// A campaign as its journal holds it, opened for reading only, also while an engine runs it. A missing journal, a damaged one and one without the campaign are one line each, and nothing is created.
/// </summary>
sealed class StoredCampaign : IAsyncDisposable
{
    static readonly EventCodec Codec = new(EntityKinds.All);
    readonly CampaignAt _at;
    readonly IJournalReader _journal;

    readonly StoredView _stored;

    StoredCampaign(CampaignAt at, IJournalReader journal) => (_at, _journal, _stored) = (at, journal, new(journal, Codec, at.Name));

    public CampaignView View => _stored.View;
    public IJournalReader Journal => _journal;
    public IBlobs Blobs => _journal.Blobs;

    /// <summary>Opens the journal and folds all that is in it.</summary>
    public static async Task<StoredCampaign> Open(CampaignAt at, CancellationToken cancel)
    {
        var stored = new StoredCampaign(at, await OpenReader(at, cancel));
        try
        {
            await stored.Refresh(cancel);
            if (stored.View.Coordinator.Settings is null) throw new InputException($"{at.Journal}: holds no campaign '{at.Name}'; check the name in {at.File.Source}, or begin it with 'run'");
            return stored;
        }
        catch { await stored.DisposeAsync(); throw; }
    }

    /// <summary>The journal's reader alone; a missing file is one line.</summary>
    public static async Task<IJournalReader> OpenReader(CampaignAt at, CancellationToken cancel)
    {
        if (at.Journal is SqliteAddress { Path: var path })
        {
            if (Directory.Exists(path)) throw new InputException($"{path}: a folder, not a journal; give --journal sqlite:PATH");
            if (!File.Exists(path)) throw new InputException($"{path}: no such journal; begin the campaign with 'run {at.File.Source}', or give --journal sqlite:PATH");
        }
        return await at.Journal.OpenReader(cancel);
    }

    /// <summary>Folds what has come since.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        try { await _stored.Refresh(null, cancel); }
        catch (InvalidDataException e) { throw Damaged(e); }
        catch (JournalException e) { throw new InputException(e.Message); }
    }

    /// <summary>The states of those compounds, in that order, read from the journal as they are asked for.</summary>
    public IAsyncEnumerable<Compound> Compounds(IEnumerable<string> ids, CancellationToken cancel) => StoredView.States<Compound>(_journal, Codec, [.. ids.Select(id => EntityId.Compound(_at.Name, id))], cancel);

    InputException Damaged(Exception e) => new($"{_at.Journal}: damaged: {e.Message}; see 'audit verify {_at.File.Source}'");

    /// <summary>The campaign's events with a greater ordering.</summary>
    public async IAsyncEnumerable<StoredEvent> Events(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = _at.Name + "/";
        await using var rows = _journal.ReadAll(after, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            StoredEvent? stored = null;
            try
            {
                if (!await rows.MoveNextAsync()) yield break;
                if (rows.Current.PersistenceId.StartsWith(prefix, StringComparison.Ordinal)) stored = rows.Current.Decode(Codec);
            }
            catch (InvalidDataException e) { throw Damaged(e); }
            catch (JournalException e) { throw new InputException(e.Message); }
            if (stored is not null) yield return stored;
        }
    }

    /// <summary>Whether a process holds the journal now.</summary>
    public async Task<bool> IsRunning(CancellationToken cancel) => await _journal.ReadLease(cancel) is { } lease && lease.IsLive(TimeProvider.System);

    /// <summary>What the engine that runs it says of itself; null when none does or it does not answer.</summary>
    public async Task<ControlStatus?> Engine(CancellationToken cancel)
    {
        if (await _journal.ReadLease(cancel) is not { ControlAddress: { } address } lease || !lease.IsLive(TimeProvider.System)) return null;
        try { return (await ControlClient.Send(address, "status", cancel)).Status; }
        catch (Exception e) when (e is JournalException or ControlException) { return null; }
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();
}
