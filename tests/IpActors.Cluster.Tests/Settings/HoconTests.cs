using Akka.Configuration;
using IpActors.Science;

namespace IpActors.Cluster.Tests.Settings;

public class HoconTests
{
    static Config Of(params string[] files) => ClusterConfig.Of(files.Select(ClusterConfig.Load));

    [Theory]
    [InlineData("base.conf")]
    [InlineData("coordinator.conf")]
    [InlineData("worker.conf")]
    [InlineData("local-cluster.conf")]
    [InlineData("entity.conf")]
    [InlineData("container.conf")]
    public void Every_file_is_read_and_every_setting_in_it_has_a_reason_above_it(string file)
    {
        Assert.NotEmpty(ConfigurationFactory.ParseString(ClusterConfig.Load(file)).AsEnumerable());
        var explained = false;
        foreach (var line in ClusterConfig.Load(file).Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0))
            if (line.StartsWith('#')) explained = true;
            else if (line.EndsWith('{') || line == "}") explained &= line != "}";
            else Assert.True(explained, $"{file}: no reason before '{line}'");
    }

    [Theory]
    [InlineData("coordinator.conf", "coordinator entity")]
    [InlineData("worker.conf", "worker")]
    [InlineData("entity.conf", "entity")]
    [InlineData("local-cluster.conf", "coordinator entity worker")]
    [InlineData("base.conf", "coordinator entity worker")]
    public void A_file_gives_its_node_the_roles_of_its_name(string file, string roles) =>
        Assert.Equal(roles.Split(' '), Of(file).GetStringList("akka.cluster.roles"));

    [Theory]
    [InlineData("base.conf")]
    [InlineData("coordinator.conf")]
    [InlineData("worker.conf")]
    [InlineData("local-cluster.conf")]
    [InlineData("entity.conf")]
    public void Nothing_listens_beyond_this_machine(string file)
    {
        Assert.Equal("127.0.0.1", Of(file).GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.All(Of(file).GetStringList("akka.cluster.seed-nodes"), seed => Assert.Contains("@127.0.0.1:", seed));
    }

    [Fact]
    public void The_state_of_shards_is_kept_apart_from_the_campaigns_journal()
    {
        var sharding = Of().GetConfig("akka.cluster.sharding");
        Assert.Equal(("ddata", "ddata"), (sharding.GetString("state-store-mode"), sharding.GetString("remember-entities-store")));
        Assert.Empty(sharding.GetStringList("distributed-data.durable.keys"));
    }

    [Fact]
    public void Of_a_cluster_that_is_cut_the_majority_goes_on()
    {
        Assert.Equal("keep-majority", Of().GetString("akka.cluster.split-brain-resolver.active-strategy"));
        Assert.Contains("SplitBrainResolverProvider", Of().GetString("akka.cluster.downing-provider-class"));
    }

    [Fact]
    public void What_is_no_file_and_not_built_in_is_one_line_of_error() =>
        Assert.Contains("no-such.conf: no such built-in settings", Assert.Throws<InputException>(() => ClusterConfig.Load("no-such.conf")).Message);
}
