using System.Net.Sockets;
using System.Text;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Control;

/// <summary>
/// Takes <c>{"command":"pause"}</c>, <c>resume</c>, <c>stop</c> and <c>status</c>, one JSON object a line, over a Unix socket that only its user may open, and answers each with a line
/// <c>{"ok":true,"changed":…,"status":{…}}</c> or <c>{"ok":false,"error":"…"}</c>. All but status become stored commands of the campaign's coordinator; pause and resume also close and open the engine's gate.
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    const int MaxLine = 64 << 10;
    readonly ControlAnswers _answers;
    readonly Socket _socket;
    readonly CancellationTokenSource _stop = new();
    readonly Task _run;

    ControlServer(IEngine engine, string campaign, Socket socket, string address)
    {
        (_answers, _socket, Address) = (new(engine, campaign), socket, address);
        _run = Task.Run(Accept);
    }

    public string Address { get; }

    /// <summary>Listens beside the journal, which must be held by this process, and writes the address to its lease.</summary>
    public static async Task<ControlServer> Start(IEngine engine, string campaign, IJournal journal, string journalPath)
    {
        var address = ControlSocket.PathFor(journalPath);
        File.Delete(address); // of a holder that died: there is but one, and the lease is ours
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(address));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(address, UnixFileMode.UserRead | UnixFileMode.UserWrite); // before it listens, so nobody gets in between
            socket.Listen(16);
            await journal.SetControlAddress(address);
            return new(engine, campaign, socket, address);
        }
        catch { socket.Dispose(); throw; }
    }

    async Task Accept()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _socket.AcceptAsync(_stop.Token);
                clients.RemoveAll(t => t.IsCompleted);
                clients.Add(Task.Run(() => Serve(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
        await Task.WhenAll(clients);
    }

    async Task Serve(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            var line = new List<byte>();
            var buffer = new byte[4096];
            int n;
            while (line.Count < MaxLine && (n = await stream.ReadAsync(buffer, _stop.Token)) > 0)
                foreach (var b in buffer.AsMemory(0, n).ToArray())
                    if (b != (byte)'\n') line.Add(b);
                    else
                    {
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(await _answers.To(Encoding.UTF8.GetString([.. line]), _stop.Token) + "\n"), _stop.Token);
                        line.Clear();
                    }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException) { } // the client has gone, or we go
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _socket.Dispose();
        await _run;
        File.Delete(Address);
        _stop.Dispose();
    }
}
