using System.Net;
using System.Net.Sockets;

namespace IpActors.Engine.Tests.Toys;

/// <summary>A line to a server that can be cut at a chosen moment: before a request reaches the server, or before its answer comes back.</summary>
public sealed class CutProxy : IDisposable
{
    public enum Cut { None, Requests, Answers }
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<Socket> _sockets = [];
    readonly int _to;
    volatile Cut _cut;
    int _swallowed;

    public CutProxy(int to)
    {
        _to = to;
        _listener.Start();
        _ = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    /// <summary>How often something has been swallowed.</summary>
    public int Swallowed => Volatile.Read(ref _swallowed);

    public void Swallow(Cut cut) => _cut = cut;

    /// <summary>Ends all connections; new ones work.</summary>
    public void Hang()
    {
        _cut = Cut.None;
        lock (_sockets) { foreach (var s in _sockets) s.Dispose(); _sockets.Clear(); }
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _to);
                lock (_sockets) _sockets.AddRange([client, server]);
                _ = Task.Run(() => Pump(client, server, Cut.Requests));
                _ = Task.Run(() => Pump(server, client, Cut.Answers));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    async Task Pump(Socket from, Socket to, Cut swallowedBy)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int n;
            while ((n = await from.ReceiveAsync(buffer)) > 0)
                if (_cut == swallowedBy) Interlocked.Increment(ref _swallowed);
                else for (var sent = 0; sent < n;) sent += await to.SendAsync(buffer.AsMemory(sent, n - sent));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }

    public void Dispose() { _listener.Stop(); Hang(); }
}
