using IpActors.Domain.DftRuns;
using IpActors.Science.Crystals;

namespace IpActors.Workers.Programs;

/// <summary>
/// An outside program that computes parts of properties. It plans inputs, reads outputs and knows its own faults; it starts nothing and waits for nothing: launchers do. Everything here may be called again after a crash.
/// </summary>
public interface IProgram
{
    /// <summary>The calculator's name in campaign files, such as <c>vasp</c>.</summary>
    string Name { get; }
    /// <summary>The inputs of one attempt; pure but for reading the user's libraries and earlier folders. Throws <see cref="Runs.PartFaultException"/> where the part cannot be had.</summary>
    ProgramInputs Prepare(PartRequest request);
    /// <summary>Looks at the outputs so far: what is to be done about the running program, or null. Called every few seconds, with the same folder object as long as the run is watched.</summary>
    /// <param name="elapsedSeconds">Since it was first seen running.</param>
    WatchVerdict? Watch(PartRequest request, RunFolder folder, double elapsedSeconds);
    /// <summary>Whether another attempt can go on from what an earlier one has left: asked after faults of the machinery.</summary>
    bool Resumes { get; }
    /// <summary>The result of a run that has ended, or its fault with the correction that follows.</summary>
    ProgramOutcome Read(PartRequest request, RunFolder folder, ProgramExit exit);
    /// <summary>Asks the running program to end after its present step, by a file in its folder; false where the program knows no such way.</summary>
    bool AskToStop(PartRequest request, string folder);
    /// <summary>A line for people about how far it is, such as <c>ionic step 12, -43.219 eV</c>.</summary>
    string? Progress(PartRequest request, RunFolder folder);
}

/// <summary>What a program is asked for: one part of a property.</summary>
/// <param name="Start">Where it starts: the generated structure for a relaxation, the relaxed one for all else.</param>
/// <param name="Parameters">The part's numbers, units in their names.</param>
/// <param name="Settings">In the program's own words: the campaign's, with all corrections; an empty value means "do not set".</param>
/// <param name="Seed">Of this part's chance, the same for every attempt.</param>
public sealed record PartRequest(string Property, string Part, Structure Start, ImmutableSortedDictionary<string, double> Parameters, ImmutableSortedDictionary<string, string> Settings, long Seed)
{
    /// <summary>The result of the part it comes after, where the plan has one.</summary>
    public PartResult? Prior { get; init; }
    /// <summary>The folders of the earlier attempts, oldest first.</summary>
    public ImmutableArray<string> Earlier { get; init; } = [];
    public ImmutableArray<Correction> Corrections { get; init; } = [];
    /// <summary>How many times each fault was met in earlier attempts.</summary>
    public ImmutableSortedDictionary<string, int> Met { get; init; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);
    public int Cores { get; init; } = 1;
    public double? WalltimeSeconds { get; init; }
}

/// <summary>All that an attempt's folder holds before the start.</summary>
/// <param name="Files">Name (never a path) and text of every input that we write.</param>
/// <param name="Arguments">Of the program, after the user's own command.</param>
public sealed record ProgramInputs(ImmutableSortedDictionary<string, string> Files, ImmutableArray<string> Arguments)
{
    /// <summary>Files made by copying one after the other: POTCAR from the user's library, wave functions of an earlier attempt.</summary>
    public ImmutableArray<FileCopy> Copies { get; init; } = [];
    /// <summary>What else decides the result and is in no file above: digests of potentials, of basis sets. With the inputs it makes the key of the result cache.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = Texts.None;
    /// <summary>Of those files in which something stands that no result depends on (time limits, layout over processes, titles): the text without it. The key of the result cache has it instead of the file.</summary>
    public ImmutableSortedDictionary<string, string> Essence { get; init; } = Texts.None;
    /// <summary>Every setting in force, defaults included, in the form of <see cref="PartRequest.Settings"/>: what faults are judged and corrections made by.</summary>
    public ImmutableSortedDictionary<string, string> Effective { get; init; } = Texts.None;
    /// <summary>Names for what the program prints.</summary>
    public string Stdout { get; init; } = "stdout.txt";
    public string Stderr { get; init; } = "stderr.txt";
    /// <summary>Where the inputs do not decide the result (an earlier attempt's state is taken over) there is nothing to reuse.</summary>
    public bool Cacheable { get; init; } = true;
}

/// <param name="Target">Name in the run's folder.</param>
/// <param name="Sources">Absolute paths; .gz is unpacked; several are joined in order.</param>
public sealed record FileCopy(string Target, ImmutableArray<string> Sources);

/// <summary>How a program ended: its code, or the signal, or neither where nobody saw it end.</summary>
/// <param name="Stopped">It was asked to stop by us, for that reason.</param>
public sealed record ProgramExit(int? Code, int? Signal, string? Stopped = null)
{
    /// <summary>Processes that it left behind, where its launcher looks for them; they have been ended.</summary>
    public int Leftovers { get; init; }
}

/// <summary>What is to be done about a running program.</summary>
public abstract record WatchVerdict
{
    /// <summary>It is to be ended: the attempt has failed.</summary>
    public sealed record Fail(ProgramOutcome.Failed Failure) : WatchVerdict;
    /// <summary>Nothing is wrong; it is to stop after its present step, by its own way.</summary>
    public sealed record AskToStop(string Why) : WatchVerdict;
    /// <summary>It has done its work and does not go: it is to be ended, and read.</summary>
    public sealed record EndAndRead(string Why) : WatchVerdict;
}

/// <summary>What became of an attempt.</summary>
public abstract record ProgramOutcome
{
    public sealed record Succeeded(PartResult Result) : ProgramOutcome;
    /// <param name="Correction">Null: unchanged.</param>
    public sealed record Failed(Fault Fault, Correction? Correction = null) : ProgramOutcome;
}
