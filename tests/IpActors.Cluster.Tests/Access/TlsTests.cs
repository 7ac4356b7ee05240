using System.Diagnostics;
using IpActors.App.Tests.EndToEnd;
using IpActors.Cluster.Tests.Processes;
using IpActors.Engine.Journals;

namespace IpActors.Cluster.Tests.Access;

/// <summary>The commands of docs/cluster.md, word for word, and processes that use what they make.</summary>
public sealed class TlsTests
{
    static void Make(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cluster.md")).Select(l => l.Trim()).Where(l => l.StartsWith("openssl ", StringComparison.Ordinal) || l.StartsWith("chmod ", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, lines.Count);
        Directory.CreateDirectory(folder);
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", string.Join('\n', lines)]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = shell.StandardError.ReadToEndAsync();
        shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, said.Result);
    }

    static string Settings(string folder) => $$"""
        ipactors.key-file = "{{folder}}/cluster.key"
        akka.remote.dot-netty.tcp { enable-ssl = on, ssl { suppress-validation = off, certificate { path = "{{folder}}/node.pfx", password = "" } } }
        """;

    [SkippableFact]
    public async Task With_a_certificate_of_the_clusters_own_authority_a_node_joins_and_without_one_it_does_not()
    {
        Skip.IfNot(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        using var campaign = new CampaignProcess();
        var (ours, theirs) = (Path.Combine(campaign.Folder, "ours"), Path.Combine(campaign.Folder, "theirs"));
        Make(ours);
        Make(theirs);
        File.Copy(Path.Combine(ours, "cluster.key"), Path.Combine(theirs, "cluster.key"), overwrite: true); // the key alone is not enough
        campaign.Variables["SSL_CERT_FILE"] = Path.Combine(ours, "ca.pem");
        using var nodes = new NodeProcesses(campaign, new SqliteAddress(campaign.Journal), ["coordinator, entity", "entity, worker", "entity", "entity"], Settings(ours));
        nodes.Settings(2, "entity", Settings(theirs)); // signed by another authority
        nodes.Settings(3, "entity", $"ipactors.key-file = \"{ours}/cluster.key\""); // no TLS
        var first = nodes.Start(0, "node");
        var joins = nodes.Start(1);
        await nodes.Until(() => first.IsIn && joins.IsIn);
        campaign.Variables["SSL_CERT_FILE"] = Path.Combine(theirs, "ca.pem");
        var (foreign, plain) = (nodes.Start(2), nodes.Start(3));
        await Task.Delay(TimeSpan.FromSeconds(20));
        Assert.False(foreign.IsIn || plain.IsIn, $"{foreign}\n{plain}");
        Assert.False(first.Process.HasExited || joins.Process.HasExited);
    }
}
