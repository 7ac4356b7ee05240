using System.Diagnostics;
using System.Diagnostics.Metrics;
using IpActors.Domain.Entities;
using IpActors.Engine.Embedded;

namespace IpActors.Engine.Telemetry;

/// <summary>
/// What the engine tells those who listen, by the names in docs/observability.md: a meter and a source of activities, both called IpActors. Nobody listening costs next to nothing; nothing is sent anywhere by itself.
/// Tags are ids and kinds; no message, setting or path ever is one.
/// </summary>
public static class EngineTelemetry
{
    public const string Name = "IpActors";

    static readonly ActivitySource Source = new(Name);
    static readonly Meter Meter = new(Name);
    static readonly Counter<long> Commands = Meter.CreateCounter<long>("ipactors.commands", "{command}", "Commands answered, by kind of entity and outcome");
    static readonly Counter<long> Events = Meter.CreateCounter<long>("ipactors.events.stored", "{event}", "Events stored, by campaign");
    static readonly Histogram<long> CommitEvents = Meter.CreateHistogram<long>("ipactors.commit.events", "{event}", "Events of one commit");
    static readonly Histogram<double> AppendTime = Meter.CreateHistogram<double>("ipactors.append.duration", "s", "From handing events to the journal to their acknowledgement");
    static readonly UpDownCounter<long> Appends = Meter.CreateUpDownCounter<long>("ipactors.journal.queue", "{append}", "Appends handed to the journal and not yet acknowledged");
    static readonly UpDownCounter<long> Running = Meter.CreateUpDownCounter<long>("ipactors.works.running", "{work}", "Works under way, by kind");
    static readonly Histogram<double> WorkTime = Meter.CreateHistogram<double>("ipactors.works.duration", "s", "Runs of works, by kind and outcome");
    static readonly Counter<long> Retries = Meter.CreateCounter<long>("ipactors.works.retries", "{work}", "Runs that failed and are tried again, by kind");

    static EngineTelemetry() => Gauges.CreateIn(Meter);

    /// <summary>Shows an engine's status and its campaigns in the gauges until it is disposed of.</summary>
    internal static IDisposable Watch(Func<EngineStatus> status, Func<IEnumerable<Domain.Views.CampaignView>> views) => Gauges.Watch(status, views);

    /// <summary>Whether a command needs to be told of; asked before each.</summary>
    internal static bool WantsCommands => Commands.Enabled || Source.HasListeners();

    /// <summary>What an activity that is under way leads to is linked with it.</summary>
    internal static ActivityContext Cause => Activity.Current?.Context ?? default;

    internal static async Task<Decision> Command(EntityId to, ICommand command, Func<Task<Decision>> deliver)
    {
        using var activity = Source.StartActivity($"command {command.GetType().Name}");
        Tag(activity, to);
        var outcome = "failed";
        try
        {
            var decision = await deliver().ConfigureAwait(false);
            outcome = decision switch { Decision.Refused => "refused", Decision.Accepted { Events.IsDefaultOrEmpty: true } => "already-so", _ => "accepted" };
            return decision;
        }
        catch (Exception e) { activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name); throw; } // its message may hold anything
        finally
        {
            activity?.SetTag("ipactors.outcome", outcome);
            Commands.Add(1, new("ipactors.entity.kind", to.Kind), new("ipactors.outcome", outcome));
        }
    }

    /// <summary>One run of a work, linked with the command that made it owed.</summary>
    internal static async Task<WorkOutcome> Work(WorkRun run, Func<WorkRun, Task<WorkOutcome>> perform)
    {
        var (kind, since) = (new KeyValuePair<string, object?>("ipactors.work.kind", run.Work.Kind), Stopwatch.GetTimestamp());
        Activity.Current = null; // whatever happened to start it is not what it belongs to
        using var activity = Source.StartActivity($"work {run.Work.Kind}", ActivityKind.Internal, default(ActivityContext), links: run.Entry.Cause == default ? null : [new(run.Entry.Cause)]);
        Tag(activity, run.Entry.Entity);
        activity?.SetTag("ipactors.work", run.Entry.Key).SetTag("ipactors.work.kind", run.Work.Kind);
        Running.Add(1, kind);
        var outcome = "failed";
        try
        {
            var ended = await perform(run).ConfigureAwait(false);
            outcome = ended switch { WorkOutcome.Failed => "failed", WorkOutcome.Parked => "parked", _ => "done" };
            if (outcome == "failed") activity?.SetStatus(ActivityStatusCode.Error, "failed");
            return ended;
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException) outcome = "cancelled";
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
        finally
        {
            activity?.SetTag("ipactors.outcome", outcome);
            Running.Add(-1, kind);
            WorkTime.Record(Stopwatch.GetElapsedTime(since).TotalSeconds, kind, new("ipactors.outcome", outcome));
        }
    }

    internal static void Retried(Work? work) => Retries.Add(1, new KeyValuePair<string, object?>("ipactors.work.kind", work?.Kind));

    internal static void Committed(ImmutableArray<StoredEvent> events)
    {
        CommitEvents.Record(events.Length);
        if (!Events.Enabled) return;
        foreach (var (campaign, n) in events.CountBy(e => e.Entity.Campaign)) Events.Add(n, new KeyValuePair<string, object?>("ipactors.campaign", campaign));
    }

    internal static long Appending()
    {
        Appends.Add(1);
        return Stopwatch.GetTimestamp();
    }

    internal static void Appended(long since)
    {
        Appends.Add(-1);
        AppendTime.Record(Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    static void Tag(Activity? activity, EntityId entity)
    {
        if (activity is null) return;
        activity.SetTag("ipactors.campaign", entity.Campaign).SetTag("ipactors.entity", entity.PersistenceId);
        if (entity.Kind == "compound") activity.SetTag("ipactors.compound", entity.Key);
        if (entity.Kind == "run") activity.SetTag("ipactors.compound", entity.Key.Split(':')[0]).SetTag("ipactors.run", entity.Key);
    }
}
