using IpActors.Workers.Launchers;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Runs;

/// <summary>What a host knows of programs: which there are, where they run, where their folders and results are kept.</summary>
/// <param name="Programs">By the calculator's name.</param>
/// <param name="Runs">The folder above all runs' folders.</param>
/// <param name="Cache">Null: nothing is kept.</param>
public sealed record ProgramSetup(ImmutableSortedDictionary<string, ProgramAt> Programs, string Runs, ResultCache? Cache, TimeProvider Time) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var launcher in Programs.Values.Select(p => p.Launcher).Distinct()) await launcher.DisposeAsync();
    }
}

/// <summary>A program and how it is started here.</summary>
/// <param name="Command">The user's own words before the program's arguments, such as <c>mpirun -n 4 vasp_std</c>: an argument list, no shell.</param>
/// <param name="AskSeconds">How long a program that was asked to stop after its present step may take before it is ended.</param>
public sealed record ProgramAt(IProgram Program, ImmutableArray<string> Command, ILauncher Launcher, int Cores, double? WalltimeSeconds, double? LongestWalltimeSeconds, double AskSeconds = 60)
{
    /// <summary>What the user calls this build; results of another are not reused.</summary>
    public string? Version { get; init; }
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = Texts.None;

    /// <summary>Twice as long after each attempt that ran out of time, up to the longest.</summary>
    public double? WalltimeAfter(int overruns) => WalltimeSeconds is { } w ? Math.Min(LongestWalltimeSeconds ?? w, w * Math.Pow(2, overruns)) : null;
}
