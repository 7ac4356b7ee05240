using System.Globalization;
using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Workers.Faults;
using IpActors.Workers.Programs;
using IpActors.Workers.Runs;

namespace IpActors.Workers.Cp2k;

/// <summary>CP2K (written for 2023.1): relaxations, band gaps, hydration cells and molecular dynamics by PBE. Nothing is started here.</summary>
public sealed class Cp2kProgram(Cp2kData data) : IProgram
{
    public const string Calculator = "cp2k";
    const string StopFile = Cp2kTemplate.Project + ".EXIT";

    public string Name => Calculator;

    public ProgramInputs Prepare(PartRequest request) => Cp2kInputs.Of(request, data);

    readonly LiveTable<Cp2kEvidence> _live = new(Cp2kFaults.Table, [Cp2kTemplate.Output, Cp2kTemplate.Project + "-1.ener"]);

    public bool Resumes => true;

    public WatchVerdict? Watch(PartRequest request, RunFolder folder, double elapsedSeconds) => _live.Judge(request, folder, elapsedSeconds, () => Evidence(request, folder, null));

    static Cp2kEvidence Evidence(PartRequest request, RunFolder folder, ProgramExit? exit)
    {
        var e = Cp2kEvidenceFiles.Read(folder, exit is not null);
        return e with { Settings = request.Settings.SetItems(e.Settings), ExitCode = exit?.Code, Signal = exit?.Signal, StoppedBy = exit?.Stopped, Leftovers = exit?.Leftovers ?? 0, Cores = request.Cores };
    }

    public ProgramOutcome Read(PartRequest request, RunFolder folder, ProgramExit exit)
    {
        var evidence = Evidence(request, folder, exit);
        var output = folder.Has(Cp2kTemplate.Output) ? evidence.Output : null;
        if (Cp2kFaults.Decide(evidence, evidence.Settings, request.Met) is { } failed) return failed;
        if (Cp2kChecks.Of(output, exit) is { } own) return own;
        try { return new ProgramOutcome.Succeeded(Cp2kResults.Of(request, folder.Path, output!, Cp2kInputs.SchemeOf(request))); }
        catch (PartFaultException e) { return new ProgramOutcome.Failed(e.Fault); }
        catch (InputException e) { return new ProgramOutcome.Failed(new("unreadable", FaultKind.Infrastructure, e.Message)); }
    }

    public bool AskToStop(PartRequest request, string folder)
    {
        if (!Directory.Exists(folder)) return false;
        File.WriteAllText(Path.Combine(folder, StopFile), "");
        return true;
    }

    public string? Progress(PartRequest request, RunFolder folder)
    {
        if (Cp2kParts.TaskOf(request).IsDynamics() && folder.Tail(Cp2kTemplate.Project + "-1.ener", 4096) is { Length: > 0 } energies
            && energies.Split('\n').LastOrDefault(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: >= 7 } w && w[0] != "#") is { } line)
        {
            var now = Cp2kEnergies.Read(new StringReader(line), folder.Path)[0];
            return string.Create(CultureInfo.InvariantCulture, $"step {now.Step}, {now.TimeFs / 1000:0.000} ps, {now.TemperatureK:0} K, {now.PotentialEv:0.000} eV");
        }
        var (step, energy, cycle) = ("", "", "");
        foreach (var text in folder.Tail(Cp2kTemplate.Output).Split('\n').Select(l => l.Trim()))
        {
            var last = text[(text.LastIndexOf(' ') + 1)..];
            if (text.StartsWith("OPTIMIZATION STEP:", StringComparison.Ordinal)) step = $"ionic step {last}";
            else if (text.StartsWith("ENERGY| Total FORCE_EVAL", StringComparison.Ordinal) && double.TryParse(last, CultureInfo.InvariantCulture, out var hartree))
                (energy, cycle) = (string.Create(CultureInfo.InvariantCulture, $"{hartree * Cp2kUnits.HartreeEv:0.000} eV"), "");
            else if (text.Contains("/Diag.", StringComparison.Ordinal) || text.Contains(" OT ", StringComparison.Ordinal)) cycle = $"SCF cycle {text.Split(' ')[0]}";
        }
        return string.Join(", ", new[] { step, cycle, energy }.Where(t => t.Length > 0)) is { Length: > 0 } said ? said : null;
    }
}
