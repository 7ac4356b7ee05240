using System.CommandLine;
using System.Text.Json.Nodes;
using IpActors.App.Cli;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Control;
using IpActors.Engine.Journals;
using IpActors.Science;

namespace IpActors.App.Campaigns;

/// <summary><c>ipactors pause</c> and <c>ipactors stop</c>: told to the process that runs the campaign, or stored directly when none does.</summary>
public static class ControlCommand
{
    public static Command CreatePause() => Create("pause", "Starts no more calculations; those under way go on, then the run ends. Example: ipactors pause config/quickstart.yaml");
    public static Command CreateStop() => Create("stop", "Ends the sampling and ranks what has been evaluated; final. Example: ipactors stop config/quickstart.yaml");

    static Command Create(string name, string help)
    {
        var options = new CampaignOptions();
        var command = options.Command(name, help);
        command.SetAction(async (r, cancel) =>
        {
            var (at, json) = (options.Read(r), r.GetValue(options.Json));
            if (!await TrySend(at, name, json, cancel)) await Store(at, name, json, cancel);
            return 0;
        });
        return command;
    }

    /// <summary>Tells the running engine; false when there is none.</summary>
    internal static async Task<bool> TrySend(CampaignAt at, string command, bool json, CancellationToken cancel)
    {
        // An exclusive journal cannot be read while an engine holds it; whether the campaign is in it the engine knows.
        if (at.Journal is not SqliteAddress { Exclusive: true }) await using (var _ = await StoredCampaign.Open(at, cancel)) { }
        try
        {
            if (at.Journal is SqliteAddress s && !File.Exists(s.Path)) await StoredCampaign.OpenReader(at, cancel);
            if (await ControlClient.TrySend(at.Journal, command, cancel) is not { } answer) return false;
            Say(at, command, answer.Changed, json);
            return true;
        }
        catch (ControlException e) { throw new InputException($"{at.Name}: {e.Message}"); }
        catch (JournalException e) { throw new InputException($"{at.Name}: {e.Message}; try again, or stop that process"); }
    }

    static async Task Store(CampaignAt at, string command, bool json, CancellationToken cancel)
    {
        await using var host = await Composition.Open(at, slots: 1);
        var id = EntityId.Coordinator(at.Name);
        var before = await host.Engine.Read<Campaign>(id, cancel);
        await Resumption.Send(host.Engine, id, command == "pause" ? new PauseCampaign() : new StopCampaign(), cancel);
        var after = await host.Engine.Read<Campaign>(id, cancel);
        if (after.Stage == CampaignStage.Ranking) await Rank(host.Engine, at.Name, after, cancel);
        if (command == "stop") await host.EndPrograms((await host.Engine.Follow(at.Name, cancel)).Current, cancel);
        Say(at, command, before != after, json);
    }

    /// <summary>The ranking owed after the sampling, done here, as nothing else is to be started.</summary>
    static async Task Rank(IEngine engine, string name, Campaign campaign, CancellationToken cancel)
    {
        var (ranks, finish) = ScreeningDecisions.Rank(campaign.Settings!, campaign.Evaluations);
        foreach (var (compound, rank) in ranks) await Resumption.Send(engine, EntityId.Compound(name, compound), rank, cancel);
        await Resumption.Send(engine, EntityId.Coordinator(name), finish, cancel);
    }

    static void Say(CampaignAt at, string command, bool changed, bool json)
    {
        if (json) Output.WriteJson(new JsonObject { ["campaign"] = at.Name, ["command"] = command, ["changed"] = changed });
        else Console.WriteLine($"{at.Name}: {(changed ? command switch { "pause" => "paused", "stop" => "stopped", _ => "resumed" } : $"nothing to {command}")}");
    }
}
