using IpActors.App.Logging;
using IpActors.App.Programs;
using IpActors.App.Telemetry;
using IpActors.Domain.Entities;
using IpActors.Engine.Control;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Workers;
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

    public EmbeddedEngine Engine { get; }
    public ILogger Log => _log;

    Composition(EmbeddedEngine engine, Logger log, EventLog events, TelemetryExport? telemetry, ProgramSetup? programs) => (Engine, _log, _events, _telemetry, _programs) = (engine, log, events, telemetry, programs);

    /// <summary>Takes the journal for this process, made if missing; throws <see cref="Science.InputException"/> where that cannot be. No work starts before the engine's <c>Start</c>.</summary>
    public static async Task<Composition> Open(CampaignAt at, int? slots)
    {
        var programs = Setup.Of(at); // says what is missing before anything is begun
        var telemetry = TelemetryExport.Start(at.File.Otlp);
        var journal = await at.Journal.Open();
        if (journal is PostgresJournal { Warning: { } warning }) Console.Error.WriteLine($"ipactors: {warning}");
        var log = CampaignLog.Open(at.LogPath, at.File.Host.LogLevel, at.File.Log);
        var events = new EventLog(journal, log);
        var engine = new EmbeddedEngine(journal, EntityKinds.All, WorkerTable.All(programs), new EngineOptions
        {
            Slots = slots ?? at.File.Host.Slots ?? Environment.ProcessorCount,
            Pools = Setup.Pools(at.File.Host.Launcher), Use = Setup.Use(at.File.Host.Launcher),
            Log = (level, message) => log.Write(CampaignLog.LevelOf(level), "{Message:l}", message),
        });
        var composition = new Composition(engine, log, events, telemetry, programs);
        try { composition._control = await ControlSocket.Host(engine, at.Name, journal); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or PlatformNotSupportedException or IpActors.Engine.JournalException)
        {
            log.Warning("no control commands are taken, so 'pause' and 'stop' cannot reach this process: {Reason:l}", e.Message);
        }
        return composition;
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
