using System.CommandLine;
using IpActors.App.Cli;
using IpActors.App.Logging;
using IpActors.App.Progress;
using IpActors.App.Reports;
using IpActors.Domain.Views;
using IpActors.Engine;
using IpActors.Engine.Control;

namespace IpActors.App.Campaigns;

/// <summary><c>ipactors run</c> and <c>ipactors resume</c>: a campaign from wherever its journal stands to its end.</summary>
public static class RunCommand
{
    public static Command Create() => Create("run", "Runs a campaign, or resumes it where its journal stands; Ctrl-C stops cleanly, a second one at once. Example: ipactors run config/quickstart.yaml");
    public static Command CreateResume() => Create("resume", "Lets a paused campaign go on: in the process that runs it, or here. Example: ipactors resume config/quickstart.yaml");

    static Command Create(string name, string help)
    {
        var options = new CampaignOptions();
        var accept = new Option<bool>("--accept-changes") { Description = "go on although the file differs from the one the campaign was begun with in what decisions are made from" };
        var slots = new Option<int?>("--slots") { Description = "calculations at a time, over the file's launcher.slots; default: the machine's cores" };
        slots.Validators.Add(r => { if (r.GetValueOrDefault<int?>() is < 1 or > 4096) r.AddError("--slots: give a number from 1 to 4096"); });
        var level = new Option<string?>("--log-level") { Description = $"what the log file beside the journal has, over the file's log.level: {string.Join(", ", LogSettings.Levels)}" };
        level.AcceptOnlyFromAmong([.. LogSettings.Levels]);
        var otlp = new Option<string?>("--otlp") { Description = "address of an OpenTelemetry collector for metrics and traces, such as http://localhost:4318, over the file's telemetry.otlp and OTEL_EXPORTER_OTLP_ENDPOINT; default: none", HelpName = "URL" };
        var cluster = NodeOptions.Option();
        var command = options.Command(name, help, [accept, slots, level, otlp, .. cluster is null ? (ReadOnlySpan<Option>)[] : [cluster]]);
        command.SetAction(async (r, cancel) =>
        {
            var at = With(options.Read(r), r.GetValue(level), r.GetValue(otlp));
            if (name == "resume" && await ControlCommand.TrySend(at, "resume", r.GetValue(options.Json), cancel)) return 0;
            return await Run(at, r.GetValue(accept), r.GetValue(slots), r.GetValue(options.Json), NodeOptions.Of(r, cluster), cancel);
        });
        return command;
    }

    static CampaignAt With(CampaignAt at, string? level, string? otlp) => at with { File = at.File with { Host = at.File.Host with { LogLevel = level ?? at.File.Host.LogLevel }, Otlp = otlp ?? at.File.Otlp } };

    static async Task<int> Run(CampaignAt at, bool accept, int? slots, bool json, NodeOptions node, CancellationToken outer)
    {
        using var interruption = new Interruption(outer);
        var cancel = interruption.Token;
        if (!await at.Journal.Exists(cancel)) // before a journal is made
        {
            ReferencesSection.RequireSpan(at.File);
            AcquisitionSection.RequireInitial(at.File);
        }
        await using var host = await Composition.Open(at, slots, node);
        try
        {
            foreach (var d in await Resumption.Begin(host.Engine, at, accept, cancel)) Console.Error.WriteLine($"changed: {d}");
            var follower = await host.Engine.Follow(at.Name, cancel);
            host.Log.Information("{Campaign:l}: run from {Stage} with {Slots} slots", at.Name, follower.Current.Coordinator.Stage, host.Engine.Status.Slots);
            if (!follower.Current.Coordinator.IsOver) await ToTheEnd(host, follower, cancel);
            if (follower.Current.Coordinator.IsOver) await host.EndPrograms(follower.Current, cancel);
            host.Log.Information("{Campaign:l}: {Stage}", at.Name, follower.Current.Coordinator.Stage);
            return Conclude(at, host.Engine, follower.Current, json);
        }
        catch (OperationCanceledException) when (interruption.Happened)
        {
            Console.Error.WriteLine($"ipactors: interrupted; go on with: ipactors run {at.File.Source}");
            if (Composition.GoingOn((await host.Engine.Follow(at.Name, CancellationToken.None)).Current) is > 0 and var n)
                Console.Error.WriteLine($"ipactors: {n} {(n == 1 ? "program goes" : "programs go")} on running and will be found again; to end {(n == 1 ? "it" : "them")} for good: ipactors stop {at.File.Source}");
            return Interruption.ExitCode;
        }
        catch (JournalException e)
        {
            Console.Error.WriteLine($"ipactors: {e.Message}");
            return 1;
        }
    }

    /// <summary>Until the campaign is over, or paused or stuck with nothing running.</summary>
    static async Task ToTheEnd(Composition host, Domain.Works.ICampaignFollower follower, CancellationToken cancel)
    {
        await host.Engine.Start(cancel);
        await LiveDisplay.OnStderr().Run(async show =>
        {
            var over = follower.When(v => v.Coordinator.IsOver, cancel);
            var idle = host.Engine.WhenIdle(cancel);
            while (!over.IsCompleted && !idle.IsCompleted)
            {
                show(follower.Current, host.Engine.Status);
                await Task.WhenAny(over, idle, Task.Delay(TimeSpan.FromSeconds(0.5), cancel));
                cancel.ThrowIfCancellationRequested();
            }
            if (!over.IsCompleted) await idle; // a journal that failed says so here
            show(follower.Current, host.Engine.Status);
        });
    }

    static int Conclude(CampaignAt at, IEngine engine, CampaignView view, bool json)
    {
        var c = view.Coordinator;
        ReportFile.Write(at.ReportPath, view, engine.Blobs);
        foreach (var q in engine.Status.Quarantined) Console.Error.WriteLine($"ipactors: {q.Entity} is stuck: {q.Reason}");
        if (!c.IsOver) Console.Error.WriteLine(c.Paused ? $"ipactors: paused; go on with: ipactors run {at.File.Source}" : $"ipactors: nothing moves any more, though the campaign is not over; see {at.LogPath}");
        if (json)
        {
            var document = CampaignStatus.ToJson(at, view, running: false);
            document["report"] = at.ReportPath;
            Output.WriteJson(document);
        }
        else
        {
            var table = ParetoTable.Of(view);
            if (c.EndReason is { } reason) Console.WriteLine($"{c.Stage}: {reason}; hypervolume {Html.Number(c.Result?.Hypervolume ?? double.NaN, 8)}\n");
            Console.WriteLine($"Pareto front: {table.Rows.Length} of {c.Evaluations.Count} evaluated compounds\n\n{table.ToText()}");
            Console.WriteLine($"Report: {at.ReportPath}");
        }
        return c.IsOver || c.Paused ? 0 : 1;
    }
}
