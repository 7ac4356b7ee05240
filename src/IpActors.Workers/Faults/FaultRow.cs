using IpActors.Domain.DftRuns;

namespace IpActors.Workers.Faults;

/// <summary>When a fault is looked for: while the program runs (and after it), or only after it.</summary>
public enum FaultWhen { Live, End }

[Flags]
public enum FaultWhere { None = 0, Stdout = 1, Stderr = 2, Outcar = 4, Scheduler = 8, Facts = 16 }

/// <summary>How much a finding weighs against a run that finished and converged.</summary>
public enum FaultWeight
{
    /// <summary>The program stops by itself, or goes on for nothing. It counts unless the run finished and converged after all.</summary>
    Error,
    /// <summary>Good runs print it too: it counts only for a run that has ended and did not converge.</summary>
    Warning,
    /// <summary>Numbers not to be trusted: it counts for a run that finished and converged as well.</summary>
    Quality,
    /// <summary>Says little by itself: it counts where nothing else was found.</summary>
    LastResort,
}

/// <summary>What is done about it while the program runs.</summary>
public enum FaultAction
{
    /// <summary>The attempt is over: end it, correct it.</summary>
    End,
    /// <summary>Nothing is wrong; it is to stop after its present step.</summary>
    AskToStop,
    /// <summary>It has done its work and does not go: end it and read it.</summary>
    EndAndRead,
}

/// <summary>What guards and changes look at: the evidence, the settings in force, and how many times the ladder was climbed before.</summary>
public sealed record FaultContext<T>(T Evidence, SettingsView Settings, int Met) where T : RunEvidence;

/// <summary>A condition with its words.</summary>
public sealed record Guard<T>(string Says, Func<FaultContext<T>, bool> Holds) where T : RunEvidence
{
    public static Guard<T> operator &(Guard<T> a, Guard<T> b) => new($"{a.Says} and {b.Says}", c => a.Holds(c) && b.Holds(c));
}

/// <summary>Settings that change, with their words. <paramref name="Moves"/>: the next attempt differs even where no setting does, as it starts from another structure.</summary>
public sealed record Change<T>(string Says, Func<FaultContext<T>, IEnumerable<(string Key, string Value)>> Make, bool Moves = false) where T : RunEvidence;

/// <summary>One step of a ladder: all its changes together, if its guard holds, at meetings of the fault up to <see cref="Until"/> (1: only the first).</summary>
public sealed record Rung<T>(ImmutableArray<Change<T>> Changes) where T : RunEvidence
{
    public Guard<T>? Guard { get; init; }
    public int Until { get; init; } = int.MaxValue;

    public Rung<T> If(Guard<T> guard) => this with { Guard = Guard is null ? guard : Guard & guard };
    public Rung<T> UpTo(int meeting) => this with { Until = meeting };
}

/// <summary>One fault as data.</summary>
/// <param name="Code">Its stable name.</param>
/// <param name="Says">For a person: what happened.</param>
public sealed record FaultRow<T>(string Code, FaultKind Kind, FaultWhen When, FaultWhere Where, string Says) where T : RunEvidence
{
    readonly ImmutableArray<string> _squashed = [], _states = [];

    /// <summary>Any of these texts, see <see cref="SquashedText"/>.</summary>
    public ImmutableArray<string> Triggers { get; init { field = value; _squashed = [.. value.Select(SquashedText.Of)]; } } = [];
    /// <summary>Words of the batch system alone, looked for in what it says of the job.</summary>
    public ImmutableArray<string> States { get; init { field = value; _states = [.. value.Select(SquashedText.Of)]; } } = [];
    /// <summary>Beside or instead of the texts; with both, both must hold.</summary>
    public Guard<T>? Test { get; init; }
    /// <summary>Where this does not hold the finding counts only after the run, and only where nothing else was found.</summary>
    public Guard<T>? Guard { get; init; }
    public FaultWeight Weight { get; init; }
    public FaultAction Action { get; init; }
    /// <summary>In order; the first that may be used and changes something is the correction. Empty: none is known.</summary>
    public ImmutableArray<Rung<T>> Ladder { get; init; } = [];
    /// <summary>How many corrections in all.</summary>
    public int Cap { get; init; } = 5;
    /// <summary>Of the machine and yet not retried for ever: at the ladder's end the run is given up.</summary>
    public bool StopsWhenExhausted { get; init; }
    /// <summary>Rows with one name here climb one ladder together.</summary>
    public string Climbs { get; init; } = Code;
    /// <summary>Where the fact is taken from.</summary>
    public string Source { get; init; } = "custodian";

    internal bool IsFound(FaultContext<T> context, IReadOnlyDictionary<FaultWhere, string> squashed) =>
        (HasNoWords || _states.Any(s => squashed[FaultWhere.Scheduler].Contains(s, StringComparison.Ordinal))
            || squashed.Any(t => (Where & t.Key) != 0 && _squashed.Any(s => t.Value.Contains(s, StringComparison.Ordinal)))) && (Test?.Holds(context) ?? !HasNoWords);

    bool HasNoWords => _squashed.IsEmpty && _states.IsEmpty;
}

/// <summary>A row of the table that was found.</summary>
/// <param name="IsWeak">Its guard does not hold, or it says little by itself.</param>
public sealed record FoundFault(string Code, FaultKind Kind, string Message, FaultAction Action = FaultAction.End, bool IsWeak = false)
{
    public Fault ToFault() => new(Code, Kind, Message);
}
