namespace IpActors.Domain.Entities;

/// <summary>Something an entity is asked to do. Never persisted by the embedded engine; serialisable so that a cluster can send it.</summary>
public interface ICommand;

/// <summary>Something that happened, stored for ever under the name of its <see cref="EventNameAttribute"/>.</summary>
public interface IEvent;

/// <summary>The stable journal name of an event with its version, such as <c>compound.hull-evaluated/1</c>. Add events; never rename one.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The answer to a command: events to store (none: already so), or a refusal in words a user can read.</summary>
public abstract record Decision
{
    public sealed record Accepted(ImmutableArray<IEvent> Events) : Decision
    {
        public bool Equals(Accepted? other) => other is not null && Events.AsSpan().SequenceEqual(other.Events.AsSpan());
        public override int GetHashCode() => Events.Length;
    }
    public sealed record Refused(string Reason) : Decision;

    public static Decision Accept(params ReadOnlySpan<IEvent> events) => new Accepted([.. events]);
    public static Decision Refuse(string reason) => new Refused(reason);
}

/// <summary>
/// An event-sourced entity as three pure functions and its initial state. <see cref="Decide"/> answers a command, <see cref="Evolve"/> folds an event, <see cref="Owes"/> names the
/// work that the state calls for: the engine starts what is owed and not in flight, and cancels what is in flight and no longer owed.
/// </summary>
/// <param name="StateVersion">Entities with long histories have one: their states may be kept as snapshots, and states of other versions are not taken.</param>
public sealed record Decider<TState>(string Kind, TState Initial, Func<TState, ICommand, Decision> Decide, Func<TState, IEvent, TState> Evolve, Func<TState, IEnumerable<Work>> Owes, int? StateVersion = null) : IDecider
    where TState : class
{
    object IDecider.Initial => Initial;
    Decision IDecider.Decide(object state, ICommand command) => Decide((TState)state, command);
    object IDecider.Evolve(object state, IEvent e) => Evolve((TState)state, e);
    IReadOnlyList<Work> IDecider.Owes(object state) => [.. Owes((TState)state)];
}

/// <summary>A decider as an engine sees it, whatever its state.</summary>
public interface IDecider
{
    string Kind { get; }
    object Initial { get; }
    Decision Decide(object state, ICommand command);
    object Evolve(object state, IEvent e);
    IReadOnlyList<Work> Owes(object state);
    /// <summary>Null: the state is never kept.</summary>
    int? StateVersion { get; }
}
