using System.Globalization;
using System.Text.RegularExpressions;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace IpActors.App.Logging;

/// <summary>The log file beside a journal. Nothing goes to the terminal, which belongs to the progress display; whatever is written passes <see cref="Redaction"/>.</summary>
static partial class CampaignLog
{
    const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} [{Level:u3}] {Message:l}{NewLine}{Exception}";

    public static Logger Open(string path, string level, LogSettings settings)
    {
        ITextFormatter formatter = settings.Format == "json" ? new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture) : new MessageTemplateTextFormatter(Line, CultureInfo.InvariantCulture);
        return new LoggerConfiguration().MinimumLevel.Is(Enum.Parse<LogEventLevel>(level, ignoreCase: true)).Enrich.With(new Ids())
            .WriteTo.File(new Redacting(formatter), path, fileSizeLimitBytes: (long)settings.FileMB << 20, rollOnFileSizeLimit: true, retainedFileCountLimit: settings.Files).CreateLogger();
    }

    /// <summary>The engine's levels are words.</summary>
    public static LogEventLevel LevelOf(string level) => level switch { "error" => LogEventLevel.Error, "warning" => LogEventLevel.Warning, "debug" => LogEventLevel.Debug, _ => LogEventLevel.Information };

    /// <summary>Gives an entry the ids of the first entity that it names as properties: Campaign, Entity, Compound, Run. The engine's messages name entities by their ids, and nothing else looks like one.</summary>
    sealed class Ids : ILogEventEnricher
    {
        public void Enrich(LogEvent entry, ILogEventPropertyFactory factory)
        {
            foreach (var value in entry.Properties.Values)
            {
                if (value is not ScalarValue { Value: string text } || EntityIdIn().Match(text) is not { Success: true } id) continue;
                void Add(string name, string property) => entry.AddPropertyIfAbsent(factory.CreateProperty(name, property));
                var (kind, key) = (id.Groups[2].Value, id.Groups[3].Value);
                Add("Campaign", id.Groups[1].Value);
                Add("Entity", id.Value);
                if (kind is "compound" or "run") Add("Compound", key.Split(':')[0]);
                if (kind == "run") Add("Run", key);
                return;
            }
        }
    }

    sealed class Redacting(ITextFormatter inner) : ITextFormatter
    {
        public void Format(LogEvent entry, TextWriter output)
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            inner.Format(entry, text);
            output.Write(Redaction.Of(text.ToString()));
        }
    }

    [GeneratedRegex("([A-Za-z0-9][A-Za-z0-9_.-]*)/(campaign|compound|surrogate|run)/([A-Za-z0-9_.:+~-]*[A-Za-z0-9_+~-])")]
    private static partial Regex EntityIdIn();
}
