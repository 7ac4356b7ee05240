using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>Three processes on loopback and a small campaign; each is killed in turn in the middle of it, and what comes out is what one embedded process makes of it. Minutes long: with IPACTORS_LONG=1.</summary>
public sealed class KilledNodesTests(FinishedCampaign embedded) : IClassFixture<FinishedCampaign>
{
    static readonly string[] RolesOf = ["coordinator, entity", "coordinator, entity, worker", "entity, worker"];

    [SkippableTheory]
    [InlineData(0, false, false)] // the keeper of the journal, and the process that was told to run the campaign
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(0, false, true)]
    [InlineData(0, true, true)] // cut off for a while: it finds itself removed
    public async Task A_campaign_loses_a_node_and_comes_to_the_same_decisions(int victim, bool stopped, bool postgres)
    {
        Skip.If(Environment.GetEnvironmentVariable("IPACTORS_LONG") != "1", "minutes long; set IPACTORS_LONG=1");
        using var campaign = new CampaignProcess();
        var journal = postgres ? PostgresServer.Shared.NewJournal() : (JournalAddress)new SqliteAddress(campaign.Journal);
        File.WriteAllText(campaign.File, "engine: akka\n" + File.ReadAllText(campaign.File).Replace("sqlite:tiny.db", journal.ToString(), StringComparison.Ordinal));
        var ports = FreePorts(RolesOf.Length);
        for (var i = 0; i < RolesOf.Length; i++)
            File.WriteAllText(Path.Combine(campaign.Folder, $"n{i}.conf"), $"akka.cluster.roles = [{RolesOf[i]}]\nakka.remote.dot-netty.tcp.port = {ports[i]}\n"
                + $"akka.cluster.seed-nodes = [{string.Join(", ", ports.Select(p => $"\"akka.tcp://ipactors@127.0.0.1:{p}\""))}]");
        var nodes = Enumerable.Range(0, RolesOf.Length).Select(i => campaign.Start(i == 0 ? "run" : "node", "tiny.yaml", "--slots", "1", "--cluster", $"n{i}.conf", "local-cluster.conf")).ToList();
        try
        {
            foreach (var p in nodes) { _ = p.StandardOutput.ReadToEndAsync(); _ = p.StandardError.ReadToEndAsync(); }
            await Until(async () => await Events(journal) >= 150);
            if (stopped) Signal(nodes[victim], "STOP"); else nodes[victim].Kill();
            if (stopped) { await Task.Delay(TimeSpan.FromSeconds(50)); Signal(nodes[victim], "CONT"); }
            foreach (var p in nodes) Assert.True(p.WaitForExit(TimeSpan.FromMinutes(5)), "a node did not end");
            Assert.All(nodes.Where((_, i) => i != victim), p => Assert.Equal(0, p.ExitCode));
        }
        finally { foreach (var p in nodes) { if (!p.HasExited) p.Kill(); p.Dispose(); } }
        Assert.Equal(embedded.Csv, campaign.Export());
        Assert.Equal(0, campaign.Run("audit", "verify", "tiny.yaml").ExitCode);
    }

    static void Signal(Process process, string signal) => Process.Start("kill", [$"-{signal}", $"{process.Id}"])!.WaitForExit();

    static async Task<long> Events(JournalAddress journal)
    {
        if (!await journal.Exists()) return 0;
        await using var reader = await journal.OpenReader();
        return await reader.ReadNewest(default);
    }

    static async Task Until(Func<Task<bool>> so)
    {
        for (var i = 0; i < 600; i++, await Task.Delay(300))
            try { if (await so()) return; } catch (IpActors.Science.InputException) { }
        Assert.Fail("the campaign did not get that far");
    }

    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var l in listeners) l.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var l in listeners) l.Stop();
        return ports;
    }
}
