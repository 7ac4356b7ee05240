namespace IpActors.Domain.Entities;

/// <summary>
/// A piece of work that an entity owes. Its identity (<see cref="Key"/>) within the entity is kind, part and attempt: as long as an entity owes a work of that identity the engine
/// runs it once at a time and starts it again after a crash. What it leads to is a command (its report), after which it is no longer owed.
/// </summary>
/// <param name="Part">Which part of the whole, for works that come in several.</param>
/// <param name="Attempt">Counted from 1; another attempt is another work.</param>
public abstract record Work(string Part, int Attempt)
{
    /// <summary>Stable name of what is to be done.</summary>
    public abstract string Kind { get; }
    /// <summary>Compute slots it takes while it runs: 0 for waiting and telling, 1 for one core.</summary>
    public virtual int Slots => 1;
    /// <summary>Back-off before it may start, counted from the moment it is owed.</summary>
    public virtual TimeSpan Delay => TimeSpan.Zero;
    /// <summary>Without a sign of life (a command, a read, progress) for so long, while it does not wait for the campaign, it is taken to be stuck; null: never.</summary>
    public virtual TimeSpan? Limit => TimeSpan.FromHours(12);
    /// <summary>Higher first when slots are short; among equals by entity, then by key.</summary>
    public virtual int Priority => 0;
    public string Key => $"{Kind}/{Part}@{Attempt}";
}

/// <summary>The engine-wide identity of a work.</summary>
public readonly record struct WorkId(EntityId Entity, string Key)
{
    public override string ToString() => $"{Entity}#{Key}";
}

/// <summary>
/// A message one entity owes another; the engine delivers it itself. With <paramref name="Acknowledge"/> the sender gets that command once the receiver has answered, and so stops owing it
/// (an outbox); without, it is owed until the receiver's own report comes back, is delivered once per start of the engine, and the receiver must take repetitions as "already so".
/// </summary>
public sealed record Tell(EntityId To, ICommand Command, string Part, ICommand? Acknowledge = null) : Work(Part, 1)
{
    public override string Kind => "tell";
    public override int Slots => 0;
    public override TimeSpan? Limit => TimeSpan.FromHours(1);
}
