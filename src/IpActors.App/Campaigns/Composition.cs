using IpActors.Domain.Entities;
using IpActors.Engine.Control;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Workers;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace IpActors.App.Campaigns;

/// <summary>The composition root of a running campaign: journal, engine, workers, control socket and log, opened together and closed in the right order.</summary>
sealed class Composition : IAsyncDisposable
{
    readonly Logger _log;
    IAsyncDisposable? _control;

    public EmbeddedEngine Engine { get; }
    public ILogger Log => _log;

    Composition(EmbeddedEngine engine, Logger log) => (Engine, _log) = (engine, log);

    /// <summary>Takes the journal for this process, made if missing; throws <see cref="Science.InputException"/> where that cannot be. No work starts before the engine's <c>Start</c>.</summary>
    public static async Task<Composition> Open(CampaignAt at, int? slots)
    {
        var journal = await at.Journal.Open();
        if (journal is PostgresJournal { Warning: { } warning }) Console.Error.WriteLine($"ipactors: {warning}");
        var log = LogTo(at);
        var engine = new EmbeddedEngine(journal, EntityKinds.All, WorkerTable.All(), new EngineOptions
        {
            Slots = slots ?? at.File.Host.Slots ?? Environment.ProcessorCount,
            Log = (level, message) => log.Write(LevelOf(level), "{Message:l}", message),
        });
        var composition = new Composition(engine, log);
        try { composition._control = await ControlSocket.Host(engine, at.Name, journal); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or PlatformNotSupportedException or IpActors.Engine.JournalException)
        {
            log.Warning("no control commands are taken, so 'pause' and 'stop' cannot reach this process: {Reason:l}", e.Message);
        }
        return composition;
    }

    static Logger LogTo(CampaignAt at) => new LoggerConfiguration().MinimumLevel.Is(Enum.Parse<LogEventLevel>(at.File.Host.LogLevel, ignoreCase: true))
        .WriteTo.File(at.LogPath, formatProvider: System.Globalization.CultureInfo.InvariantCulture, fileSizeLimitBytes: 10 << 20, rollOnFileSizeLimit: true, retainedFileCountLimit: 5).CreateLogger();

    static LogEventLevel LevelOf(string level) => level switch { "error" => LogEventLevel.Error, "warning" => LogEventLevel.Warning, "debug" => LogEventLevel.Debug, _ => LogEventLevel.Information };

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
        await Engine.DisposeAsync();
        await _log.DisposeAsync();
    }
}
