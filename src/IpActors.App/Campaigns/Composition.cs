using IpActors.App.Logging;
using IpActors.App.Programs;
using IpActors.App.Telemetry;
using IpActors.Domain.DftRuns;
using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Control;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Workers;
using IpActors.Workers.Launchers;
using IpActors.Workers.Runs;
using Serilog;
using Serilog.Core;

namespace IpActors.App.Campaigns;

/// <summary>The composition root of a running campaign: journal, engine, workers, control socket and log, opened together and closed in the right order.</summary>
sealed class Composition : IAsyncDisposable
{
    readonly Logger _log;
    readonly EventLog _events;
    readonly TelemetryExport? _telemetry;
    readonly ProgramSetup? _programs;
    IAsyncDisposable? _control;

    public IEngine Engine { get; }
    public ILogger Log => _log;

    Composition(IEngine engine, Logger log, EventLog events, TelemetryExport? telemetry, ProgramSetup? programs) => (Engine, _log, _events, _telemetry, _programs) = (engine, log, events, telemetry, programs);

    /// <summary>Takes the journal for this process, made if missing; throws <see cref="Science.InputException"/> where that cannot be. No work starts before the engine's <c>Start</c>.</summary>
    /// <param name="as">How this process takes part in a cluster, where the campaign's engine is one; null: this process alone, whatever the file says.</param>
    public static async Task<Composition> Open(CampaignAt at, int? slots, NodeOptions? @as = null)
    {
        if (@as is not null && at.File.Host.Engine == CampaignKeys.Akka)
#if AKKA
            return await OpenNode(at, slots, @as);
#else
            throw new Science.InputException($"{at.File.Source}: engine: akka is not in this build (dotnet build -p:Akka=true makes one that has it); write 'engine: embedded'");
#endif
        var programs = Setup.Of(at); // says what is missing before anything is begun
        var telemetry = TelemetryExport.Start(at.File.Otlp);
        var journal = await at.Journal.Open();
        if (journal is PostgresJournal { Warning: { } warning }) Console.Error.WriteLine($"ipactors: {warning}");
        var log = CampaignLog.Open(at.LogPath, at.File.Host.LogLevel, at.File.Log);
        var events = new EventLog(journal, log);
        var engine = new EmbeddedEngine(journal, EntityKinds.All, WorkerTable.All(programs), Options(at, slots, log));
        return new Composition(engine, log, events, telemetry, programs) { _control = await Control(engine, at, journal, log) };
    }

    static EngineOptions Options(CampaignAt at, int? slots, Logger log) => new()
    {
        Slots = slots ?? at.File.Host.Slots ?? Environment.ProcessorCount,
        Pools = Setup.Pools(at.File.Host.Launcher), Use = Setup.Use(at.File.Host.Launcher),
        Log = (level, message) => log.Write(CampaignLog.LevelOf(level), "{Message:l}", message),
    };

    static async Task<IAsyncDisposable?> Control(IEngine engine, CampaignAt at, IJournal journal, Logger log)
    {
        try { return await ControlSocket.Host(engine, at.Name, journal); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or PlatformNotSupportedException or JournalException)
        {
            log.Warning("no control commands are taken, so 'pause' and 'stop' cannot reach this process: {Reason:l}", e.Message);
            return null;
        }
    }

#if AKKA
    static async Task<Composition> OpenNode(CampaignAt at, int? slots, NodeOptions node)
    {
        var lease = Clusters.ClusterHost.Lease(at);
        var programs = Setup.Of(at, (lease.File, lease.Time.TotalSeconds));
        var telemetry = TelemetryExport.Start(at.File.Otlp);
        var log = CampaignLog.Open(node.LogPath ?? at.LogPath, at.File.Host.LogLevel, at.File.Log);
        var engine = await Clusters.ClusterHost.Open(at, node, Options(at, slots, log), lease, WorkerTable.All(programs), (e, journal) => Control(e, at, journal, log));
        return new Composition(engine, log, new EventLog(engine.Journal, log), telemetry, programs);
    }
#endif

    /// <summary>Runs of programs that go on when this process ends.</summary>
    public static int GoingOn(Domain.Views.CampaignView view) => view.OpenRuns.Values.Count(r => r.Stage is RunStage.Starting or RunStage.Running && r.Spec.Calculator != BuiltinRunWorker.Calculator);

    /// <summary>Ends the programs of a campaign that is over: nobody wants their results any more.</summary>
    public async Task EndPrograms(Domain.Views.CampaignView view, CancellationToken cancel)
    {
        foreach (var (key, run) in view.OpenRuns.Where(r => r.Value.Stage is RunStage.Starting or RunStage.Running))
        {
            if (_programs?.Programs.GetValueOrDefault(run.Spec.Calculator) is not { } at) continue;
            var state = await Engine.Read<DftRun>(EntityId.Run(view.Campaign, run.Spec.Compound, run.Spec.Property, run.Spec.Part), cancel);
            if (state is not { Folder: { Length: > 0 } folder, Nonce: { } nonce } || !Directory.Exists(folder)) continue;
            try { await at.Launcher.End(new(folder, nonce, state.Host ?? "", state.Job ?? ""), "the campaign is over", cancel); }
            catch (LaunchException e) { _log.Warning("{Run:l}: {Reason:l}", key, e.Message); }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
        await Engine.DisposeAsync();
        if (_programs is not null) await _programs.DisposeAsync();
        _telemetry?.Dispose();
        await _events.DisposeAsync();
        await _log.DisposeAsync();
    }
}
