using IpActors.Cluster.Access;
using IpActors.Domain.Entities;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;
using IpActors.Science;

namespace IpActors.Cluster.Tests.Access;

/// <summary>Who has the cluster's key comes in, nobody else.</summary>
public sealed class KeyTests : IDisposable
{
    readonly Folder _folder = new();
    string _seed = "";

    public void Dispose() => _folder.Dispose();

    string KeyFile(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return _folder[name];
    }

    async Task<ClusterEngine> Node(string? key, CancellationToken cancel = default)
    {
        var at = new SqliteAddress(_folder["j.db"]);
        var engine = await ClusterEngine.Open(new ClusterOptions
        {
            OpenJournal = holder => at.Open(null, holder), OpenReader = () => at.OpenReader(), Kinds = Toy.Kinds, Places = [new KindPlace("toy", Roles.Entity)],
            Hocon = [Contract.OneNode.Quick, $"akka.cluster.roles = [{(_seed == "" ? "coordinator, entity" : "entity")}]", key is null ? "" : $"{ClusterKey.Setting} = \"{key}\"", _seed == "" ? "" : $"akka.cluster.seed-nodes = [\"{_seed}\"]"],
            Engine = new EngineOptions { Slots = 1, ShutdownTimeout = TimeSpan.FromSeconds(2) },
        }, [], cancel);
        if (_seed == "") _seed = engine.Address;
        return engine;
    }

    [Fact]
    public async Task Only_nodes_with_the_key_come_in()
    {
        var key = KeyFile("key", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n");
        await using var first = await Node(key).InTime();
        await using (var second = await Node(key).InTime())
            Assert.Equal(1, (await second.Send(Toy.Id("a"), new Add("1", 7)).InTime() as Decision.Accepted)?.Events.Length);
        foreach (var other in new[] { null, KeyFile("other", "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef") })
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Node(other, patience.Token));
        }
        Assert.Equal(7, (await first.Read<Toy>(Toy.Id("a")).InTime()).Total);
    }

    [Fact]
    public async Task A_node_with_a_key_does_not_speak_to_one_without()
    {
        await using var open = await Node(null).InTime();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Node(KeyFile("key", new string('k', 40)), patience.Token));
    }

    [Theory]
    [InlineData("too short", "too few for a key")]
    [InlineData(null, "cannot be read")]
    public void A_bad_key_is_one_line_with_its_remedy(string? text, string problem)
    {
        var file = text is null ? _folder["none"] : KeyFile("bad", text);
        var line = Assert.Throws<InputException>(() => ClusterConfig.Of([$"{ClusterKey.Setting} = \"{file}\""])).Message;
        Assert.Contains(problem, line);
        Assert.Contains("openssl rand -hex 32", line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void A_key_that_everybody_may_read_is_none()
    {
        if (OperatingSystem.IsWindows()) return;
        var file = KeyFile("key", new string('k', 40));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<InputException>(() => ClusterConfig.Of([$"{ClusterKey.Setting} = \"{file}\""])).Message);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("node1.example.org")]
    public void Nobody_listens_beyond_this_machine_without_a_key(string host)
    {
        var listens = $"akka.remote.dot-netty.tcp.hostname = \"{host}\"";
        Assert.Contains("whoever reaches the port could send commands", Assert.Throws<InputException>(() => ClusterConfig.Of([listens])).Message);
        var keyed = ClusterConfig.Of([listens, $"{ClusterKey.Setting} = \"{KeyFile("key", new string('k', 40))}\""]);
        Assert.Equal(host, keyed.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal([KeyedTransportProvider.Name], keyed.GetStringList("akka.remote.dot-netty.tcp.applied-adapters"));
        Assert.Equal(host, ClusterConfig.Of([listens, "ipactors.anyone-may-connect = on"]).GetString("akka.remote.dot-netty.tcp.hostname"));
    }

    [Fact]
    public void Under_tls_seeds_are_found_by_the_address_that_goes_with_it() =>
        Assert.Equal(["akka.ssl.tcp://ipactors@127.0.0.1:4053"], ClusterConfig.Of([ClusterConfig.Load("coordinator.conf"), "akka.remote.dot-netty.tcp.enable-ssl = on"]).GetStringList("akka.cluster.seed-nodes"));
}
