using IpActors.Engine.Journals;
using System.Text;
using IpActors.App.Campaigns;
using IpActors.App.Logging;
using IpActors.App.Reports;
using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;

namespace IpActors.App.Tests.Logging;

/// <summary>A secret is in no file that a campaign leaves: log, journal, page.</summary>
public sealed class RedactionTests : IDisposable
{
    const string Text = "name: tiny\n# the old password: hunter2-comment\nobjectives: [{property: band-gap, reference: 0}]\ncalculators: {relaxation: {with: builtin}, band-gap: {with: builtin}}\ntelemetry: {otlp: \"http://me:hunter2-url@127.0.0.1:9\"}\n";
    readonly string _folder = Directory.CreateTempSubdirectory("ipactors-redaction-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("postgresql://me:hunter2@db.example.org/screening", "postgresql://me:***@db.example.org/screening")]
    [InlineData("Host=db;Username=me;Password=hunter2;Database=x", "Host=db;Username=me;Password=***;Database=x")]
    [InlineData("{\"password\": \"hunter2\", \"n\": 1}", "{\"password\": \"***\", \"n\": 1}")]
    [InlineData("{\"m\":\"{\\\"api_key\\\":\\\"hunter2\\\"}\"}", "{\"m\":\"{\\\"api_key\\\":\\\"***\\\"}\"}")]
    [InlineData("Authorization: Bearer hunter2.abc-def", "Authorization: Bearer ***")]
    [InlineData("secret: 'hunter2 and more' # x", "secret: '***' # x")]
    [InlineData("at 12:30 tiny/run/a:b:c@1 passed; token ring, tokens: 5, https://example.org/a@b", "at 12:30 tiny/run/a:b:c@1 passed; token ring, tokens: 5, https://example.org/a@b")]
    public void Secrets_are_taken_out_and_nothing_else(string text, string expected) => Assert.Equal(expected, Redaction.Of(text));

    [Fact]
    public void Values_of_the_environment_that_are_named_as_secrets_are_known()
    {
        var variables = new System.Collections.Hashtable { ["PGPASSWORD"] = "hunter2", ["MY_API_KEY"] = "abcdefgh", ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=12345", ["PWD"] = "/home/me", ["A_TOKEN"] = "ab" };
        Assert.Equal(["x-key=12345", "abcdefgh", "hunter2"], Redaction.Secrets(variables));
    }

    [Theory, InlineData("text"), InlineData("json")]
    public async Task No_file_of_a_campaign_has_a_secret(string format)
    {
        var text = Text + $"log: {{level: debug, format: {format}}}\n";
        var file = CampaignFile.Parse("tiny.yaml", text) with { Otlp = null };
        var at = new CampaignAt(file, new SqliteAddress(Path.Combine(_folder, "tiny.db")));
        await using (var host = await Composition.Open(at, 1))
        {
            await Resumption.Begin(host.Engine, at, false, default);
            var follower = await host.Engine.Follow("tiny");
            host.Log.Warning("{Message:l}", "the server said: postgresql://me:hunter2-log@db refused, password='hunter2-quoted'");
            host.Log.Error(new IOException("Password=hunter2-exception;"), "{Campaign:l}: it failed with {Setting}", "tiny", new { Password = "hunter2-object" });
            ReportFile.Write(at.ReportPath, follower.Current, host.Engine.Blobs);
        }
        // And again with another password, which is a change of nothing that is kept.
        var other = CampaignFile.Parse("tiny.yaml", text.Replace("hunter2-url", "hunter3-url")) with { Otlp = null };
        await using (var host = await Composition.Open(at with { File = other }, 1)) Assert.Empty(await Resumption.Begin(host.Engine, at with { File = other }, false, default));

        var files = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ToList();
        Assert.Contains(files, f => f.EndsWith(".log")); Assert.Contains(files, f => f.EndsWith(".db")); Assert.Contains(files, f => f.EndsWith(".html"));
        foreach (var path in files) Assert.DoesNotContain("hunter", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path)));
        Assert.Contains("***", await File.ReadAllTextAsync(at.LogPath));
        Assert.Contains("# the old password: ***", file.Text);
    }
}
