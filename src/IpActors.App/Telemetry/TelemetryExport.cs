using IpActors.App.Campaigns;
using IpActors.Engine.Telemetry;
using IpActors.Science;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IpActors.App.Telemetry;

/// <summary>
/// Sends the engine's metrics and activities to a collector by OTLP: to the address of the command line, else of the campaign file, else of OTEL_EXPORTER_OTLP_ENDPOINT and its kin. Without any of these nothing
/// is sent, and nothing ever listens.
/// </summary>
sealed class TelemetryExport : IDisposable
{
    const int FlushMs = 2000;
    readonly TracerProvider _traces;
    readonly MeterProvider _metrics;

    public static readonly SectionKind Keys = new([new("otlp", new TextKind("^https?://[^/\\s].*$", "an address such as http://localhost:4318"), Presence.Optional,
        "metrics and traces are sent to the OpenTelemetry collector there; default: to OTEL_EXPORTER_OTLP_ENDPOINT, or nowhere")]);

    TelemetryExport(string? address)
    {
        var resource = ResourceBuilder.CreateDefault();
        if (Variable("OTEL_SERVICE_NAME") is null) resource.AddService("ipactors", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3));
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(EngineTelemetry.Name).AddOtlpExporter(o => Direct(o, address, "v1/traces")).Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(EngineTelemetry.Name).AddOtlpExporter(o => Direct(o, address, "v1/metrics")).Build();
    }

    /// <summary>Null when nobody is to be told.</summary>
    public static TelemetryExport? Start(string? address)
    {
        if (Variable("OTEL_SDK_DISABLED")?.ToLowerInvariant() == "true") return null;
        if (address is null && !new[] { "", "TRACES_", "METRICS_" }.Any(signal => Variable($"OTEL_EXPORTER_OTLP_{signal}ENDPOINT") is not null)) return null;
        if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) throw new InputException("--otlp: not an address; write one such as http://localhost:4318");
        return new(address);
    }

    /// <summary>An address of ours is over HTTP unless the environment says grpc; without one the standard variables hold.</summary>
    static void Direct(OtlpExporterOptions options, string? address, string signal)
    {
        if (address is null) return;
        options.Protocol = Variable("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new(options.Protocol == OtlpExportProtocol.Grpc ? address : $"{address.TrimEnd('/')}/{signal}");
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } v ? v : null;

    /// <summary>Sends what is left, for a moment: a collector that is not there holds nobody up.</summary>
    public void Dispose()
    {
        _metrics.ForceFlush(FlushMs);
        _metrics.Shutdown(FlushMs);
        _traces.ForceFlush(FlushMs);
        _traces.Shutdown(FlushMs);
        _metrics.Dispose();
        _traces.Dispose();
    }
}
