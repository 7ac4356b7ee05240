using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Akka.TestKit.Xunit2;
using IpActors.Domain.Works;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Actors;

/// <summary>One actor of a node, alone: the test is the keeper that it speaks to, and has both clocks in its hand, that of Akka.NET's timers and that of leases.</summary>
public abstract class ActorTest : TestKit, IAsyncLifetime
{
    private protected readonly Folder Folder = new();
    private protected readonly ManualTime Clock = new();
    private protected readonly List<string> Warned = [];
    ClusterNode? _node;

    protected ActorTest() : base(ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(TestConfigs.TestSchedulerConfig)) { }

    private protected SqliteAddress At => new(Folder["j.db"]);
    private protected TestScheduler Timers => (TestScheduler)Sys.Scheduler;
    private protected ClusterNode Node => _node!;
    /// <summary>Where what is said to the keeper arrives.</summary>
    private protected TestProbe Keeper { get; private set; } = null!;
    /// <summary>Patience with the machine, never part of what is tested.</summary>
    private protected static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    public virtual async Task InitializeAsync() => await (await At.Open()).DisposeAsync();

    private protected void Begin(params IWorker[] workers)
    {
        Keeper = CreateTestProbe();
        var at = At;
        _node = new(null!, new ClusterOptions
        {
            OpenJournal = holder => at.Open(null, holder), OpenReader = () => at.OpenReader(), Kinds = Toy.Kinds, Clock = Clock, LeaseFile = Folder["lease"],
            Engine = new EngineOptions { Slots = 2, Log = (level, message) => { lock (Warned) if (level == "warning") Warned.Add(message); } },
        }, workers);
        _node.Link.Proxy = Keeper;
    }

    private protected void Pass(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Timers.Advance(TimeSpan.FromSeconds(seconds));
    }

    public async Task DisposeAsync()
    {
        await Sys.Terminate();
        if (_node is not null) { await _node.Close(); await _node.End(); }
        Folder.Dispose();
    }
}
