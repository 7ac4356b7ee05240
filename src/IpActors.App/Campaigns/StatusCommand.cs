using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Progress;

namespace IpActors.App.Campaigns;

/// <summary><c>ipactors status</c> and <c>ipactors watch</c>: how a campaign stands, once or until it ends; both only read.</summary>
public static class StatusCommand
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var options = new CampaignOptions();
        var command = options.Command("status", "How a campaign stands. Example: ipactors status config/quickstart.yaml --json");
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            await using var stored = await StoredCampaign.Open(at, cancel);
            await Write(at, stored, r.GetValue(options.Json), cancel);
            return 0;
        });
        return command;
    }

    public static Command CreateWatch()
    {
        var options = new CampaignOptions();
        var command = options.Command("watch", "Follows a campaign until it ends or nothing runs it any more; with --json its state then. Example: ipactors watch config/quickstart.yaml");
        command.SetAction(async (r, outer) =>
        {
            using var interruption = new Interruption(outer);
            var at = options.Read(r);
            await using var stored = await StoredCampaign.Open(at, interruption.Token);
            try
            {
                await LiveDisplay.OnStderr().Run(async show =>
                {
                    while (true)
                    {
                        var running = await stored.IsRunning(interruption.Token); // before the events, so that none is missed
                        await stored.Refresh(interruption.Token);
                        show(stored.View, null);
                        if (!running || stored.View.Coordinator.IsOver) return;
                        await Task.Delay(Interval, interruption.Token);
                    }
                });
            }
            catch (OperationCanceledException) when (interruption.Happened) { return Interruption.ExitCode; }
            await Write(at, stored, r.GetValue(options.Json), interruption.Token);
            return 0;
        });
        return command;
    }

    static async Task Write(CampaignAt at, StoredCampaign stored, bool json, CancellationToken cancel)
    {
        var running = await stored.IsRunning(cancel);
        var engine = running ? await stored.Engine(cancel) : null;
        if (json) Output.WriteJson(CampaignStatus.ToJson(at, stored.View, running, engine));
        else Console.Write(CampaignStatus.ToText(at, stored.View, running, engine));
    }
}
