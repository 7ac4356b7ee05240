using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using IpActors.Engine.Journals;

namespace IpActors.Engine.Control;

/// <summary>Sends control commands to the process that holds a journal.</summary>
public static class ControlClient
{
    sealed record Reply(bool Ok, bool Changed, ControlStatus? Status, string? Error);

    /// <summary>Sends a command to the engine that holds a journal; null when none does. Throws as <see cref="Send"/>.</summary>
    public static async Task<(bool Changed, ControlStatus Status)?> TrySend(JournalAddress at, string command, CancellationToken cancel = default) => at switch
    {
        PostgresAddress p => await ControlTable.TrySend(p, command, cancel),
        SqliteAddress s => await ControlSocket.Find(s.Path, cancel: cancel) is { } address ? await Send(address, command, cancel) : null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// Sends <c>pause</c>, <c>resume</c>, <c>stop</c> or <c>status</c> to that address (<see cref="ControlSocket.Find"/>); returns whether it changed anything and the status after it. Throws
    /// <see cref="ControlException"/> when it is refused, <see cref="JournalException"/> when nobody answers.
    /// </summary>
    public static async Task<(bool Changed, ControlStatus Status)> Send(string address, string command, CancellationToken cancel = default)
    {
        string? line;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), cancel);
            using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { command }) + "\n"), cancel);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            line = await reader.ReadLineAsync(cancel);
        }
        catch (Exception e) when (e is SocketException or IOException) { throw new JournalException($"{address}: the running engine does not answer ({e.Message})", e); }
        return Read(address, line);
    }

    internal static (bool Changed, ControlStatus Status) Read(string address, string? answer)
    {
        var reply = answer is null ? null : JsonSerializer.Deserialize<Reply>(answer, ControlStatus.Json);
        if (reply is null) throw new JournalException($"{address}: the running engine closed the connection without an answer");
        return reply.Ok ? (reply.Changed, reply.Status!) : throw new ControlException(reply.Error ?? "refused without a reason");
    }
}
