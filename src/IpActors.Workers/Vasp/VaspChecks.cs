using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Workers.Programs;

namespace IpActors.Workers.Vasp;

/// <summary>What has to be true of a run before its numbers count, whatever faults were looked for before.</summary>
static class VaspChecks
{
    /// <summary>Forces may exceed EDIFFG by this factor: the criterion is tested on what is symmetrised and has its drift taken off.</summary>
    const double ForceLeeway = 1.5;

    public static ProgramOutcome.Failed? Of(VaspPart part, VaspOutput output, PartRequest r, ProgramExit exit)
    {
        if (output.Outcar?.StoppedByFile == true || exit.Stopped is not null && !output.Ended)
            return Failed("stopped", FaultKind.Infrastructure, $"stopped: {exit.Stopped ?? "by a STOPCAR"}");
        if (!output.Ended || output.EnergyEv is null)
        {
            var how = exit.Signal is { } signal ? $"ended by signal {signal}" : exit.Code is { } code ? $"ended with code {code}" : "nobody saw it end";
            return Failed("not-finished", FaultKind.Infrastructure, string.Create(CultureInfo.InvariantCulture, $"VASP did not come to its end ({how}); {output.IonicSteps} ionic steps are finished"));
        }
        if (part.IsDynamics) return null;
        if (output.ElectronicConverged != true) return Failed("electronic-not-converged", FaultKind.Physics, $"EDIFF not reached in {output.ElectronicSteps} electronic steps", Electronic(r, output));
        if (part.Kind == VaspKind.Static) return null;
        if (output.IonicConverged != true) return Failed("ionic-not-converged", FaultKind.Physics, $"not relaxed after {output.IonicSteps} ionic steps");
        var ediffg = output.Setting("EDIFFG") ?? 0;
        return ediffg < 0 && output.Outcar?.IonicReached != true && output.MaxForceEvPerA is { } force && force > -ediffg * ForceLeeway
            ? Failed("ionic-not-converged", FaultKind.Physics, string.Create(CultureInfo.InvariantCulture, $"largest force {force:0.000} eV/A after {output.IonicSteps} ionic steps, {-ediffg} asked for")) : null;
    }

    static ProgramOutcome.Failed Failed(string code, FaultKind kind, string message, Correction? correction = null) => new(new(code, kind, message), correction);

    /// <summary>More steps, then a minimiser that needs no mixing.</summary>
    static Correction? Electronic(PartRequest r, VaspOutput output)
    {
        var algo = output.Vasprun?.Incar.GetValueOrDefault("ALGO") ?? r.Settings.GetValueOrDefault("INCAR.ALGO", "Normal");
        if (algo.StartsWith("A", StringComparison.OrdinalIgnoreCase)) return null;
        return new("electronic-not-converged", "all bands by conjugate gradients, without mixing of charges", Texts.Of(("INCAR.ALGO", algo)), Texts.Of(("INCAR.ALGO", "All")));
    }
}
