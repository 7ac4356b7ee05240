using System.Globalization;
using IpActors.App.Cli;
using IpActors.Domain.DftRuns;
using IpActors.Science;
using IpActors.Workers.Faults;

namespace IpActors.App.Faults;

/// <summary>What <c>vasp diagnose</c> and <c>cp2k diagnose</c> say: the faults found, the correction that would follow, what would become of the run.</summary>
static class DiagnosisAnswer
{
    public static void Write<T>(FaultTable<T> table, T evidence, IReadOnlyDictionary<string, int> met, bool json) where T : RunEvidence
    {
        var found = table.Diagnose(evidence);
        var outcome = table.Decide(evidence, evidence.Settings, met);
        var verdict = outcome switch
        {
            { Fault.Kind: FaultKind.Fatal } => "given up",
            { Correction: not null } => "corrected and started again",
            { } => "started again unchanged",
            null when !evidence.Ended => found.Any(f => f.Action == FaultAction.AskToStop) ? "asked to stop after its step" : "goes on",
            null => "success",
        };
        if (json)
        {
            Output.WriteJson(new
            {
                ended = evidence.Ended, finished = evidence.Finished, converged = evidence.Converged, verdict,
                fault = outcome is null ? null : new { code = outcome.Fault.Code, kind = outcome.Fault.Kind.ToString(), message = outcome.Fault.Message },
                found = found.Select(f => new { code = f.Code, kind = f.Kind.ToString(), message = f.Message, action = f.Action.ToString(), weak = f.IsWeak, source = table[f.Code].Source }),
                correction = outcome?.Correction is { } c ? new { code = c.Code, note = c.Note, before = c.Before, after = c.After, harmsComparability = c.HarmsComparability } : null,
                settings = evidence.Settings,
            });
            return;
        }
        Console.WriteLine($"the run {(evidence.Ended ? "has ended" : "goes on")}: {(evidence.Finished ? "finished" : "not finished")}, {(evidence.Converged ? "converged" : "not converged")}");
        if (found.IsEmpty) Console.WriteLine("no fault found");
        foreach (var f in found) Console.WriteLine($"  {f.Code,-24} {f.Kind,-15} {f.Message}{(f.IsWeak ? " (says little by itself)" : "")}");
        if (outcome?.Correction is { } correction)
        {
            Console.WriteLine($"correction of {correction.Code}: {correction.Note}");
            foreach (var (key, after) in correction.After) Console.WriteLine($"  {key,-32} {Shown(correction.Before[key])} -> {Shown(after)}");
            if (correction.HarmsComparability) Console.WriteLine("  energies afterwards are not strictly of the campaign's scheme: the result is marked");
        }
        Console.WriteLine($"so the run is: {verdict}{(outcome is { Fault.Kind: FaultKind.Fatal } ? $" ({outcome.Fault.Message})" : "")}");
    }

    static string Shown(string value) => value.Length == 0 ? "(not set)" : value;

    /// <summary>zbrent=2,brions=1: how many times each fault was corrected before.</summary>
    public static Dictionary<string, int> Met(string? text)
    {
        var met = new Dictionary<string, int>();
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            met[item.Split('=')[0]] = item.Split('=') is [_, var n] && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw new InputException($"--met: '{item}' is no count; write it as zbrent=2");
        return met;
    }

    public static string Folder(string path) => Directory.Exists(path) ? path : throw new InputException($"{path}: no such folder; give the folder of a run");
}
