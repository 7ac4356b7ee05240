using IpActors.Domain.Campaigns;
using IpActors.Domain.Entities;
using IpActors.Engine.Control;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Control;

public sealed class ControlTests : IDisposable
{
    /// <summary>Stands in for the coordinator: knows pause, resume and stop, and refuses a second stop.</summary>
    internal static readonly EntityKinds Kinds = new([new Decider<Coordinator>("campaign", new(false, false), Coordinator.Decide, Coordinator.Evolve, _ => [])], typeof(ControlTests).Assembly);

    [EventName("coordinator.changed/1")] public sealed record Changed(bool Paused, bool Stopped) : IEvent;
    sealed record Coordinator(bool Paused, bool Stopped)
    {
        public static Decision Decide(Coordinator s, ICommand c) => c switch
        {
            PauseCampaign => s.Paused ? Decision.Accept() : Decision.Accept(new Changed(true, s.Stopped)),
            ResumeCampaign => s.Paused ? Decision.Accept(new Changed(false, s.Stopped)) : Decision.Accept(),
            _ => s.Stopped ? Decision.Refuse("it is over") : Decision.Accept(new Changed(s.Paused, true)),
        };
        public static Coordinator Evolve(Coordinator s, IEvent e) => e is Changed c ? new(c.Paused, c.Stopped) : s;
    }

    readonly Folder _folder = new();
    public void Dispose() => _folder.Dispose();

    async Task Control(string path, Func<IEngine, string, Task> test)
    {
        var journal = SqliteJournal.Open(path);
        await using var engine = new EmbeddedEngine(journal, Kinds, []);
        await using var server = await ControlServer.Start(engine, "c", journal, path);
        await test(engine, (await ControlSocket.Find(path))!);
    }

    [Fact]
    public Task Control_commands_become_stored_commands_of_the_coordinator() => Control(_folder["j.db"], async (engine, address) =>
    {
        Assert.Equal(_folder["j.db.sock"], address);
        var (changed, status) = await ControlClient.Send(address, "pause").InTime();
        Assert.Equal((true, true, true), (changed, status.Paused, engine.Paused));
        Assert.False((await ControlClient.Send(address, "pause").InTime()).Changed);
        Assert.False((await ControlClient.Send(address, "status").InTime()).Changed);
        Assert.False((await ControlClient.Send(address, "resume").InTime()).Status.Paused);
        Assert.True((await ControlClient.Send(address, "stop").InTime()).Changed);
        Assert.Equal("it is over", (await Assert.ThrowsAsync<ControlException>(() => ControlClient.Send(address, "stop").InTime())).Message);
        Assert.Contains("unknown command", (await Assert.ThrowsAsync<ControlException>(() => ControlClient.Send(address, "dance").InTime())).Message);
        var events = new List<IEvent>();
        await foreach (var e in engine.Events()) events.Add(e.Event);
        Assert.Equal([new Changed(true, false), new Changed(false, false), new Changed(false, true)], events);
    });

    [Fact]
    public Task Only_the_user_may_open_the_socket() => Control(_folder["j.db"], (_, address) =>
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(address));
        return Task.CompletedTask;
    });

    [Fact]
    public Task A_path_too_long_for_a_socket_gets_one_elsewhere_that_the_lease_names() => Control(Path.Combine(Directory.CreateDirectory(_folder[new string('d', 120)]).FullName, "j.db"), async (_, address) =>
    {
        Assert.True(address.Length <= 107 && Path.GetFileName(address).Length == 37);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(address)!));
        Assert.True((await ControlClient.Send(address, "status").InTime()).Status.Slots > 0);
    });

    [Fact]
    public async Task Without_a_running_engine_there_is_no_address_and_the_socket_is_gone()
    {
        var address = "";
        await Control(_folder["j.db"], (_, a) => { address = a; return Task.CompletedTask; });
        Assert.Null(await ControlSocket.Find(_folder["j.db"]));
        Assert.False(File.Exists(address));
        await Assert.ThrowsAsync<JournalException>(() => ControlClient.Send(address, "status").InTime());
    }

    [Fact]
    public Task Rubbish_is_answered_and_harms_nothing() => Control(_folder["j.db"], async (_, address) =>
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(address));
        using var stream = new System.Net.Sockets.NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await stream.WriteAsync("rubbish\n[]\n{\"command\":7}\n"u8.ToArray());
        for (var i = 0; i < 3; i++) Assert.Contains("\"ok\":false", await reader.ReadLineAsync().InTime());
        await ControlClient.Send(address, "status").InTime();
    });
}
