using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>
/// Three nodes, of which each in its turn leaves in order and comes back as another build, in the middle of a campaign. One more, the test's own, lets no calculation start meanwhile, so that the campaign is not over
/// before the last has been restarted, however slow the machine is at starting. Minutes long: with IPACTORS_LONG=1.
/// </summary>
public sealed class RollingRestartTests(FinishedCampaign embedded) : IClassFixture<FinishedCampaign>
{
    static readonly string[] Roles = ["coordinator, entity", "coordinator, entity, worker", "entity, worker", "entity"];
    const int Keeper = 0, All = 1, Worker = 2, Run = 3;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_are_restarted_one_by_one_from_a_newer_build(bool postgres)
    {
        Skip.If(Environment.GetEnvironmentVariable("IPACTORS_LONG") != "1", "minutes long; set IPACTORS_LONG=1");
        using var campaign = new CampaignProcess();
        using var newer = NewerBuild.Of(campaign.Program, "0.1.0", "0.1.9");
        using var nodes = new NodeProcesses(campaign, postgres ? PostgresServer.Shared.NewJournal() : new SqliteAddress(campaign.Journal), Roles);
        var old = campaign.Program;
        campaign.Program = newer.Program;
        Assert.Contains("0.1.9", campaign.Run("--version").Out);
        campaign.Program = old;
        var all = new[] { Keeper, All, Worker }.Select(i => nodes.Start(i, "node")).ToList();
        await nodes.Until(() => all.All(n => n.IsIn));
        await using var gate = await ClusterEngine.Open(new ClusterOptions
        {
            OpenJournal = _ => throw new NotSupportedException("it is no coordinator"), OpenReader = () => nodes.Journal.OpenReader(),
            Hocon = [nodes.Seeds, "akka.cluster.roles = [gate]", "akka.remote.dot-netty.tcp.port = 0", ClusterConfig.Load("local-cluster.conf")],
        }, []).WaitAsync(TimeSpan.FromMinutes(5));

        // Who has begun it is not needed any more; it would take a pause for its end.
        var run = nodes.Start(Run, "run");
        await nodes.Until(async () => await nodes.Events() >= 30);
        NodeProcesses.Signal(run, "TERM"); // as Ctrl-C, which a process that was begun in the background does not get
        await nodes.Until(() => run.ToString().Contains("interrupted", StringComparison.Ordinal) || run.Process.HasExited);
        gate.Paused = true;
        NodeProcesses.Ended(run, 130);

        campaign.Program = newer.Program;
        foreach (var i in new[] { Worker, All, Keeper }) // workers first, coordinators last
        {
            gate.Paused = false;
            var before = await nodes.Events();
            await nodes.Until(async () => await nodes.Events() >= before + 30); // works are under way
            NodeProcesses.Signal(all[i], "TERM");
            gate.Paused = true;
            NodeProcesses.Ended(all[i], 130); // in the middle of the campaign, which would have ended it with 0
            all[i] = nodes.Start(i, "node");
            await nodes.Until(() => all[i].IsIn);
        }
        gate.Paused = false;
        foreach (var n in all) NodeProcesses.Ended(n, 0);
        campaign.Program = old; // and the older build reads what the newer one wrote
        await nodes.IsAs(embedded.Process);
    }
}
