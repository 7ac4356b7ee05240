using IpActors.Domain.DftRuns;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Cp2k;

/// <summary>What CP2K says of its own end, in order of what came first. Exit code 0 is no success: an SCF that did not converge, a spent walltime and a stop on request all end with it.</summary>
public static class Cp2kChecks
{
    public static ProgramOutcome.Failed? Of(Cp2kOutput? output, ProgramExit exit)
    {
        if (output is null) return Infrastructure("no-output", $"CP2K wrote no {Cp2kTemplate.Output}{Exit(exit)}");
        if (output.Abort is { } abort) return new(new("abort", FaultKind.Fatal, $"CP2K gave up: {abort}"));
        if (output.ScfNotConverged > 0) return new(new("scf-not-converged", FaultKind.Physics, $"{output.ScfNotConverged} of {output.ScfRuns} SCF runs did not converge"));
        if (output.OptimisationStepsExhausted) return new(new("not-converged", FaultKind.Physics, $"not relaxed after {output.Steps} steps"));
        if (output.WalltimeExceeded) return Infrastructure("walltime", $"the walltime was spent after {output.Steps} steps");
        if (output.StoppedByRequest) return Infrastructure("stopped", exit.Stopped ?? "stopped by a file P.EXIT in its folder");
        if (!output.Ended || exit.Signal is not null || exit.Code is not (0 or null)) return Infrastructure("died", $"CP2K ended in the middle{Exit(exit)}");
        if (!output.Succeeded) return new(new("no-result", FaultKind.Physics, "CP2K ended, but without what it was asked for"));
        return null;
    }

    static ProgramOutcome.Failed Infrastructure(string code, string message) => new(new(code, FaultKind.Infrastructure, message));
    static string Exit(ProgramExit exit) => exit.Stopped is { } why ? $" ({why})" : exit.Signal is { } s ? $" (signal {s})" : exit.Code is { } c ? $" (exit code {c})" : "";
}
