using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>
/// Three processes, of which each in its turn leaves in order and comes back as another build, in the middle of a campaign. One more node, the test's own, lets no calculation start meanwhile, so that the campaign is not over
/// before the last has been restarted, however slow the machine is at starting. Minutes long: with IPACTORS_LONG=1.
/// </summary>
public sealed class RollingRestartTests(FinishedCampaign embedded) : IClassFixture<FinishedCampaign>
{
    static readonly string[] Roles = ["coordinator, entity", "coordinator, entity, worker", "entity, worker"];
    const int Keeper = 0, All = 1, Worker = 2;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_are_restarted_one_by_one_from_a_newer_build(bool postgres)
    {
        Skip.If(Environment.GetEnvironmentVariable("IPACTORS_LONG") != "1", "minutes long; set IPACTORS_LONG=1");
        using var campaign = new CampaignProcess();
        using var newer = NewerBuild.Of(campaign.Program, "0.1.0", "0.1.9");
        using var nodes = new NodeProcesses(campaign, postgres ? PostgresServer.Shared.NewJournal() : new SqliteAddress(campaign.Journal), Roles);
        var all = Roles.Select((_, i) => nodes.Start(i)).ToList();
        await nodes.Until(() => all[All].IsIn && all[Worker].IsIn);
        await using var gate = await ClusterEngine.Open(new ClusterOptions
        {
            OpenJournal = _ => throw new NotSupportedException("it is no coordinator"), OpenReader = () => nodes.Journal.OpenReader(),
            Hocon = [nodes.Seeds, "akka.cluster.roles = [gate]", "akka.remote.dot-netty.tcp.port = 0", ClusterConfig.Load("local-cluster.conf")],
        }, []).WaitAsync(TimeSpan.FromMinutes(5));
        var (old, begun) = (campaign.Program, all[Keeper]);

        async Task Restart(int i, string program, string command)
        {
            var isRun = all[i] == begun;
            var before = await nodes.Events();
            await nodes.Until(async () => await nodes.Events() >= before + 30); // works are under way
            NodeProcesses.Signal(all[i], "INT");
            if (!isRun) gate.Paused = true; // 'run' would take it for its end
            NodeProcesses.Ended(all[i], 130); // in the middle of the campaign, which would have ended it with 0
            gate.Paused = true;
            campaign.Program = program;
            all[i] = nodes.Start(i, command);
            if (command == "node") await nodes.Until(() => all[i].IsIn);
            gate.Paused = false;
        }

        await Restart(Keeper, old, "node");
        campaign.Program = newer.Program;
        Assert.Contains("0.1.9", campaign.Run("--version").Out);
        await Restart(Worker, newer.Program, "node"); // workers first, coordinators last
        await Restart(All, newer.Program, "node");
        await Restart(Keeper, newer.Program, "run");
        foreach (var n in all) NodeProcesses.Ended(n, 0);
        campaign.Program = old; // and the older build reads what the newer one wrote
        await nodes.IsAs(embedded.Process);
    }
}
