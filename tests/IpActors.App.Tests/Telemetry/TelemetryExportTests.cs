using IpActors.Engine.Journals;
using IpActors.App.Campaigns;
using IpActors.App.Telemetry;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;

namespace IpActors.App.Tests.Telemetry;

public sealed class TelemetryExportTests : IDisposable
{
    const string Text = "name: told\n# password: hunter2\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\n";
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-otlp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_campaign_file_that_names_a_collector_has_metrics_and_traces_sent_there_without_secrets()
    {
        using var collector = new Collector();
        var file = CampaignFile.Parse("told.yaml", Text + $"telemetry: {{otlp: \"{collector.Address}\"}}\n");
        var at = new CampaignAt(file, new SqliteAddress(Path.Combine(_folder, "told.db")));
        await using (var host = await Composition.Open(at, 1))
        {
            await Resumption.Begin(host.Engine, at, false, default);
            await host.Engine.Follow("told");
            await host.Engine.Send(EntityId.Coordinator("told"), new PauseCampaign());
        }
        string Sent(string path) => string.Concat(collector.Received.Where(r => r.Path == path).Select(r => r.Body));
        Assert.Contains("command CreateCampaign", Sent("/v1/traces"));
        Assert.Contains("told/campaign/coordinator", Sent("/v1/traces"));
        Assert.Contains("ipactors.commands", Sent("/v1/metrics"));
        Assert.Contains("ipactors.events.stored", Sent("/v1/metrics"));
        Assert.Contains("ipactors", Sent("/v1/metrics"));
        Assert.DoesNotContain("hunter2", Sent("/v1/traces") + Sent("/v1/metrics"));
        Assert.DoesNotContain(_folder, Sent("/v1/traces") + Sent("/v1/metrics"));
    }

    [Fact]
    public void Nobody_is_told_unless_asked()
    {
        Assert.DoesNotContain(Environment.GetEnvironmentVariables().Keys.Cast<string>(), k => k.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.Ordinal));
        Assert.Null(TelemetryExport.Start(CampaignFile.Parse("told.yaml", Text).Otlp));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_holds_nobody_up()
    {
        var export = TelemetryExport.Start("http://127.0.0.1:1")!;
        await Task.Run(export.Dispose).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Theory, InlineData("nonsense"), InlineData("ftp://x")]
    public void What_is_no_address_is_one_line(string address) => Assert.StartsWith("--otlp:", Assert.Throws<Science.InputException>(() => TelemetryExport.Start(address)).Message);
}
