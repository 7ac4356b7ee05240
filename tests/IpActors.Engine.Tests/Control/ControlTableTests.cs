using IpActors.Engine.Control;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Engine.Tests.Control;

/// <summary>Control from any host that reaches the database.</summary>
public sealed class ControlTableTests
{
    readonly PostgresAddress _at = PostgresServer.Shared.NewJournal();

    [SkippableFact]
    public async Task Control_commands_reach_the_engine_through_the_table_and_are_answered()
    {
        var journal = await PostgresJournal.Open(_at);
        await using var engine = new EmbeddedEngine(journal, ControlTests.Kinds, []);
        Assert.Null(await ControlClient.TrySend(_at, "status")); // it takes no commands yet
        await using (await ControlSocket.Host(engine, "c", journal))
        {
            var (changed, status) = (await ControlClient.TrySend(_at, "pause").InTime())!.Value;
            Assert.Equal((true, true, true), (changed, status.Paused, engine.Paused));
            Assert.False((await ControlClient.TrySend(_at, "pause").InTime())!.Value.Changed);
            Assert.False((await ControlClient.TrySend(_at, "resume").InTime())!.Value.Status.Paused);
            Assert.True((await ControlClient.TrySend(_at, "stop").InTime())!.Value.Changed);
            Assert.Equal("it is over", (await Assert.ThrowsAsync<ControlException>(() => ControlClient.TrySend(_at, "stop").InTime())).Message);
            Assert.Contains("unknown command", (await Assert.ThrowsAsync<ControlException>(() => ControlClient.TrySend(_at, "dance").InTime())).Message);
            Assert.Equal(0, PostgresServer.Shared.Value<long>("SELECT count(*) FROM control", _at.Schema)); // answered and cleared away
        }
    }

    [SkippableFact]
    public async Task An_engine_that_ends_before_it_answers_is_said_and_what_was_asked_of_it_is_not_done_by_the_next()
    {
        var journal = await PostgresJournal.Open(_at);
        await journal.SetControlAddress("table"); // and nobody answers
        var asked = ControlClient.TrySend(_at, "stop");
        await Patience.Until(() => PostgresServer.Shared.Value<long>("SELECT count(*) FROM control", _at.Schema) == 1);
        await journal.DisposeAsync();
        Assert.Contains("ended before it answered", (await Assert.ThrowsAsync<JournalException>(() => asked.InTime())).Message);
        Assert.Null(await ControlClient.TrySend(_at, "status"));
    }
}
