using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IpActors.App.Tests.Telemetry;

/// <summary>A collector as far as a client sees: takes each POST over HTTP on a port of its own, keeps its body and answers that all is well.</summary>
public sealed class Collector : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<(string Path, string Body)> _received = [];

    public Collector()
    {
        _listener.Start();
        _ = Accept();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
    public IEnumerable<(string Path, string Body)> Received => _received;

    async Task Accept()
    {
        try { while (true) _ = Serve(await _listener.AcceptTcpClientAsync()); }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    async Task Serve(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        try { while (await Request(stream)) { } } catch (IOException) { }
    }

    async Task<bool> Request(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4..] is [13, 10, 13, 10]))
        {
            if (await stream.ReadAsync(one) == 0) return false;
            head.Add(one[0]);
        }
        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        var length = int.Parse(lines.First(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1]);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body);
        _received.Enqueue((lines[0].Split(' ')[1], Encoding.Latin1.GetString(body)));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        return true;
    }

    public void Dispose() => _listener.Stop();
}
