using IpActors.Domain.Entities;

namespace IpActors.Engine.Tests.Toys;

[EventName("toy.added/1")] public sealed record Added(string Id, int N) : IEvent;
[EventName("toy.job-opened/1")] public sealed record JobOpened(string Name, int Slots, int Priority, int DelayMs) : IEvent;
[EventName("toy.job-closed/1")] public sealed record JobClosed(string Name) : IEvent;
[EventName("toy.letter-written/1")] public sealed record LetterWritten(string To, string Id, int N, bool Acknowledged) : IEvent;
[EventName("toy.letter-settled/1")] public sealed record LetterSettled(string Id) : IEvent;
/// <summary>No toy can take it.</summary>
[EventName("toy.spoiled/1")] public sealed record Spoiled : IEvent;

/// <summary>Adds a number; the same id again is already so; a negative number is refused.</summary>
public sealed record Add(string Id, int N) : ICommand;
public sealed record OpenJob(string Name, int Slots = 1, int Priority = 0, int DelayMs = 0) : ICommand;
public sealed record CloseJob(string Name) : ICommand;
/// <summary>Owes another toy an <see cref="Add"/>.</summary>
public sealed record Write(string To, string Id, int N, bool Acknowledged = true) : ICommand;
public sealed record Settle(string Id) : ICommand;
/// <summary>Its decision throws.</summary>
public sealed record Explode : ICommand;
/// <summary>Its event cannot be folded.</summary>
public sealed record Spoil : ICommand;
/// <summary>Its decision waits for a gate that the test opens.</summary>
public sealed record Block(string Gate) : ICommand;

public sealed record Job(string Name, int Wide, int Rank, int DelayMs) : Work(Name, 1)
{
    public override string Kind => "job";
    public override int Slots => Wide;
    public override int Priority => Rank;
    public override TimeSpan Delay => TimeSpan.FromMilliseconds(DelayMs);
}

/// <summary>An entity that can do everything that an engine must bear.</summary>
public sealed record Toy(int Total)
{
    public ImmutableSortedSet<string> Ids { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    public ImmutableList<JobOpened> Jobs { get; init; } = [];
    public ImmutableList<LetterWritten> Letters { get; init; } = [];

    public static readonly Dictionary<string, SemaphoreSlim> Gates = [];
    public static readonly Decider<Toy> Decider = new("toy", new(0), Decide, Evolve, Owes);
    public static readonly EntityKinds Kinds = new([Decider], typeof(Toy).Assembly);
    public static EntityId Id(string key) => new("play", "toy", key);

    static Decision Decide(Toy s, ICommand command) => command switch
    {
        Add { N: < 0 } => Decision.Refuse("only what is not negative"),
        Add c => s.Ids.Contains(c.Id) ? Decision.Accept() : Decision.Accept(new Added(c.Id, c.N)),
        OpenJob c => s.Jobs.Any(j => j.Name == c.Name) ? Decision.Accept() : Decision.Accept(new JobOpened(c.Name, c.Slots, c.Priority, c.DelayMs)),
        CloseJob c => s.Jobs.Any(j => j.Name == c.Name) ? Decision.Accept(new JobClosed(c.Name)) : Decision.Accept(),
        Write c => s.Letters.Any(l => l.Id == c.Id) ? Decision.Accept() : Decision.Accept(new LetterWritten(c.To, c.Id, c.N, c.Acknowledged)),
        Tests.Toys.Settle c => s.Letters.Any(l => l.Id == c.Id) ? Decision.Accept(new LetterSettled(c.Id)) : Decision.Accept(),
        Explode => throw new InvalidOperationException("boom"),
        Spoil => Decision.Accept(new Spoiled()),
        Block c => Wait(c.Gate),
        _ => throw new ArgumentException($"{command}"),
    };

    static Decision Wait(string gate)
    {
        Gates[gate].Wait();
        return Decision.Accept();
    }

    static Toy Evolve(Toy s, IEvent e) => e switch
    {
        Added a => s with { Total = s.Total + a.N, Ids = s.Ids.Add(a.Id) },
        JobOpened j => s with { Jobs = s.Jobs.Add(j) },
        JobClosed j => s with { Jobs = s.Jobs.RemoveAll(x => x.Name == j.Name) },
        LetterWritten l => s with { Letters = s.Letters.Add(l) },
        LetterSettled l => s with { Letters = s.Letters.RemoveAll(x => x.Id == l.Id) },
        _ => throw new InvalidOperationException($"cannot take {e}"),
    };

    static IEnumerable<Work> Owes(Toy s) =>
        [.. s.Jobs.Select(j => new Job(j.Name, j.Slots, j.Priority, j.DelayMs)), .. s.Letters.Select(l => new Tell(Id(l.To), new Add(l.Id, l.N), l.Id, l.Acknowledged ? new Settle(l.Id) : null))];
}
