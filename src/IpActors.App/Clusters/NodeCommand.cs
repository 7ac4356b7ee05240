using System.CommandLine;
using IpActors.App.Campaigns;
using IpActors.App.Progress;
using IpActors.Domain.Works;
using IpActors.Engine;
using IpActors.Science;

namespace IpActors.App.Clusters;

/// <summary><c>ipactors node</c>: one more process for a campaign that runs, or will run, on a cluster; until the campaign is over.</summary>
public static class NodeCommand
{
    public static Command Create()
    {
        var options = new CampaignOptions();
        var slots = new Option<int?>("--slots") { Description = "calculations at a time on this node, over the file's launcher.slots; default: the machine's cores" };
        var cluster = NodeOptions.Option()!;
        var health = new Option<bool>("--health") { Description = "say whether this machine's nodes of the campaign are in the cluster and have a keeper, and end: exit code 0, or 1" };
        var command = options.Command("node", "Takes part in a campaign's cluster until the campaign is over; Ctrl-C leaves in order. Example: ipactors node campaign.yaml --cluster worker.conf", slots, cluster, health);
        command.SetAction((r, cancel) => r.GetValue(health) ? Task.FromResult(NodeHealth.Say(options.Read(r))) : Run(options.Read(r), r.GetValue(slots), NodeOptions.Of(r, cluster), cancel));
        return command;
    }

    static async Task<int> Run(CampaignAt at, int? slots, NodeOptions node, CancellationToken outer)
    {
        if (at.File.Host.Engine != CampaignKeys.Akka) throw new InputException($"{at.File.Source}: engine: {at.File.Host.Engine} has no nodes; write 'engine: akka'");
        using var interruption = new Interruption(outer);
        var log = JournalLocation.Beside(at.Journal, at.Name, $".node-{Environment.ProcessId}.log");
        await using var host = await Composition.Open(at, slots, node with { LogPath = log });
        try
        {
            var follower = await host.Engine.Follow(at.Name, interruption.Token);
            await host.Engine.Start(interruption.Token);
            Console.Error.WriteLine($"ipactors: node of {at.Name}; log: {log}");
            var over = follower.When(v => v.Coordinator.IsOver, interruption.Token);
            while (await Task.WhenAny(over, Task.Delay(TimeSpan.FromSeconds(2), interruption.Token)) != over && !interruption.Token.IsCancellationRequested) Failing(host.Engine);
            await over;
            return 0;
        }
        catch (OperationCanceledException) when (interruption.Happened) { return Interruption.ExitCode; }
    }

    /// <summary>A node that was removed from the cluster, or whose journal failed, says so and ends.</summary>
    static void Failing(IEngine engine)
    {
        if (engine is IpActors.Cluster.ClusterEngine { Failure: { } e }) throw new JournalException(e.Message, e);
    }
}
