using Akka.Configuration;
using IpActors.Science;

namespace IpActors.Cluster.Access;

/// <summary>Who may connect to a node: its settings, checked before it listens.</summary>
static class ClusterKey
{
    public const string Setting = "ipactors.key-file";
    const string Open = "ipactors.anyone-may-connect", Host = "akka.remote.dot-netty.tcp.hostname", Tls = "akka.remote.dot-netty.tcp.enable-ssl";

    /// <summary>The key's bytes as they stand in the file, without the white space at its end.</summary>
    public static byte[] Read(string file)
    {
        byte[] key;
        try { key = File.ReadAllBytes(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new InputException($"{Setting} = {file}: cannot be read ({e.Message}); make it with: openssl rand -hex 32 > {file}; chmod 600 {file}"); }
        var end = key.Length;
        while (end > 0 && char.IsWhiteSpace((char)key[end - 1])) end--;
        if (end < 32) throw new InputException($"{Setting} = {file}: {end} bytes are too few for a key; make it with: openssl rand -hex 32 > {file}; chmod 600 {file}");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0) throw new InputException($"{Setting} = {file}: everybody on this machine may read it; chmod 600 {file}");
        return key[..end];
    }

    /// <summary>The settings with what a key and TLS need besides; throws where a node would listen to everybody.</summary>
    public static Config Applied(Config config)
    {
        var keyed = config.GetString(Setting, "").Length > 0;
        if (keyed) Read(config.GetString(Setting));
        var host = config.GetString(Host, "");
        if (host.Length == 0) config = ConfigurationFactory.ParseString($"{Host} = \"{host = Environment.MachineName}\"").WithFallback(config); // this machine's own name
        if (!keyed && !IsThisMachine(host) && !config.GetBoolean(Open, false))
            throw new InputException($"{Host} = {host}: it listens beyond this machine, and whoever reaches the port could send commands; give all nodes one key ({Setting} = FILE, docs/cluster.md), or write {Open} = on");
        // Akka.NET keeps the quotes of a value with a space, and then waits for ever for the type of that name.
        var added = keyed ? $"akka.remote {{ adapters.{KeyedTransportProvider.Name} = \"{typeof(KeyedTransportProvider).FullName},{typeof(KeyedTransportProvider).Assembly.GetName().Name}\"\n dot-netty.tcp.applied-adapters = [{KeyedTransportProvider.Name}] }}\n" : "";
        if (config.GetBoolean(Tls, false)) // an address under TLS has another scheme: seeds may be written either way
            added += $"akka.cluster.seed-nodes = [{string.Join(", ", config.GetStringList("akka.cluster.seed-nodes").Select(s => $"\"{s.Replace("akka.tcp://", "akka.ssl.tcp://", StringComparison.Ordinal)}\""))}]\n";
        return added.Length == 0 ? config : ConfigurationFactory.ParseString(added).WithFallback(config);
    }

    static bool IsThisMachine(string host) => host is "localhost" or "::1" || System.Net.IPAddress.TryParse(host, out var ip) && System.Net.IPAddress.IsLoopback(ip);
}
