using System.Text.Json;
using System.Text.Json.Serialization;
using IpActors.Domain.Entities;

namespace IpActors.Domain.Tests;

/// <summary>Replays a history, gives one command, checks the answer and what is owed then. Every decider test reads through it, and every command is given twice: the second must add nothing.</summary>
public sealed record Spec<TState>(Decider<TState> Decider, TState? State = null, Decision? Answer = null) where TState : class
{
    public Spec<TState> Given(params IEvent[] history) => this with { State = history.Aggregate(State ?? Decider.Initial, Decider.Evolve) };
    public Spec<TState> When(ICommand command)
    {
        var state = State ?? Decider.Initial;
        var answer = Decider.Decide(state, command);
        if (answer is not Decision.Accepted accepted) return this with { Answer = answer };
        var after = accepted.Events.Aggregate(state, Decider.Evolve);
        if (Decider.Decide(after, command) is Decision.Accepted again) Assert.Empty(again.Events);
        return this with { State = after, Answer = answer };
    }
    public Spec<TState> Then(params IEvent[] expected)
    {
        // By content: records compare their immutable arrays by reference.
        Assert.Equal(expected.Select(Text), Assert.IsType<Decision.Accepted>(Answer).Events.Select(Text));
        return this;
    }
    static string Text(IEvent e) => e.GetType().Name + JsonSerializer.Serialize(e, e.GetType(), Json);
    static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    public void ThenRefusedBecause(string words) => Assert.Contains(words, Assert.IsType<Decision.Refused>(Answer).Reason);
    public Spec<TState> Owes(params string[] keys) { Assert.Equal(keys, Decider.Owes(State!).Select(w => w.Key)); return this; }
}
