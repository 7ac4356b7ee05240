using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Workers.Faults;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Vasp;

/// <summary>VASP as a supervised program: inputs by <see cref="VaspInputs"/>, outputs by <see cref="VaspOutput"/>, its end by STOPCAR.</summary>
public sealed class VaspProgram(VaspSettings settings) : IProgram
{
    /// <summary>An ionic step longer than this is not waited for.</summary>
    const double LongStepSeconds = 900;

    public string Name => "vasp";

    public ProgramInputs Prepare(PartRequest request)
    {
        if (settings.PotcarLibrary is null) throw new PartFaultException(new("no-potcar", FaultKind.Fatal, "no POTCAR library is configured; name the folder of your own POTCARs in the calculator's settings"));
        try { return VaspInputs.Of(request, settings); }
        catch (InputException e) { throw new PartFaultException(new("bad-input", FaultKind.Fatal, e.Message)); }
    }

    readonly LiveTable<VaspEvidence> _live = new(VaspFaults.Table, ["OUTCAR", "OSZICAR", "vasprun.xml", "stdout.txt", "vasp.out"]);

    public bool Resumes => true;

    public WatchVerdict? Watch(PartRequest request, RunFolder folder, double elapsedSeconds) => _live.Judge(request, folder, elapsedSeconds, () => Evidence(request, VaspOutput.Read(folder), folder, null));

    /// <summary>The facts with every setting in force: as the folder's INCAR and KPOINTS have them, and what corrections have done to structure and start.</summary>
    static VaspEvidence Evidence(PartRequest request, VaspOutput output, RunFolder folder, ProgramExit? exit)
    {
        var e = VaspEvidenceFiles.Of(output, folder, exit is not null);
        return e with { Settings = request.Settings.SetItems(e.Settings), ExitCode = exit?.Code, Signal = exit?.Signal, StoppedBy = exit?.Stopped, Leftovers = exit?.Leftovers ?? 0, Cores = request.Cores };
    }

    public ProgramOutcome Read(PartRequest request, RunFolder folder, ProgramExit exit)
    {
        var output = VaspOutput.Read(folder);
        var evidence = Evidence(request, output, folder, exit);
        if (VaspFaults.Decide(evidence, evidence.Settings, request.Met) is { } fault) return fault;
        var part = VaspPart.Of(request);
        return VaspChecks.Of(part, output, request, exit) ?? VaspResults.Of(part, output, request, folder, VaspInputs.Scheme(request.Settings, settings));
    }

    /// <summary>STOPCAR: after this ionic step, or, of static runs, long steps and where asked a second time, after this electronic step.</summary>
    public bool AskToStop(PartRequest request, string folder)
    {
        var path = Path.Combine(folder, "STOPCAR");
        var abort = VaspPart.Of(request).Kind == VaspKind.Static || File.Exists(path) || StepSeconds(new(folder)) is not < LongStepSeconds;
        File.WriteAllText(path, abort ? "LABORT = .TRUE.\n" : "LSTOP = .TRUE.\n");
        return true;
    }

    /// <summary>Real time of the last ionic step; null where none is finished.</summary>
    static double? StepSeconds(RunFolder folder)
    {
        var tail = folder.Tail("OUTCAR", 1 << 20);
        var at = tail.LastIndexOf("LOOP+:", StringComparison.Ordinal);
        if (at < 0 || tail.IndexOf("real time", at, StringComparison.Ordinal) is not (>= 0 and var real)) return null;
        return IncarValue.Number(tail[(real + "real time".Length)..].Split((char[])[' ', ':', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "");
    }

    public string? Progress(PartRequest request, RunFolder folder)
    {
        var now = new Oszicar();
        foreach (var line in folder.Tail("OSZICAR").Split('\n').Skip(1)) now.Take(line);
        var scf = now.Iterations > 0 ? string.Create(CultureInfo.InvariantCulture, $"{(now.Steps.Count > 0 ? ", then " : "")}electronic step {now.Iterations}, change {now.LastChangeEv:0.0e+00} eV") : "";
        if (now.Steps.Count == 0) return scf.Length > 0 ? scf : null;
        var s = now.Steps[^1];
        var heat = s.TemperatureK is { } t ? string.Create(CultureInfo.InvariantCulture, $", {t:0} K") : "";
        return string.Create(CultureInfo.InvariantCulture, $"ionic step {s.Number}, {s.EnergyEv:0.000} eV{heat}{scf}");
    }
}

