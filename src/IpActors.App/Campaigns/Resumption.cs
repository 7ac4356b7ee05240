using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Science;

namespace IpActors.App.Campaigns;

/// <summary>Begins a campaign in its journal, or takes it up again: with the file it was begun with, or with a changed one after its differences have been named.</summary>
static class Resumption
{
    /// <summary>Returns the changes that were accepted, for people to read. Changes that alter decisions are refused, in one line, unless they are accepted beforehand.</summary>
    public static async Task<ImmutableArray<FileDifference>> Begin(IEngine engine, CampaignAt at, bool acceptChanges, CancellationToken cancel)
    {
        var (file, id) = (at.File, EntityId.Coordinator(at.Name));
        var campaign = await engine.Read<Campaign>(id, cancel);
        if (campaign.Settings is null)
        {
            ReferencesSection.RequireSpan(file);
            AcquisitionSection.RequireInitial(file);
            foreach (var blob in file.Blobs) engine.Blobs.Put(blob);
            await Send(engine, id, new CreateCampaign(file.Settings, file.Text, file.Digest, MachineFingerprint.Compute()), cancel);
            return [];
        }
        var differences = campaign.FileDigest == file.Digest ? [] : Between(campaign, file);
        if (campaign.Space is not null && differences.FirstOrDefault(d => d.Path.Split('.', '[')[0] is "space" or "references") is { } late)
            throw new InputException($"{file.Source}: {late}: the campaign in {at.Journal} has enumerated its space and chosen its references already; take the old values, or begin another campaign under another name");
        if (campaign.Pool is not null && differences.FirstOrDefault(d => d.Path.StartsWith("screening.", StringComparison.Ordinal)) is { } screened)
            throw new InputException($"{file.Source}: {screened}: the campaign in {at.Journal} has chosen its pool already; take the old value, or begin another campaign under another name");
        if (differences.Any(d => d.AltersDecisions) && !acceptChanges)
            throw new InputException($"{file.Source}: differs from the file that the campaign in {at.Journal} was begun with, in what decisions are made from: {string.Join("; ", differences.Where(d => d.AltersDecisions))}; take the old file, or add --accept-changes to go on with the new values");
        foreach (var blob in file.Blobs) engine.Blobs.Put(blob);
        if (differences.Length > 0 && !campaign.IsOver) await Send(engine, id, new AcceptChanges(file.Settings, file.Text, file.Digest, [.. differences.Select(d => d.ToString())]), cancel);
        if (campaign.Paused) await Send(engine, id, new ResumeCampaign(), cancel);
        return differences;
    }

    /// <summary>What the old text took from other files stands in the journal; the files may have changed since.</summary>
    static ImmutableArray<FileDifference> Between(Campaign campaign, CampaignFile now)
    {
        try
        {
            var old = CampaignFile.Parse(now.Source, campaign.File);
            return FileDifferences.Between(old with { Values = old.Values.SetItems(CampaignFile.FromFiles(campaign.Settings!).Select(v => KeyValuePair.Create(v.Path, v.Value))) }, now);
        }
        catch (InputException) { return [new FileDifference("the whole file", "one that this version cannot read", now.Source)]; }
    }

    public static async Task Send(IEngine engine, EntityId id, ICommand command, CancellationToken cancel)
    {
        if (await engine.Send(id, command, cancel) is Decision.Refused refused) throw new InputException($"{id.Campaign}: {refused.Reason}");
    }
}
