using System.Collections.Immutable;
using IpActors.Domain.Entities;

namespace IpActors.Bench.Engine;

/// <summary>An entity of the size of a calculation's: it remembers four facts and owes nothing.</summary>
[EventName("bench.noted/1")] public sealed record Noted(int Number, string Text, double EnergyEv, double VolumeA3) : IEvent;
public sealed record Note(int Number, string Text, double EnergyEv, double VolumeA3) : ICommand;
/// <summary>Accepted without events: what it costs to reach an entity.</summary>
public sealed record Knock : ICommand;

public sealed record Measured(int Count, double EnergyEv)
{
    static readonly Decision Nothing = Decision.Accept();
    public static readonly Decider<Measured> Decider = new("measured", new(0, 0), Decide, Evolve, _ => []);
    public static readonly EntityKinds Kinds = new([Decider], typeof(Measured).Assembly);
    public static EntityId Id(int i) => new("bench", "measured", $"Li3XZ-{i:D7}");

    static Decision Decide(Measured s, ICommand command) => command is Note n ? Decision.Accept(new Noted(n.Number, n.Text, n.EnergyEv, n.VolumeA3)) : Nothing;
    static Measured Evolve(Measured s, IEvent e) => e is Noted n ? new(s.Count + 1, s.EnergyEv + n.EnergyEv) : throw new ArgumentException($"{e}");

    /// <summary>About 130 bytes as JSON, 300 in its envelope.</summary>
    public static Note Command(int i) => new(i, "relaxed to 0.01 eV/A in 37 steps, cubic, one formula unit", -3.4127 - 1e-6 * i, 11.2 + 1e-5 * i);
}
