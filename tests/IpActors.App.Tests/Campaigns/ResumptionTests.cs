using IpActors.App.Campaigns;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine.Journals;

namespace IpActors.App.Tests.Campaigns;

/// <summary>Beginning, pausing and resuming over a journal on disk; no work is started.</summary>
public sealed class ResumptionTests : IDisposable
{
    const string Text = "name: tiny\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n";
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    CampaignAt At(string text) => new(CampaignFile.Parse("tiny.yaml", text), new SqliteAddress(Path.Combine(_folder, "tiny.db")));

    async Task<(ImmutableArray<FileDifference> Changed, Campaign Campaign)> Begin(string text, bool accept = false, ICommand? then = null)
    {
        await using var host = await Composition.Open(At(text), 1);
        var changed = await Resumption.Begin(host.Engine, At(text), accept, default);
        if (then is not null) await host.Engine.Send(EntityId.Coordinator("tiny"), then);
        return (changed, await host.Engine.Read<Campaign>(EntityId.Coordinator("tiny")));
    }

    [Fact]
    public async Task The_journal_keeps_the_file_and_its_digest_and_the_same_file_changes_nothing()
    {
        var (_, first) = await Begin(Text);
        var (changed, again) = await Begin(Text);
        Assert.Empty(changed);
        Assert.Equal((Text, CampaignFile.Parse("x", Text).Digest, CampaignStage.Enumerating), (again.File, again.FileDigest, again.Stage));
        Assert.Equal(first.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public async Task Changes_of_decisions_need_to_be_accepted()
    {
        await Begin(Text);
        var changed = Text + "surrogate: {latent: 7}\nlauncher: {slots: 2}\n";
        var refusal = await Assert.ThrowsAsync<Science.InputException>(() => Begin(changed));
        Assert.Equal($"tiny.yaml: differs from the file that the campaign in {Path.Combine(_folder, "tiny.db")} was begun with, in what decisions are made from: surrogate.latent: 30 -> 7; take the old file, or add --accept-changes to go on with the new values", refusal.Message);
        var (accepted, campaign) = await Begin(changed, accept: true);
        Assert.Equal(["launcher.slots: (none) -> 2", "surrogate.latent: 30 -> 7"], accepted.Select(d => d.ToString()));
        Assert.Equal(7, campaign.Settings!.Surrogate.Latent);
        Assert.Empty((await Begin(changed)).Changed);
    }

    [Fact]
    public async Task Changes_of_no_decision_are_named_and_taken()
    {
        await Begin(Text);
        Assert.Equal("log.level: information -> debug", Assert.Single((await Begin(Text + "log: {level: debug}\n")).Changed).ToString());
    }

    [Fact]
    public async Task A_paused_campaign_goes_on_when_it_is_run()
    {
        Assert.True((await Begin(Text, then: new PauseCampaign())).Campaign.Paused);
        Assert.False((await Begin(Text)).Campaign.Paused);
    }

    [Fact]
    public async Task Readers_see_the_campaign_and_refuse_another_name()
    {
        await Begin(Text);
        await using (var stored = await StoredCampaign.Open(At(Text), default))
        {
            Assert.Equal(CampaignStage.Enumerating, stored.View.Coordinator.Stage);
            Assert.False(await stored.IsRunning(default));
        }
        Assert.Contains("holds no campaign 'other'", (await Assert.ThrowsAsync<Science.InputException>(() => StoredCampaign.Open(At(Text.Replace("name: tiny", "name: other")), default))).Message);
    }

    [Fact]
    public async Task The_fingerprint_is_the_same_each_time()
    {
        Assert.Equal(MachineFingerprint.Compute(), await Task.Run(MachineFingerprint.Compute));
        Assert.Matches("^[0-9a-f]{16}$", MachineFingerprint.Compute());
    }
}
