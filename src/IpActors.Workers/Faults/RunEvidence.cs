namespace IpActors.Workers.Faults;

/// <summary>
/// What is known of a run, whatever the program, while it runs or after it: plain facts that the readers of its files fill. Text may be the whole file or what is new since the last look (with a few lines before, as a
/// message may be cut in two).
/// </summary>
public abstract record RunEvidence
{
    public string Stdout { get; init; } = "";
    public string Stderr { get; init; } = "";
    /// <summary>What the batch system says of the job: its state and reason, such as <c>NODE_FAIL</c>.</summary>
    public string Scheduler { get; init; } = "";
    /// <summary>Every setting in force, see <see cref="Programs.ProgramInputs.Effective"/>.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>No process of it is left.</summary>
    public bool Ended { get; init; }
    public int? ExitCode { get; init; }
    public int? Signal { get; init; }
    /// <summary>Why we ended it, where we did.</summary>
    public string? StoppedBy { get; init; }
    /// <summary>It was asked to end after its present step, by a file.</summary>
    public bool AskedToStop { get; init; }
    /// <summary>Processes that were left when the program had ended.</summary>
    public int Leftovers { get; init; }
    /// <summary>The program's own closing lines are there.</summary>
    public bool Finished { get; init; }

    /// <summary>Since the last growth of any of its outputs, by size and not by the file system's clock.</summary>
    public double QuietSeconds { get; init; }
    /// <summary>The longest of one electronic step, of one ionic step so far.</summary>
    public double SlowestElectronicSeconds { get; init; }
    public double SlowestIonicSeconds { get; init; }
    /// <summary>To the end of the job's time; null: unlimited or unknown.</summary>
    public double? SecondsLeft { get; init; }
    /// <summary>Of the whole job; null as above.</summary>
    public double? WalltimeSeconds { get; init; }
    /// <summary>What a program needs to end by itself: three of its steps, and 300 s to write its files, or a tenth of a job shorter than 50 minutes.</summary>
    internal double ReserveSeconds => Math.Max(Math.Min(300, (WalltimeSeconds ?? double.PositiveInfinity) / 10), 3 * SlowestIonicSeconds);
    public int? Cores { get; init; }

    /// <summary>The numbers asked for are there, as exact as asked for.</summary>
    public abstract bool Converged { get; }
    internal virtual string Text(FaultWhere where) => where switch { FaultWhere.Stdout => Stdout, FaultWhere.Stderr => Stderr, FaultWhere.Scheduler => Scheduler, _ => "" };
}
