using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using IpActors.App.Tests.EndToEnd;
using IpActors.Engine.Audit;
using IpActors.Engine.Journals;

namespace IpActors.Cluster.Tests.Processes;

/// <summary>Processes that are the nodes of one campaign's cluster on loopback; the first runs the campaign. Whatever is left of them is killed in the end.</summary>
sealed class NodeProcesses : IDisposable
{
    public sealed record One(Process Process, ConcurrentQueue<string> Said)
    {
        public bool IsIn => Said.Any(l => l.StartsWith("ipactors: node of", StringComparison.Ordinal));
        public override string ToString() => string.Join('\n', Said);
    }

    readonly CampaignProcess _campaign;
    readonly List<One> _started = [];
    readonly int[] _ports;

    /// <param name="roles">One text a node.</param>
    /// <param name="more">More HOCON for all.</param>
    public NodeProcesses(CampaignProcess campaign, JournalAddress journal, string[] roles, string more = "")
    {
        (_campaign, Journal, _ports) = (campaign, journal, FreePorts(roles.Length));
        File.WriteAllText(campaign.File, "engine: akka\n" + File.ReadAllText(campaign.File).Replace("sqlite:tiny.db", journal.ToString(), StringComparison.Ordinal));
        for (var i = 0; i < roles.Length; i++) Settings(i, roles[i], more);
    }

    public JournalAddress Journal { get; }
    public IReadOnlyList<One> Started => _started;
    public string Seeds => $"akka.cluster.seed-nodes = [{string.Join(", ", _ports.Select(p => $"\"akka.tcp://ipactors@127.0.0.1:{p}\""))}]";

    public void Settings(int node, string roles, string more) => File.WriteAllText(Path.Combine(_campaign.Folder, $"n{node}.conf"), $"""
        akka.cluster.roles = [{roles}]
        akka.remote.dot-netty.tcp.port = {_ports[node]}
        {Seeds}
        {more}
        """);

    public One Start(int node, string? command = null, int slots = 1)
    {
        var process = _campaign.Start(command ?? (node == 0 ? "run" : "node"), "tiny.yaml", "--slots", $"{slots}", "--cluster", $"n{node}.conf", "local-cluster.conf");
        var one = new One(process, []);
        process.OutputDataReceived += (_, e) => { if (e.Data is not null) one.Said.Enqueue(e.Data); };
        process.ErrorDataReceived += (_, e) => { if (e.Data is not null) one.Said.Enqueue(e.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _started.Add(one);
        return one;
    }

    public static void Signal(One node, string signal) => Process.Start("kill", [$"-{signal}", $"{node.Process.Id}"])!.WaitForExit();

    public static void Ended(One node, int code)
    {
        Assert.True(node.Process.WaitForExit(TimeSpan.FromMinutes(6)), $"a node did not end:\n{node}");
        node.Process.WaitForExit(); // with all it said
        Assert.True(node.Process.ExitCode == code, $"exit code {node.Process.ExitCode}:\n{node}");
    }

    public async Task<long> Events()
    {
        try
        {
            if (!await Journal.Exists()) return 0;
            await using var reader = await Journal.OpenReader();
            return await reader.ReadNewest(default);
        }
        catch (IpActors.Science.InputException) { return 0; }
    }

    public async Task Until(Func<Task<bool>> so)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromMinutes(6); await Task.Delay(100))
            if (await so()) return;
        Assert.Fail($"it never came to that:\n{string.Join("\n--\n", _started)}");
    }

    public Task Until(Func<bool> so) => Until(() => Task.FromResult(so()));

    /// <summary>The same outcome as the embedded engine's, an audit without findings, and the same events: nothing was lost, nothing stored twice.</summary>
    public async Task IsAs(CampaignProcess embedded)
    {
        Assert.Equal(embedded.Export(), _campaign.Export());
        var verified = _campaign.Run("audit", "verify", "tiny.yaml");
        Assert.True(verified.ExitCode == 0, verified.Out + verified.Err);
        await SameEvents(new SqliteAddress(embedded.Journal), Journal);
    }

    /// <summary>Each entity has the same events, whose order within it goes by the arrival of what several works report at a time.</summary>
    public static async Task SameEvents(JournalAddress expected, JournalAddress actual)
    {
        var (a, b) = (await Histories(expected), await Histories(actual));
        Assert.Equal(a.Keys, b.Keys);
        var differ = a.Where(e => !e.Value.SequenceEqual(b[e.Key])).Select(e => $"{e.Key}: only expected: {string.Join("; ", e.Value.Except(b[e.Key]))}; only found: {string.Join("; ", b[e.Key].Except(e.Value))}");
        Assert.True(!differ.Any(), string.Join('\n', differ));
    }

    static async Task<SortedDictionary<string, List<string>>> Histories(JournalAddress at)
    {
        var all = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await using var journal = await at.OpenReader();
        await foreach (var line in JsonLines.Export(journal))
        {
            var json = JsonDocument.Parse(line).RootElement;
            if (json.GetProperty("manifest").GetString() is "campaign.created/1" or "campaign.settings-changed/1") continue; // they hold the file, with its engine and journal
            var id = json.GetProperty("entity").GetString()!;
            if (!all.TryGetValue(id, out var events)) all.Add(id, events = []);
            events.Add($"{json.GetProperty("manifest").GetString()} {json.GetProperty("event").GetRawText()}");
        }
        foreach (var events in all.Values) events.Sort(StringComparer.Ordinal);
        return all;
    }

    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var l in listeners) l.Start();
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var l in listeners) l.Stop();
        return ports;
    }

    public void Dispose()
    {
        foreach (var n in _started)
        {
            if (!n.Process.HasExited) { n.Process.Kill(); n.Process.WaitForExit(); }
            n.Process.Dispose();
        }
    }
}
