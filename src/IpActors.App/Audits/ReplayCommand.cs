using System.CommandLine;
using System.Globalization;
using IpActors.App.Campaigns;
using IpActors.App.Cli;
using IpActors.Domain.Views;
using IpActors.Engine;
using IpActors.Science;

namespace IpActors.App.Audits;

/// <summary><c>ipactors audit replay</c>: the campaign's state as it was after an event or at a time.</summary>
static class ReplayCommand
{
    public static Command Create()
    {
        var options = new CampaignOptions();
        var until = new Option<string>("--until") { Description = "the last event that counts: its ordering (as in 'audit export'), or a time such as 2026-11-22T14:00:00Z", Required = true };
        var command = options.Command("replay", "The campaign's state as it was then. Example: ipactors audit replay config/quickstart.yaml --until 500", until);
        command.SetAction(async (r, cancel) =>
        {
            var at = options.Read(r);
            var counts = Until(r.GetValue(until)!);
            await using var stored = await StoredCampaign.Open(at, cancel);
            var view = new CampaignView(at.Name);
            await foreach (var e in stored.Events(0, cancel))
            {
                if (!counts(e)) break;
                view = view.Apply(e.Entity, e.Event);
            }
            if (view.Coordinator.Settings is null) throw new InputException($"--until {r.GetValue(until)}: the campaign had not begun; give a later event or time");
            if (r.GetValue(options.Json)) Output.WriteJson(CampaignStatus.ToJson(at, view, running: false));
            else Console.Write(CampaignStatus.ToText(at, view, running: false));
            return 0;
        });
        return command;
    }

    /// <summary>Whether an event is among those that count.</summary>
    static Func<StoredEvent, bool> Until(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ordering)) return e => e.Ordering <= ordering;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return e => e.Created <= time;
        throw new InputException($"--until '{text}': neither an event's ordering nor a time; write 500 or 2026-11-22T14:00:00Z");
    }
}
