using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace IpActors.Cluster.Tests.Settings;

public sealed class ComposeTests
{
    static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docker-compose.yml"));

    static YamlMappingNode Services()
    {
        var yaml = new YamlStream();
        using var reader = new StringReader(Text);
        yaml.Load(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(reader)));
        return (YamlMappingNode)yaml.Documents[0].RootNode["services"];
    }

    static Dictionary<string, YamlMappingNode> Nodes() => Services().Children.Where(s => s.Value.AllNodes.OfType<YamlScalarNode>().Any(n => n.Value == "--cluster")).ToDictionary(s => ((YamlScalarNode)s.Key).Value!, s => (YamlMappingNode)s.Value);

    static string[] List(YamlNode node, string key) => [.. ((YamlSequenceNode)node[key]).Select(n => ((YamlScalarNode)n).Value!)];

    [Fact]
    public void Every_role_is_there_as_an_ordinary_user_with_the_key_a_health_check_and_time_to_leave()
    {
        var nodes = Nodes();
        Assert.Equal(["coordinator1", "coordinator2", "coordinator3", "entity", "worker"], nodes.Keys.Order(StringComparer.Ordinal));
        foreach (var (_, node) in nodes)
        {
            Assert.Contains("cluster_key", List(node, "secrets"));
            Assert.Contains("--health", List(node["healthcheck"], "test"));
            Assert.Equal("SIGINT", ((YamlScalarNode)node["stop_signal"]).Value);
            Assert.DoesNotContain(((YamlScalarNode)node["user"]).Value, new[] { "", "0", "root" });
            Assert.False(node.Children.ContainsKey("ports"));
            var files = List(node, "command").SkipWhile(w => w != "--cluster").Skip(1).ToList();
            Assert.All(files, f => Assert.NotEmpty(ClusterConfig.Text(f))); // which are built in
        }
        var roles = nodes.Values.SelectMany(n => Akka.Configuration.ConfigurationFactory.ParseString(ClusterConfig.Text(List(n, "command")[^1])).GetStringList("akka.cluster.roles")).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal([Roles.Coordinator, Roles.Entity, Roles.Worker], roles);
    }

    [Fact]
    public void Seeds_are_the_services_that_begin_the_cluster()
    {
        var seeds = Akka.Configuration.ConfigurationFactory.ParseString(ClusterConfig.Text("container.conf")).GetStringList("akka.cluster.seed-nodes");
        Assert.Equal(Nodes().Keys.Where(k => k.StartsWith("coordinator", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(k => $"akka.tcp://ipactors@{k}:4053"), seeds);
    }

    [Fact]
    public void No_secret_stands_in_the_file()
    {
        foreach (var line in Text.Split('\n').Where(l => !l.TrimStart().StartsWith('#')))
            if (line.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase) && line.Split(':', 2) is [_, var value] && value.Trim().Length > 0)
                Assert.True(value.Contains("/secrets/", StringComparison.Ordinal) || value.Trim().StartsWith('['), line);
    }

    [Fact]
    public void The_image_runs_as_an_ordinary_user_and_has_what_the_services_ask_of_it()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Dockerfile")).Where(l => l.Length > 0 && !l.StartsWith('#')).ToList();
        var last = lines[lines.FindLastIndex(l => l.StartsWith("FROM ", StringComparison.Ordinal))..];
        Assert.Contains("USER $UID", last);
        Assert.Matches("^ARG UID=[1-9][0-9]*$", Assert.Single(last, l => l.StartsWith("ARG UID", StringComparison.Ordinal)));
        Assert.DoesNotContain(last.SkipWhile(l => l != "USER $UID"), l => l.StartsWith("RUN ", StringComparison.Ordinal) || l.StartsWith("COPY ", StringComparison.Ordinal)); // nothing of it is that user's to change
        var known = lines.Where(l => l.StartsWith("ARG ", StringComparison.Ordinal)).Select(l => l[4..].Split('=')[0]).ToHashSet();
        foreach (var (_, node) in Nodes()) Assert.All(((YamlMappingNode)node["build"]["args"]).Children.Keys, a => Assert.Contains(((YamlScalarNode)a).Value!, known));
    }

    [SkippableFact]
    public void Docker_compose_takes_it()
    {
        var tool = new[] { "/usr/bin/docker-compose", "/usr/local/bin/docker-compose" }.FirstOrDefault(File.Exists);
        Skip.If(tool is null, "docker-compose is not installed");
        using var p = Process.Start(new ProcessStartInfo(tool!, ["-f", Path.Combine(AppContext.BaseDirectory, "docker-compose.yml"), "--profile", "cluster", "config", "-q"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = p.StandardError.ReadToEndAsync();
        p.StandardOutput.ReadToEnd();
        p.WaitForExit();
        Assert.True(p.ExitCode == 0, said.Result);
    }
}
