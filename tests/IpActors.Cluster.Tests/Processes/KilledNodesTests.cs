using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>Three processes on loopback and a small campaign, disturbed in the middle of it: what comes out is what one embedded process makes of it. All but the first take minutes: with IPACTORS_LONG=1.</summary>
public sealed class KilledNodesTests(FinishedCampaign embedded) : IClassFixture<FinishedCampaign>
{
    static readonly string[] Roles = ["coordinator, entity", "coordinator, entity, worker", "entity, worker"];
    const int Keeper = 0, All = 1, Worker = 2, Middle = 150;

    [SkippableTheory]
    [InlineData(Worker, false)]
    [InlineData(Keeper, false)] // also the process that was told to run the campaign
    [InlineData(All, false)] // the node with most of the entities
    [InlineData(Keeper, true)]
    [InlineData(Worker, true)]
    public async Task A_node_killed_in_the_middle_changes_no_decision(int victim, bool postgres)
    {
        Skip.If(!Long && (victim != Worker || postgres), "minutes long; set IPACTORS_LONG=1");
        using var campaign = new CampaignProcess();
        using var nodes = Begin(campaign, postgres);
        var all = Roles.Select((_, i) => nodes.Start(i)).ToList();
        await nodes.Until(async () => await nodes.Events() >= Middle);
        all[victim].Process.Kill();
        foreach (var n in all.Where(n => n != all[victim])) NodeProcesses.Ended(n, 0);
        await nodes.IsAs(embedded.Process);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_keeper_that_stood_still_until_it_was_given_up_writes_nothing_more_and_ends(bool postgres)
    {
        Skip.If(!Long, "minutes long; set IPACTORS_LONG=1");
        using var campaign = new CampaignProcess();
        using var nodes = Begin(campaign, postgres);
        var all = Roles.Select((_, i) => nodes.Start(i)).ToList();
        await nodes.Until(async () => await nodes.Events() >= Middle);
        NodeProcesses.Signal(all[Keeper], "STOP");
        await Task.Delay(TimeSpan.FromSeconds(50)); // the failure detector, the resolver, and the lease of 30 s
        NodeProcesses.Signal(all[Keeper], "CONT");
        NodeProcesses.Ended(all[Keeper], 1);
        Assert.Matches("start it again|taken the journal over", all[Keeper].ToString()); // the cluster noticed first, or the journal
        foreach (var n in all.Skip(1)) NodeProcesses.Ended(n, 0);
        await nodes.IsAs(embedded.Process);
    }

    static bool Long => Environment.GetEnvironmentVariable("IPACTORS_LONG") == "1";

    static NodeProcesses Begin(CampaignProcess campaign, bool postgres) =>
        new(campaign, postgres ? PostgresServer.Shared.NewJournal() : new SqliteAddress(campaign.Journal), Roles);
}
