using IpActors.Domain.Entities;
using IpActors.Engine;
using IpActors.Engine.Audit;
using IpActors.Engine.Embedded;
using IpActors.Engine.Journals;
using IpActors.Engine.Tests.Toys;

namespace IpActors.Cluster.Tests.Contract;

/// <summary>One script, made from a seed, on both engines.</summary>
public sealed class SameScriptTests : IDisposable
{
    readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_same_script_gives_every_entity_the_same_history_byte_by_byte(int seed)
    {
        var (a, b) = (new SqliteAddress(_folder["embedded.db"]), new SqliteAddress(_folder["cluster.db"]));
        var options = new EngineOptions { Slots = 2, ShutdownTimeout = TimeSpan.FromSeconds(2), WorkRetry = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20), 3) };
        var expected = await Play(new EmbeddedEngine(await a.Open(), Toy.Kinds, [ToyWorker.Closing()], options), seed);
        var actual = await Play(OneNode.Open(b, options, [ToyWorker.Closing()]), seed);
        Assert.Equal(expected, actual);
        await using var one = await a.OpenReader();
        await using var two = await b.OpenReader();
        Assert.True(await one.ReadNewest(default) > 100);
        Assert.Empty(await JournalDiff.Of(one, two));
    }

    /// <summary>What was answered. Works and letters come to rest after each command, so that there is one order of events.</summary>
    static async Task<List<string>> Play(IEngine engine, int seed)
    {
        var (chance, answers) = (new Random(seed), new List<string>());
        await using (engine)
        {
            await engine.Start().InTime();
            for (var i = 0; i < 120; i++)
            {
                var (toy, id) = (Toy.Id($"t{chance.Next(7)}"), $"{chance.Next(40)}");
                ICommand command = chance.Next(5) switch
                {
                    0 => new Add(id, chance.Next(-2, 9)), 1 => new OpenJob($"j{id}", Slots: chance.Next(3)), 2 => new CloseJob($"j{id}"), 3 => new Write($"t{chance.Next(7)}", $"l{i}", chance.Next(9), chance.Next(2) == 0), _ => new Add(id, 1),
                };
                var decision = await engine.Send(toy, command).InTime();
                answers.Add(decision is Decision.Accepted accepted ? $"{toy} {command} {accepted.Events.Length}" : $"{toy} {command} {((Decision.Refused)decision).Reason}");
                await engine.WhenIdle().InTime();
            }
            for (var t = 0; t < 7; t++) answers.Add($"{t}: {(await engine.Read<Toy>(Toy.Id($"t{t}")).InTime()).Total}");
        }
        return answers;
    }
}
