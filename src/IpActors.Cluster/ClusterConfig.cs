using System.Text;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using IpActors.Science;

namespace IpActors.Cluster;

/// <summary>The settings of a node: given ones before <c>base.conf</c> before Akka.NET's own.</summary>
public static class ClusterConfig
{
    /// <summary>One of the files of <c>hocon/</c>, which are built in.</summary>
    public static string Text(string file)
    {
        using var stream = typeof(ClusterConfig).Assembly.GetManifestResourceStream(file) ?? throw new InputException($"{file}: no such built-in settings; there are base.conf, coordinator.conf, entity.conf, worker.conf, local-cluster.conf and container.conf");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The text of a file, or of a built-in one where there is no such file; throws <see cref="InputException"/> for one that is no HOCON.</summary>
    public static string Load(string path)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : Text(path);
        try { ConfigurationFactory.ParseString(text); }
        catch (Exception e) { throw new InputException($"{path}: not readable as HOCON ({e.Message.ReplaceLineEndings(" ")})"); }
        return text;
    }

    internal static Config Of(IEnumerable<string> first) => Access.ClusterKey.Applied(
        first.Select(ConfigurationFactory.ParseString).Append(ConfigurationFactory.ParseString(Text("base.conf"))).Aggregate((a, b) => a.WithFallback(b))
            .WithFallback(ClusterSharding.DefaultConfig()).WithFallback(ClusterSingletonManager.DefaultConfig()));
}
